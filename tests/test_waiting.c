/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Who waits for lookups, for which, how long, and how many at once. */

#include "check.h"
#include "fixture.h"
#include "key_index.h"
#include "scene.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NAME "a.example"
#define WAITING_MAX_DEFAULT 8

static const struct alternative_name names[] = { DNS("a.example") };
static const struct alternative_name both[] = { DNS("x.sub.example"),
	DNS("y.sub.example") };
static struct credential mine, other, named, of_two;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ &named, { .key = KEY_ED25519, .names = names, .name_count = ROWS(names) } },
	{ &of_two, { .key = KEY_ED25519, .names = both, .name_count = ROWS(both) } },
	{ NULL, { 0 } },
};

static void a_first_answer_is_waited_for(void **state)
{
	(void)state;
	struct asker asker;
	publish_held(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	asker_begin(&asker, roster, &mine, NULL);
	await_waiting(1);
	pass(499);
	fake_resolver_release(NAME);
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	assert_string_equal(asker.result.name, NAME);
	dance_roster_free(roster);
}

static void a_wait_ends_in_time(void **state)
{
	(void)state;
	static const unsigned timeouts[][2] = { { 0, 500 }, { 40, 40 }, { 5000, 5000 } };
	publish_held(NAME, 60, &mine);
	for (size_t i = 0; i < ROWS(timeouts); i++) {
		const struct dance_options options = { .size = sizeof(options),
			.timeout_ms = timeouts[i][0] };
		struct asker asker;
		struct dance_roster *roster = roster_of(NAME, &options);
		asker_begin(&asker, roster, &mine, NULL);
		await_waiting(1);
		pass(timeouts[i][1] - 1);
		await_look();
		fake_clock_advance(1);
		check_verdict(asker_end(&asker), DANCE_FAIL_TIMEOUT);
		assert_string_equal(asker.result.name, NAME);
		assert_true(asker.result.has_key);
		dance_roster_free(roster);
	}
}

/* Also if another name of the certificate, before it or behind it, has been told of. */
static void any_name_that_may_be_it_is_waited_for(void **state)
{
	(void)state;
	for (int held = 0; held < 2; held++) {
		static const char *const texts[] = { "x.sub.example", "y.sub.example" };
		struct asker asker;
		publish_held(texts[held], 0, &of_two);
		answer(texts[1 - held], RESOLVER_DENIED, 60, NULL);
		struct dance_roster *roster = roster_of("*.sub.example", NULL);
		(void)verify(roster, &other, texts[1 - held], &result);
		fake_resolver_settle();
		check_verdict(verify(roster, &other, texts[1 - held], &result),
			DANCE_DENY_NO_TLSA);
		asker_begin(&asker, roster, &of_two, NULL);
		await_asker(&asker);
		fake_resolver_settle(); /* its lookup has begun */
		fake_resolver_release(texts[held]);
		check_verdict(asker_end(&asker), DANCE_ALLOW);
		assert_string_equal(asker.result.name, texts[held]);
		dance_roster_free(roster);
		pass(700000);
	}
}

/* However many answers come meanwhile that do not tell. */
static void all_rounds_together_have_the_time_of_one(void **state)
{
	(void)state;
	struct asker asker;
	publish_held(NAME, 60, &other);
	publish_held("b.example", 60, &mine);
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	asker_begin(&asker, roster, &mine, NULL);
	await_waiting(1);
	pass(400);
	fake_resolver_release(NAME);
	await_look();
	fake_clock_advance(99);
	await_look();
	await_waiting(1);
	fake_clock_advance(1);
	check_verdict(asker_end(&asker), DANCE_FAIL_TIMEOUT);
	fake_resolver_release("b.example");
	dance_roster_free(roster);
}

static void a_failure_ends_the_wait_too(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
	} rows[] = {
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP },
		{ RESOLVER_TIMEOUT, DANCE_FAIL_TIMEOUT },
		{ RESOLVER_BOGUS, DANCE_FAIL_BOGUS },
		{ RESOLVER_DENIED, DANCE_DENY_NO_TLSA },
		{ RESOLVER_INSECURE, DANCE_DENY_INSECURE },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct asker asker;
		publish_held(NAME, 60, &mine);
		struct dance_roster *roster = roster_of(NAME, NULL);
		asker_begin(&asker, roster, &mine, NULL);
		await_waiting(1);
		answer(NAME, rows[i].outcome, 60, NULL);
		fake_resolver_settle();
		check_verdict(asker_end(&asker), rows[i].verdict);
		dance_roster_free(roster);
	}
}

/* Only a name of which nothing is known yet, and which may be the peer's. */
static void what_is_known_is_not_waited_for(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	publish_held("b.example", 60, &other);
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &other, NAME, &result), DANCE_DENY_MISMATCH);
	check_verdict(verify(roster, &other, "c.example", &result), DANCE_DENY_NAME);
	fake_resolver_release("b.example");
	/* Expired: a lookup is under way, but that it ends soon is not promised. */
	publish_held(NAME, 60, &mine);
	pass(60000);
	assert_true(fake_resolver_under_way() > 0);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
	dance_roster_free(roster);
}

/* They expire while they are looked up: the lookup has just begun, or has not been given up. */
static void records_of_a_short_ttl_are_waited_for(void **state)
{
	(void)state;
	static const uint32_t ttls[] = { 0, 1, 2, 5, 7, 12, 39 };
	for (size_t i = 0; i < ROWS(ttls); i++) {
		struct asker asker;
		publish(NAME, ttls[i], &mine);
		struct dance_roster *roster = roster_of(NAME, NULL);
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
		publish_held(NAME, ttls[i], &mine);
		pass(ttls[i] == 0 ? 1000 : ttls[i] * 1000);
		assert_int_equal(fake_resolver_under_way(), 1);
		asker_begin(&asker, roster, &mine, NULL);
		await_waiting(1);
		fake_resolver_release(NAME);
		check_verdict(asker_end(&asker), DANCE_ALLOW);

		/* Not for longer than for a first answer. */
		pass(ttls[i] == 0 ? 1000 : ttls[i] * 1000);
		asker_begin(&asker, roster, &mine, NULL);
		await_waiting(1);
		pass(500);
		check_verdict(asker_end(&asker), DANCE_FAIL_TIMEOUT);
		/* And not at all when it is known that lookups fail. */
		answer(NAME, RESOLVER_FAILED, 0, NULL);
		fake_resolver_release(NAME);
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_LOOKUP);
		dance_roster_free(roster);
	}
}

/* The key of nobody known may be that of the one name that is not. */
static void an_unknown_key_waits_for_the_last_name(void **state)
{
	(void)state;
	struct asker asker;
	publish(NAME, 60, &other);
	publish_held("b.example", 60, &mine);
	publish_held("c.example", 60, &other);
	struct dance_roster *roster = roster_of("a.example b.example c.example", NULL);
	asker_begin(&asker, roster, &mine, NULL);
	await_waiting(1);
	fake_resolver_release("c.example");
	await_look();
	fake_resolver_release("b.example");
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	assert_string_equal(asker.result.name, "b.example");
	dance_roster_free(roster);
}

/* Also if the certificate bears a name that is known and not proved by it, and however
 * many names are known. */
static void a_key_waits_whatever_else_is_known(void **state)
{
	(void)state;
	char many[2000] = "a.example";
	struct asker asker;
	publish("*.example", 60, &other);
	publish_held("the-longest-name-is-the-last.example", 60, &named);
	for (int i = 0; i < 100; i++) {
		sprintf(many + strlen(many), " n%d.example", i);
	}
	strcat(many, " the-longest-name-is-the-last.example");
	struct dance_roster *roster = roster_of(many, NULL);
	asker_begin(&asker, roster, &named, NULL);
	await_asker(&asker);
	fake_resolver_release("the-longest-name-is-the-last.example");
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	assert_string_equal(asker.result.name, "the-longest-name-is-the-last.example");
	dance_roster_free(roster);

	publish_held("the-longest-name-is-the-last.example", 60, &mine);
	roster = roster_of(many, NULL);
	asker_begin(&asker, roster, &mine, NULL);
	await_asker(&asker);
	fake_resolver_release("the-longest-name-is-the-last.example");
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	/* Who says which name it is waits for that one only. */
	publish_held("the-longest-name-is-the-last.example", 60, &mine);
	dance_roster_free(roster);
	roster = roster_of(many, NULL);
	check_verdict(verify(roster, &mine, "n5.example", &result), DANCE_DENY_MISMATCH);
	dance_roster_free(roster);
}

#define LAST "the-longest-name-is-the-last.example"

/* Where the decision and the watcher's thread meet (--wrap): what is to happen there. */
static atomic_bool release_when_counted, stop_when_resolved, stopped;

unsigned long __real_key_index_unresolved(const struct key_index *index);
unsigned long __wrap_key_index_unresolved(const struct key_index *index);
void __real_key_index_resolve(struct key_index_member *member);
void __wrap_key_index_resolve(struct key_index_member *member);

unsigned long __wrap_key_index_unresolved(const struct key_index *index)
{
	if (atomic_exchange(&release_when_counted, false)) {
		fake_resolver_release(LAST);
	}
	return __real_key_index_unresolved(index);
}

void __wrap_key_index_resolve(struct key_index_member *member)
{
	const struct timespec moment = { 0, 200000 };
	__real_key_index_resolve(member);
	if (atomic_load(&stop_when_resolved)) {
		atomic_store(&stopped, true);
		while (atomic_load(&stop_when_resolved)) {
			nanosleep(&moment, NULL);
		}
	}
}

static void *release_last(void *arg)
{
	fake_resolver_release(LAST);
	return arg;
}

static struct dance_roster *roster_but_for_the_last(unsigned known)
{
	char list[4096] = "";
	for (unsigned i = 0; i < known; i++) {
		sprintf(list + strlen(list), "n%u.example ", i);
	}
	strcat(list, LAST);
	publish("*.example", 60, &other);
	publish_held(LAST, 60, &mine);
	return roster_of(list, NULL);
}

/* The last answer comes while the decision is made: after the key was looked for, or at
 * the moment in which the name is no longer counted as unresolved. */
static void an_answer_that_comes_meanwhile_counts(void **state)
{
	(void)state;
	/* So many that a key of nobody brings no lookups, for which the lock is needed. */
	static const unsigned known[] = { 10, 100 };
	for (size_t i = 0; i < ROWS(known); i++) {
		struct dance_roster *roster = roster_but_for_the_last(known[i]);
		atomic_store(&release_when_counted, true);
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
		assert_string_equal(result.name, LAST);
		assert_false(atomic_load(&release_when_counted));
		dance_roster_free(roster);

		const struct timespec moment = { 0, 200000 };
		pthread_t thread;
		roster = roster_but_for_the_last(known[i]);
		atomic_store(&stopped, false);
		atomic_store(&stop_when_resolved, true);
		assert_int_equal(pthread_create(&thread, NULL, release_last, NULL), 0);
		while (!atomic_load(&stopped)) {
			nanosleep(&moment, NULL);
		}
		(void)verify(roster, &mine, NULL, &result);
		atomic_store(&stop_when_resolved, false);
		pthread_join(thread, NULL);
		check_verdict(result.verdict, DANCE_ALLOW);
		assert_string_equal(result.name, LAST);
		dance_roster_free(roster);
	}
}

/* How long a thread sleeps is told to the kernel by another clock than the fake one. */
static void the_sleep_is_as_long_as_the_wait(void **state)
{
	(void)state;
	static const unsigned timeouts[] = { 4000, 70000 };
	publish_held(NAME, 60, &mine);
	for (size_t i = 0; i < ROWS(timeouts); i++) {
		const struct dance_options options = { .size = sizeof(options),
			.timeout_ms = timeouts[i] };
		struct asker asker;
		struct dance_roster *roster = roster_of(NAME, &options);
		fake_clock_forget_sleeps();
		asker_begin(&asker, roster, &mine, NULL);
		await_look();
		assert_true(fake_clock_longest_sleep() <= timeouts[i]);
		assert_true(fake_clock_longest_sleep() > timeouts[i] / 2);
		/* As long as what is left, not as the whole. */
		pass(timeouts[i] / 4 * 3);
		await_look();
		fake_clock_forget_sleeps();
		await_look();
		assert_true(fake_clock_longest_sleep() <= timeouts[i] / 4);
		fake_resolver_release(NAME);
		check_verdict(asker_end(&asker), DANCE_ALLOW);
		dance_roster_free(roster);
	}
}

static void not_too_many_wait(void **state)
{
	(void)state;
	static const unsigned bounds[][2] = { { 0, WAITING_MAX_DEFAULT }, { 1, 1 },
		{ 3, 3 } };
	for (size_t i = 0; i < ROWS(bounds); i++) {
		struct asker askers[WAITING_MAX_DEFAULT];
		scene_allow_waiting(bounds[i][0]);
		publish_held(NAME, 60, &mine);
		publish("b.example", 60, &other);
		struct dance_roster *roster = roster_of("a.example b.example", NULL);
		for (unsigned j = 0; j < bounds[i][1]; j++) {
			asker_begin(&askers[j], roster, &mine, NULL);
		}
		await_waiting(bounds[i][1]);
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
		assert_string_equal(result.detail,
			"too many clients are waiting for lookups");
		/* Who needs not wait is not hindered. */
		check_verdict(verify(roster, &other, NULL, &result), DANCE_ALLOW);
		fake_resolver_release(NAME);
		for (unsigned j = 0; j < bounds[i][1]; j++) {
			check_verdict(asker_end(&askers[j]), DANCE_ALLOW);
		}
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
		dance_roster_free(roster);
	}
}

/* Strangers who claim names below a dead delegation all wait for the same domain: a client
 * of whom nothing is known yet waits in the place of one of them. */
static void strangers_do_not_keep_a_client_from_waiting(void **state)
{
	(void)state;
	static const char *const dead[] = { "x.dead.sub.example", "y.dead.sub.example",
		"z.y.dead.sub.example", "dead.sub.example" };
	static const char *const wanted[] = { "c.sub.example", "x.c.sub.example", NAME };
	static const char *const suffixes[] = { "*.sub.example",
		"*.sub.example *.dead.sub.example" };
	for (size_t i = 0; i < ROWS(wanted) * ROWS(suffixes); i++) {
		struct asker strangers[ROWS(dead)], client;
		char list[64];
		const char *name = wanted[i % ROWS(wanted)];
		scene_allow_waiting(ROWS(dead));
		publish_held("*.dead.sub.example", 60, &other);
		publish_held("dead.sub.example", 60, &other);
		publish(NAME, 60, &other);
		publish_held(name, 60, &mine);
		snprintf(list, sizeof(list), "%s " NAME, suffixes[i / ROWS(wanted)]);
		struct dance_roster *roster = roster_of(list, NULL);
		for (size_t j = 0; j < ROWS(dead); j++) {
			asker_begin(&strangers[j], roster, &other, dead[j]);
			await_waiting((unsigned)j + 1);
		}
		asker_begin(&client, roster, &mine, name);
		/* The one who has waited longest is sent away. */
		check_verdict(asker_end(&strangers[0]), DANCE_FAIL_NOT_READY);
		assert_string_equal(strangers[0].result.detail,
			"too many clients are waiting for lookups");
		await_waiting(ROWS(dead));
		fake_resolver_settle(); /* its lookup has begun */
		fake_resolver_release(name);
		check_verdict(asker_end(&client), DANCE_ALLOW);
		fake_clock_advance(500);
		for (size_t j = 1; j < ROWS(dead); j++) {
			check_verdict(asker_end(&strangers[j]), DANCE_FAIL_TIMEOUT);
		}
		dance_roster_free(roster);
	}
}

static void without_a_resolver_nobody_is_let_in_and_nobody_waits(void **state)
{
	(void)state;
	fake_resolver_refuse("trust anchor /nowhere: No such file or directory");
	publish(NAME, 60, &mine);
	publish("b.sub.example", 60, &mine);
	struct dance_roster *roster = roster_of("a.example *.sub.example", NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail,
		"trust anchor /nowhere: No such file or directory");
	check_verdict(verify(roster, &mine, "b.sub.example", &result),
		DANCE_FAIL_NOT_READY);
	assert_int_equal(fake_resolver_asked_all(), 0);
	pass(100000);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
	fake_resolver_refuse(NULL);
	pass(64000);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &mine, "b.sub.example", &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

/* What is known outlives a resolver that is lost, to the end of its TTL. */
static void a_lost_resolver_is_a_failure_like_others(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	fake_resolver_refuse("it is gone");
	pass(59999);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	pass(1);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_first_answer_is_waited_for),
		TEST(a_wait_ends_in_time),
		TEST(any_name_that_may_be_it_is_waited_for),
		TEST(all_rounds_together_have_the_time_of_one),
		TEST(a_failure_ends_the_wait_too),
		TEST(what_is_known_is_not_waited_for),
		TEST(records_of_a_short_ttl_are_waited_for),
		TEST(an_unknown_key_waits_for_the_last_name),
		TEST(a_key_waits_whatever_else_is_known),
		TEST(an_answer_that_comes_meanwhile_counts),
		TEST(the_sleep_is_as_long_as_the_wait),
		TEST(not_too_many_wait),
		TEST(strangers_do_not_keep_a_client_from_waiting),
		TEST(without_a_resolver_nobody_is_let_in_and_nobody_waits),
		TEST(a_lost_resolver_is_a_failure_like_others),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
