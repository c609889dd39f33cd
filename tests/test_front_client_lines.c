/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a section `client` logs of its secondary's queries, over TCP and UDP, and what it counts:
 * each line and each counter. */

#include "check.h"
#include "client_mode.h"
#include "client_udp.h"
#include "front_lines.h"
#include "message.h"
#include "primary_scene.h"
#include "scene.h"

#include <sys/socket.h>
#include <unistd.h>

static int begin(void **state)
{
	int wrong = front_scene_begin(state);
	return heard_begin(state) != 0 ? -1 : wrong;
}

static int end(void **state)
{
	int wrong = lines_end(state);
	return front_scene_end(state) != 0 ? -1 : wrong;
}

static struct dns_message query_for(uint16_t type)
{
	struct dns_message query = dns_query(7, type, 0);
	dns_put(&query, "\0\0\x29\2\0\0\0\0\0\0", 11); /* an OPT record */
	query.octets[11]++;
	return query;
}

static uint8_t ask_over_tcp(uint16_t type)
{
	uint8_t heard_here[MESSAGE_MAX];
	int near, secondary;
	const struct dns_message query = query_for(type);
	socket_pair(&near, &secondary);
	serve(client_mode_begin, near, true, "out");
	put_message(secondary, &query);
	assert_true(get_message(secondary, heard_here) > 12);
	close(secondary);
	await_served();
	return heard_here[3] & 15;
}

static uint8_t ask_over_udp(uint16_t type)
{
	uint16_t port;
	uint8_t heard_here[MESSAGE_MAX];
	const struct dns_message query = query_for(type);
	int asking = loopback_socket(SOCK_DGRAM, &port);
	struct sockaddr_storage from = { 0 };
	socklen_t size = sizeof(from);
	assert_int_equal(getsockname(asking, (struct sockaddr *)&from, &size), 0);
	struct connection *connection = connection_new(loopback_socket(SOCK_DGRAM, &port),
		&from, size, query.octets, query.size);
	assert_non_null(connection);
	assert_true(connection_enter(connection, true, "out"));
	client_udp_run(connection);
	connection_leave(connection);
	assert_true(recv(asking, heard_here, sizeof(heard_here), 0) > 12);
	close(asking);
	return heard_here[3] & 15;
}

#define PRIMARY ", primary 127.0.0.1@PORT"
#define ALLOWED \
	"debug: client out, SOA example.com. allowed" PRIMARY \
	", owner _PORT._tcp.p.example, key KEY, verdict allow, record 3 1 1, ttl 60\n"
#define CAME "connections 1, "

static void each_outcome_has_its_lines(void **state)
{
	(void)state;
	static const struct {
		enum primary_manner manner;
		const struct credential *key;
		uint16_t type;
		uint8_t rcode;
		const char *said, *counts;
	} rows[] = {
		{ PRIMARY_ANSWERS, &front_scene_other, DNS_SOA, 0,
			ALLOWED "debug: client out, SOA example.com. answered" PRIMARY
				", rcode NOERROR\n",
			CAME "queries 1, result accepted 1, verdict allow 1, octets 68" },
		{ PRIMARY_ANSWERS, &front_scene_other, DNS_A, 5,
			"notice: client out, A example.com. not passed (its kind is not in "
			"'pass'); do: add it to 'pass' if the secondary may send it\n",
			CAME "not-passed 1, result accepted 1" },
		{ PRIMARY_ANSWERS, &front_scene_mine, DNS_SOA, 2,
			"warning: client out, primary refused" PRIMARY
			", owner _PORT._tcp.p.example, key KEY, verdict mismatch (the one "
			"usable record is 3 1 1 KEY); do: nothing was sent; ask the primary's "
			"operator to publish TLSA 3 1 1 of this key\n",
			CAME "unanswered 1, result accepted 1, error unreachable 1, verdict "
			     "mismatch 1" },
		{ PRIMARY_LEAVES, &front_scene_other, DNS_SOA, 2,
			ALLOWED "warning: client out, primary closed the connection" PRIMARY
				" (a query was not answered); do: ask the primary's "
				"operator\n",
			CAME
			"queries 1, unanswered 1, result accepted 1, error gone 1, verdict "
			"allow 1" },
	};
	for (size_t i = 0; i < 2 * ROWS(rows); i++) {
		uint8_t (*ask)(uint16_t type) = i % 2 == 0 ? ask_over_tcp : ask_over_udp;
		primary_scene_begin(rows[i / 2].manner);
		primary_scene_publish(rows[i / 2].key);
		primary_scene_configure(NULL, NULL);
		(void)heard();
		(void)tallied();
		log_set(false, LEVEL_DEBUG);
		assert_int_equal(ask(rows[i / 2].type), rows[i / 2].rcode);
		expect_said(primary_scene.port, rows[i / 2].said, rows[i / 2].counts);
		log_set(false, LEVEL_ERROR);
		primary_scene_end();
	}
}

/* How many a section may have. Those of a datagram have no socket of their own. */
static void who_is_turned_away(void **state)
{
	(void)state;
	struct sockaddr_storage from = { .ss_family = AF_INET };
	struct connection *connections[2];
	primary_scene_begin(PRIMARY_ANSWERS);
	primary_scene_publish(&front_scene_other);
	primary_scene_configure(NULL, NULL);
	for (int i = 0; i < 2; i++) {
		connections[i] = connection_new(loopback_socket(SOCK_STREAM,
							&(uint16_t){ 0 }),
			&from, sizeof(struct sockaddr_in), NULL, 0);
		assert_non_null(connections[i]);
	}
	front_scene_runtime()->conf->max_per_client = 1;
	(void)tallied();
	log_set(false, LEVEL_DEBUG);
	assert_true(connection_enter(connections[0], true, "out"));
	assert_false(connection_enter(connections[1], true, "out"));
	expect_said(0,
		"warning: client out, turned away, remote 0.0.0.0, limit max-per-client; do: "
		"raise this limit if these connections are legitimate\n",
		"connections 1, turned-away 1, result accepted 1, result limit 1, open 1");
	connection_discard(connections[1]);
	connection_close(connections[0]);
	connection_leave(connections[0]);
	assert_string_equal(tallied(), "");
	primary_scene_end();
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(each_outcome_has_its_lines),
		ONE(who_is_turned_away),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
