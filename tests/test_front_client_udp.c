/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A secondary's question over UDP: it is put to the primary over TLS, and whatever
 * comes of it is answered over UDP. */

#include "check.h"
#include "client_udp.h"
#include "message.h"
#include "primary_scene.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define TC 0x02 /* in the third octet */

/* As the front does with a question that has come in; the answer. */
static struct message_reply ask(uint16_t type, bool *truncated)
{
	uint16_t port;
	uint8_t heard[MESSAGE_MAX];
	struct message_reply reply;
	struct dns_message query = dns_query(7, type, 0);
	dns_put(&query, "\0\0\x29\2\0\0\0\0\0\0", 11); /* an OPT record */
	query.octets[11]++;
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
	ssize_t got = recv(asking, heard, sizeof(heard), 0);
	assert_true(got > 0);
	assert_true(message_read_reply(heard, (size_t)got, &reply));
	assert_int_equal(heard[0] << 8 | heard[1], 7);
	*truncated = (heard[2] & TC) != 0;
	close(asking);
	return reply;
}

static void a_question_is_put_to_the_primary(void **state)
{
	(void)state;
	bool truncated;
	primary_scene_begin(PRIMARY_ANSWERS);
	primary_scene_publish(&front_scene_other);
	primary_scene_configure(NULL, NULL);
	assert_int_equal(ask(DNS_SOA, &truncated).rcode, 0);
	assert_false(truncated);
	primary_scene_end();
	assert_int_equal(atomic_load(&primary_scene.queries), 1);
}

static void an_answer_that_is_too_large_comes_by_tcp(void **state)
{
	(void)state;
	bool truncated;
	primary_scene_begin(PRIMARY_ANSWERS_BIG);
	primary_scene_publish(&front_scene_other);
	primary_scene_configure(NULL, NULL);
	assert_int_equal(ask(DNS_SOA, &truncated).rcode, 0);
	assert_true(truncated);
	primary_scene_end();
}

static void what_does_not_come_to_the_primary_is_answered_here(void **state)
{
	(void)state;
	const struct {
		enum primary_manner manner;
		const struct credential *key;
		const char *more;
		uint8_t rcode;
		int ede;
		const char *why;
		unsigned connections, queries;
	} rows[] = {
		{ PRIMARY_ANSWERS, &front_scene_other, "    pass: notify\n", 5, 21,
			"this kind of query is not passed here", 0, 0 },
		{ PRIMARY_ANSWERS, &front_scene_mine, NULL, 2, 18,
			"primary refused, owner _", 1, 0 },
		{ PRIMARY_LEAVES, &front_scene_other, NULL, 2, 23,
			"the primary does not answer", 1, 1 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		bool truncated;
		primary_scene_begin(rows[i].manner);
		primary_scene_publish(rows[i].key);
		primary_scene_configure(NULL, rows[i].more);
		struct message_reply reply = ask(DNS_SOA, &truncated);
		assert_int_equal(reply.rcode, rows[i].rcode);
		assert_int_equal(reply.ede, rows[i].ede);
		check_true(rows[i].why, strstr(reply.ede_text, rows[i].why) != NULL);
		assert_false(truncated);
		primary_scene_end();
		assert_int_equal(atomic_load(&primary_scene.connections),
			rows[i].connections);
		assert_int_equal(atomic_load(&primary_scene.queries), rows[i].queries);
	}
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, front_scene_begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_question_is_put_to_the_primary),
		ONE(an_answer_that_is_too_large_comes_by_tcp),
		ONE(what_does_not_come_to_the_primary_is_answered_here),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
