/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A relay step by step, in one thread and by a clock of the test: what it waits for, and until
 * when; what it tells its owner; and which millisecond is the last one. The server's socket is
 * number 0, which is a number like others. */

#include "check.h"
#include "dns_writer.h"
#include "monotonic.h"
#include "relay.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BEGIN 1000000
#define IDLE 60000
#define ANSWER 30000
#define NEVER INT64_MAX

static int64_t now;

int64_t __wrap_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void)
{
	return now;
}

static struct relay relay;
static struct stream client;
static struct buffers buffers;
static struct relay_wait wanted;
static struct counter octets;
static int far_client, far_server, standard_input;
static char journal[512]; /* what the relay has told, or asked */
static enum relay_decision decision;
static enum relay_link link_is; /* what becomes of the connection to the server */
static bool takes_on = true;    /* the connection that is there may be used again */
static bool answers_nothing;    /* where the server has failed */
static int server_fd = -1;      /* to be connected */

static void note(const char *what, size_t size)
{
	size_t used = strlen(journal);
	snprintf(journal + used, sizeof(journal) - used, "%s %zu;", what, size);
}

static enum relay_decision decide(void *arg, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	assert_ptr_equal(arg, &decision);
	assert_int_equal(message[size - 1], 'e');
	note("decide", size);
	if (decision != RELAY_PASS) {
		memcpy(reply->octets, "our own", 7);
		reply->size = 7;
	}
	return decision;
}

static enum relay_link connect_server(void *arg, struct stream *server,
	struct relay_preface *preface, struct relay_wait *wait)
{
	(void)arg;
	note("connect", 0);
	assert_true(wait->deadline == NEVER);
	if (link_is == RELAY_CONNECTED) {
		*server = (struct stream){ .fd = server_fd };
		memcpy(preface->octets, "preface", 7);
		preface->size = 7;
	} else if (link_is == RELAY_CONNECTING) {
		wait->server = POLLOUT;
		wait->deadline = now + 77;
	}
	return link_is;
}

static void fail_query(void *arg, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	(void)arg;
	assert_int_equal(message[size - 1], 'e');
	note("fail", size);
	if (!answers_nothing) {
		memcpy(reply->octets, "failed", 6);
		reply->size = 6;
	}
}

static void passed(void *arg, const uint8_t *message, size_t size)
{
	(void)arg;
	assert_int_equal(message[size - 1], 'e');
	note("passed", size);
}

static void answered(void *arg, const uint8_t *message, size_t size)
{
	(void)arg;
	assert_int_equal(message[2] & 0x80, 0x80);
	note("answered", size);
}

static void rested(void *arg, int fd)
{
	(void)arg;
	assert_int_equal(fd, server_fd);
	note("rested", 0);
}

static bool resume(void *arg)
{
	(void)arg;
	note("resume", takes_on);
	return takes_on;
}

static void leaving(void *arg)
{
	(void)arg;
	note("leaving", 0);
}

static const struct relay_hooks hooks = {
	.decide = decide,
	.connect = connect_server,
	.fail = fail_query,
	.passed = passed,
	.answered = answered,
	.rested = rested,
	.resume = resume,
	.leaving = leaving,
};

static void pair(int *near, int *away)
{
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	*near = ends[0];
	*away = ends[1];
}

static void begin_with(const struct relay_times *times)
{
	relay_begin(&relay, &client, times, &hooks, &decision, &buffers);
	relay_count_answers(&relay, &octets);
}

static int begin(void **state)
{
	(void)state;
	int near;
	now = BEGIN;
	journal[0] = '\0';
	octets = (struct counter){ 0 };
	decision = RELAY_PASS;
	link_is = RELAY_CONNECTED;
	takes_on = true;
	answers_nothing = false;
	client = STREAM_NONE;
	standard_input = fcntl(STDIN_FILENO, F_DUPFD, 10);
	pair(&client.fd, &far_client);
	pair(&near, &far_server);
	assert_int_equal(dup2(near, 0), 0);
	close(near);
	server_fd = 0;
	const struct relay_times times = { .idle_ms = IDLE, .answer_ms = ANSWER };
	begin_with(&times);
	return 0;
}

static int end(void **state)
{
	(void)state;
	relay_clear(&relay);
	relay_clear(&relay); /* which has nothing left */
	buffers_clear(&buffers);
	stream_close(&client);
	close(far_client);
	close(far_server);
	(void)dup2(standard_input, STDIN_FILENO);
	close(standard_input);
	return 0;
}

/* What has been told since the last look. */
static void expect_told(const char *what)
{
	assert_string_equal(journal, what);
	journal[0] = '\0';
}

/* The relay has done what can be done, and waits for these events, so many milliseconds. */
static void expect_wait(short of_client, short of_server, int64_t ms)
{
	memset(&wanted, 0xee, sizeof(wanted));
	assert_true(relay_run(&relay, &wanted));
	assert_int_equal(wanted.client, of_client);
	assert_int_equal(wanted.server, of_server);
	assert_int_equal(wanted.deadline, ms == NEVER ? NEVER : now + ms);
}

static void expect_over(enum relay_outcome outcome)
{
	assert_false(relay_run(&relay, &wanted));
	assert_int_equal(relay_outcome(&relay), outcome);
}

static void say(int fd, const void *data, size_t size)
{
	assert_int_equal(send(fd, data, size, MSG_NOSIGNAL), size);
}

static struct dns_message query(uint16_t id)
{
	struct dns_message message = dns_begin(id, 0, DNS_SOA);
	dns_put(&message, "e", 1); /* by which it is known again */
	return message;
}

#define QUERY_SIZE 30
#define ANSWER_SIZE 68

static void say_message(int fd, const struct dns_message *message)
{
	const uint8_t length[] = { 0, (uint8_t)message->size };
	say(fd, length, sizeof(length));
	say(fd, message->octets, message->size);
}

static void ask(uint16_t id)
{
	const struct dns_message message = query(id);
	assert_int_equal(message.size, QUERY_SIZE);
	say_message(far_client, &message);
}

static void server_answers(uint16_t id)
{
	struct dns_message message = dns_begin(id, 0x8000, DNS_SOA);
	dns_soa(&message, 1, 7);
	assert_int_equal(message.size, ANSWER_SIZE);
	say_message(far_server, &message);
}

/* So many octets wait there, and no more. */
static void expect_octets(int fd, size_t size)
{
	uint8_t data[4096];
	ssize_t got = recv(fd, data, sizeof(data), MSG_DONTWAIT);
	assert_int_equal(got < 0 ? 0 : got, size);
}

static void expect_ours(const char *text)
{
	uint8_t data[64];
	ssize_t got = recv(far_client, data, sizeof(data), MSG_DONTWAIT);
	assert_int_equal(got, 2 + strlen(text));
	assert_int_equal(data[0] << 8 | data[1], strlen(text));
	assert_memory_equal(data + 2, text, strlen(text));
}

/* A query is with the server. */
static void begin_with_a_query(void)
{
	ask(1);
	expect_wait(POLLIN, POLLIN, ANSWER);
	expect_told("decide 30;connect 0;passed 30;");
	expect_octets(far_server, 7 + 2 + QUERY_SIZE);
}

static void begin_with_an_answer(void)
{
	begin_with_a_query();
	server_answers(1);
	expect_wait(POLLIN, POLLIN, IDLE);
	expect_told("answered 68;rested 0;");
	expect_octets(far_client, 2 + ANSWER_SIZE);
	assert_int_equal(counter_read(&octets), ANSWER_SIZE);
}

/* --- until when -------------------------------------------------------------------------- */

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
	assert_int_equal(counter_read(&octets), 0);
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

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

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
