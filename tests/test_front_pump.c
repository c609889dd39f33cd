/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a pump passes, what that costs, and what does not pass. How it ends has
 * test_front_pump_ends.c. */

#include "pump_scene.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>

/* --- what passes ------------------------------------------------------------------------- */

static void octets_pass_both_ways(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		begin(secure == 1);
		assert_int_equal(client_says("one", 3), 3);
		assert_true(run());
		expect_at_server("one");
		assert_int_equal(server_says("answer", 6), 6);
		assert_int_equal(client_says("two", 3), 3);
		assert_true(run());
		expect_at_client("answer");
		expect_at_server("two");
		assert_int_equal(pump.up.passed, 6);
		assert_int_equal(pump.down.passed, 6);
		end_pump();
	}
}

/* What was said before the pump began, too. */
static void octets_that_were_there_before_pass(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(client_says("early", 5), 5);
	pump_clear(&pump);
	pump_begin(&pump, &client, &server, IDLE_MS, &buffers);
	assert_true(pump_run(&pump, 0, 0, &waiting));
	expect_at_server("early");
	end_pump();
}

/* More than sockets and buffers hold, both ways at once. */
static void any_number_of_octets_passes_in_order(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		struct flood up = { .size = 3000000 }, down = { .size = 3000000 };
		begin(secure == 1);
		while (up.heard < up.size || down.heard < down.size) {
			say_more(&up, client_says);
			say_more(&down, server_says);
			assert_true(run());
			hear_more(&up, server_hears);
			hear_more(&down, client_hears);
		}
		assert_int_equal(pump.up.passed, up.size);
		assert_int_equal(pump.down.passed, down.size);
		end_pump();
	}
}

static void octet_by_octet_too(void **state)
{
	(void)state;
	begin(true);
	for (const char *at = "octets"; *at != '\0'; at++) {
		assert_int_equal(client_says(at, 1), 1);
		assert_true(run());
	}
	expect_at_server("octets");
	end_pump();
}

/* A key that changes in between hides nothing of what came with it. */
static void keys_may_change(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(SSL_key_update(far_ssl, SSL_KEY_UPDATE_REQUESTED), 1);
	assert_int_equal(client_says("one", 3), 3);
	assert_int_equal(SSL_key_update(far_ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
	assert_int_equal(client_says("two", 3), 3);
	assert_true(run());
	expect_at_server("onetwo");
	assert_int_equal(server_says("answer", 6), 6);
	assert_true(run());
	char heard[16];
	size_t got = client_hears(heard, sizeof(heard)); /* perhaps the key first */
	assert_int_equal(got > 0 ? got : client_hears(heard, sizeof(heard)), 6);
	end_pump();
}

static bool change_keys(unsigned times)
{
	while (times-- > 0) {
		assert_int_equal(SSL_key_update(far_ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
		assert_int_equal(client_says("x", 1), 1);
	}
	return run();
}

/* As often as it has to in weeks, but not so often that it is all that it does. */
static void keys_may_change_now_and_then(void **state)
{
	(void)state;
	begin(true);
	for (unsigned i = 0; i < 4; i++) {
		char heard[STREAM_KEY_UPDATE_MAX];
		assert_true(change_keys(sizeof(heard) / 2));
		assert_int_equal(server_hears(heard, sizeof(heard)), sizeof(heard) / 2);
		later_s += STREAM_KEY_UPDATE_MS / 1000;
		pump.moved_at += STREAM_KEY_UPDATE_MS; /* there were others */
	}
	assert_true(change_keys(1));
	assert_false(change_keys(2 * STREAM_KEY_UPDATE_MAX));
	expect_end(PUMP_CLIENT_GONE);
}

/* --- what it costs ----------------------------------------------------------------------- */

static void whoever_has_said_nothing_is_not_asked(void **state)
{
	(void)state;
	begin(false);
	assert_int_equal(client_says("ping", 4), 4);
	assert_true(run());
	assert_int_equal(reads, 1);
	assert_int_equal(writes, 1);
	assert_int_equal(server_says("pong", 4), 4);
	assert_true(run());
	assert_int_equal(reads, 2);
	assert_int_equal(writes, 2);
	assert_true(pump_run(&pump, 0, 0, &waiting)); /* called for another reason */
	assert_int_equal(reads, 2);
	end_pump();
}

/* Whoever has sent less than a record has most likely sent all. */
static void whoever_has_said_much_is_asked_for_more(void **state)
{
	(void)state;
	static const uint8_t much[SSL3_RT_MAX_PLAIN_LENGTH] = { 0 };
	static uint8_t heard[sizeof(much)];
	for (unsigned less = 0; less < 2; less++) {
		const size_t size = sizeof(much) - less;
		begin(false);
		assert_int_equal(server_says(much, size), size);
		assert_true(run());
		assert_int_equal(reads, less == 1 ? 1 : 2);
		for (size_t got = 0; got < size;) {
			got += client_hears(heard, sizeof(heard));
		}
		end_pump();
	}
}

static void an_idle_stream_has_no_buffer(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(client_says("ping", 4), 4);
	assert_int_equal(server_says("pong", 4), 4);
	assert_true(run());
	assert_null(pump.up.octets);
	assert_null(pump.down.octets);
	assert_int_equal(buffers.count, 1); /* one after the other */
	end_pump();
}

#define MUCH (100 * TURN)

/* The far ends of a fast stream have threads of their own: what is read is there again at once. */
static void *pour(void *arg)
{
	static const uint8_t octets[ROOM];
	(void)arg;
	for (size_t said = 0; said < MUCH; said += sizeof(octets)) {
		if (client_says(octets, sizeof(octets)) != sizeof(octets)) {
			break;
		}
	}
	return NULL;
}

static void *drain(void *arg)
{
	static uint8_t octets[ROOM];
	size_t heard = 0, got = 1;
	while (heard < MUCH && got > 0) {
		got = server_hears(octets, sizeof(octets));
		heard += got;
	}
	*(size_t *)arg = heard;
	return NULL;
}

static void a_fast_stream_lets_others_have_their_turn(void **state)
{
	(void)state;
	pthread_t from, to;
	size_t heard = 0;
	uint64_t most = 0;
	bool nothing;
	begin(false);
	assert_int_equal(fcntl(far_client, F_SETFL, 0), 0);
	assert_int_equal(fcntl(far_server, F_SETFL, 0), 0);
	assert_int_equal(pthread_create(&from, NULL, pour, NULL), 0);
	assert_int_equal(pthread_create(&to, NULL, drain, &heard), 0);
	while (pump.up.passed < MUCH) {
		uint64_t before = pump.up.passed;
		assert_true(turn(&nothing));
		uint64_t passed = pump.up.passed - before;
		most = passed > most ? passed : most;
	}
	assert_int_equal(pthread_join(from, NULL), 0);
	assert_int_equal(pthread_join(to, NULL), 0);
	assert_int_equal(heard, MUCH);
	check_range(most, 1, TURN + ROOM);
	end_pump();
}

/* What is hidden from poll() is not forgotten over that. */
static void a_turn_that_ends_comes_again(void **state)
{
	(void)state;
	begin(true);
	struct flood up = { .size = 20 * TURN };
	bool nothing = false;
	while (up.heard < up.size) {
		say_more(&up, client_says);
		assert_true(turn(&nothing));
		hear_more(&up, server_hears);
	}
	end_pump();
}

/* As many records as fit into the socket, of one octet each. How many that are. */
static size_t client_says_octets(size_t count)
{
	BIO *sealed = BIO_new(BIO_s_mem()), *socket = SSL_get_wbio(far_ssl);
	assert_true(BIO_up_ref(socket));
	SSL_set0_wbio(far_ssl, sealed);
	for (size_t i = 0; i < count; i++) {
		const uint8_t octet = octet_at(i);
		assert_int_equal(SSL_write(far_ssl, &octet, 1), 1);
	}
	char *octets;
	long size = BIO_get_mem_data(sealed, &octets);
	assert_int_equal(__real_send(far_client, octets, (size_t)size, 0), size);
	SSL_set0_wbio(far_ssl, socket);
	return count;
}

/* What counts is what they cost, not how many octets they are. */
static void many_small_records_take_many_turns(void **state)
{
	(void)state;
	begin(true);
	struct flood up = { .size = 0 };
	bool nothing = false;
	up.size = client_says_octets(5000);
	while (up.heard < up.size) {
		records = 0;
		assert_true(turn(&nothing));
		assert_false(nothing);
		check_range(records, 0, 512);
		hear_more(&up, server_hears);
	}
	end_pump();
}

/* --- what does not pass ------------------------------------------------------------------ */

static void a_server_that_does_not_read_is_waited_for(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		begin(secure == 1);
		struct flood up = { .size = 100000000 };
		fill(&up, client_says);
		assert_int_equal(waiting.client & POLLIN, 0);
		assert_int_equal(waiting.server, POLLIN | POLLOUT);
		check_range(pump.up.end - pump.up.at, 1, ROOM); /* and nothing more */
		assert_int_equal(server_says("answer", 6), 6);  /* the other way is free */
		assert_true(run());
		expect_at_client("answer");
		up.size = up.said;
		while (up.heard < up.size) {
			hear_more(&up, server_hears);
			assert_true(run());
		}
		assert_int_equal(waiting.client, POLLIN);
		assert_null(pump.up.octets);
		end_pump();
	}
}

static void a_client_that_does_not_read_is_waited_for(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		begin(secure == 1);
		struct flood down = { .size = 100000000 };
		fill(&down, server_says);
		assert_int_equal(waiting.server & POLLIN, 0);
		assert_int_equal(waiting.client, POLLIN | POLLOUT);
		check_range(pump.down.end - pump.down.at + client.sealed_end -
				client.sealed_at,
			1, BUFFERS_SIZE);
		down.size = down.said;
		while (down.heard < down.size) {
			hear_more(&down, client_hears);
			assert_true(run());
		}
		end_pump();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_pass_both_ways),
		cmocka_unit_test(octets_that_were_there_before_pass),
		cmocka_unit_test(any_number_of_octets_passes_in_order),
		cmocka_unit_test(octet_by_octet_too),
		cmocka_unit_test(keys_may_change),
		cmocka_unit_test(keys_may_change_now_and_then),
		cmocka_unit_test(whoever_has_said_nothing_is_not_asked),
		cmocka_unit_test(whoever_has_said_much_is_asked_for_more),
		cmocka_unit_test(an_idle_stream_has_no_buffer),
		cmocka_unit_test(a_fast_stream_lets_others_have_their_turn),
		cmocka_unit_test(a_turn_that_ends_comes_again),
		cmocka_unit_test(many_small_records_take_many_turns),
		cmocka_unit_test(a_server_that_does_not_read_is_waited_for),
		cmocka_unit_test(a_client_that_does_not_read_is_waited_for),
	};
	return cmocka_run_group_tests(tests, make_keys, clear_keys);
}
