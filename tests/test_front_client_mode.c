/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A secondary's connection in client mode: what goes to the primary, and what the
 * secondary hears where it does not; with the key in a file, and in a store, whose signature a
 * thread waits for. */

#include "check.h"
#include "client_mode.h"
#include "errand.h"
#include "message.h"
#include "primary_scene.h"
#include "scene.h"
#include "stored_key.h"

#include <openssl/err.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int secondary;
static bool in_store;
static atomic_bool has_no_thread;

bool __wrap_stored_key_is_in(const SSL_CTX *ctx);
bool __wrap_stored_key_is_in(const SSL_CTX *ctx)
{
	(void)ctx;
	return in_store;
}

static void (*work_of_errand)(void *arg, bool able);

static atomic_uint errors; /* of OpenSSL's, that an errand has left to its thread */

/* As far as there is a thread. */
static void work_as_far(void *arg, bool able)
{
	work_of_errand(arg, able && !has_no_thread);
	if (ERR_peek_error() != 0) {
		atomic_fetch_add(&errors, 1);
	}
}

void __real_errand_send(struct errand *errand, struct jobs *jobs,
	void (*work)(void *arg, bool able), bool urgent);
void __wrap_errand_send(struct errand *errand, struct jobs *jobs,
	void (*work)(void *arg, bool able), bool urgent);
void __wrap_errand_send(struct errand *errand, struct jobs *jobs,
	void (*work)(void *arg, bool able), bool urgent)
{
	work_of_errand = work;
	__real_errand_send(errand, jobs, work_as_far, urgent);
}

static void begin(enum primary_manner manner, const struct credential *key,
	const char *more)
{
	int near;
	primary_scene_begin(manner);
	primary_scene_publish(key);
	primary_scene_configure(NULL, more);
	socket_pair(&near, &secondary);
	serve(client_mode_begin, near, true, "out");
}

static void finish(unsigned connections, unsigned queries)
{
	close(secondary);
	await_served();
	primary_scene_end();
	assert_int_equal(atomic_load(&primary_scene.connections), connections);
	assert_int_equal(atomic_load(&primary_scene.queries), queries);
	assert_int_equal(atomic_load(&errors), 0);
}

static struct message_reply ask(uint16_t id, uint16_t type)
{
	uint8_t heard[MESSAGE_MAX];
	struct message_reply reply;
	struct dns_message query = dns_query(id, type, 0);
	dns_put(&query, "\0\0\x29\x10\0\0\0\0\0\0", 11); /* an OPT record */
	query.octets[11]++;
	put_message(secondary, &query);
	size_t size = get_message(secondary, heard);
	assert_true(message_read_reply(heard, size, &reply));
	assert_int_equal(heard[0] << 8 | heard[1], id);
	return reply;
}

static void queries_go_to_the_primary_on_one_connection(void **state)
{
	(void)state;
	begin(PRIMARY_ANSWERS, &front_scene_other, NULL);
	for (uint16_t id = 1; id < 4; id++) {
		assert_int_equal(ask(id, DNS_SOA).rcode, 0);
	}
	finish(1, 3);
}

static void await_left(unsigned count)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	for (int i = 0; atomic_load(&primary_scene.left) < count; i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
}

static void a_primary_that_leaves_is_connected_again(void **state)
{
	(void)state;
	begin(PRIMARY_ANSWERS_ONCE, &front_scene_other, NULL);
	for (uint16_t id = 1; id < 4; id++) {
		assert_int_equal(ask(id, DNS_SOA).rcode, 0);
		await_left(id);
	}
	finish(3, 3);
}

static void what_is_not_named_does_not_pass(void **state)
{
	(void)state;
	begin(PRIMARY_ANSWERS, &front_scene_other, "    pass: notify\n");
	struct message_reply reply = ask(1, DNS_SOA);
	assert_int_equal(reply.rcode, 5);
	assert_int_equal(reply.ede, 21);
	finish(0, 0);

	begin(PRIMARY_ANSWERS, &front_scene_other, NULL);
	assert_int_equal(ask(1, DNS_A).ede, 21);
	assert_int_equal(ask(2, DNS_SOA).rcode, 0); /* and it goes on */
	finish(1, 1);
}

/* Its secret is not shown to anybody else, and the secondary is told why. */
static void a_primary_that_is_not_proved_hears_nothing(void **state)
{
	(void)state;
	begin(PRIMARY_ANSWERS, &front_scene_mine, NULL);
	struct message_reply reply = ask(1, DNS_SOA);
	assert_int_equal(reply.rcode, 2);
	assert_int_equal(reply.ede, 18);
	assert_non_null(strstr(reply.ede_text, "primary refused, owner _"));
	expect_closed(secondary);
	finish(1, 0);
}

static void a_primary_that_does_not_answer_is_told_of(void **state)
{
	(void)state;
	begin(PRIMARY_LEAVES, &front_scene_other, NULL);
	struct message_reply reply = ask(1, DNS_SOA);
	assert_int_equal(reply.rcode, 2);
	assert_int_equal(reply.ede, 23);
	assert_string_equal(reply.ede_text, "the primary does not answer");
	expect_closed(secondary);
	finish(1, 1);
}

/* The program must not wait for a primary, or for DNS, when it ends. */
static void a_secondary_that_has_to_go_does_not_wait_for_its_primary(void **state)
{
	(void)state;
	const struct dns_message query = dns_query(1, DNS_SOA, 0);
	char owner[64];
	int near;
	primary_scene_begin(PRIMARY_ANSWERS);
	snprintf(owner, sizeof(owner), "_%u._tcp.p.example", primary_scene.port);
	publish_held(owner, TTL, &front_scene_other);
	primary_scene_configure(NULL, NULL);
	socket_pair(&near, &secondary);
	serve(client_mode_begin, near, true, "out");
	put_message(secondary, &query);
	const struct timespec moment = { .tv_nsec = 1000000 };
	for (int i = 0; atomic_load(&primary_scene.connections) == 0; i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
	expect_all_to_leave();
	finish(1, 0);
	fake_resolver_release(owner);
}

/* It waits for a thread of its own, whose errand ends before the connection does. */
static void a_thread_that_cannot_be_started_is_told_of(void **state)
{
	(void)state;
	has_no_thread = true;
	begin(PRIMARY_ANSWERS, &front_scene_other, NULL);
	struct message_reply reply = ask(1, DNS_SOA);
	has_no_thread = false;
	assert_int_equal(reply.rcode, 2);
	assert_int_equal(reply.ede, 0);
	assert_string_equal(reply.ede_text, "out of memory");
	expect_closed(secondary);
	finish(0, 0);
}

/* What was said of the primary before does not count for it. */
static void a_thread_that_cannot_be_started_later_is_told_of(void **state)
{
	(void)state;
	begin(PRIMARY_ANSWERS_ONCE, &front_scene_other, NULL);
	assert_int_equal(ask(1, DNS_SOA).rcode, 0);
	await_left(1);
	has_no_thread = true;
	struct message_reply reply = ask(2, DNS_SOA);
	has_no_thread = false;
	assert_int_equal(reply.rcode, 2);
	assert_int_equal(reply.ede, 0);
	assert_string_equal(reply.ede_text, "out of memory");
	expect_closed(secondary);
	finish(1, 1);
}

static int begin_in_store(void **state)
{
	in_store = true;
	return front_scene_begin(state);
}

static int end_in_store(void **state)
{
	in_store = false;
	return front_scene_end(state);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, front_scene_begin, front_scene_end)
#define OF_STORE(name) \
	{ #name " with a key in a store", name, begin_in_store, end_in_store, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(queries_go_to_the_primary_on_one_connection),
		ONE(a_primary_that_leaves_is_connected_again),
		ONE(what_is_not_named_does_not_pass),
		ONE(a_primary_that_is_not_proved_hears_nothing),
		ONE(a_primary_that_does_not_answer_is_told_of),
		ONE(a_secondary_that_has_to_go_does_not_wait_for_its_primary),
		OF_STORE(queries_go_to_the_primary_on_one_connection),
		OF_STORE(a_primary_that_leaves_is_connected_again),
		OF_STORE(what_is_not_named_does_not_pass),
		OF_STORE(a_primary_that_is_not_proved_hears_nothing),
		OF_STORE(a_primary_that_does_not_answer_is_told_of),
		OF_STORE(a_thread_that_cannot_be_started_is_told_of),
		OF_STORE(a_thread_that_cannot_be_started_later_is_told_of),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
