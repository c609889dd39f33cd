/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The way to the upstream server of a front: from which address, with which header, how
 * many at once, and by when. test_front_upstream_local.c has UNIX sockets. */

#include "upstream_scene.h"
#include "monotonic.h"
#include "workers.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* With a server on this port. */
static void begin(uint16_t port, bool proxy)
{
	char text[64];
	snprintf(text, sizeof(text), "    server: 127.0.0.1@%u\n    proxy: %s\n", port,
		proxy ? "on" : "off");
	begin_front(text);
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

#define FROM \
	"\xc0\0\2\x09" \
	"\xc0\0\2\x09" \
	"\x12\x34\x12\x34"
#define IT \
	"\x7f\0\0\2" \
	"\x7f\0\0\2" \
	"\x12\x34\x12\x34"

/* Which header there is, and whose address stands in it. */
static void a_stream_has_the_header_that_is_configured(void **state)
{
	(void)state;
	static const struct {
		const char *more;
		size_t size;
		const char *addresses;
	} rows[] = {
		{ "    proxy: off\n", 0, "" },
		{ "", 28, FROM },
		{ "    proxy: on\n    source: client\n", 28, FROM },
		{ "    source: identity\n", 28, IT },
		{ "    proxy: tls\n", 28 + 8 + 10 + 12 + 9, FROM },
		{ "    proxy: tls\n    source: identity\n", 28 + 8 + 10 + 12 + 9, IT },
	};
	struct dance_result result = {
		.size = sizeof(result), .verdict = DANCE_ALLOW, .name = "a.example"
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct upstream_header header;
		begin_stream("/run/nowhere", rows[i].more);
		connection->stream.ssl = SSL_new(front->tls); /* whose cipher is "(NONE)" */
		(void)ask(1, 1000);
		check_true(rows[i].more, upstream_write_header(&request, &result, &header));
		assert_int_equal(header.size, rows[i].size);
		if (header.size > 0) {
			assert_memory_equal(header.octets + 16, rows[i].addresses, 12);
		}
		finish();
	}
}

static void who_is_not_permitted_has_no_header(void **state)
{
	(void)state;
	const struct dance_result result = {
		.size = sizeof(result), .verdict = DANCE_UNDECIDED, .name = "a.example"
	};
	struct upstream_header header;
	begin_stream("/run/nowhere", "    proxy: tls\n");
	connection->stream.ssl = SSL_new(front->tls);
	(void)ask(1, 1000);
	assert_false(upstream_write_header(&request, &result, &header));
	assert_int_equal(header.size, 0);
	finish();
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
		ONE(a_stream_has_the_header_that_is_configured),
		ONE(who_is_not_permitted_has_no_header),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
