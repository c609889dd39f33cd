/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A front for streams without memory: whom it cannot decide about it does not let through, and a
 * stream that flows goes on for as long as it would if DNS did not answer. */

#include "stream_scene.h"

#include "connection.h"
#include "front_lines.h"
#include "room.h"
#include "stream.h"
#include "watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define REMOTE ", remote 127.0.0.1@5353"

static atomic_bool no_results; /* no memory for a result of a decision */
static atomic_bool no_zeroed;  /* none that is zeroed, nor */
static atomic_bool no_names;   /* for a name, but in this thread: */
static pthread_t main_thread;
static atomic_bool made_room;  /* room_make() has returned */
static atomic_bool no_watches; /* none to watch a connection with */
static atomic_bool no_sides;   /* none to watch a server with */
static atomic_bool no_servers; /* that are connected yet */
static atomic_uint looks;      /* whether one is, so often */
static atomic_bool first_fd;   /* its socket is the one with the least number */

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	bool is_none = atomic_load(&no_results) && size == sizeof(struct dance_result);
	is_none |= atomic_load(&no_zeroed) &&
		pthread_equal(pthread_self(), main_thread) == 0;
	return is_none ? NULL : __real_calloc(count, size);
}

/* Called when the connection has left already. */
void __real_room_make(const struct listener *of, const char *why, const char *advice);
void __wrap_room_make(const struct listener *of, const char *why, const char *advice);
void __wrap_room_make(const struct listener *of, const char *why, const char *advice)
{
	__real_room_make(of, why, advice);
	atomic_store(&made_room, true);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
	return atomic_load(&no_names) && pthread_equal(pthread_self(), main_thread) == 0 ?
		NULL :
		__real_strdup(text);
}

bool __real_watch_begin(struct watch *watch, struct loop *loop, void (*turn)(void *arg),
	void *arg);
bool __wrap_watch_begin(struct watch *watch, struct loop *loop, void (*turn)(void *arg),
	void *arg);
bool __wrap_watch_begin(struct watch *watch, struct loop *loop, void (*turn)(void *arg),
	void *arg)
{
	return !atomic_load(&no_watches) && __real_watch_begin(watch, loop, turn, arg);
}

bool __real_watch_server(struct watch *watch, int fd, short events);
bool __wrap_watch_server(struct watch *watch, int fd, short events);
bool __wrap_watch_server(struct watch *watch, int fd, short events)
{
	return !atomic_load(&no_sides) && __real_watch_server(watch, fd, events);
}

bool __real_stream_is_connected(int fd);
bool __wrap_stream_is_connected(int fd);
bool __wrap_stream_is_connected(int fd)
{
	atomic_fetch_add(&looks, 1);
	return !atomic_load(&no_servers) && __real_stream_is_connected(fd);
}

int __real_stream_connect(const struct sockaddr *address, socklen_t size,
	const struct sockaddr *from, socklen_t from_size);
int __wrap_stream_connect(const struct sockaddr *address, socklen_t size,
	const struct sockaddr *from, socklen_t from_size);
int __wrap_stream_connect(const struct sockaddr *address, socklen_t size,
	const struct sockaddr *from, socklen_t from_size)
{
	int fd = __real_stream_connect(address, size, from, from_size);
	if (atomic_load(&first_fd) && dup2(fd, 0) == 0) {
		close(fd);
		fd = 0;
	}
	return fd;
}

static int begin(void **state)
{
	main_thread = pthread_self();
	atomic_store(&looks, 0);
	int wrong = begin_scene(state);
	return lines_begin(state) != 0 ? -1 : wrong;
}

static int end(void **state)
{
	atomic_store(&no_results, false);
	atomic_store(&no_zeroed, false);
	atomic_store(&made_room, false);
	atomic_store(&no_names, false);
	atomic_store(&no_watches, false);
	atomic_store(&no_sides, false);
	atomic_store(&no_servers, false);
	atomic_store(&first_fd, false);
	int wrong = lines_end(state);
	return end_scene(state) != 0 ? -1 : wrong;
}

static void expect_failure(const char *counts)
{
	char wanted[256];
	snprintf(wanted, sizeof(wanted),
		"error: front mqtt, stream failed" REMOTE " (out of memory); do: %s\n",
		dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_CLIENT));
	expect_said(port, wanted, counts);
}

static void nobody_gets_through_undecided(void **state)
{
	(void)state;
	atomic_store(&no_results, true);
	come(&mine);
	expect_end(true);
	expect_left(true);
	leave();
	expect_failure("connections 1, result accepted 1");
}

static void nobody_gets_through_without_a_name(void **state)
{
	(void)state;
	atomic_store(&no_names, true);
	come(&mine);
	expect_end(true);
	expect_left(true);
	leave();
	expect_failure("connections 1, result accepted 1, verdict allow 1, it stream allowed 1");
}

static void nobody_is_served_without_memory(void **state)
{
	(void)state;
	const struct timespec moment = { .tv_nsec = 1000000 };
	int near, away;
	atomic_store(&no_zeroed, true);
	socket_pair(&near, &away);
	serve(stream_mode_begin, near, false, "mqtt");
	expect_closed(away);
	close(away);
	await_served();
	for (int i = 0; !atomic_load(&made_room); i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
	expect_said(port, "error: out of room (out of memory); do: " ROOM_MORE_MEMORY "\n",
		"connections 1");
}

static void nobody_is_served_who_cannot_be_watched(void **state)
{
	(void)state;
	int near, away;
	atomic_store(&no_watches, true);
	socket_pair(&near, &away);
	serve(stream_mode_begin, near, false, "mqtt");
	expect_closed(away);
	close(away);
	await_served();
	expect_left(false);
	expect_said(port, "", "connections 1");
}

/* Whatever the number of its socket. */
static void a_server_that_cannot_be_watched_is_left(void **state)
{
	(void)state;
	int input = dup(0);
	assert_true(input >= 0);
	atomic_store(&no_servers, true);
	atomic_store(&no_sides, true);
	for (int first = 0; first < 2; first++) {
		(void)lines(port);
		atomic_store(&first_fd, first == 1);
		come(&mine);
		expect_end(true);
		expect_left(true);
		leave();
		const char *said = lines(port);
		assert_non_null(strstr(said,
			"info: front mqtt, stream ended" REMOTE
			", client a.example, received 0, sent 0, seconds S (out of "
			"memory)\n"));
	}
	assert_int_equal(dup2(input, 0), 0);
	close(input);
}

/* Nobody waits for it when the program ends. */
static void a_server_that_is_not_connected_yet_is_left(void **state)
{
	(void)state;
	const struct timespec moment = { .tv_nsec = 1000000 };
	atomic_store(&no_servers, true);
	come(&mine);
	for (int i = 0; atomic_load(&looks) == 0; i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
	expect_all_to_leave();
	expect_left(false);
	leave();
	const char *said = lines(port);
	assert_non_null(strstr(said,
		"info: front mqtt, stream ended" REMOTE
		", client a.example, received 0, sent 0, seconds S (" CONNECTION_CLOSED_HERE
		")\n"));
}

/* It is permitted by another name on the list of identities, which cannot be kept. */
static void a_stream_ends_whose_name_cannot_be_kept(void **state)
{
	(void)state;
	char wanted[1024];
	atomic_store(&next_check_ms, 5);
	sends_name = true;
	come_to_server();
	expect_flow();
	(void)lines(port);
	atomic_store(&no_names, true);
	configure((struct stream_config){ .name = "*.example" });
	expect_end(false);
	expect_left(true);
	expect_closed(server);
	leave();
	snprintf(wanted, sizeof(wanted),
		"error: front mqtt, stream closed" REMOTE " (out of memory); do: %s\n"
		"info: front mqtt, stream ended" REMOTE
		", client a.example, received 4, sent 4, seconds S (out of memory)\n",
		dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_CLIENT));
	assert_string_equal(lines(port), wanted);
}

static void a_stream_goes_on_until_its_record_expires(void **state)
{
	(void)state;
	char wanted[1024];
	publish(NAME, 1, &mine);
	configure((struct stream_config){ .limits = "    max-connections: 77\n" });
	pass(TTL * 1000);
	atomic_store(&next_check_ms, 20);
	come_to_server();
	expect_flow();
	(void)lines(port);
	atomic_store(&no_results, true);
	unsigned before = atomic_load(&checks);
	expect_end(false);
	expect_left(true);
	expect_closed(server);
	leave();
	assert_true(atomic_load(&checks) > before);
	snprintf(wanted, sizeof(wanted),
		"error: front mqtt, stream closed" REMOTE " (out of memory); do: %s\n"
		"info: front mqtt, stream ended" REMOTE
		", client a.example, received 4, sent "
		"4, seconds S (out of memory)\n",
		dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_CLIENT));
	assert_string_equal(lines(port), wanted);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(nobody_gets_through_undecided),
		ONE(nobody_gets_through_without_a_name),
		ONE(nobody_is_served_without_memory),
		ONE(nobody_is_served_who_cannot_be_watched),
		ONE(a_server_that_cannot_be_watched_is_left),
		ONE(a_server_that_is_not_connected_yet_is_left),
		ONE(a_stream_ends_whose_name_cannot_be_kept),
		ONE(a_stream_goes_on_until_its_record_expires),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
