/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Where the queries of a client go: to the upstream server of the runtime in force,
 * under its identity's address, as far as limits allow. */

#include "check.h"

#include "scene.h"
#include "server_mode.h"
#include "server_scene.h"
#include "upstream_slots.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_bool gives_way; /* the next connection that is to be used again */

bool __real_upstream_slot_resume(struct upstream_slot *slot);
bool __wrap_upstream_slot_resume(struct upstream_slot *slot);
bool __wrap_upstream_slot_resume(struct upstream_slot *slot)
{
	return __real_upstream_slot_resume(slot) && !atomic_exchange(&gives_way, false);
}

static const uint8_t proxy_of_192_0_2_2[] = { 13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T',
	10, 0x21, 0x11, 0, 12, 192, 0, 2, 2 };

/* The upstream server gets a connection, the address of the identity, and this query. */
static int server_hears(int listener, const struct dns_message *query)
{
	uint8_t header[28], heard[MESSAGE_MAX];
	int fd = loopback_accept(listener);
	assert_int_equal(recv(fd, header, sizeof(header), MSG_WAITALL), sizeof(header));
	assert_memory_equal(header, proxy_of_192_0_2_2, sizeof(proxy_of_192_0_2_2));
	assert_int_equal(get_message(fd, heard), query->size);
	assert_memory_equal(heard, query->octets, query->size);
	return fd;
}

static void server_says(int fd, uint16_t id)
{
	uint8_t heard[MESSAGE_MAX];
	struct dns_message answer = dns_begin(id, 0x8000, DNS_SOA);
	dns_soa(&answer, 1, 7);
	put_message(fd, &answer);
	assert_int_equal(hear_message(heard), answer.size);
	assert_memory_equal(heard, answer.octets, answer.size);
}

/* Asks the upstream server for a SOA record, and gets it. */
static int exchange(int listener, uint16_t id)
{
	const struct dns_message query = dns_query(id, DNS_SOA, 0);
	say(query.octets, query.size);
	int fd = server_hears(listener, &query);
	server_says(fd, id);
	return fd;
}

static void a_query_goes_to_the_server_in_the_name_of_its_identity(void **state)
{
	(void)state;
	uint16_t port;
	uint8_t heard[MESSAGE_MAX];
	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port });
	come(&mine, &said);
	int fd = exchange(listener, 1);
	const struct dns_message again = dns_query(2, DNS_SOA, 0);
	say(again.octets, again.size);
	assert_int_equal(get_message(fd, heard), again.size); /* without a header */
	server_says(fd, 2);
	assert_int_equal(atomic_load(&scene.decisions), 2);
	leave(false);
	expect_closed(fd);
	close(fd);
	close(listener);
}

static void a_server_that_is_not_there_is_told_of(void **state)
{
	(void)state;
	uint16_t port;
	close(loopback_socket(SOCK_STREAM, &port));
	configure((struct config){ .server = port });
	come(&mine, &said);
	assert_int_equal(ask_for(DNS_SOA), NO_SERVER);
	assert_int_equal(scene.reply.rcode, SERVFAIL);
	assert_string_equal(scene.reply.ede_text, "the upstream server cannot be reached");
	assert_true(front_scene_runtime()->fronts[0].unreachable);
	leave(true);

	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port });
	front_scene_runtime()->fronts[0].unreachable = true;
	come(&mine, &said);
	int fd = exchange(listener, 1);
	assert_false(front_scene_runtime()->fronts[0].unreachable);
	leave(false);
	close(fd);
	close(listener);
}

/* Nor does it keep its place from the next one. */
static void a_server_that_leaves_without_an_answer_is_told_of(void **state)
{
	(void)state;
	uint16_t port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port, .limits = "    max-per-server: 1\n" });
	for (unsigned i = 0; i < 2; i++) {
		uint8_t heard[MESSAGE_MAX];
		come(&mine, &said);
		struct dns_message query = dns_query(1, DNS_SOA, 0);
		dns_put(&query, "\0\0\x29\x10\0\0\0\0\0\0", 11); /* an OPT record */
		query.octets[11]++;
		say(query.octets, query.size);
		close(server_hears(listener, &query));
		assert_true(message_read_reply(heard, hear_message(heard), &scene.reply));
		assert_int_equal(scene.reply.rcode, SERVFAIL);
		assert_int_equal(scene.reply.ede, NO_SERVER);
		assert_string_equal(scene.reply.ede_text,
			"the upstream server does not answer");
		leave(true);
	}
	close(listener);
}

/* A client that has a server stays with it, and with the identity under which it is known
 * there, or is left. */
static void another_server_or_identity_ends_the_connection(void **state)
{
	(void)state;
	uint16_t port, other_port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	int other_listener = loopback_socket(SOCK_STREAM, &other_port);
	const struct config later[] = {
		{ .server = other_port },
		{ .server = port, .address = "192.0.2.3" },
		{ .server = port, .address = "127.0.0.2", .more = "    proxy: off\n" },
		{ .server = port, .id = "another" },
	};
	for (size_t i = 0; i < ROWS(later); i++) {
		configure((struct config){ .server = port });
		come(&mine, &said);
		int fd = exchange(listener, 1);
		configure(later[i]);
		const struct dns_message query = dns_query(2, DNS_SOA, 0);
		say(query.octets, query.size);
		leave(true);
		close(fd);
	}
	configure((struct config){ .server = other_port });
	come(&mine, &said); /* it had no server yet, so it may stay */
	configure((struct config){ .server = port });
	close(exchange(listener, 1));
	leave(false);
	close(listener);
	close(other_listener);
}

/* What passes is up to the runtime in force. */
static void a_reload_forbids_the_next_query(void **state)
{
	(void)state;
	uint16_t port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port });
	come(&mine, &said);
	int fd = exchange(listener, 1);
	configure((struct config){ .server = port, .more = "    pass: notify\n" });
	assert_int_equal(ask_for(DNS_SOA), NOT_PASSED);
	leave(false);
	close(fd);
	close(listener);
}

/* Nobody holds what has decided about a query any longer than that takes: after a reload the
 * connection itself has what was in force when it came. */
static void what_has_decided_is_given_back(void **state)
{
	(void)state;
	uint16_t port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port });
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	configure((struct config){ .server = port });
	asks(NOT_PASSED, 2);
	assert_int_equal(front_scene_runtime()->users, 1);
	close(exchange(listener, 3));
	assert_int_equal(front_scene_runtime()->users, 1);
	leave(false);
	close(listener);
}

static void a_name_has_so_many_connections_and_no_more(void **state)
{
	(void)state;
	configure((struct config){ .limits = "    max-per-identity: 1\n" });
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	far = &far_ends[1];
	come(&mine, &said);
	leave(true);
	far = &far_ends[0];
	asks(NOT_PASSED, 2);
	leave(false);
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	leave(false);
}

static void an_idle_connection_to_the_server_gives_way(void **state)
{
	(void)state;
	uint16_t port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port, .limits = "    max-per-server: 1\n" });
	come(&mine, &said);
	int first = exchange(listener, 1);
	far = &far_ends[1];
	come(&mine, &said);
	int second = exchange(listener, 2);
	expect_closed(first);
	far = &far_ends[0];
	int third = exchange(listener, 3); /* on a new connection */
	expect_closed(second);
	leave(false);
	far = &far_ends[1];
	leave(false);
	close(first);
	close(second);
	close(third);
	close(listener);
}

/* Before anybody has seen that it is gone. */
static void a_query_does_not_go_where_another_is_connected(void **state)
{
	(void)state;
	uint16_t port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port });
	come(&mine, &said);
	int first = exchange(listener, 1);
	atomic_store(&gives_way, true);
	int second = exchange(listener, 2);
	expect_closed(first);
	leave(false);
	close(first);
	close(second);
	close(listener);
}

/* A socket that is closed over what has not been read takes back what was written. */
static void a_client_that_says_more_than_is_read_hears_the_end(void **state)
{
	(void)state;
	uint8_t heard[MESSAGE_MAX], octet;
	size_t got;
	const struct dns_message query = dns_query(1, DNS_SOA, 0);
	come(&other, &said);
	say(query.octets, query.size);
	say(query.octets, query.size);
	say(query.octets, query.size);
	assert_true(message_read_reply(heard, hear_message(heard), &scene.reply));
	assert_int_equal(scene.reply.rcode, REFUSED);
	int end = SSL_read_ex(far->ssl, &octet, 1, &got);
	assert_int_equal(SSL_get_error(far->ssl, end), SSL_ERROR_ZERO_RETURN);
	assert_int_equal(recv(far->fd, &octet, 1, 0), 0);
	leave(false);
}

/* It has nobody to wait for. */
static void a_client_that_leaves_in_its_handshake_is_over(void **state)
{
	(void)state;
	int near, away;
	socket_pair(&near, &away);
	serve(server_mode_begin, near, false, "xot");
	assert_int_equal(send(away, "\x16\x03\x01", 3, 0), 3);
	close(away);
	await_served();
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, server_scene_begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_query_goes_to_the_server_in_the_name_of_its_identity),
		ONE(a_server_that_is_not_there_is_told_of),
		ONE(a_server_that_leaves_without_an_answer_is_told_of),
		ONE(another_server_or_identity_ends_the_connection),
		ONE(a_reload_forbids_the_next_query),
		ONE(what_has_decided_is_given_back),
		ONE(a_name_has_so_many_connections_and_no_more),
		ONE(an_idle_connection_to_the_server_gives_way),
		ONE(a_query_does_not_go_where_another_is_connected),
		ONE(a_client_that_says_more_than_is_read_hears_the_end),
		ONE(a_client_that_leaves_in_its_handshake_is_over),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
