/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A server that has answered everything is left, and may leave, while its client stays; one
 * that is in the midst of a transfer never is, however long it pauses. */

#include "check.h"
#include "dns_writer.h"
#include "relay_scene.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER 0x8000
#define ID ('p' << 8)
#define NEXT_ID ('n' << 8)
#define REST_MS 30
#define LONGER_US (5 * 1000 * REST_MS)

static void say_message(int fd, struct dns_message message)
{
	const uint8_t length[] = { (uint8_t)(message.size >> 8), (uint8_t)message.size };
	say_octets(fd, length, sizeof(length));
	say_octets(fd, message.octets, message.size);
}

static void hear_message(int fd, struct dns_message message)
{
	uint8_t heard[2 + sizeof(message.octets)];
	hear_octets(fd, heard, 2 + message.size);
	assert_int_equal(heard[0] << 8 | heard[1], message.size);
	assert_memory_equal(heard + 2, message.octets, message.size);
}

static struct dns_message answer(uint16_t id, uint16_t type, const char *records)
{
	struct dns_message message = dns_begin(id, ANSWER, type);
	for (; *records != '\0'; records++) {
		if (*records == 'S') {
			dns_soa(&message, 1, 1);
		} else {
			dns_filling(&message);
		}
	}
	return message;
}

/* A query for a SOA record and its answer, by the first or second server. */
static void exchange(unsigned server, uint16_t id, bool fresh)
{
	say_message(scene.client, dns_query(id, DNS_SOA, 0));
	if (fresh) {
		hear_preface(scene.servers[server]);
	}
	hear_message(scene.servers[server], dns_query(id, DNS_SOA, 0));
	say_message(scene.servers[server], answer(id, DNS_SOA, "S"));
	hear_message(scene.client, answer(id, DNS_SOA, "S"));
}

static void finish(unsigned leaves)
{
	hang_up(scene.client);
	expect_end(RELAY_ENDED);
	assert_int_equal(scene.leaves, leaves);
}

static void a_server_at_rest_is_left_and_the_next_query_gets_another(void **state)
{
	(void)state;
	begin_restful(REST_MS);
	exchange(0, ID, true);
	hear_end(scene.servers[0]);
	exchange(1, ID, true);
	hear_end(scene.servers[1]);
	finish(2);
	assert_int_equal(scene.answers, 2);
	assert_int_equal(scene.rests, 2);
}

static void a_server_that_is_asked_on_is_kept(void **state)
{
	(void)state;
	begin_restful(PATIENCE_S * 1000);
	exchange(0, ID, true);
	usleep(LONGER_US);
	exchange(0, ID + 1, false);
	finish(1);
	assert_int_equal(scene.answers, 2);
}

static void a_server_stays_while_a_transfer_pauses(void **state)
{
	(void)state;
	begin_restful(REST_MS);
	say_message(scene.client, dns_query(ID, DNS_AXFR, 0));
	hear_preface(scene.servers[0]);
	hear_message(scene.servers[0], dns_query(ID, DNS_AXFR, 0));
	static const char *const parts[] = { "S", "aaa", "aS" };
	for (unsigned i = 0; i < ROWS(parts); i++) {
		usleep(LONGER_US);
		say_message(scene.servers[0], answer(ID, DNS_AXFR, parts[i]));
		hear_message(scene.client, answer(ID, DNS_AXFR, parts[i]));
	}
	hear_end(scene.servers[0]);
	finish(1);
	assert_int_equal(scene.answers, 1);
	assert_int_equal(scene.rests, 1);
}

static void a_server_stays_while_one_of_two_answers_is_missing(void **state)
{
	(void)state;
	begin_restful(REST_MS);
	for (uint16_t id = ID; id < ID + 2; id++) {
		say_message(scene.client, dns_query(id, DNS_SOA, 0));
	}
	hear_preface(scene.servers[0]);
	for (uint16_t id = ID; id < ID + 2; id++) {
		hear_message(scene.servers[0], dns_query(id, DNS_SOA, 0));
	}
	for (uint16_t id = ID + 1; id >= ID; id--) {
		usleep(LONGER_US);
		say_message(scene.servers[0], answer(id, DNS_SOA, "S"));
		hear_message(scene.client, answer(id, DNS_SOA, "S"));
	}
	hear_end(scene.servers[0]);
	finish(1);
	assert_int_equal(scene.rests, 1);
}

static void no_more_queries_are_passed_than_can_be_followed(void **state)
{
	(void)state;
	enum {
		COUNT = PENDING_QUERIES_MAX + 20
	};
	begin_restful(REST_MS);
	for (uint16_t id = ID; id < ID + COUNT; id++) {
		say_message(scene.client, dns_query(id, DNS_SOA, 0));
	}
	hear_preface(scene.servers[0]);
	for (uint16_t id = ID; id < ID + PENDING_QUERIES_MAX; id++) {
		hear_message(scene.servers[0], dns_query(id, DNS_SOA, 0));
	}
	usleep(LONGER_US);
	char octet;
	assert_true(recv(scene.servers[0], &octet, 1, MSG_DONTWAIT) < 0);
	for (uint16_t id = ID; id < ID + COUNT; id++) {
		if (id >= ID + PENDING_QUERIES_MAX) {
			hear_message(scene.servers[0], dns_query(id, DNS_SOA, 0));
		}
		say_message(scene.servers[0], answer(id, DNS_SOA, "S"));
		hear_message(scene.client, answer(id, DNS_SOA, "S"));
	}
	hear_end(scene.servers[0]);
	finish(1);
}

static void a_server_may_leave_when_all_is_answered(void **state)
{
	(void)state;
	begin_patiently();
	exchange(0, ID, true);
	hang_up(scene.servers[0]);
	usleep(LONGER_US); /* the next query would be the one that it does not answer */
	exchange(1, ID, true);
	finish(2);
	assert_int_equal(scene.failures, 0);
}

static void a_server_that_leaves_within_a_transfer_takes_the_client_with_it(void **state)
{
	(void)state;
	begin_restful(REST_MS);
	say_message(scene.client, dns_query(ID, DNS_AXFR, 0));
	hear_preface(scene.servers[0]);
	hear_message(scene.servers[0], dns_query(ID, DNS_AXFR, 0));
	say_message(scene.servers[0], answer(ID, DNS_AXFR, "Sa"));
	hear_message(scene.client, answer(ID, DNS_AXFR, "Sa"));
	hang_up(scene.servers[0]);
	hear_end(scene.client);
	expect_end(RELAY_SERVER_GONE);
	assert_int_equal(scene.failures, 0);
	assert_int_equal(scene.rests, 0);
}

static void a_second_server_that_does_not_answer_is_told_of(void **state)
{
	(void)state;
	begin_restful(REST_MS);
	exchange(0, ID, true);
	hear_end(scene.servers[0]);
	say_message(scene.client, dns_query(ID, DNS_SOA, 0));
	hear_preface(scene.servers[1]);
	hang_up(scene.servers[1]);
	uint8_t heard[3];
	hear_octets(scene.client, heard, sizeof(heard));
	assert_int_equal(heard[2], 'F');
	expect_end(RELAY_SERVER_GONE);
	assert_int_equal(scene.failures, 1);
}

static void a_query_may_go_to_another_server(void **state)
{
	(void)state;
	begin_patiently();
	exchange(0, ID, true);
	exchange(1, NEXT_ID, true);
	hear_end(scene.servers[0]);
	finish(2);
}

static void a_client_that_only_listens_on_is_done_when_all_is_answered(void **state)
{
	(void)state;
	begin_patiently();
	say_message(scene.client, dns_query(ID, DNS_AXFR, 0));
	assert_int_equal(shutdown(scene.client, SHUT_WR), 0);
	hear_preface(scene.servers[0]);
	say_message(scene.servers[0], answer(ID, DNS_AXFR, "Sa"));
	hear_message(scene.client, answer(ID, DNS_AXFR, "Sa"));
	say_message(scene.servers[0], answer(ID, DNS_AXFR, "S"));
	hear_message(scene.client, answer(ID, DNS_AXFR, "S"));
	hear_end(scene.client);
	expect_end(RELAY_ENDED);
}

/* Also by a server that pauses for longer than it would be listened to for anything else. */
static void a_client_that_only_listens_on_hears_a_transfer_to_its_end(void **state)
{
	(void)state;
	begin_patiently();
	say_message(scene.client, dns_query(ID, DNS_AXFR, 0));
	assert_int_equal(shutdown(scene.client, SHUT_WR), 0);
	hear_preface(scene.servers[0]);
	say_message(scene.servers[0], answer(ID, DNS_AXFR, "Sa"));
	hear_message(scene.client, answer(ID, DNS_AXFR, "Sa"));
	usleep(1000 * (RELAY_LINGER_MS + 500));
	say_message(scene.servers[0], answer(ID, DNS_AXFR, "aS"));
	hear_message(scene.client, answer(ID, DNS_AXFR, "aS"));
	hear_end(scene.client);
	expect_end(RELAY_ENDED);
}

static void a_client_that_only_listens_on_is_left_where_the_end_cannot_be_seen(void **state)
{
	(void)state;
	begin(10 * PATIENCE_S * 1000, 10 * PATIENCE_S * 1000, 0);
	say_message(scene.client, dns_query(ID, DNS_AXFR, 0));
	say_message(scene.client, dns_query(ID, DNS_AXFR, 0)); /* two of one id */
	assert_int_equal(shutdown(scene.client, SHUT_WR), 0);
	hear_preface(scene.servers[0]);
	hear_message(scene.servers[0], dns_query(ID, DNS_AXFR, 0));
	hear_message(scene.servers[0], dns_query(ID, DNS_AXFR, 0));
	say_message(scene.servers[0], answer(ID, DNS_AXFR, "SaS"));
	hear_message(scene.client, answer(ID, DNS_AXFR, "SaS"));
	hear_end(scene.client);
	expect_end(RELAY_IDLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_at_rest_is_left_and_the_next_query_gets_another),
		cmocka_unit_test(a_server_that_is_asked_on_is_kept),
		cmocka_unit_test(a_server_stays_while_a_transfer_pauses),
		cmocka_unit_test(a_server_stays_while_one_of_two_answers_is_missing),
		cmocka_unit_test(no_more_queries_are_passed_than_can_be_followed),
		cmocka_unit_test(a_server_may_leave_when_all_is_answered),
		cmocka_unit_test(a_server_that_leaves_within_a_transfer_takes_the_client_with_it),
		cmocka_unit_test(a_second_server_that_does_not_answer_is_told_of),
		cmocka_unit_test(a_query_may_go_to_another_server),
		cmocka_unit_test(a_client_that_only_listens_on_is_done_when_all_is_answered),
		cmocka_unit_test(a_client_that_only_listens_on_hears_a_transfer_to_its_end),
		cmocka_unit_test(
			a_client_that_only_listens_on_is_left_where_the_end_cannot_be_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
