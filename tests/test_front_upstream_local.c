/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The way to an upstream server behind a UNIX socket, of which the backlog may be full. */

#include "upstream_scene.h"
#include "monotonic.h"
#include "workers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[] = "/tmp/test_front_upstream.XXXXXX";
static char path[sizeof(folder) + sizeof("/server")];

static int listen_at_path(int backlog)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	assert_non_null(mkdtemp(strcpy(folder, "/tmp/test_front_upstream.XXXXXX")));
	snprintf(path, sizeof(path), "%s/server", folder);
	memcpy(at.sun_path, path, sizeof(path));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	be_patient(fd);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static void stop_listening(int listener)
{
	close(listener);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void a_stream_may_go_to_a_unix_socket(void **state)
{
	(void)state;
	static const char *const rows[] = { "", "    proxy: off\n",
		"    source: identity\n" };
	for (size_t i = 0; i < ROWS(rows); i++) {
		int listener = listen_at_path(1);
		begin_stream(path, rows[i]);
		assert_null(reach(1, 1000));
		int fd = loopback_accept(listener);
		assert_int_equal(send(server.fd, "x", 1, 0), 1);
		char octet = 0;
		assert_int_equal(recv(fd, &octet, 1, 0), 1);
		assert_int_equal(octet, 'x');
		finish();
		close(fd);
		stop_listening(listener);
		begin_stream(path, rows[i]);
		assert_string_equal(reach(1, 1000),
			"the upstream server cannot be reached");
		assert_true(front->unreachable);
		finish();
	}
}

static void so_many_streams_go_to_a_unix_socket_and_no_more(void **state)
{
	(void)state;
	int listener = listen_at_path(1);
	struct upstream_slot other = { 0 };
	begin_stream(path, "");
	assert_null(reach(1, 1000));
	wake = (struct loop_call){ .loop = workers_choose(), .run = leave_alone };
	assert_true(upstream_slot_take(&other, &front->conf->server.socket, 1, &wake));
	assert_false(upstream_slot_is_taken(&other));
	upstream_slot_give(&other);
	finish();
	stop_listening(listener);
}

/* Takes all the room that a listener has. Returns how much that was. */
static size_t fill(int *fds, size_t most)
{
	size_t count = 0;
	do {
		assert_true(count < most);
		fds[count] =
			stream_connect((const struct sockaddr *)&front->conf->server.socket,
				front->conf->server.size, NULL, 0);
	} while (fds[count++] >= 0);
	assert_int_equal(errno, EAGAIN);
	return count - 1;
}

/* A server that is slow to accept is not one that is away. */
static void a_full_backlog_is_tried_again(void **state)
{
	(void)state;
	int fds[64], listener = listen_at_path(1);
	begin_stream(path, "");
	size_t count = fill(fds, ROWS(fds));
	later_ms = 0;
	server = STREAM_NONE;
	for (unsigned i = 0; i < 3; i++) {
		int64_t now = monotonic_ms();
		assert_int_equal(ask(1, 5000), RELAY_CONNECTING);
		assert_int_equal(server.fd, -1);
		assert_int_equal(waiting.server, 0);
		assert_true(waiting.deadline >= now + UPSTREAM_RETRY_MS);
		assert_true(waiting.deadline <= monotonic_ms() + UPSTREAM_RETRY_MS);
	}
	close(loopback_accept(listener));
	assert_int_equal(ask(1, 5000), RELAY_CONNECTED);
	assert_true(server.fd >= 0);
	upstream_leave(&way);
	stream_close(&server);
	finish();
	for (size_t i = 0; i < count; i++) {
		close(fds[i]);
	}
	stop_listening(listener);
}

/* Thousands may wait for a server that does not accept. */
static void a_backlog_that_stays_full_is_tried_less_and_less(void **state)
{
	(void)state;
	int fds[64], listener = listen_at_path(1);
	begin_stream(path, "");
	size_t count = fill(fds, ROWS(fds));
	unsigned tries = 0;
	server = STREAM_NONE;
	for (later_ms = 0; later_ms < 4900; tries++) {
		int64_t now = monotonic_ms();
		assert_int_equal(ask(1, 5000), RELAY_CONNECTING);
		check_range(waiting.deadline - now, 1, UPSTREAM_RETRY_MAX_MS + 100);
		later_ms += waiting.deadline - now;
	}
	check_range(tries, 5, 20);
	later_ms = 0;
	upstream_leave(&way);
	finish();
	for (size_t i = 0; i < count; i++) {
		close(fds[i]);
	}
	stop_listening(listener);
}

static void a_backlog_that_stays_full_ends_at_the_deadline(void **state)
{
	(void)state;
	int fds[64], listener = listen_at_path(1);
	begin_stream(path, "");
	size_t count = fill(fds, ROWS(fds));
	later_ms = 0;
	server = STREAM_NONE;
	assert_int_equal(ask(1, 5000), RELAY_CONNECTING);
	later_ms = 4000;
	assert_int_equal(ask(1, 5000), RELAY_CONNECTING);
	later_ms = 5000;
	assert_int_equal(ask(1, 5000), RELAY_UNREACHABLE);
	assert_string_equal(why, "the upstream server cannot be reached");
	assert_true(front->unreachable);
	later_ms = 0;
	finish();
	for (size_t i = 0; i < count; i++) {
		close(fds[i]);
	}
	stop_listening(listener);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, front_scene_begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_stream_may_go_to_a_unix_socket),
		ONE(so_many_streams_go_to_a_unix_socket_and_no_more),
		ONE(a_full_backlog_is_tried_again),
		ONE(a_backlog_that_stays_full_is_tried_less_and_less),
		ONE(a_backlog_that_stays_full_ends_at_the_deadline),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
