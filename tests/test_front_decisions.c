/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How often a client of a front is decided about, by which runtime and records, and for
 * how long a decision counts. A query that is not passed on tells a client that is
 * permitted from one that is not, without an upstream server. */

#include "check.h"

#include "scene.h"
#include "server_scene.h"

#include <pthread.h>
#include <time.h>

/* Puts a runtime in force that permits this name. */
static void permit(const char *name, const char *more)
{
	configure((struct config){ .name = name, .more = more });
}

static void handshake_and_first_query_are_one_decision(void **state)
{
	(void)state;
	const struct tls_word *const words[] = { &said, &silence };
	for (size_t i = 0; i < ROWS(words); i++) {
		come(&mine, words[i]);
		asks(NOT_PASSED, 1);
		leave(false);
		come(&other, words[i]);
		asks(PROHIBITED, 1);
		assert_int_equal(scene.reply.rcode, REFUSED);
		leave(true);
	}
}

static void each_further_query_is_another(void **state)
{
	(void)state;
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	asks(NOT_PASSED, 2);
	answer(NAME, RESOLVER_DENIED, TTL, NULL);
	pass(TTL * 1000);
	asks(PROHIBITED, 3);
	leave(true);
}

/* Of a client without a name: when it comes, and when what was decided is kept, there is a
 * look at the clock. */
static void await_decision(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	while (atomic_load(&scene.looks) < 2) {
		nanosleep(&moment, NULL);
	}
	assert_int_equal(atomic_load(&scene.decisions), 1);
}

static void an_allow_counts_within_its_ttl(void **state)
{
	(void)state;
	come(&mine, &silence);
	await_decision();
	answer(NAME, RESOLVER_DENIED, TTL, NULL);
	pass(TTL * 1000);
	atomic_fetch_add(&scene.now_s, TTL);
	asks(PROHIBITED, 2);
	leave(true);
}

/* A record that has come after the handshake lets the client in, on the same connection. */
static void a_no_counts_until_dns_says_something_new(void **state)
{
	(void)state;
	come(&other, &silence);
	await_decision();
	publish(NAME, TTL, &other);
	pass(TTL * 1000);
	asks(NOT_PASSED, 2);
	atomic_fetch_add(&scene.later_s, PATIENCE_S + 1);
	asks(NOT_PASSED, 3); /* the time of the handshake is not for it any more */
	leave(false);

	come(&mine, &silence);
	await_decision();
	pass(TTL * 1000);
	atomic_fetch_add(&scene.now_s, 59);
	asks(PROHIBITED, 1);
	leave(true);
}

/* Then it counts among the connections of its name, of which there may be enough already. */
static void a_client_that_is_let_in_late_may_be_one_too_many(void **state)
{
	(void)state;
	configure((struct config){ .limits = "    max-per-identity: 1\n" });
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	far = &far_ends[1];
	come(&other, &silence);
	await_decision();
	publish(NAME, TTL, &other);
	pass(TTL * 1000);
	const struct dns_message query = dns_query(1, DNS_A, 0);
	say(query.octets, query.size);
	leave(true);
	far = &far_ends[0];
	leave(false);
	come(&other, &silence);
	asks(NOT_PASSED, 1);
	leave(false);
}

/* As the decision itself would have seen to. */
static void a_refusal_that_is_kept_brings_a_lookup(void **state)
{
	(void)state;
	come(&other, &silence);
	await_decision();
	pass(10000);
	unsigned asked = fake_resolver_asked(NAME);
	publish(NAME, TTL, &other);
	asks(PROHIBITED, 1);
	leave(true);
	fake_resolver_settle();
	assert_true(fake_resolver_asked(NAME) > asked);
	come(&other, &silence);
	asks(NOT_PASSED, 1);
	leave(false);
}

static void it_counts_under_the_same_runtime(void **state)
{
	(void)state;
	come(&mine, &silence);
	await_decision();
	permit(NAME, "");
	asks(NOT_PASSED, 2);
	leave(false);

	come(&mine, &silence);
	await_decision();
	permit(NAME, "    require-name: on\n");
	asks(PROHIBITED, 1);
	leave(true);

	permit(NAME, "");
	come(&mine, &silence);
	await_decision();
	permit("b.example", "");
	asks(PROHIBITED, 2);
	leave(true);
}

static atomic_bool time_stands;

static void *let_time_pass(void *arg)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	while (!atomic_load(&time_stands)) {
		pass(5);
		nanosleep(&moment, NULL);
	}
	return arg;
}

/* A client that has not waited for long may wait once more, but none waits for long twice. */
static void a_client_does_not_wait_for_long_twice(void **state)
{
	(void)state;
	const struct tls_word *const words[] = { &said, &silence };
	static const struct tls_word slow = SAID("\x0c"
						 "slow.example");
	publish_held("slow.example", TTL, &mine);
	permit("slow.example", "");
	pthread_t thread;
	atomic_store(&time_stands, false);
	assert_int_equal(pthread_create(&thread, NULL, let_time_pass, NULL), 0);
	for (size_t i = 0; i < ROWS(words); i++) {
		const struct tls_word *word = words[i] == &said ? &slow : words[i];
		scene.lasts_s = 0;
		come(&mine, word);
		asks(NOT_IN_TIME, word == &slow ? 3 : 2);
		assert_int_equal(scene.reply.rcode, SERVFAIL);
		leave(true);
		scene.lasts_s = 1;
		come(&mine, word);
		asks(NOT_IN_TIME, 1);
		leave(true);
	}
	scene.lasts_s = 0;
	atomic_store(&time_stands, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	fake_resolver_release("slow.example");
}

static void await_undecided(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	for (int i = 0; atomic_load(&scene.undecided) == 0; i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
}

/* On its loop meanwhile, and on none of the threads. */
static void a_client_is_decided_about_when_dns_has_answered(void **state)
{
	(void)state;
	const struct dns_message query = dns_query(1, DNS_A, 0);
	uint8_t heard[MESSAGE_MAX];
	publish_held("slow.example", TTL, &mine);
	permit("slow.example", "");
	come(&mine, &silence);
	say(query.octets, query.size);
	await_undecided();
	assert_int_equal(atomic_load(&scene.decisions), 0);
	fake_resolver_release("slow.example");
	assert_true(message_read_reply(heard, hear_message(heard), &scene.reply));
	assert_int_equal(scene.reply.rcode, REFUSED);
	assert_int_equal(atomic_load(&scene.decisions), 1);
	leave(false);
}

/* What is known of a name below a suffix has expired. */
static void a_query_is_decided_about_when_dns_has_answered(void **state)
{
	(void)state;
	static const struct tls_word below = SAID("\x0e"
						  "x.slow.example");
	const struct dns_message query = dns_query(1, DNS_A, 0);
	uint8_t heard[MESSAGE_MAX];
	publish("x.slow.example", TTL, &mine);
	permit("*.slow.example", "");
	come(&mine, &below);
	asks(NOT_PASSED, 1);
	publish_held("x.slow.example", TTL, &mine);
	pass(2 * TTL * 1000);
	say(query.octets, query.size);
	await_undecided();
	assert_int_equal(atomic_load(&scene.decisions), 1);
	fake_resolver_release("x.slow.example");
	(void)hear_message(heard);
	assert_int_equal(atomic_load(&scene.decisions), 2);
	asks(NOT_PASSED, 3);
	leave(false);
}

/* Those who wait for DNS must not take the room that others were promised. */
static void a_client_that_has_to_go_does_not_wait_for_dns(void **state)
{
	(void)state;
	publish_held("slow.example", TTL, &mine);
	configure((struct config){
		.name = "slow.example", .limits = "    max-handshakes: 1\n" });
	for (int i = 0; i < 2; i++) {
		far = &far_ends[0];
		come(&mine, &silence);
		await_undecided();
		far = &far_ends[1];
		come(&mine, &silence);
		await_undecided();
		far = &far_ends[0];
		leave(true);
		assert_int_equal(atomic_load(&scene.decisions), 0);
		expect_all_to_leave();
		far = &far_ends[1];
		leave(true);
		assert_int_equal(atomic_load(&scene.decisions), 0);
	}
	fake_resolver_release("slow.example");
}

struct waiter;

void __real_waiters_sleep(struct waiter *waiter, pthread_mutex_t *lock, uint64_t ms);
void __wrap_waiters_sleep(struct waiter *waiter, pthread_mutex_t *lock, uint64_t ms);

/* Threads that wait for DNS. Idle threads of dance-front sleep too, and are none of these. */
static atomic_uint asleep;

void __wrap_waiters_sleep(struct waiter *waiter, pthread_mutex_t *lock, uint64_t ms)
{
	atomic_fetch_add(&asleep, 1);
	__real_waiters_sleep(waiter, lock, ms);
	atomic_fetch_sub(&asleep, 1);
}

static void await_asleep(unsigned count)
{
	const struct timespec moment = { 0, 200000 };
	while (atomic_load(&asleep) != count) {
		nanosleep(&moment, NULL);
	}
}

/* Within a handshake they do, and must not take all connections. */
static void half_of_the_connections_wait_for_dns(void **state)
{
	(void)state;
	/* A name that nobody has asked for before. */
	static const struct tls_word slow = SAID("\x0c"
						 "half.example");
	publish_held("half.example", TTL, &mine);
	configure((struct config){ .name = "half.example",
		.limits = "    max-connections: 4\n    max-handshakes: 1\n" });
	for (int i = 0; i < 2; i++) {
		far = &far_ends[i];
		come(&mine, &slow);
		await_asleep((unsigned)i + 1);
	}
	far = &far_ends[2];
	come(&mine, &slow);
	(void)ask_for(DNS_A);
	assert_int_equal(scene.reply.rcode, SERVFAIL);
	leave(true);
	fake_resolver_release("half.example");
	for (int i = 0; i < 2; i++) {
		far = &far_ends[i];
		leave(true);
	}
}

/* Nor for the decision about a query. */
static void a_query_does_not_wait_when_its_client_has_to_go(void **state)
{
	(void)state;
	static const struct tls_word below = SAID("\x0e"
						  "x.slow.example");
	const struct dns_message query = dns_query(1, DNS_A, 0);
	publish("x.slow.example", TTL, &mine);
	permit("*.slow.example", "");
	come(&mine, &below);
	asks(NOT_PASSED, 1);
	publish_held("x.slow.example", TTL, &mine);
	pass(2 * TTL * 1000);
	say(query.octets, query.size);
	await_undecided();
	expect_all_to_leave();
	leave(true);
	assert_int_equal(atomic_load(&scene.decisions), 1);
	fake_resolver_release("x.slow.example");
}

/* Whoever is permitted no longer must not pass because DNS was slow. */
static void a_reload_counts_for_a_query_that_waits(void **state)
{
	(void)state;
	static const struct tls_word below = SAID("\x0e"
						  "x.slow.example");
	struct dns_message query = dns_query(1, DNS_A, 0);
	uint8_t heard[MESSAGE_MAX];
	dns_put(&query, "\0\0\x29\x10\0\0\0\0\0\0", 11); /* an OPT record */
	query.octets[11]++;
	publish("x.slow.example", TTL, &mine);
	permit("*.slow.example", "");
	come(&mine, &below);
	asks(NOT_PASSED, 1);
	publish_held("x.slow.example", TTL, &mine);
	pass(2 * TTL * 1000);
	say(query.octets, query.size);
	await_undecided();
	permit("b.example", "");
	fake_resolver_release("x.slow.example");
	assert_true(message_read_reply(heard, hear_message(heard), &scene.reply));
	assert_int_equal(scene.reply.ede, PROHIBITED);
	leave(true);
}

static void nothing_shown_is_nothing_to_decide(void **state)
{
	(void)state;
	come(NULL, &silence);
	asks(PROHIBITED, 0);
	leave(true);
}

/* Only an authenticated client has all the time that a connection may take. */
static void the_time_of_the_handshake_is_for_the_unauthenticated(void **state)
{
	(void)state;
	come(&mine, &said);
	asks(NOT_PASSED, 1); /* it is through its handshake on the other side too */
	atomic_fetch_add(&scene.later_s, PATIENCE_S + 1);
	asks(NOT_PASSED, 2);
	leave(false);

	come(&other, &said);
	atomic_fetch_add(&scene.later_s, PATIENCE_S + 1);
	const struct dns_message query = dns_query(1, DNS_SOA, 0);
	say(query.octets, query.size);
	leave(true);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, server_scene_begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(handshake_and_first_query_are_one_decision),
		ONE(each_further_query_is_another),
		ONE(an_allow_counts_within_its_ttl),
		ONE(a_no_counts_until_dns_says_something_new),
		ONE(a_client_that_is_let_in_late_may_be_one_too_many),
		ONE(a_refusal_that_is_kept_brings_a_lookup),
		ONE(it_counts_under_the_same_runtime),
		ONE(a_client_does_not_wait_for_long_twice),
		ONE(a_client_is_decided_about_when_dns_has_answered),
		ONE(a_query_is_decided_about_when_dns_has_answered),
		ONE(a_client_that_has_to_go_does_not_wait_for_dns),
		ONE(half_of_the_connections_wait_for_dns),
		ONE(a_query_does_not_wait_when_its_client_has_to_go),
		ONE(a_reload_counts_for_a_query_that_waits),
		ONE(nothing_shown_is_nothing_to_decide),
		ONE(the_time_of_the_handshake_is_for_the_unauthenticated),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
