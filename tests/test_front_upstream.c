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
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
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
static struct upstream_request request;
static const char *why;

static char folder[] = "/tmp/test_front_upstream.XXXXXX";
static char path[sizeof(folder) + sizeof("/server")];

/* A front with this in its section, and a client's connection. */
static void begin_front(const char *more)
{
	char text[1024];
	int near, far;
	const struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(4660),
		.sin_addr = { htonl(0xc0000209) } };
	struct sockaddr_storage from = { 0 };
	memcpy(&from, &address, sizeof(address));
	publish("a.example", TTL, &front_scene_mine);
	snprintf(text, sizeof(text),
		"identity:\n  - id: it\n    name: a.example\n    address: 127.0.0.2\n"
		"front:\n  - id: xot\n    listen: 192.0.2.1@853\n    key-file: %s\n"
		"%s",
		front_scene_key_file(), more);
	front_scene_install(text);
	front = &front_scene_runtime()->fronts[0];
	socket_pair(&near, &far);
	close(far);
	connection = connection_new(near, &from, sizeof(address), NULL, 0);
	assert_non_null(connection);
	assert_true(connection_enter(connection, false, "xot"));
	fail_connecting = false;
}

/* With a server on this port. */
static void begin(uint16_t port, bool proxy)
{
	char text[64];
	snprintf(text, sizeof(text), "    server: 127.0.0.1@%u\n    proxy: %s\n", port,
		proxy ? "on" : "off");
	begin_front(text);
}

/* A stream's, with this server. */
static void begin_stream(const char *at, const char *more)
{
	char text[256];
	snprintf(text, sizeof(text), "    mode: stream\n    server: %s\n%s", at, more);
	begin_front(text);
}

static enum relay_link ask(unsigned most, unsigned patience_ms)
{
	request = (struct upstream_request){
		.front = front,
		.connection = connection,
		.as = &front->conf->identities[0]->address,
		.most = most,
		.patience_ms = patience_ms,
		.wake = &wake,
	};
	why = NULL;
	waiting = (struct relay_wait){ .deadline = INT64_MAX };
	return upstream_connect(&way, &request, &server,
		front->conf->mode == CONF_MODE_DNS ? &preface : NULL, &waiting, &why);
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
		ONE(a_stream_may_go_to_a_unix_socket),
		ONE(so_many_streams_go_to_a_unix_socket_and_no_more),
		ONE(a_full_backlog_is_tried_again),
		ONE(a_backlog_that_stays_full_ends_at_the_deadline),
		ONE(a_stream_has_the_header_that_is_configured),
		ONE(who_is_not_permitted_has_no_header),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
