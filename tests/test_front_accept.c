/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which connections a mode serves, which are turned away, and how. */

#include "accept.h"
#include "check.h"
#include "front_scene.h"
#include "message.h"
#include "scene.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static bool fail_threads_now;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *arg)
{
	return fail_threads_now ? EAGAIN :
				  __real_pthread_create(thread, attributes, start, arg);
}

/* A front "xot" and a client "out" whose primary never answers. */
static void configure(const char *limits)
{
	char text[1024];
	publish("a.example", TTL, &front_scene_mine);
	answer("_853._tcp.p.example", RESOLVER_DENIED, TTL, NULL);
	snprintf(text, sizeof(text),
		"server:\n    idle-timeout: %d\n%s"
		"identity:\n  - id: it\n    name: a.example\n    address: 192.0.2.2\n"
		"front:\n  - id: xot\n    listen: 192.0.2.1\n    key-file: %s\n"
		"    server: 127.0.0.1@9\n"
		"client:\n  - id: out\n    listen: 127.0.0.1@5853\n    primary: 127.0.0.2@853\n"
		"    name: p.example\n    key-file: %s\n    pass: notify\n",
		PATIENCE_S, limits, front_scene_key_file(), front_scene_key_file());
	front_scene_install(text);
}

static uint16_t port;

static struct listener listen_for(const char *id, bool of_client, bool datagrams)
{
	struct listener listener = {
		.fd = loopback_socket(datagrams ? SOCK_DGRAM : SOCK_STREAM, &port),
		.of_client = of_client,
		.datagrams = datagrams,
		.unused = id == NULL,
		.text = "127.0.0.1@5853",
	};
	snprintf(listener.id, sizeof(listener.id), "%s", id != NULL ? id : "");
	assert_int_equal(fcntl(listener.fd, F_SETFL, O_NONBLOCK), 0);
	return listener;
}

/* Until so many connections are left. */
static void await_count(size_t count)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	for (int i = 0; limits_count() != count; i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
}

static void expect_answer(int fd, uint16_t id, uint8_t rcode)
{
	uint8_t heard[MESSAGE_MAX];
	struct message_reply reply;
	assert_true(message_read_reply(heard, get_message(fd, heard), &reply));
	assert_int_equal(heard[0] << 8 | heard[1], id);
	assert_int_equal(reply.rcode, rcode);
}

static void a_connection_is_served_by_its_section(void **state)
{
	(void)state;
	configure("");
	struct listener listener = listen_for("out", true, false);
	int first = loopback_connect(port), second = loopback_connect(port);
	assert_true(accept_batch(&listener));
	assert_int_equal(limits_count(), 2);
	for (uint16_t id = 1; id < 3; id++) {
		const struct dns_message query = dns_query(id, DNS_AXFR, 0);
		put_message(first, &query);
		expect_answer(first, id, 5);
		put_message(second, &query);
		expect_answer(second, id, 5);
	}
	close(first);
	close(second);
	await_count(0);
	close(listener.fd);

	listener = listen_for("xot", false, false);
	first = loopback_connect(port);
	assert_true(accept_batch(&listener));
	assert_int_equal(send(first, "GET / HTTP/1.0\r\n\r\n", 18, 0), 18);
	await_count(0); /* which speaks TLS and nothing else */
	close(first);
	close(listener.fd);
}

static void a_connection_over_a_limit_is_closed(void **state)
{
	(void)state;
	configure("    max-per-client: 1\n");
	struct listener listener = listen_for("out", true, false);
	int first = loopback_connect(port), second = loopback_connect(port);
	assert_true(accept_batch(&listener));
	expect_closed(second);
	const struct dns_message query = dns_query(1, DNS_AXFR, 0);
	put_message(first, &query);
	expect_answer(first, 1, 5);
	close(first);
	close(second);
	await_count(0);
	close(listener.fd);
}

/* Another than that of all, which a client's section has in any case. */
static void a_front_may_have_an_idle_time_of_its_own(void **state)
{
	(void)state;
	char text[1024];
	publish("a.example", TTL, &front_scene_mine);
	answer("_853._tcp.p.example", RESOLVER_DENIED, TTL, NULL);
	snprintf(text, sizeof(text),
		"server:\n    idle-timeout: 7\n    answer-timeout: 8\n"
		"identity:\n  - id: it\n    name: a.example\n    address: 192.0.2.2\n"
		"front:\n  - id: xot\n    listen: 192.0.2.1\n    key-file: %s\n"
		"    server: 127.0.0.1@9\n    idle-timeout: 5m\n"
		"  - id: plain\n    listen: 192.0.2.2\n    key-file: %s\n"
		"    server: 127.0.0.1@9\n"
		"client:\n  - id: out\n    listen: 127.0.0.1@5853\n    primary: 127.0.0.2@853\n"
		"    name: p.example\n    key-file: %s\n",
		front_scene_key_file(), front_scene_key_file(), front_scene_key_file());
	front_scene_install(text);
	static const struct {
		const char *id;
		bool of_client;
		unsigned idle_ms;
	} rows[] = { { "xot", false, 300000 }, { "plain", false, 7000 },
		{ "out", true, 7000 } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		int near, far;
		const struct sockaddr_storage from = { .ss_family = AF_INET };
		socket_pair(&near, &far);
		struct connection *connection = connection_new(near, &from,
			sizeof(struct sockaddr_in), NULL, 0);
		assert_non_null(connection);
		assert_true(connection_enter(connection, rows[i].of_client, rows[i].id));
		const struct relay_times times = connection_times(connection);
		check_true(rows[i].id, times.idle_ms == rows[i].idle_ms);
		check_true(rows[i].id, times.answer_ms == 8000);
		connection_close(connection);
		connection_leave(connection);
		close(far);
	}
}

/* As by a port that nobody listens on. */
static void where_no_section_listens_connections_are_reset(void **state)
{
	(void)state;
	configure("");
	uint8_t octet;
	struct listener listener = listen_for(NULL, false, false);
	int fd = loopback_connect(port);
	assert_true(accept_batch(&listener));
	assert_true(recv(fd, &octet, 1, 0) < 0);
	assert_int_equal(errno, ECONNRESET);
	close(fd);
	close(listener.fd);

	listener = listen_for("gone", false, false); /* by a reload, a moment ago */
	fd = loopback_connect(port);
	assert_true(accept_batch(&listener));
	expect_closed(fd);
	assert_int_equal(limits_count(), 0);
	close(fd);
	close(listener.fd);
}

/* A datagram's socket is connected to the listener. */
static int datagrams_to_listener(void)
{
	uint16_t own;
	int fd = loopback_socket(SOCK_DGRAM, &own);
	const struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static void say(int fd, uint16_t id, uint16_t type)
{
	const struct dns_message query = dns_query(id, type, 0);
	assert_int_equal(send(fd, query.octets, query.size, 0), query.size);
}

/* The id and the flags and rcode of the answer. */
static void hear(int fd, uint16_t id, uint16_t flags)
{
	uint8_t heard[MESSAGE_MAX];
	assert_true(recv(fd, heard, sizeof(heard), 0) >= MESSAGE_HEADER);
	assert_int_equal(heard[0] << 8 | heard[1], id);
	assert_int_equal((heard[2] << 8 | heard[3]) & 0x820f, flags);
}

static void datagrams_are_told_to_come_by_tcp(void **state)
{
	(void)state;
	static const uint8_t large[CONNECTION_QUERY_MAX + 1];
	configure("");
	struct listener listener = listen_for("out", true, true);
	int fd = datagrams_to_listener();
	assert_int_equal(send(fd, large, sizeof(large), 0), sizeof(large)); /* is dropped */
	say(fd, 1, DNS_AXFR);
	say(fd, 2, DNS_SOA); /* which goes to the primary, if it passes */
	assert_true(accept_batch(&listener));
	hear(fd, 1, 0x8200);
	hear(fd, 2, 0x8005);
	await_count(0);
	close(listener.fd);
	close(fd);

	listener = listen_for(NULL, false, true);
	fd = datagrams_to_listener();
	say(fd, 3, DNS_SOA);
	assert_true(accept_batch(&listener));
	hear(fd, 3, 0x8005);
	close(listener.fd);
	close(fd);
}

/* Other sockets have their turn before one that never falls silent goes on. */
static void one_socket_does_not_keep_the_others_waiting(void **state)
{
	(void)state;
	configure("");
	struct listener listener = listen_for("out", true, true);
	int fd = datagrams_to_listener();
	for (uint16_t id = 0; id < 70; id++) {
		say(fd, id, DNS_AXFR);
	}
	uint8_t octet;
	assert_true(accept_batch(&listener));
	for (uint16_t id = 0; id < 64; id++) {
		hear(fd, id, 0x8200);
	}
	assert_true(recv(fd, &octet, 1, MSG_DONTWAIT) < 0);
	assert_true(accept_batch(&listener));
	for (uint16_t id = 64; id < 70; id++) {
		hear(fd, id, 0x8200);
	}
	close(listener.fd);
	close(fd);
}

/* Only what has to wait for the primary takes one, and is dropped then. */
static void a_connection_needs_no_thread_of_its_own(void **state)
{
	(void)state;
	configure("");
	fail_threads_now = true;
	struct listener listener = listen_for("out", true, false);
	int fd = loopback_connect(port);
	assert_true(accept_batch(&listener));
	const struct dns_message query = dns_query(1, DNS_AXFR, 0);
	put_message(fd, &query);
	expect_answer(fd, 1, 5);
	close(fd);
	close(listener.fd);

	listener = listen_for("out", true, true);
	fd = datagrams_to_listener();
	say(fd, 2, DNS_SOA);
	say(fd, 3, DNS_AXFR);
	assert_true(accept_batch(&listener));
	hear(fd, 3, 0x8200);
	await_count(0);
	fail_threads_now = false;
	close(fd);
	close(listener.fd);
}

/* Connections without a handshake make room for new ones. */
static void without_a_descriptor_sockets_are_left_alone_for_a_moment(void **state)
{
	(void)state;
	configure("");
	struct rlimit limit;
	struct listener listener = listen_for("xot", false, false);
	int some[8];
	for (size_t i = 0; i < ROWS(some); i++) {
		some[i] = loopback_connect(port);
	}
	assert_true(accept_batch(&listener));
	assert_int_equal(limits_count(), ROWS(some));
	int late = loopback_connect(port);
	int next = dup(late);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	const struct rlimit none = { (rlim_t)next, limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	bool fine = accept_batch(&listener);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_false(fine);
	expect_closed(some[0]); /* the oldest made room */
	assert_true(accept_batch(&listener));
	close(late);
	for (size_t i = 0; i < ROWS(some); i++) {
		close(some[i]);
	}
	await_count(0);
	close(listener.fd);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, front_scene_begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* Before a question over UDP has left a thread behind. */
		ONE(a_connection_needs_no_thread_of_its_own),
		ONE(a_connection_is_served_by_its_section),
		ONE(a_connection_over_a_limit_is_closed),
		ONE(a_front_may_have_an_idle_time_of_its_own),
		ONE(where_no_section_listens_connections_are_reset),
		ONE(datagrams_are_told_to_come_by_tcp),
		ONE(one_socket_does_not_keep_the_others_waiting),
		ONE(without_a_descriptor_sockets_are_left_alone_for_a_moment),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
