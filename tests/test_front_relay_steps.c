/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A relay step by step, in one thread and by a clock of the test: whom it waits for, what it
 * tells its owner, and how it ends. Until when it waits is test_front_relay_times.c's. */

#include "relay_steps_scene.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- whom it waits for ------------------------------------------------------------------- */

static void its_owner_has_all_the_time(void **state)
{
	(void)state;
	decision = RELAY_UNDECIDED;
	ask(1);
	expect_wait(0, 0, NEVER);
	assert_true(relay_waits_for_owner(&relay));
	now += 10 * IDLE;
	expect_wait(0, 0, NEVER);
	expect_told("decide 30;decide 30;decide 30;");
	decision = RELAY_PASS;
	link_is = RELAY_CONNECTING;
	expect_wait(0, POLLOUT, 77);
	assert_true(relay_waits_for_owner(&relay));
	journal[0] = '\0';
	now += 10 * IDLE;
	link_is = RELAY_CONNECTED;
	expect_wait(POLLIN, POLLIN, ANSWER);
	assert_false(relay_waits_for_owner(&relay));
	expect_told("connect 0;passed 30;");
}

/* What there is of a connection is left, once. */
static void a_connection_that_is_not_there_yet_is_left_too(void **state)
{
	(void)state;
	link_is = RELAY_CONNECTING;
	ask(1);
	expect_wait(0, POLLOUT, 77);
	journal[0] = '\0';
	relay_clear(&relay);
	expect_told("leaving 0;");
	relay_clear(&relay);
	expect_told("");
}

static void a_server_that_is_not_there_is_told_of(void **state)
{
	(void)state;
	link_is = RELAY_UNREACHABLE;
	ask(1);
	expect_over(RELAY_ENDED);
	expect_told("decide 30;connect 0;fail 30;");
	expect_ours("failed");
}

static void without_an_answer_it_ends_as_well(void **state)
{
	(void)state;
	answers_nothing = true;
	link_is = RELAY_UNREACHABLE;
	ask(1);
	expect_over(RELAY_ENDED);
	expect_octets(far_client, 0);
}

static void another_server_gets_what_this_one_may_not(void **state)
{
	(void)state;
	begin_with_an_answer();
	takes_on = false;
	int before = far_server;
	pair(&server_fd, &far_server);
	ask(2);
	expect_wait(POLLIN, POLLIN, ANSWER);
	expect_told("decide 30;resume 0;leaving 0;connect 0;passed 30;");
	expect_octets(far_server, 7 + 2 + QUERY_SIZE);
	close(before);
	/* This query is the first one there. */
	assert_int_equal(shutdown(far_server, SHUT_RDWR), 0);
	expect_over(RELAY_SERVER_GONE);
	expect_told("leaving 0;fail 30;");
}

/* --- how it ends ------------------------------------------------------------------------- */

static void answers_of_our_own(void **state)
{
	(void)state;
	decision = RELAY_ANSWER;
	ask(1);
	expect_wait(POLLIN, 0, IDLE);
	expect_ours("our own");
	decision = RELAY_LAST;
	ask(2);
	expect_over(RELAY_ENDED);
	expect_ours("our own");
	expect_told("decide 30;decide 30;");
}

static void a_decision_to_close(void **state)
{
	(void)state;
	decision = RELAY_CLOSE;
	ask(1);
	expect_over(RELAY_ENDED);
	expect_octets(far_client, 0);
}

static void a_server_that_leaves(void **state)
{
	(void)state;
	begin_with_a_query();
	assert_int_equal(shutdown(far_server, SHUT_RDWR), 0);
	expect_over(RELAY_SERVER_GONE);
	expect_told("leaving 0;fail 30;");
	expect_ours("failed");
}

static void a_server_that_leaves_when_all_is_answered(void **state)
{
	(void)state;
	begin_with_an_answer();
	assert_int_equal(shutdown(far_server, SHUT_RDWR), 0);
	expect_wait(POLLIN, 0, IDLE);
	expect_told("leaving 0;");
	assert_int_equal(relay.passed, 0);
}

static void a_client_that_leaves_in_a_query(void **state)
{
	(void)state;
	say(far_client,
		"\0\x1e"
		"1",
		3);
	expect_wait(POLLIN, 0, ANSWER);
	assert_int_equal(shutdown(far_client, SHUT_WR), 0);
	expect_over(RELAY_CLIENT_GONE);
}

/* So many steps, and then others have their turn. */
static void nobody_has_all_the_turns(void **state)
{
	(void)state;
	int left = 0;
	decision = RELAY_ANSWER;
	for (uint16_t id = 0; id < 40; id++) {
		ask(id);
	}
	assert_true(relay_run(&relay, &wanted));
	assert_int_equal(wanted.deadline, 0);
	/* A query takes two steps: for its length, and for the rest of it. */
	assert_int_equal(ioctl(client.fd, FIONREAD, &left), 0);
	assert_int_equal(left, (40 - 16 / 2) * (2 + QUERY_SIZE));
	expect_octets(far_client, 16 / 2 * (2 + 7));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(its_owner_has_all_the_time),
		ONE(a_connection_that_is_not_there_yet_is_left_too),
		ONE(a_server_that_is_not_there_is_told_of),
		ONE(without_an_answer_it_ends_as_well),
		ONE(another_server_gets_what_this_one_may_not),
		ONE(answers_of_our_own),
		ONE(a_decision_to_close),
		ONE(a_server_that_leaves),
		ONE(a_server_that_leaves_when_all_is_answered),
		ONE(a_client_that_leaves_in_a_query),
		ONE(nobody_has_all_the_turns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
