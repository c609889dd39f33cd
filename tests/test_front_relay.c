/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What passes a relay between two socket pairs, what does not, and how it ends. */

#include "check.h"
#include "relay_scene.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- what passes ------------------------------------------------------------------------- */

static void messages_pass_as_they_are_and_the_preface_goes_once(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass one");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass one");
	say(scene.servers[0], "answer one");
	hear(scene.client, "answer one");
	say(scene.client, "pass two");
	hear(scene.servers[0], "pass two");
	say(scene.servers[0], "first of two");
	say(scene.servers[0], "second of two");
	hear(scene.client, "first of two");
	hear(scene.client, "second of two");
	hang_up(scene.client);
	hear_end(scene.servers[0]);
	hang_up(scene.servers[0]);
	expect_end(RELAY_ENDED);
	assert_int_equal(scene.decisions, 2);
}

static void octet_by_octet_too(void **state)
{
	(void)state;
	begin_patiently();
	const char query[] = "\0\4pass", answer[] = "\0\6answer\0\0";
	for (size_t i = 0; i < 6; i++) {
		say_octets(scene.client, query + i, 1);
		usleep(1000);
	}
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	for (size_t i = 0; i < 10; i++) {
		say_octets(scene.servers[0], answer + i, 1);
		usleep(1000);
	}
	hear(scene.client, "answer");
	hear(scene.client, ""); /* no octets are a message too */
	hang_up(scene.servers[0]);
	expect_end(RELAY_ENDED);
}

/* Wherever they are cut: what is behind a query belongs to the next one. */
static void a_query_ends_where_its_length_says(void **state)
{
	(void)state;
	static const char both[] = "\0\5p one\0\5p two";
	for (size_t cut = 1; cut < sizeof(both) - 1; cut++) {
		begin_patiently();
		say_octets(scene.client, both, cut);
		usleep(2000);
		say_octets(scene.client, both + cut, sizeof(both) - 1 - cut);
		hear_preface(scene.servers[0]);
		hear(scene.servers[0], "p one");
		hear(scene.servers[0], "p two");
		hang_up(scene.client);
		hang_up(scene.servers[0]);
		assert_int_equal(pthread_join(scene.thread, NULL), 0);
		assert_int_equal(scene.decisions, 2);
		assert_int_equal(scene.passed, 2);
		close_scene();
	}
}

/* Messages that differ in each octet from what was at its place before. */
struct flood {
	int fd;
	size_t count;
	size_t size; /* of each, with its length */
};

static uint8_t *flood_message(const struct flood *flood, size_t number)
{
	uint8_t *message = malloc(flood->size);
	assert_non_null(message);
	for (size_t i = 0; i < flood->size; i++) {
		message[i] = (uint8_t)(number * 31 + i * 7);
	}
	message[0] = (uint8_t)((flood->size - 2) >> 8);
	message[1] = (uint8_t)(flood->size - 2);
	message[2] = 'p'; /* of an answer nobody looks at it */
	return message;
}

/* Writes while another reads: neither buffer holds it all. */
static void *pour(void *arg)
{
	const struct flood *flood = arg;
	for (size_t i = 0; i < flood->count; i++) {
		uint8_t *message = flood_message(flood, i);
		say_octets(flood->fd, message, flood->size);
		free(message);
	}
	return NULL;
}

static void expect_flood(const struct flood *flood, int fd)
{
	uint8_t *heard = malloc(flood->size);
	assert_non_null(heard);
	for (size_t i = 0; i < flood->count; i++) {
		uint8_t *message = flood_message(flood, i);
		hear_octets(fd, heard, flood->size);
		assert_memory_equal(heard, message, flood->size);
		free(message);
	}
	free(heard);
}

static void pass_answers(size_t count, size_t size)
{
	begin_with_a_query();
	struct flood flood = { scene.servers[0], count, size };
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, pour, &flood), 0);
	expect_flood(&flood, scene.client);
	assert_int_equal(pthread_join(thread, NULL), 0);
	hang_up(scene.servers[0]);
	expect_end(RELAY_ENDED);
}

static void the_largest_messages_pass_in_any_number(void **state)
{
	(void)state;
	pass_answers(100, 2 + 65535);
}

/* More than the buffer holds, and cut anywhere by it. */
static void small_ones_too(void **state)
{
	(void)state;
	pass_answers(20000, 2 + 101);
}

/* A query that is written in part is not overwritten by the next one. */
static void queries_wait_for_a_server_that_does_not_read(void **state)
{
	(void)state;
	begin_patiently();
	struct flood flood = { scene.client, 40, 2 + 65535 };
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, pour, &flood), 0);
	usleep(50000);
	hear_preface(scene.servers[0]);
	expect_flood(&flood, scene.servers[0]);
	assert_int_equal(pthread_join(thread, NULL), 0);
	say(scene.client, "close");
	expect_end(RELAY_ENDED);
	assert_int_equal(scene.passed, flood.count);
}

static void queries_need_not_wait_for_answers(void **state)
{
	(void)state;
	begin_patiently();
	say_octets(scene.client, "\0\2p1\0\2p2\0\2p3", 12);
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "p1");
	hear(scene.servers[0], "p2");
	hear(scene.servers[0], "p3");
	say(scene.servers[0], "3");
	hear(scene.client, "3");
	hang_up(scene.servers[0]);
	expect_end(RELAY_ENDED);
}

/* --- what does not ------------------------------------------------------------------------ */

static void an_answer_of_our_own_stands_between_two_of_the_server(void **state)
{
	(void)state;
	begin_with_a_query();
	say_octets(scene.servers[0], "\0\6ans", 5);
	usleep(20000);
	say(scene.client, "answer this yourself");
	hear(scene.client, "no");
	say_octets(scene.servers[0], "wer", 3);
	hear(scene.client, "answer");
	hang_up(scene.servers[0]);
	expect_end(RELAY_ENDED);
	assert_int_equal(scene.decisions, 2);
}

static void after_a_last_answer_it_ends(void **state)
{
	(void)state;
	begin_patiently();
	say_octets(scene.client, "\0\4last\0\4pass", 12);
	hear(scene.client, "no");
	hear_end(scene.client);
	expect_end(RELAY_ENDED);
	assert_int_equal(scene.decisions, 1);
	assert_int_equal(scene.connected, 0);
}

static const uint8_t kilobyte[2 + 1000] = { 1000 >> 8, 1000 & 0xff };

/* The server says more than the client reads. How many messages it did say. */
static size_t begin_flooded(void)
{
	begin_with_a_query();
	size_t said = 0;
	/* The relay takes on some of it meanwhile. */
	for (int tries = 0; tries < 50; tries++) {
		while (send(scene.servers[0], kilobyte, sizeof(kilobyte), MSG_DONTWAIT) ==
			(ssize_t)sizeof(kilobyte)) {
			said++;
		}
		usleep(2000);
	}
	return said;
}

/* Until an answer of our own comes. How many messages of the server's came before it. */
static size_t hear_our_own(void)
{
	size_t heard = 0;
	uint8_t length[2], octets[1000];
	hear_octets(scene.client, length, sizeof(length));
	while (length[0] != 0) {
		hear_octets(scene.client, octets, sizeof(octets));
		hear_octets(scene.client, length, sizeof(length));
		heard++;
	}
	hear_octets(scene.client, octets, 2);
	assert_memory_equal(octets, "no", 2);
	return heard;
}

/* Also while the server has more to say than the client reads; and after it nothing is. */
static void a_last_answer_does_not_wait_for_the_server(void **state)
{
	(void)state;
	size_t said = begin_flooded();
	say(scene.client, "last");
	say(scene.client, "answer this yourself");
	assert_true(hear_our_own() < said);
	hear_end(scene.client);
	expect_end(RELAY_ENDED);
	assert_int_equal(scene.decisions, 2);
}

/* Nor where there is none, and the server's have still to be written. */
static void after_a_last_query_nothing_is_decided(void **state)
{
	(void)state;
	uint8_t octets[sizeof(kilobyte)];
	(void)begin_flooded();
	say(scene.client, "Last");
	say(scene.client, "answer this yourself");
	usleep(20000);
	while (recv(scene.client, octets, sizeof(octets), 0) > 0) {
	}
	expect_end(RELAY_ENDED);
	assert_int_equal(scene.decisions, 2);
}

static void answers_of_our_own_wait_for_the_client(void **state)
{
	(void)state;
	(void)begin_flooded();
	for (unsigned i = 0; i < 3; i++) {
		say(scene.client, "answer this yourself");
	}
	for (unsigned i = 0; i < 3; i++) {
		(void)hear_our_own();
	}
	say(scene.client, "close");
	expect_end(RELAY_ENDED);
	assert_int_equal(scene.decisions, 5);
}

static void it_ends_without_an_answer_where_that_is_decided(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "close");
	hear_end(scene.client);
	expect_end(RELAY_ENDED);
}

/* --- what it costs others ----------------------------------------------------------------- */

static void others_have_their_turn_meanwhile(void **state)
{
	(void)state;
	enum {
		COUNT = 500
	};
	uint8_t queries[3 * COUNT];
	for (unsigned i = 0; i < COUNT; i++) {
		memcpy(queries + 3 * i, "\0\1a", 3);
	}
	begin_patiently();
	say_octets(scene.client, queries, sizeof(queries));
	for (unsigned i = 0; i < COUNT; i++) {
		hear(scene.client, "no");
	}
	say(scene.client, "close");
	expect_end(RELAY_ENDED);
	assert_true(atomic_load(&scene.yields) > 5);
}

/* With nothing to do, or with half a connection, it is not run again and again. */
static void it_waits_for_what_may_come(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass one");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass one");
	assert_int_equal(shutdown(scene.client, SHUT_WR), 0);
	usleep(200000);
	say(scene.servers[0], "answer one");
	hear(scene.client, "answer one");
	usleep(200000);
	assert_true(atomic_load(&scene.waits) < 20);
	assert_true(atomic_load(&scene.yields) == 0);
	hang_up(scene.servers[0]);
	expect_end(RELAY_ENDED);
}

static void await_buffers(bool held)
{
	for (int i = 0; atomic_load(&scene.holds) != held; i++) {
		assert_true(i < PATIENCE_S * 1000);
		usleep(1000);
	}
}

/* Between queries it has none, and others can use them. */
static void an_idle_relay_has_no_buffers(void **state)
{
	(void)state;
	begin_patiently();
	for (unsigned i = 0; i < 3; i++) {
		say(scene.client, "pass");
		if (i == 0) {
			hear_preface(scene.servers[0]);
		}
		hear(scene.servers[0], "pass");
		await_buffers(i == 0); /* only the first one may have to be told of */
		say_octets(scene.servers[0], "\0\6ans", 5);
		await_buffers(true);
		say_octets(scene.servers[0], "wer", 3);
		hear(scene.client, "answer");
		await_buffers(false);
	}
	say(scene.client, "answer this yourself");
	hear(scene.client, "no");
	await_buffers(false);
	say_octets(scene.client, "\0\4pa", 4);
	await_buffers(true);
	hang_up(scene.servers[0]);
	hear_end(scene.client);
	assert_int_equal(pthread_join(scene.thread, NULL), 0);
	close_scene();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_pass_as_they_are_and_the_preface_goes_once),
		cmocka_unit_test(octet_by_octet_too),
		cmocka_unit_test(a_query_ends_where_its_length_says),
		cmocka_unit_test(the_largest_messages_pass_in_any_number),
		cmocka_unit_test(small_ones_too),
		cmocka_unit_test(queries_wait_for_a_server_that_does_not_read),
		cmocka_unit_test(queries_need_not_wait_for_answers),
		cmocka_unit_test(an_answer_of_our_own_stands_between_two_of_the_server),
		cmocka_unit_test(after_a_last_answer_it_ends),
		cmocka_unit_test(a_last_answer_does_not_wait_for_the_server),
		cmocka_unit_test(after_a_last_query_nothing_is_decided),
		cmocka_unit_test(answers_of_our_own_wait_for_the_client),
		cmocka_unit_test(it_ends_without_an_answer_where_that_is_decided),
		cmocka_unit_test(others_have_their_turn_meanwhile),
		cmocka_unit_test(it_waits_for_what_may_come),
		cmocka_unit_test(an_idle_relay_has_no_buffers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
