/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How a pump ends: by either side, by silence, or for want of memory; and what passes before. */

#include "pump_scene.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- what the far ends say and hear ------------------------------------------------------ */

static bool server_hears_the_end(void)
{
	char octet;
	return __real_recv(far_server, &octet, 1, MSG_PEEK) == 0;
}

/* With TLS, by close_notify. */
static bool client_hears_the_end(void)
{
	char octet;
	size_t got;
	if (far_ssl == NULL) {
		return __real_recv(far_client, &octet, 1, 0) == 0;
	}
	int result = SSL_read_ex(far_ssl, &octet, 1, &got);
	return SSL_get_error(far_ssl, result) == SSL_ERROR_ZERO_RETURN;
}

static void client_ends(void)
{
	if (far_ssl != NULL) {
		assert_true(SSL_shutdown(far_ssl) >= 0);
	} else {
		assert_int_equal(shutdown(far_client, SHUT_WR), 0);
	}
}

static void server_ends(void)
{
	assert_int_equal(shutdown(far_server, SHUT_WR), 0);
}

/* --- how it ends ------------------------------------------------------------------------- */

static void the_clients_end_passes_and_answers_still_come(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		begin(secure == 1);
		assert_int_equal(client_says("last", 4), 4);
		client_ends();
		assert_true(run());
		assert_int_equal(waiting.client, 0);
		expect_at_server("last");
		assert_true(server_hears_the_end());
		assert_int_equal(server_says("answer", 6), 6);
		assert_true(run());
		expect_at_client("answer");
		server_ends();
		assert_false(run());
		assert_true(client_hears_the_end());
		expect_end(PUMP_ENDED);
	}
}

static void the_servers_end_passes_and_the_client_may_say_more(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		begin(secure == 1);
		assert_int_equal(server_says("last", 4), 4);
		server_ends();
		assert_true(run());
		assert_int_equal(waiting.server, 0);
		expect_at_client("last");
		assert_true(client_hears_the_end());
		assert_int_equal(client_says("more", 4), 4);
		assert_true(run());
		expect_at_server("more");
		client_ends();
		assert_false(run());
		assert_true(server_hears_the_end());
		expect_end(PUMP_ENDED);
	}
}

/* The end waits behind what is written slowly. */
static void the_end_comes_last(void **state)
{
	(void)state;
	begin(false);
	struct flood up = { .size = 100000000 };
	up.size = fill(&up, client_says);
	client_ends();
	while (up.heard < up.size) {
		assert_false(server_hears_the_end());
		hear_more(&up, server_hears);
		assert_true(run());
	}
	assert_true(server_hears_the_end());
	end_pump();
}

/* TLS's end has not come, so it may be that octets are missing: the server must not take the
 * end for one that the client has meant. */
static void a_client_that_is_gone_ends_it(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(client_says("last", 4), 4);
	assert_int_equal(shutdown(far_client, SHUT_RDWR), 0);
	assert_false(run());
	expect_at_server("last");
	assert_false(server_hears_the_end());
	expect_end(PUMP_CLIENT_GONE);
}

static void a_reader_is_gone_or_will_read_later(void **state)
{
	(void)state;
	static const struct {
		int error;
		bool later;
	} rows[] = { { EAGAIN, true }, { EINTR, true }, { EPIPE, false },
		{ ECONNRESET, false } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		begin(true);
		assert_int_equal(server_says("bye", 3), 3);
		room = 0;
		full = rows[i].error;
		bool nothing = false;
		(void)turn(&nothing);
		assert_false(nothing);
		room = SIZE_MAX;
		full = EAGAIN;
		assert_int_equal(pump.down.over, !rows[i].later);
		assert_int_equal(waiting.client, rows[i].later ? POLLIN | POLLOUT : POLLIN);
		if (rows[i].later) {
			assert_true(run());
			expect_at_client("bye");
		}
		end_pump();
	}
}

static void what_a_server_said_before_it_was_gone_passes(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(server_says("bye", 3), 3);
	close(far_server);
	far_server = -1;
	assert_int_equal(client_says("more", 4), 4);
	(void)run();
	expect_at_client("bye");
	if (goes_on) { /* it has ended in good order, as far as could be seen */
		client_ends();
		expect_end(PUMP_ENDED);
	} else {
		assert_int_equal(pump_outcome(&pump), PUMP_SERVER_GONE);
		end_pump();
	}
}

/* It closes over what it has not read: the kernel tells of an error. */
static void a_server_that_breaks_off_ends_it(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(client_says("unread", 6), 6);
	assert_true(run());
	close(far_server);
	far_server = -1;
	assert_false(run());
	assert_false(client_hears_the_end());
	expect_end(PUMP_SERVER_GONE);
}

static void nothing_for_long_ends_it(void **state)
{
	(void)state;
	begin(true);
	later_s = IDLE_MS / 1000 - 1;
	assert_true(pump_run(&pump, 0, 0, &waiting));
	assert_int_equal(client_says("ping", 4), 4);
	assert_true(run());
	later_s += IDLE_MS / 1000 - 1;
	assert_true(pump_run(&pump, 0, 0, &waiting));
	later_s += 2;
	assert_false(pump_run(&pump, 0, 0, &waiting));
	assert_int_equal(pump_outcome(&pump), PUMP_IDLE);
	end_pump();
}

/* Records that have been sealed already are on their way, however slowly they are read. */
static void a_slow_reader_is_not_idle(void **state)
{
	(void)state;
	const char much[40000] = { 0 };
	begin(true);
	assert_int_equal(server_says(much, sizeof(much)), sizeof(much));
	for (unsigned i = 0; i < 10; i++) {
		room = 1000;
		assert_true(pump_run(&pump, POLLOUT, POLLIN, &waiting));
		assert_int_equal(room, 0);
		assert_non_null(client.sealed);
		later_s += IDLE_MS / 1000 - 1;
	}
	later_s += 2;
	assert_false(pump_run(&pump, POLLOUT, POLLIN, &waiting));
	assert_int_equal(pump_outcome(&pump), PUMP_IDLE);
	end_pump();
}

/* Half an end does not keep it for ever. */
static void nor_does_a_server_that_never_ends_keep_it(void **state)
{
	(void)state;
	begin(true);
	client_ends();
	assert_true(run());
	later_s = IDLE_MS / 1000 + 1;
	assert_false(pump_run(&pump, 0, 0, &waiting));
	assert_int_equal(pump_outcome(&pump), PUMP_IDLE);
	end_pump();
}

static void without_memory_it_ends(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(client_says("ping", 4), 4);
	no_memory = true;
	assert_false(run());
	assert_int_equal(pump_outcome(&pump), PUMP_OUT_OF_MEMORY);
	end_pump();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clients_end_passes_and_answers_still_come),
		cmocka_unit_test(the_servers_end_passes_and_the_client_may_say_more),
		cmocka_unit_test(the_end_comes_last),
		cmocka_unit_test(a_client_that_is_gone_ends_it),
		cmocka_unit_test(a_reader_is_gone_or_will_read_later),
		cmocka_unit_test(what_a_server_said_before_it_was_gone_passes),
		cmocka_unit_test(a_server_that_breaks_off_ends_it),
		cmocka_unit_test(nothing_for_long_ends_it),
		cmocka_unit_test(a_slow_reader_is_not_idle),
		cmocka_unit_test(nor_does_a_server_that_never_ends_keep_it),
		cmocka_unit_test(without_memory_it_ends),
	};
	return cmocka_run_group_tests(tests, make_keys, clear_keys);
}
