/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Until when a relay waits, step by step and by a clock of the test, and which millisecond is
 * the last one. Whom it waits for and how else it ends is test_front_relay_steps.c's. */

#include "relay_steps_scene.h"

#include <sys/socket.h>

static void an_idle_client_has_its_time(void **state)
{
	(void)state;
	expect_wait(POLLIN, 0, IDLE);
	now += IDLE - 1;
	expect_wait(POLLIN, 0, 1);
	now++;
	expect_over(RELAY_IDLE);
	expect_told("");
}

static void a_deadline_comes_first(void **state)
{
	(void)state;
	const struct relay_times times = {
		.idle_ms = IDLE, .answer_ms = ANSWER, .deadline = BEGIN + 100
	};
	begin_with(&times);
	expect_wait(POLLIN, 0, 100);
	now += 99;
	ask(1);
	expect_wait(POLLIN, POLLIN, 1);
	now++;
	expect_over(RELAY_IDLE);
	/* One that is lifted does not count, nor does one that is later. */
	now = BEGIN;
	relay_clear(&relay);
	begin_with(&times);
	relay_lift_deadline(&relay);
	now += 100;
	expect_wait(POLLIN, 0, IDLE - 100);
	relay.times.deadline = now + IDLE;
	expect_wait(POLLIN, 0, IDLE - 100);
}

static void a_query_must_be_said_to_its_end(void **state)
{
	(void)state;
	say(far_client, "", 1);
	expect_wait(POLLIN, 0, ANSWER);
	now += ANSWER - 1;
	say(far_client, "\x1e", 1); /* no more time for that */
	expect_wait(POLLIN, 0, 1);
	now++;
	expect_over(RELAY_IDLE);
	expect_told("");
}

/* Its client is to blame, though the server owes an answer as well. */
static void half_a_query_is_worse_than_no_answer(void **state)
{
	(void)state;
	begin_with_a_query();
	say(far_client, "", 1);
	expect_wait(POLLIN, POLLIN, ANSWER);
	now += ANSWER;
	expect_over(RELAY_IDLE);
	expect_told("");
}

static void a_server_has_its_time_to_answer(void **state)
{
	(void)state;
	begin_with_a_query();
	now += ANSWER - 1;
	expect_wait(POLLIN, POLLIN, 1);
	now++;
	expect_over(RELAY_SERVER_SILENT);
	expect_told("leaving 0;fail 30;");
	expect_ours("failed");
	assert_int_equal(counter_read(&answer_octets), 0);
}

static void what_moves_begins_the_time_anew(void **state)
{
	(void)state;
	begin_with_an_answer();
	now += 5;
	expect_wait(POLLIN, POLLIN, IDLE - 5);
	ask(2);
	expect_wait(POLLIN, POLLIN, ANSWER);
	expect_told("decide 30;resume 1;passed 30;");
	expect_octets(far_server, 2 + QUERY_SIZE);
}

static void a_server_at_rest_is_left_in_time(void **state)
{
	(void)state;
	const struct relay_times times = {
		.idle_ms = IDLE, .answer_ms = ANSWER, .rest_ms = 10000
	};
	relay.times = times;
	begin_with_a_query();
	server_answers(1);
	now += 3;
	expect_wait(POLLIN, POLLIN, 10000);
	expect_told("answered 68;rested 0;");
	now += 9999;
	expect_wait(POLLIN, POLLIN, 1);
	expect_told("");
	now++;
	expect_wait(POLLIN, 0, IDLE - 10000);
	expect_told("leaving 0;");
	expect_octets(far_server, 0);
	assert_int_equal(relay.server.fd, -1);
	now += IDLE - 10000;
	expect_over(RELAY_IDLE);
}

/* The time is over for both: it ends altogether. */
static void a_client_is_left_no_later_than_its_server(void **state)
{
	(void)state;
	relay.times.rest_ms = IDLE;
	begin_with_an_answer();
	now += IDLE;
	expect_over(RELAY_IDLE);
	expect_told("");
}

static void a_client_that_only_listens_on_has_its_time(void **state)
{
	(void)state;
	begin_with_a_query();
	assert_int_equal(shutdown(far_client, SHUT_WR), 0);
	expect_wait(0, POLLIN, ANSWER);
	server_answers(1);
	expect_over(RELAY_ENDED);
	expect_octets(far_client, 2 + ANSWER_SIZE);
}

/* Nothing more can be written there. */
static void fill(int fd)
{
	static const char much[65536];
	while (send(fd, much, sizeof(much), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
	}
}

/* And nobody looks whether it does all the time. */
static void a_client_that_does_not_read_is_waited_for(void **state)
{
	(void)state;
	decision = RELAY_ANSWER;
	fill(client.fd);
	ask(1);
	expect_wait(POLLIN | POLLOUT, 0, IDLE);
	now += IDLE - 1;
	expect_wait(POLLIN | POLLOUT, 0, 1);
	now++;
	expect_over(RELAY_IDLE);
}

/* However long that took, and though it cannot be written at once. */
static void a_query_that_waited_for_its_owner_has_its_time_then(void **state)
{
	(void)state;
	fill(server_fd);
	decision = RELAY_UNDECIDED;
	ask(1);
	expect_wait(0, 0, NEVER);
	now += 10 * IDLE;
	decision = RELAY_PASS;
	expect_wait(0, POLLIN | POLLOUT, ANSWER);
	now += ANSWER;
	expect_over(RELAY_SERVER_SILENT);
	expect_told("decide 30;decide 30;decide 30;connect 0;passed 30;leaving 0;fail 30;");
}

static void a_query_that_waited_for_the_connection_has_its_time_then(void **state)
{
	(void)state;
	fill(server_fd);
	link_is = RELAY_CONNECTING;
	ask(1);
	expect_wait(0, POLLOUT, 77);
	now += 10 * IDLE;
	link_is = RELAY_CONNECTED;
	expect_wait(0, POLLIN | POLLOUT, ANSWER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(an_idle_client_has_its_time),
		ONE(a_deadline_comes_first),
		ONE(a_query_must_be_said_to_its_end),
		ONE(half_a_query_is_worse_than_no_answer),
		ONE(a_server_has_its_time_to_answer),
		ONE(what_moves_begins_the_time_anew),
		ONE(a_server_at_rest_is_left_in_time),
		ONE(a_client_is_left_no_later_than_its_server),
		ONE(a_client_that_only_listens_on_has_its_time),
		ONE(a_client_that_does_not_read_is_waited_for),
		ONE(a_query_that_waited_for_its_owner_has_its_time_then),
		ONE(a_query_that_waited_for_the_connection_has_its_time_then),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
