/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connections that come, wait and end: by the clock, by a limit, by a reload, and by a host that
 * reads no answer. The clock, and what sockets say, are made up here. */

#include "check.h"
#include "connections.h"
#include "counted.h"
#include "counts.h"
#include "fixture.h"
#include "heard.h"
#include "monotonic.h"
#include "runtime.h"
#include "scene.h"
#include "session.h"
#include "session_scene.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct credential mine;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

#define TIMES "server:\n    idle-timeout: 7\n    request-timeout: 3\n"
#define IDLE_MS 7000
#define REQUEST_MS 3000
#define WRITE_MS 5000

static _Atomic int64_t now;

int64_t __wrap_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void)
{
	return now;
}

/* For how long a session waits at most for octets, and to write some; and whether it waits in
 * vain. */
static atomic_int waits, waits_to_write;
static atomic_bool silent;

int __real_poll(struct pollfd *sockets, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout_ms)
{
	if (count == 1 && sockets[0].fd != session_host && sockets[0].events == POLLOUT) {
		waits_to_write = timeout_ms;
	} else if (count == 1 && sockets[0].fd != session_host) {
		waits = timeout_ms;
		return silent ? 0 : __real_poll(sockets, count, -1);
	}
	return __real_poll(sockets, count, timeout_ms);
}

static void await_wait(int timeout_ms)
{
	for (int i = 0; waits != timeout_ms && i < 20000; i++) {
		usleep(1000);
	}
	assert_int_equal(waits, timeout_ms);
}

/* Until a session has begun, by the configuration that is in force. */
static void await_begin(void)
{
	for (int i = 0; waits == 0 && i < 20000; i++) {
		usleep(1000);
	}
	assert_int_not_equal(waits, 0);
}

/* What comes of each attempt to write: an octet; or nothing, a second later; or an error. */
static enum {
	SENDS_ALL,
	SENDS_AN_OCTET,
	SENDS_NOTHING,
	SENDS_IN_VAIN,
} sends;

ssize_t __real_send(int fd, const void *octets, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *octets, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *octets, size_t size, int flags)
{
	static unsigned times;
	assert_true((flags & MSG_NOSIGNAL) != 0);
	switch (sends) {
	case SENDS_AN_OCTET:
		times++;
		if (times % 3 != 0) {
			errno = times % 3 == 1 ? EAGAIN : EINTR;
			return -1;
		}
		return __real_send(fd, octets, 1, flags);
	case SENDS_NOTHING:
		now += 1000;
		errno = EAGAIN;
		return -1;
	case SENDS_IN_VAIN:
		errno = EPIPE;
		return -1;
	case SENDS_ALL:
		break;
	}
	return __real_send(fd, octets, size, flags);
}

/* Those who are still to come, those who came, and what accept4() says when all have come. */
#define CROWD 80
static unsigned to_come, came;
static int crowd[CROWD], accept_error;

int __wrap_accept4(int fd, struct sockaddr *address, socklen_t *size, int flags);
int __wrap_accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
	int ends[2];
	assert_int_equal(fd, 77);
	assert_true(address == NULL && size == NULL);
	assert_int_equal(flags, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (to_come == 0) {
		errno = accept_error;
		return -1;
	}
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	crowd[came++] = ends[0];
	to_come--;
	return ends[1];
}

static void disperse(void)
{
	for (; came > 0; came--) {
		close(crowd[came - 1]);
	}
	while (connections_count() > 0) {
		usleep(1000);
	}
}

static int begin(void **state)
{
	now = 100000;
	waits = waits_to_write = 0;
	silent = false;
	sends = SENDS_ALL;
	to_come = came = 0;
	int ret = scene_begin(state);
	publish("mta.example", 60, &mine);
	return ret == 0 ? heard_begin(state) : -1;
}

static int end(void **state)
{
	runtime_install(NULL);
	int failed = heard_end(state);
	return scene_end(state) == 0 ? failed : -1;
}

/* Of section "relay". */
static uint64_t accepted(void)
{
	struct runtime *runtime = runtime_current();
	uint64_t count = counter_read(&runtime->asks[0].counts.section->accepted);
	runtime_release(runtime);
	return count;
}

static uint64_t turned_away(void)
{
	struct runtime *runtime = runtime_current();
	uint64_t count = counter_read(&runtime->asks[0].counts.section->turned_away);
	runtime_release(runtime);
	return count;
}

static void a_question_has_its_time_from_its_first_octet_on(void **state)
{
	(void)state;
	session_put_in_force(TIMES);
	assert_true(session_connect());
	await_wait(IDLE_MS);
	session_put("r");
	await_wait(REQUEST_MS);
	now += REQUEST_MS - 1;
	session_put("e");
	await_wait(1);
	now++;
	session_put("q");
	assert_string_equal(session_answered(), "");
	session_hang_up();
	/* The next one has as much. */
	assert_true(session_connect());
	for (int i = 0; i < 3; i++) {
		await_wait(IDLE_MS);
		now += 1000;
		session_put("re");
		await_wait(REQUEST_MS);
		session_put(session_question(&mine, "") + 2);
		assert_string_equal(session_answered(), "action=OK\n\n");
	}
	session_hang_up();
	assert_string_equal(strstr(heard(), "malformed") != NULL ? "told" : "", "");
}

/* One whose first octets came with the question before has its time from then on. */
static void a_question_may_begin_with_the_one_before(void **state)
{
	(void)state;
	char text[2048];
	session_put_in_force(TIMES);
	assert_true(session_connect());
	await_wait(IDLE_MS);
	const char *question = session_question(&mine, "");
	snprintf(text, sizeof(text), "%sre", question);
	session_put(text);
	assert_string_equal(session_answered(), "action=OK\n\n");
	await_wait(REQUEST_MS);
	now += REQUEST_MS - 1;
	session_put(question + 2);
	assert_string_equal(session_answered(), "action=OK\n\n");
	await_wait(IDLE_MS);
	session_hang_up();
}

static void who_says_nothing_is_hung_up_on(void **state)
{
	(void)state;
	session_put_in_force(TIMES);
	for (int octets = 0; octets < 2; octets++) {
		silent = false;
		assert_true(session_connect());
		await_wait(IDLE_MS);
		silent = true;
		session_put("r"); /* ends the wait */
		if (octets == 0) {
			await_wait(REQUEST_MS);
		}
		assert_string_equal(session_answered(), "");
		session_hang_up();
	}
}

static void an_answer_is_written_whole_or_the_connection_ends(void **state)
{
	(void)state;
	session_put_in_force(TIMES);
	assert_true(session_connect());
	sends = SENDS_AN_OCTET;
	session_put(session_question(&mine, ""));
	assert_string_equal(session_answered(), "action=OK\n\n");
	assert_int_equal(waits_to_write, WRITE_MS);
	sends = SENDS_NOTHING;
	int64_t before = now;
	session_put(session_question(&mine, ""));
	assert_string_equal(session_answered(), "");
	assert_int_equal(now - before, WRITE_MS);
	assert_int_equal(waits_to_write, 1000);
	session_hang_up();
	assert_true(session_connect());
	sends = SENDS_IN_VAIN;
	session_put(session_question(&mine, ""));
	assert_string_equal(session_answered(), "");
	session_hang_up();
}

static void who_is_busy_stays_and_who_is_idle_gives_way(void **state)
{
	(void)state;
	session_put_in_force(TIMES "    max-connections: 1\n");
	uint64_t first_accepted = accepted(), first_turned_away = turned_away();
	unsigned connections = counted("connections"), away = counted("turned-away");
	assert_true(session_connect());
	int first = session_host;
	session_put("re");
	await_wait(REQUEST_MS);
	(void)heard();
	assert_false(session_connect());
	assert_string_equal(session_answered(), "");
	assert_string_equal(heard(),
		"dance-ask: warning: ask relay, turned away, limit max-connections; do: raise "
		"this limit if the server has so many processes\n");
	close(session_host);
	assert_int_equal(accepted() - first_accepted, 1);
	assert_int_equal(turned_away() - first_turned_away, 1);
	assert_int_equal(counted("connections") - connections, 1);
	assert_int_equal(counted("turned-away") - away, 1);

	session_host = first;
	session_put(session_question(&mine, "") + 2);
	assert_string_equal(session_answered(), "action=OK\n\n");
	await_wait(IDLE_MS);
	(void)heard();
	assert_true(session_connect());
	assert_string_equal(heard(), "");
	char octet;
	assert_int_equal(recv(first, &octet, 1, 0), 0);
	close(first);
	session_put(session_question(&mine, ""));
	assert_string_equal(session_answered(), "action=OK\n\n");
	session_hang_up();
	assert_int_equal(accepted() - first_accepted, 2);
	assert_int_equal(turned_away() - first_turned_away, 2);
	assert_int_equal(counted("connections") - connections, 2);
	assert_int_equal(counted("turned-away") - away, 2);
}

static void so_many_are_accepted_at_once(void **state)
{
	(void)state;
	const struct listener listener = { .fd = 77, .id = "relay" };
	session_put_in_force("server:\n    max-connections: 100\n");
	uint64_t before = accepted();
	to_come = CROWD;
	accept_error = EAGAIN;
	assert_true(session_accept(&listener));
	assert_int_equal(came, 64);
	assert_true(session_accept(&listener));
	assert_int_equal(came, CROWD);
	assert_int_equal(accepted() - before, CROWD);
	assert_true(session_accept(&listener));
	disperse();
	assert_string_equal(heard(), "");
}

static void what_prevents_that_is_told(void **state)
{
	(void)state;
	const struct listener listener = { .fd = 77, .id = "relay" };
	static const struct {
		int error;
		const char *advice; /* NULL: it passes by itself */
	} rows[] = {
		{ EAGAIN, NULL },
		{ EINTR, NULL },
		{ ECONNABORTED, NULL },
		{ EPROTO, NULL },
		{ ENETDOWN, NULL },
		{ EHOSTDOWN, NULL },
		{ EHOSTUNREACH, NULL },
		{ ENETUNREACH, NULL },
		{ ENOMEM, "give more memory, or lower 'max-connections'" },
		{ ENOBUFS, "give more memory, or lower 'max-connections'" },
		{ ENFILE,
			"raise the system's limit on open files, or lower 'max-connections'" },
		{ EMFILE, "raise LimitNOFILE, or lower 'max-connections'" },
	};
	session_put_in_force("");
	for (size_t i = 0; i < ROWS(rows); i++) {
		char line[256] = "";
		if (rows[i].advice != NULL) {
			snprintf(line, sizeof(line),
				"dance-ask: error: ask relay, out of room (%s); do: %s\n",
				strerror(rows[i].error), rows[i].advice);
		}
		accept_error = rows[i].error;
		to_come = 1;
		unsigned away = counted("turned-away");
		assert_true(session_accept(&listener) == (rows[i].advice == NULL));
		assert_int_equal(came, 1);
		assert_string_equal(heard(), line);
		assert_int_equal(counted("turned-away") - away, rows[i].advice != NULL);
		disperse();
	}
	/* One for whom there is no room ends the round. */
	session_put_in_force(TIMES "    max-connections: 1\n");
	assert_true(session_connect());
	await_wait(IDLE_MS);
	session_put("r");
	await_wait(REQUEST_MS);
	to_come = 2;
	assert_false(session_accept(&listener));
	assert_int_equal(to_come, 1);
	close(crowd[0]);
	session_hang_up();
}

/* With its next question. */
static void a_section_that_is_gone_ends_its_connections(void **state)
{
	(void)state;
	session_put_in_force("");
	for (int by = 0; by < 2; by++) {
		waits = 0;
		assert_true(session_connect_to(by == 0 ? "exim" : "relay"));
		await_begin();
		struct runtime *before = runtime_current();
		char error[CONF_ERROR_SIZE];
		static const char *const texts[] = {
			"ask:\n  - id: relay\n    listen: /run/a\n    dialect: postfix\n"
			"    client: mta.example\n",
			"ask:\n  - id: relay\n    listen: /run/a\n    dialect: line\n"
			"    client: mta.example\n",
		};
		struct conf *conf = conf_parse("file", texts[by], strlen(texts[by]), error);
		struct runtime *after = runtime_new(conf, error);
		assert_true(runtime_start(after, error));
		fake_resolver_settle();
		runtime_install(after);
		session_put(by == 0 ? "verify resumption=0 tls=1.3 cert=\n" :
				      session_question(&mine, ""));
		assert_string_equal(session_answered(), "");
		session_hang_up();
		runtime_release(before);
		session_put_in_force("");
	}
	/* Without any there is no room. */
	runtime_install(NULL);
	assert_false(session_connect());
	assert_string_equal(session_answered(), "");
	session_hang_up();
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_question_has_its_time_from_its_first_octet_on),
		TEST(a_question_may_begin_with_the_one_before),
		TEST(who_says_nothing_is_hung_up_on),
		TEST(an_answer_is_written_whole_or_the_connection_ends),
		TEST(who_is_busy_stays_and_who_is_idle_gives_way),
		TEST(so_many_are_accepted_at_once),
		TEST(what_prevents_that_is_told),
		TEST(a_section_that_is_gone_ends_its_connections),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
