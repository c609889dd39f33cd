/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Scrapers, and others, who come to a listener. */

#include "check.h"
#include "heard.h"
#include "metrics_request.h"
#include "metrics_server.h"
#include "monotonic.h"
#include "program.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

const char program_name[] = "dance-front";

#define PATIENCE_MS 20000
#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

static char folder[] = "/tmp/dance-metrics-XXXXXX";
static struct listeners listeners;
static struct endpoint at;
static atomic_uint answers; /* composed */
static atomic_size_t length = 1;

/* The server's clock, and for how long it waits at most. It looks at the clock each millisecond. */
static _Atomic int64_t now;
static atomic_int waits;

int64_t __wrap_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void)
{
	return now;
}

int __real_poll(struct pollfd *sockets, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *sockets, nfds_t count, int timeout_ms)
{
	if (count != METRICS_CONNECTIONS_MAX + 1) {
		return __real_poll(sockets, count, timeout_ms);
	}
	waits = timeout_ms;
	return __real_poll(sockets, count, timeout_ms != 0);
}

static bool threads_fail;

bool __real_thread_start(pthread_t *thread, void *(*begin)(void *arg), void *arg);
bool __wrap_thread_start(pthread_t *thread, void *(*begin)(void *arg), void *arg);
bool __wrap_thread_start(pthread_t *thread, void *(*begin)(void *arg), void *arg)
{
	return !threads_fail && __real_thread_start(thread, begin, arg);
}

static void await_wait(int timeout_ms)
{
	for (int i = 0; waits != timeout_ms && i < PATIENCE_MS; i++) {
		usleep(1000);
	}
	assert_int_equal(waits, timeout_ms);
}

/* Held up in write_some(), as long as it is set. */
static atomic_bool blocked;

static void write_some(struct openmetrics *out)
{
	while (blocked) {
		usleep(1000);
	}
	openmetrics_family(out, "some", OPENMETRICS_COUNTER, NULL, "Some.");
	for (size_t i = 0; i < length; i++) {
		openmetrics_count(out, NULL, 7);
	}
	answers++;
}

static void write_nothing(struct openmetrics *out)
{
	out->failed = true;
}

static int begin(void **state)
{
	(void)state;
	char text[ENDPOINT_TEXT_SIZE], error[CONF_ERROR_SIZE];
	signal(SIGPIPE, SIG_DFL); /* whoever is gone must not end the daemon */
	length = 1;
	now = 100000;
	waits = 0;
	answers = 0;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	log_set(false, LEVEL_ERROR);
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(text, sizeof(text), "%s/metrics", folder);
	assert_null(endpoint_read(&at, text));
	listeners_begin(&listeners);
	assert_true(listeners_want_metrics(&listeners, &at, error));
	listeners_close_unwanted(&listeners);
	listeners_assign_metrics(&listeners, &at);
	assert_int_equal(listeners.count, 1);
	assert_true(listeners.all[0].of_metrics);
	return 0;
}

static int end(void **state)
{
	(void)state;
	metrics_server_stop();
	listeners_close(&listeners);
	return rmdir(folder);
}

static int come(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&at.socket, at.size), 0);
	assert_true(metrics_server_accept(&listeners.all[0]));
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* All that comes, up to the end; "" if there is none. */
static const char *hear(int fd)
{
	static char text[4096];
	size_t size = 0;
	ssize_t got = 1;
	while (got > 0) {
		struct pollfd ready = { fd, POLLIN, 0 };
		assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
		got = recv(fd, text + size, sizeof(text) - 1 - size, 0);
		size += got > 0 ? (size_t)got : 0;
	}
	text[size] = '\0';
	close(fd);
	return text;
}

#define HEAD(status, rest) "HTTP/1.1 " status "\r\n" rest "Connection: close\r\n\r\n"
#define OPEN "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"
#define OPEN_TEXT "# TYPE some counter\n# HELP some Some.\nsome_total 7\n# EOF\n"
#define CLASSIC "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
#define CLASSIC_TEXT "# TYPE some_total counter\n# HELP some_total Some.\nsome_total 7\n"

static void each_request_has_its_answer(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ GET, HEAD("200 OK", OPEN "Content-Length: 57\r\n") OPEN_TEXT },
		{ "HEAD /metrics HTTP/1.0\r\n\r\n",
			HEAD("200 OK", OPEN "Content-Length: 57\r\n") },
		{ "GET /metrics HTTP/1.0\r\nAccept: text/plain\r\n\r\n",
			HEAD("200 OK", CLASSIC "Content-Length: 63\r\n") CLASSIC_TEXT },
		{ "GET / HTTP/1.0\r\n\r\n", HEAD("404 Not Found", "Content-Length: 0\r\n") },
		{ "PUT /metrics HTTP/1.0\r\n\r\nx",
			HEAD("405 Method Not Allowed",
				"Allow: GET, HEAD\r\nContent-Length: 0\r\n") },
		{ "\n", HEAD("400 Bad Request", "Content-Length: 0\r\n") },
		{ "GET /metrics HTTP/2.0\r\n\r\n",
			HEAD("505 HTTP Version Not Supported", "Content-Length: 0\r\n") },
	};
	assert_true(metrics_server_start(write_some));
	for (size_t i = 0; i < ROWS(rows); i++) {
		int fd = come();
		say(fd, rows[i][0]);
		assert_string_equal(hear(fd), rows[i][1]);
	}
	int fd = come();
	for (const char *octet = GET; *octet != '\0'; octet++) {
		const char one[] = { *octet, '\0' };
		say(fd, one);
	}
	assert_string_equal(hear(fd), rows[0][1]);
	assert_true(metrics_server_start(write_some)); /* it runs */
	static char noise[METRICS_REQUEST_MAX + 1];
	memset(noise, 'x', METRICS_REQUEST_MAX);
	fd = come();
	say(fd, noise);
	assert_string_equal(hear(fd),
		HEAD("431 Request Header Fields Too Large", "Content-Length: 0\r\n"));
}

static void a_text_that_is_not_whole_is_not_sent(void **state)
{
	(void)state;
	assert_true(metrics_server_start(write_nothing));
	int fd = come();
	say(fd, GET);
	assert_string_equal(hear(fd),
		HEAD("500 Internal Server Error", "Content-Length: 0\r\n"));
}

/* Those who say nothing, and one who reads nothing, of much. */
static void strangers_take_the_place_of_the_oldest_only(void **state)
{
	(void)state;
	int silent[4 * METRICS_CONNECTIONS_MAX];
	assert_true(metrics_server_start(write_some));
	length = 500000;
	int greedy = come();
	say(greedy, GET);
	for (unsigned i = 0; answers == 0 && i < PATIENCE_MS; i++) {
		poll(NULL, 0, 1);
	}
	length = 1;
	for (size_t i = 0; i < ROWS(silent); i++) {
		silent[i] = come();
		int fd = come();
		say(fd, GET);
		assert_non_null(strstr(hear(fd), OPEN_TEXT));
	}
	assert_string_equal(hear(silent[0]), "");
	/* The newest are still there. */
	say(silent[ROWS(silent) - 1], GET);
	assert_non_null(strstr(hear(silent[ROWS(silent) - 1]), OPEN_TEXT));
	for (size_t i = 1; i < ROWS(silent) - 1; i++) {
		close(silent[i]);
	}
	close(greedy);
}

/* More than it can hold do not wait for it, and the place is free again afterwards. */
static void a_crowd_is_turned_away(void **state)
{
	(void)state;
	int crowd[200];
	assert_true(metrics_server_start(write_some));
	for (unsigned round = 0; round < 2; round++) {
		for (size_t i = 0; i < ROWS(crowd); i++) {
			crowd[i] = come();
		}
		for (size_t i = 0; i < ROWS(crowd); i++) {
			close(crowd[i]);
		}
	}
	const char *text = "";
	for (unsigned i = 0; text[0] == '\0' && i < PATIENCE_MS; i++) {
		poll(NULL, 0, 1);
		int fd = come();
		(void)send(fd, GET, strlen(GET), MSG_NOSIGNAL);
		text = hear(fd);
	}
	assert_non_null(strstr(text, OPEN_TEXT));
}

/* Is the other end closed, and not only done with writing? */
static bool is_closed(int fd)
{
	struct pollfd ready = { fd, 0, 0 };
	return __real_poll(&ready, 1, 0) == 1 && (ready.revents & POLLHUP) != 0;
}

static void await_closed(int fd)
{
	for (int i = 0; !is_closed(fd) && i < PATIENCE_MS; i++) {
		usleep(1000);
	}
	assert_true(is_closed(fd));
	close(fd);
}

/* The server has read all that was sent. */
static void await_read(int fd)
{
	int unread = 1;
	for (int i = 0; unread != 0 && i < PATIENCE_MS; i++) {
		usleep(1000);
		assert_int_equal(ioctl(fd, SIOCOUTQ, &unread), 0);
	}
	assert_int_equal(unread, 0);
}

/* Its time begins anew with the answer. */
static void each_connection_has_its_time(void **state)
{
	(void)state;
	assert_true(metrics_server_start(write_some));
	await_wait(-1);
	int fd = come();
	await_wait(METRICS_TIMEOUT_MS);
	now += 1000;
	int later = come();
	say(later, "G");
	await_read(later);
	now += METRICS_TIMEOUT_MS - 1001;
	await_wait(1);
	assert_false(is_closed(fd));
	now++;
	await_closed(fd);
	await_wait(1000);
	say(later, &GET[1]);
	await_wait(METRICS_TIMEOUT_MS);
	now += METRICS_TIMEOUT_MS - 1;
	await_wait(1);
	assert_false(is_closed(later));
	now++;
	await_closed(later);
	await_wait(-1);
	/* The clock may jump beyond. */
	fd = come();
	await_wait(METRICS_TIMEOUT_MS);
	now += 10 * METRICS_TIMEOUT_MS;
	await_closed(fd);
}

#define UNREAD_MAX 65536

static void send_all(int fd, size_t size)
{
	static char noise[UNREAD_MAX];
	for (size_t sent = 0; sent < size;) {
		ssize_t part = send(fd, noise, size - sent, MSG_NOSIGNAL);
		assert_true(part > 0);
		sent += (size_t)part;
	}
	await_read(fd);
}

static void what_comes_after_the_request_is_read_up_to_a_limit(void **state)
{
	(void)state;
	assert_true(metrics_server_start(write_some));
	for (int by = 0; by < 2; by++) {
		int fd = come();
		char octet;
		say(fd, GET);
		while (recv(fd, &octet, 1, 0) == 1) {
		}
		send_all(fd, UNREAD_MAX - 1);
		await_wait(METRICS_TIMEOUT_MS);
		assert_false(is_closed(fd));
		if (by == 0) {
			send_all(fd, 1);
		} else {
			assert_int_equal(shutdown(fd, SHUT_WR), 0);
		}
		await_closed(fd);
		await_wait(-1);
	}
}

#define HELD_MAX 32
#define BATCH 16
#define CROWD (HELD_MAX + 8)

static unsigned closed_of(const int crowd[CROWD])
{
	unsigned closed = 0;
	for (unsigned i = 0; i < CROWD; i++) {
		closed += is_closed(crowd[i]);
	}
	return closed;
}

/* While the server is busy with one, so many are held, and those who come next are closed. */
static void hold_a_crowd(void)
{
	int crowd[CROWD];
	blocked = true;
	int busy = come();
	await_wait(METRICS_TIMEOUT_MS);
	say(busy, GET);
	for (unsigned i = 0; i < CROWD; i++) {
		crowd[i] = socket(AF_UNIX, SOCK_STREAM, 0);
		assert_int_equal(connect(crowd[i], (const struct sockaddr *)&at.socket,
					 at.size),
			0);
	}
	static const unsigned closed[] = { 0, 1, CROWD - HELD_MAX + 1 };
	for (size_t i = 0; i < ROWS(closed); i++) {
		assert_true(metrics_server_accept(&listeners.all[0]));
		assert_int_equal(closed_of(crowd), closed[i]);
	}
	blocked = false;
	for (unsigned i = 0; i < CROWD; i++) {
		close(crowd[i]);
	}
	close(busy);
}

static void so_many_are_held_and_so_many_accepted_at_once(void **state)
{
	(void)state;
	assert_true(metrics_server_start(write_some));
	hold_a_crowd();
	await_wait(-1);
	/* There is room again for as many. */
	hold_a_crowd();
	await_wait(-1);
	for (unsigned i = 0; i < HELD_MAX; i++) {
		int fd = come();
		say(fd, GET);
		assert_non_null(strstr(hear(fd), OPEN_TEXT));
	}
}

/* As of any other connection. */
static void a_descriptor_of_zero_is_one(void **state)
{
	(void)state;
	assert_true(metrics_server_start(write_some));
	int kept = dup(STDIN_FILENO);
	for (int by = 0; by < 2; by++) {
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		assert_int_equal(connect(fd, (const struct sockaddr *)&at.socket, at.size),
			0);
		close(STDIN_FILENO);
		assert_true(metrics_server_accept(&listeners.all[0]));
		await_wait(METRICS_TIMEOUT_MS);
		assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
		if (by == 0) {
			say(fd, GET);
			assert_non_null(strstr(hear(fd), OPEN_TEXT));
			await_wait(-1);
		} else {
			metrics_server_stop();
			await_closed(fd);
		}
		assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
	}
	close(kept);
}

static void what_prevents_it_is_logged(void **state)
{
	struct conf_common conf = { .user = NULL };
	metrics_settle(&conf, write_some); /* they are not wanted */
	metrics_server_stop();
	conf.metrics = at;
	assert_int_equal(heard_begin(state), 0);
	threads_fail = true;
	metrics_settle(&conf, write_some);
	threads_fail = false;
	const struct listener none = { .fd = -1 };
	bool accepted = metrics_server_accept(&none);
	const char *said = heard();
	int failed = heard_end(state);
	assert_int_equal(failed, 0);
	assert_false(accepted);
	assert_string_equal(said,
		"dance-front: error: metrics are not served (no thread can be started); do: "
		"raise TasksMax, or lower 'max-connections'\n"
		"dance-front: error: metrics are not served (Bad file descriptor); do: raise "
		"LimitNOFILE, or lower 'max-connections'\n");
	metrics_settle(&conf, write_some);
	int fd = come();
	say(fd, GET);
	assert_non_null(strstr(hear(fd), OPEN_TEXT));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_request_has_its_answer),
		TEST(a_text_that_is_not_whole_is_not_sent),
		TEST(strangers_take_the_place_of_the_oldest_only),
		TEST(a_crowd_is_turned_away),
		TEST(each_connection_has_its_time),
		TEST(what_comes_after_the_request_is_read_up_to_a_limit),
		TEST(so_many_are_held_and_so_many_accepted_at_once),
		TEST(a_descriptor_of_zero_is_one),
		TEST(what_prevents_it_is_logged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
