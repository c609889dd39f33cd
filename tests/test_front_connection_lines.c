/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which connections a front takes, what it logs and counts of those that it does not, and what a
 * connection has from its beginning. */

#include "check.h"

#include "connection.h"
#include "front_lines.h"
#include "scene.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RAISE "; do: raise this limit if these connections are legitimate\n"

static int far_ends[4];
static struct connection *connections[4];

/* `limits` of the section `server`, `more` of the section `front`. */
static void configure(const char *limits, const char *more)
{
	char text[1024];
	snprintf(text, sizeof(text),
		"server:\n    idle-timeout: 7\n    answer-timeout: 5\n%s"
		"identity:\n  - id: it\n    name: a.example\n    address: 192.0.2.2\n"
		"front:\n  - id: xot\n    listen: 192.0.2.1\n    key-file: %s\n"
		"    server: 127.0.0.1@9\n%s",
		limits, front_scene_key_file(), more);
	front_scene_install(text);
	(void)heard();
}

static int begin(void **state)
{
	int wrong = front_scene_begin(state);
	publish("a.example", TTL, &front_scene_mine);
	configure("", "");
	return lines_begin(state) != 0 ? -1 : wrong;
}

static int end(void **state)
{
	for (size_t i = 0; i < ROWS(connections); i++) {
		if (connections[i] != NULL) {
			connection_close(connections[i]);
			connection_leave(connections[i]);
			close(far_ends[i]);
			connections[i] = NULL;
		}
	}
	int wrong = lines_end(state);
	return front_scene_end(state) != 0 ? -1 : wrong;
}

/* Is it taken? It comes from 192.0.2.HOST, port HOST. */
static bool enters(size_t i, uint8_t host)
{
	int near;
	struct sockaddr_storage from = { 0 };
	const struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(host),
		.sin_addr = { htonl(0xc0000200u + host) } };
	memcpy(&from, &address, sizeof(address));
	socket_pair(&near, &far_ends[i]);
	struct connection *connection = connection_new(near, &from, sizeof(address), NULL,
		0);
	assert_non_null(connection);
	if (!connection_enter(connection, false, "xot")) {
		connection_discard(connection);
		expect_closed(far_ends[i]);
		close(far_ends[i]);
		return false;
	}
	connections[i] = connection;
	return true;
}

static void a_limit_turns_away(void **state)
{
	(void)state;
	static const struct {
		const char *limits, *said;
	} rows[] = {
		{ "    max-per-address: 1\n",
			"warning: front xot, turned away, remote 192.0.2.7@7, limit "
			"max-per-address" RAISE },
		{ "    max-connections: 1\n",
			"warning: front xot, turned away, remote 192.0.2.7@7, limit "
			"max-connections" RAISE },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		configure(rows[i].limits, "");
		assert_true(enters(0, 7));
		expect_said(0, "", "connections 1, open 1");
		assert_false(enters(1, 7));
		expect_said(0, rows[i].said, "turned-away 1, result limit 1, open 1");
		connection_close(connections[0]);
		connection_leave(connections[0]);
		close(far_ends[0]);
		connections[0] = NULL;
		expect_said(0, "", "");
	}
}

static void the_oldest_of_a_crowd_goes(void **state)
{
	(void)state;
	configure("    max-handshakes: 1\n", "");
	assert_true(enters(0, 7));
	assert_true(enters(1, 7));
	expect_closed(far_ends[0]);
	expect_said(0,
		"warning: front xot, unauthenticated connection closed, limit max-handshakes "
		"(the oldest one of the most crowded network)" RAISE,
		"connections 2, turned-away 1, result limit 1, open 2");
}

/* After there was none. */
static void without_room_there_are_fewer(void **state)
{
	(void)state;
	char wanted[256];
	assert_true(enters(0, 7));
	assert_true(enters(1, 7));
	expect_said(0, "", "connections 2, open 2");
	assert_int_equal(limits_make_room(), 1);
	assert_true(enters(2, 7));
	snprintf(wanted, sizeof(wanted),
		"warning: front xot, unauthenticated connection closed (there is no room for "
		"more); do: %s\n",
		dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_CLIENT));
	expect_said(0, wanted, "connections 1, turned-away 1, result limit 1, open 3");
}

static void a_section_that_is_gone_takes_nobody(void **state)
{
	(void)state;
	int near, away;
	struct sockaddr_storage from = { .ss_family = AF_INET };
	socket_pair(&near, &away);
	struct connection *connection = connection_new(near, &from,
		sizeof(struct sockaddr_in), NULL, 0);
	assert_false(connection_enter(connection, true, "xot")); /* no client of this id */
	expect_said(0, "", "");
	connection_discard(connection);
	close(away);
}

static void a_connection_has_its_address_and_query(void **state)
{
	(void)state;
	static const uint8_t query[] = { 1, 2, 3 };
	int near, away;
	struct sockaddr_storage from = { 0 };
	const struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr = { htonl(0xc0000207u) } };
	memcpy(&from, &address, sizeof(address));
	socket_pair(&near, &away);
	struct connection *connection = connection_new(near, &from, sizeof(address), query,
		sizeof(query));
	assert_int_equal(connection->stream.fd, near);
	assert_null(connection->stream.ssl);
	assert_string_equal(connection->from_text, "192.0.2.7@9");
	assert_int_equal(connection->from_size, sizeof(address));
	assert_memory_equal(&connection->from, &from, sizeof(from));
	assert_true(connection->datagram);
	assert_int_equal(connection->query_size, sizeof(query));
	assert_memory_equal(connection->query, query, sizeof(query));
	connection_discard(connection);
	expect_closed(away);
	close(away);
}

static void a_connection_has_its_times(void **state)
{
	(void)state;
	assert_true(enters(0, 7));
	assert_false(connections[0]->datagram);
	struct relay_times times = connection_times(connections[0]);
	assert_int_equal(times.idle_ms, 7000);
	assert_int_equal(times.answer_ms, 5000);
	assert_int_equal(times.rest_ms, 0);
	assert_int_equal(times.deadline, 0);
	configure("", "    idle-timeout: 3\n");
	assert_true(enters(1, 7));
	assert_int_equal(connection_times(connections[1]).idle_ms, 3000);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_limit_turns_away),
		ONE(the_oldest_of_a_crowd_goes),
		ONE(without_room_there_are_fewer),
		ONE(a_section_that_is_gone_takes_nobody),
		ONE(a_connection_has_its_address_and_query),
		ONE(a_connection_has_its_times),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
