/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The way to the upstream server of a front: from which address, with which header, how
 * many at once, and by when. */

#include "check.h"
#include "front_scene.h"
#include "monotonic.h"
#include "scene.h"
#include "upstream.h"
#include "workers.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t later_ms; /* the clock is ahead */
static bool stays_connecting, fail_connecting;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int result = __real_clock_gettime(clock, now);
	now->tv_sec += later_ms / 1000;
	return result;
}

bool __real_stream_is_connected(int fd);
bool __wrap_stream_is_connected(int fd);
bool __wrap_stream_is_connected(int fd)
{
	return !stays_connecting && __real_stream_is_connected(fd);
}

int __real_stream_connect_error(int fd);
int __wrap_stream_connect_error(int fd);
int __wrap_stream_connect_error(int fd)
{
	return fail_connecting ? ETIMEDOUT : __real_stream_connect_error(fd);
}

static struct front *front;
static struct connection *connection;
static struct stream server;
static struct relay_preface preface;
static struct relay_wait waiting;
static struct upstream_link way;
static struct loop_call wake = { .run = NULL };
static const char *why;

/* A front with a server on this port, and a client's connection. */
static void begin(uint16_t port, bool proxy)
{
	char text[512];
	int near, far;
	const struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(4660),
		.sin_addr = { htonl(0xc0000209) } };
	struct sockaddr_storage from = { 0 };
	memcpy(&from, &address, sizeof(address));
	publish("a.example", TTL, &front_scene_mine);
	snprintf(text, sizeof(text),
		"identity:\n  - id: it\n    name: a.example\n    address: 127.0.0.2\n"
		"front:\n  - id: xot\n    listen: 192.0.2.1\n    key-file: %s\n"
		"    server: 127.0.0.1@%u\n    proxy: %s\n",
		front_scene_key_file(), port, proxy ? "on" : "off");
	front_scene_install(text);
	front = &front_scene_runtime()->fronts[0];
	socket_pair(&near, &far);
	close(far);
	connection = connection_new(near, &from, sizeof(address), NULL, 0);
	assert_non_null(connection);
	assert_true(connection_enter(connection, false, "xot"));
	fail_connecting = false;
}

static enum relay_link ask(unsigned most, unsigned patience_ms)
{
	const struct upstream_request request = {
		.front = front,
		.connection = connection,
		.as = &front->conf->identities[0]->address,
		.most = most,
		.patience_ms = patience_ms,
		.wake = &wake,
	};
	why = NULL;
	waiting = (struct relay_wait){ .deadline = INT64_MAX };
	return upstream_connect(&way, &request, &server, &preface, &waiting, &why);
}

/* As its owner does, which looks again when it has waited. */
static const char *reach(unsigned most, unsigned patience_ms)
{
	enum relay_link link;
	later_ms = 0;
	server = STREAM_NONE;
	preface.size = 0;
	while ((link = ask(most, patience_ms)) == RELAY_CONNECTING) {
		assert_true(waiting.deadline <= monotonic_ms() + UPSTREAM_CONNECT_MS);
		usleep(1000);
	}
	assert_true((link == RELAY_CONNECTED) == (why == NULL));
	if (link != RELAY_CONNECTED) {
		upstream_leave(&way);
		stream_close(&server);
	}
	return why;
}

static void finish(void)
{
	upstream_leave(&way);
	stream_close(&server);
	connection_close(connection);
	connection_leave(connection);
}

static void leave_alone(void *arg)
{
	(void)arg;
}

static void without_a_header_it_comes_from_the_identity(void **state)
{
	(void)state;
	uint16_t port;
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	int listener = loopback_socket(SOCK_STREAM, &port);
	begin(port, false);
	assert_null(reach(1, 1000));
	int fd = accept(listener, (struct sockaddr *)&from, &size);
	assert_int_equal(ntohl(from.sin_addr.s_addr), 0x7f000002);
	assert_int_equal(preface.size, 0);
	finish();
	close(fd);
	close(listener);
}

static void with_one_the_header_names_the_identity(void **state)
{
	(void)state;
	static const uint8_t addresses[] = { 127, 0, 0, 2, 127, 0, 0, 2, 0x12, 0x34, 0x12,
		0x34 };
	uint16_t port;
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	int listener = loopback_socket(SOCK_STREAM, &port);
	begin(port, true);
	assert_null(reach(1, 1000));
	int fd = accept(listener, (struct sockaddr *)&from, &size);
	assert_int_equal(ntohl(from.sin_addr.s_addr), INADDR_LOOPBACK);
	assert_int_equal(preface.size, 28);
	assert_memory_equal(preface.octets + 16, addresses, sizeof(addresses));
	finish();
	close(fd);
	close(listener);
}

static void a_server_has_so_many_connections_and_no_more(void **state)
{
	(void)state;
	uint16_t port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	begin(port, true);
	assert_null(reach(1, 1000));
	struct stream first = server;
	struct upstream_link first_way = way;
	way = (struct upstream_link){ 0 };
	assert_string_equal(reach(1, 10), "no connection to the upstream server is free");
	assert_int_equal(server.fd, -1);
	assert_null(reach(2, 1000));
	upstream_leave(&first_way);
	stream_close(&first);
	finish();
	close(listener);
}

/* Nor does a connection that failed keep its place. */
static void a_server_that_is_not_there_is_said_so_once(void **state)
{
	(void)state;
	uint16_t port;
	close(loopback_socket(SOCK_STREAM, &port));
	begin(port, true);
	for (unsigned i = 0; i < 2; i++) {
		assert_string_equal(reach(1, 1000),
			"the upstream server cannot be reached");
		assert_int_equal(server.fd, -1);
		assert_true(front->unreachable);
	}
	finish();

	int listener = loopback_socket(SOCK_STREAM, &port);
	begin(port, true);
	front->unreachable = true;
	fail_connecting = true;
	assert_string_equal(reach(1, 1000), "the upstream server cannot be reached");
	fail_connecting = false;
	assert_null(reach(1, 1000));
	assert_false(front->unreachable);
	finish();
	close(listener);
}

/* Whatever waiting for a slot took is not there any more for connecting. */
static void all_of_it_has_one_deadline(void **state)
{
	(void)state;
	static const unsigned patience_ms[] = { 1000, UPSTREAM_CONNECT_MS,
		UPSTREAM_CONNECT_MS + 1000 };
	uint16_t port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	begin(port, true);
	wake = (struct loop_call){ .loop = workers_choose(), .run = leave_alone };
	stays_connecting = true;
	for (size_t i = 0; i < ROWS(patience_ms); i++) {
		unsigned most = patience_ms[i] < UPSTREAM_CONNECT_MS ? patience_ms[i] :
								       UPSTREAM_CONNECT_MS;
		struct upstream_slot other = { 0 };
		later_ms = 0;
		server = STREAM_NONE;
		assert_true(upstream_slot_take(&other, &front->conf->server.socket, 1,
			&wake));
		int64_t began = monotonic_ms();
		assert_int_equal(ask(1, patience_ms[i]), RELAY_CONNECTING);
		int64_t deadline = waiting.deadline;
		assert_true(deadline >= began + most && deadline <= monotonic_ms() + most);
		assert_int_equal(server.fd, -1);
		later_ms = most - 1000;
		upstream_slot_give(&other);
		assert_int_equal(ask(1, patience_ms[i]), RELAY_CONNECTING);
		assert_int_equal(waiting.deadline, deadline);
		assert_int_equal(waiting.server, POLLOUT);
		later_ms = most;
		assert_int_equal(ask(1, patience_ms[i]), RELAY_UNREACHABLE);
		assert_string_equal(why, "the upstream server cannot be reached");
		upstream_leave(&way);
		stream_close(&server);
	}
	later_ms = 0;
	stays_connecting = false;
	finish();
	close(listener);
}

static void connections_are_the_same_for_the_same(void **state)
{
	(void)state;
	struct upstream one = { .proxy = true }, same, another;
	one.server.ss_family = one.as.socket.ss_family = AF_INET;
	same = one;
	assert_true(upstream_is_same(&one, &same));
	another = one;
	another.proxy = false;
	assert_false(upstream_is_same(&one, &another));
	another = one;
	another.server.ss_family = AF_INET6;
	assert_false(upstream_is_same(&one, &another));
	another = one;
	another.as.socket.ss_family = AF_INET6;
	assert_false(upstream_is_same(&one, &another));
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, front_scene_begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(without_a_header_it_comes_from_the_identity),
		ONE(with_one_the_header_names_the_identity),
		ONE(a_server_has_so_many_connections_and_no_more),
		ONE(a_server_that_is_not_there_is_said_so_once),
		ONE(all_of_it_has_one_deadline),
		ONE(connections_are_the_same_for_the_same),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
