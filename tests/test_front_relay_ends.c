/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How a relay between two socket pairs ends: how servers fail, what clients leave undone, and what
 * becomes of a query that is decided later. */

#include "check.h"
#include "relay_scene.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- how servers fail --------------------------------------------------------------------- */

static void a_server_that_closes_instead_of_answering_is_told_of(void **state)
{
	(void)state;
	begin_with_a_query();
	say_octets(scene.servers[0], "\0\6ans", 5); /* not even a whole answer */
	hang_up(scene.servers[0]);
	hear(scene.client, "Fpass");
	hear_end(scene.client);
	expect_end(RELAY_SERVER_GONE);
	assert_int_equal(scene.decisions, 1);
}

static void of_later_queries_nobody_knows_which_it_has_done(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass one");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass one");
	say(scene.servers[0], "one");
	hear(scene.client, "one");
	say(scene.client, "pass two");
	hear(scene.servers[0], "pass two");
	hang_up(scene.servers[0]);
	hear_end(scene.client);
	expect_end(RELAY_SERVER_GONE);
	assert_int_equal(scene.decisions, 2);
	assert_int_equal(scene.failures, 0);
}

static void an_answer_of_our_own_in_between_does_not_confuse_it(void **state)
{
	(void)state;
	begin_with_a_query();
	say(scene.client, "answer this yourself");
	hear(scene.client, "no");
	hang_up(scene.servers[0]);
	hear_end(scene.client); /* rather than a word on the wrong query */
	expect_end(RELAY_SERVER_GONE);
	assert_int_equal(scene.failures, 0);
}

static void a_client_that_only_listens_on_is_told_too(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass");
	assert_int_equal(shutdown(scene.client, SHUT_WR), 0);
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	hang_up(scene.servers[0]);
	hear(scene.client, "Fpass");
	expect_end(RELAY_SERVER_GONE);
}

static void a_transfer_that_breaks_off_ends_the_client_too(void **state)
{
	(void)state;
	begin_with_a_query();
	say(scene.servers[0], "first of two");
	say_octets(scene.servers[0], "\0\6sec", 5);
	hang_up(scene.servers[0]);
	hear(scene.client, "first of two");
	hear_end(scene.client);
	expect_end(RELAY_SERVER_GONE);
	assert_int_equal(scene.failures, 0);
}

static void a_silent_server_is_told_of(void **state)
{
	(void)state;
	begin(10 * PATIENCE_S * 1000, 50, 0);
	say(scene.client, "pass");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	hear(scene.client, "Fpass");
	expect_end(RELAY_SERVER_SILENT);
	assert_int_equal(scene.decisions, 1);
}

/* --- how clients do ----------------------------------------------------------------------- */

static void a_client_that_says_nothing_is_left(void **state)
{
	(void)state;
	begin(50, PATIENCE_S * 1000, 0);
	hear_end(scene.client);
	expect_end(RELAY_IDLE);
}

static void a_deadline_holds_for_whoever_keeps_talking(void **state)
{
	(void)state;
	begin(PATIENCE_S * 1000, PATIENCE_S * 1000, 100);
	int refused = 0;
	for (unsigned i = 0; i < 2000 && refused == 0; i++) {
		refused = send(scene.client, "\0\1a", 3, MSG_NOSIGNAL) != 3;
		usleep(1000);
	}
	expect_end(RELAY_IDLE);
}

static void a_client_that_only_listens_on_hears_the_rest(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass");
	assert_int_equal(shutdown(scene.client, SHUT_WR), 0);
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	char octet;
	usleep(20000);
	assert_true(recv(scene.servers[0], &octet, 1, MSG_DONTWAIT) < 0); /* no end yet */
	say(scene.servers[0], "first");
	hear(scene.client, "first");
	hear_end(scene.servers[0]);
	say(scene.servers[0], "second");
	hang_up(scene.servers[0]);
	hear(scene.client, "second");
	expect_end(RELAY_ENDED);
}

static void a_query_has_its_time(void **state)
{
	(void)state;
	begin(PATIENCE_S * 1000, 100, 0);
	int refused = 0;
	for (unsigned i = 0; i < 2000 && refused == 0; i++) {
		refused = send(scene.client, "\1", 1, MSG_NOSIGNAL) != 1;
		usleep(2000);
	}
	expect_end(RELAY_IDLE);
	assert_int_equal(scene.decisions, 0);
}

/* Of which the server is not to blame that has not answered another yet. */
static void a_query_that_is_half_said_is_its_clients_fault(void **state)
{
	(void)state;
	begin(10 * PATIENCE_S * 1000, 200, 0);
	say(scene.client, "pass");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	say_octets(scene.client, "\0", 1);
	usleep(100000);
	(void)!send(scene.client, "\4", 1, MSG_NOSIGNAL);
	expect_end(RELAY_IDLE);
	assert_int_equal(scene.failures, 0);
}

static void a_client_that_breaks_off_a_query_is_gone(void **state)
{
	(void)state;
	begin_patiently();
	say_octets(scene.client, "\0\4pa", 4);
	hang_up(scene.client);
	expect_end(RELAY_CLIENT_GONE);
	assert_int_equal(scene.decisions, 0);
}

/* --- how its owner does ------------------------------------------------------------------- */

/* What the server has to say does not wait for it, and what comes next does. */
static void a_query_may_be_decided_later(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass one");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass one");
	atomic_store(&scene.undecided, 1000000);
	say_octets(scene.client, "\0\5p two\0\7p three", 16);
	for (unsigned i = 0; i < 3; i++) {
		say(scene.servers[0], "answer");
		hear(scene.client, "answer");
	}
	char octet;
	assert_true(recv(scene.servers[0], &octet, 1, MSG_DONTWAIT) < 0);
	atomic_store(&scene.undecided, 0);
	hear(scene.servers[0], "p two");
	hear(scene.servers[0], "p three");
	hang_up(scene.client);
	hang_up(scene.servers[0]);
	assert_int_equal(pthread_join(scene.thread, NULL), 0);
	assert_int_equal(scene.decisions, 3);
	close_scene();
}

/* Not the time of the client's, nor of the server's. */
static void a_decision_takes_as_long_as_it_takes(void **state)
{
	(void)state;
	begin(50, 50, 0);
	atomic_store(&scene.undecided, 1000000);
	say(scene.client, "answer this yourself");
	usleep(300000);
	atomic_store(&scene.undecided, 0);
	hear(scene.client, "no");
	expect_end(RELAY_IDLE);

	begin(PATIENCE_S * 1000, PATIENCE_S * 1000, 100);
	atomic_store(&scene.undecided, 1000000);
	say(scene.client, "last");
	usleep(200000);
	atomic_store(&scene.undecided, 0);
	hear(scene.client, "no");
	expect_end(RELAY_ENDED);
}

static void a_server_that_is_gone_meanwhile_ends_it(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass one");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass one");
	atomic_store(&scene.undecided, 1000000);
	say(scene.client, "pass two");
	usleep(20000);
	hang_up(scene.servers[0]);
	hear_end(scene.client);
	expect_end(RELAY_SERVER_GONE);
	assert_int_equal(scene.failures, 0);
	assert_int_equal(scene.decisions, 1);
}

static void a_server_may_be_connected_later(void **state)
{
	(void)state;
	begin_patiently();
	atomic_store(&scene.late, 20);
	say_octets(scene.client, "\0\5p one\0\5p two", 14);
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "p one");
	hear(scene.servers[0], "p two");
	assert_int_equal(atomic_load(&scene.late), 0);
	assert_int_equal(scene.passed, 2);
	hang_up(scene.client);
	hang_up(scene.servers[0]);
	assert_int_equal(pthread_join(scene.thread, NULL), 0);
	close_scene();
}

/* The large query is still known when it has no answer. */
static void a_large_query_is_told_of_like_a_small_one(void **state)
{
	(void)state;
	enum {
		SIZE = 5000
	};
	uint8_t query[2 + SIZE], heard[2 + SIZE + 1];
	memset(query, 'x', sizeof(query));
	query[0] = SIZE >> 8;
	query[1] = SIZE & 0xff;
	query[2] = 'p';
	begin_patiently();
	say_octets(scene.client, query, sizeof(query));
	hear_preface(scene.servers[0]);
	hear_octets(scene.servers[0], heard, sizeof(query));
	assert_memory_equal(heard, query, sizeof(query));
	usleep(20000);
	say_octets(scene.client, query, 2); /* another one begins */
	usleep(20000);
	hang_up(scene.servers[0]);
	hear_end(scene.client);
	expect_end(RELAY_SERVER_GONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_that_closes_instead_of_answering_is_told_of),
		cmocka_unit_test(of_later_queries_nobody_knows_which_it_has_done),
		cmocka_unit_test(an_answer_of_our_own_in_between_does_not_confuse_it),
		cmocka_unit_test(a_client_that_only_listens_on_is_told_too),
		cmocka_unit_test(a_transfer_that_breaks_off_ends_the_client_too),
		cmocka_unit_test(a_silent_server_is_told_of),
		cmocka_unit_test(a_client_that_says_nothing_is_left),
		cmocka_unit_test(a_deadline_holds_for_whoever_keeps_talking),
		cmocka_unit_test(a_client_that_only_listens_on_hears_the_rest),
		cmocka_unit_test(a_query_has_its_time),
		cmocka_unit_test(a_query_that_is_half_said_is_its_clients_fault),
		cmocka_unit_test(a_client_that_breaks_off_a_query_is_gone),
		cmocka_unit_test(a_query_may_be_decided_later),
		cmocka_unit_test(a_decision_takes_as_long_as_it_takes),
		cmocka_unit_test(a_server_that_is_gone_meanwhile_ends_it),
		cmocka_unit_test(a_server_may_be_connected_later),
		cmocka_unit_test(a_large_query_is_told_of_like_a_small_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
