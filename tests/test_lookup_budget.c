/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Slots for lookups that peers cause: when they come back, and that nobody has them all. */

#include "lookup_budget.h"
#include "check.h"
#include "fake_clock.h"
#include "named.h"

#include <stdio.h>
#include <string.h>

#define ALL (LOOKUP_BUDGET_SLOT_MAX + LOOKUP_BUDGET_LINGERING_MAX)

static struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT];
static struct owner *taken[16 * ALL];
static unsigned taken_count;
static const char *why;

static int begin(void **state)
{
	(void)state;
	lookup_budget_clear(budgets);
	memset(budgets, 0, sizeof(budgets));
	taken_count = 0;
	fake_clock_set(1000000);
	return 0;
}

static int end(void **state)
{
	(void)state;
	lookup_budget_clear(budgets);
	while (taken_count > 0) {
		owner_free(taken[--taken_count]);
	}
	return 0;
}

/* One more name below this suffix, made of a number and what stands behind it. */
static bool take(enum lookup_budget_kind kind, const char *tail, const char *suffix)
{
	char text[DANCE_NAME_SIZE];
	snprintf(text, sizeof(text), "n%u%s", taken_count, tail);
	struct name name = named(text), below = named(suffix);
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	owner->suffix_size = below.size;
	why = NULL;
	if (!lookup_budget_take(budgets, kind, owner, &why)) {
		assert_non_null(why);
		assert_int_equal(owner->budget, LOOKUP_BUDGET_NONE);
		owner_free(owner);
		return false;
	}
	assert_int_equal(owner->budget, kind);
	taken[taken_count++] = owner;
	return true;
}

/* How many can be had at once, up to `limit`? Each of another child if `tail` says so. */
static unsigned take_all(enum lookup_budget_kind kind, const char *tail, const char *suffix,
	unsigned limit)
{
	unsigned count = 0;
	while (count < limit && take(kind, tail, suffix)) {
		count++;
	}
	return count;
}

static void give_all_back(void)
{
	for (unsigned i = 0; i < taken_count; i++) {
		if (taken[i]->budget != LOOKUP_BUDGET_NONE) {
			lookup_budget_give_back(budgets, taken[i]);
		}
	}
}

static void no_domain_below_a_suffix_has_all_slots(void **state)
{
	(void)state;
	static const char *const below[] = { ".dead.example", ".x.dead.example",
		".y.x.dead.example" };
	for (unsigned i = 0; i < LOOKUP_BUDGET_DOMAIN_MAX; i++) {
		assert_true(take(LOOKUP_BUDGET_UNPROVED, below[i % 4 == 3 ? 1 : 0],
			"example"));
	}
	for (unsigned i = 0; i < ROWS(below); i++) {
		assert_false(take(LOOKUP_BUDGET_UNPROVED, below[i], "example"));
		assert_string_equal(why,
			"too many names of the same domain are being looked up");
	}
	/* The others have theirs, one that only looks alike too. */
	assert_true(take(LOOKUP_BUDGET_UNPROVED, ".undead.example", "example"));
	assert_true(take(LOOKUP_BUDGET_UNPROVED, ".example", "example"));
	/* Those that linger count as well: they are the reason. */
	fake_clock_advance(LOOKUP_BUDGET_SLOT_MS);
	assert_false(take(LOOKUP_BUDGET_UNPROVED, ".dead.example", "example"));
	lookup_budget_give_back(budgets, taken[0]);
	assert_true(take(LOOKUP_BUDGET_UNPROVED, ".dead.example", "example"));
	assert_false(take(LOOKUP_BUDGET_UNPROVED, ".dead.example", "example"));
}

/* A domain further down cannot use up the share of the one that it is in. */
static void a_domain_leaves_room_to_those_beside_it(void **state)
{
	(void)state;
	static const struct {
		const char *tail;
		unsigned share;
	} rows[] = {
		{ ".c.b.a.example", LOOKUP_BUDGET_DOMAIN_MIN },
		{ ".b.a.example", LOOKUP_BUDGET_DOMAIN_MAX / 2 - LOOKUP_BUDGET_DOMAIN_MIN },
		{ ".a.example", LOOKUP_BUDGET_DOMAIN_MAX - LOOKUP_BUDGET_DOMAIN_MAX / 2 },
		{ ".example", LOOKUP_BUDGET_SUFFIX_MAX - LOOKUP_BUDGET_DOMAIN_MAX },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, rows[i].tail, "example",
					 ALL),
			rows[i].share);
	}
}

/* The labels of a deep suffix do not matter. */
static void no_suffix_has_all_slots(void **state)
{
	(void)state;
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".a.b.example", "a.b.example",
				 ALL),
		LOOKUP_BUDGET_SUFFIX_MAX);
	assert_string_equal(why, "too many names of the same domain are being looked up");
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".c.b.example", "c.b.example",
				 ALL),
		LOOKUP_BUDGET_SLOT_MAX - LOOKUP_BUDGET_SUFFIX_MAX);
	assert_string_equal(why, "too many names are being looked up");
	give_all_back();
	fake_clock_advance(1000);
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".a.b.example", "a.b.example",
				 ALL),
		LOOKUP_BUDGET_SUFFIX_MAX);
}

static void slots_come_back_before_the_lookups_end(void **state)
{
	(void)state;
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".a", "a", ALL),
		LOOKUP_BUDGET_SUFFIX_MAX);
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".b", "b", ALL),
		LOOKUP_BUDGET_SLOT_MAX - LOOKUP_BUDGET_SUFFIX_MAX);
	fake_clock_advance(LOOKUP_BUDGET_SLOT_MS - 1);
	assert_false(take(LOOKUP_BUDGET_UNPROVED, ".c", "c"));
	fake_clock_advance(1);
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".c", "c", ALL),
		LOOKUP_BUDGET_SUFFIX_MAX);
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".d", "d", ALL),
		LOOKUP_BUDGET_SLOT_MAX - LOOKUP_BUDGET_SUFFIX_MAX);
	/* But no more linger than may: the others keep their slots. */
	fake_clock_advance(100 * LOOKUP_BUDGET_SLOT_MS);
	assert_false(take(LOOKUP_BUDGET_UNPROVED, ".e", "e"));
	assert_int_equal(budgets[LOOKUP_BUDGET_UNPROVED].count, ALL);
	for (unsigned i = 0; i < 3; i++) {
		lookup_budget_give_back(budgets, taken[i]);
		lookup_budget_give_back(budgets, taken[i]); /* it has none any more */
	}
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".e", "e", ALL), 3);
}

/* One more than may linger keeps its slot. */
static void the_last_that_may_linger_and_the_first_that_may_not(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		(void)begin(NULL);
		for (unsigned i = 0; i < LOOKUP_BUDGET_LINGERING_MAX + more; i++) {
			assert_true(take(LOOKUP_BUDGET_PROVED, ".example", "example"));
			if (i + 1 == LOOKUP_BUDGET_SLOT_MAX) {
				fake_clock_advance(LOOKUP_BUDGET_SLOT_MS);
			}
		}
		fake_clock_advance(LOOKUP_BUDGET_SLOT_MS);
		assert_int_equal(take_all(LOOKUP_BUDGET_PROVED, ".example", "example", ALL),
			LOOKUP_BUDGET_SLOT_MAX - more);
		(void)end(NULL);
	}
}

/* Names of another suffix do not count for the one that it is below. */
static void a_suffix_within_another_has_a_share_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".sub.example", "sub.example",
				 LOOKUP_BUDGET_SLOT_MAX - LOOKUP_BUDGET_SUFFIX_MAX),
		LOOKUP_BUDGET_SLOT_MAX - LOOKUP_BUDGET_SUFFIX_MAX);
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".example", "example", ALL),
		LOOKUP_BUDGET_SUFFIX_MAX);
}

static void a_second_has_its_bound(void **state)
{
	(void)state;
	unsigned count = 0;
	for (unsigned i = 0; i < 2 * LOOKUP_BUDGET_PER_SECOND; i++) {
		count += take(LOOKUP_BUDGET_UNPROVED, ".example", "example");
		give_all_back();
	}
	assert_int_equal(count, LOOKUP_BUDGET_PER_SECOND);
	assert_string_equal(why, "too many names are being looked up");
	fake_clock_advance(1000);
	assert_true(take(LOOKUP_BUDGET_UNPROVED, ".example", "example"));
}

/* Whatever strangers do, and also among each other no domain has all. */
static void names_with_records_have_their_own(void **state)
{
	(void)state;
	unsigned strangers = take_all(LOOKUP_BUDGET_UNPROVED, ".example", "example", ALL);
	assert_true(strangers > 0);
	assert_int_equal(take_all(LOOKUP_BUDGET_PROVED, ".a.example", "example", ALL),
		LOOKUP_BUDGET_PROVED_DOMAIN_MAX);
	assert_int_equal(take_all(LOOKUP_BUDGET_PROVED, ".example", "example", ALL),
		LOOKUP_BUDGET_SLOT_MAX - LOOKUP_BUDGET_PROVED_DOMAIN_MAX);
	assert_int_equal(budgets[LOOKUP_BUDGET_UNPROVED].count, strangers);
	/* In a second as many as can be answered. */
	unsigned count = 0;
	give_all_back();
	for (unsigned i = 0; i < 3 * LOOKUP_BUDGET_PER_SECOND && taken_count < ROWS(taken);
		i++) {
		count += take(LOOKUP_BUDGET_PROVED, ".example", "example");
		give_all_back();
	}
	assert_true(count > LOOKUP_BUDGET_PER_SECOND);
	assert_int_equal(budgets[LOOKUP_BUDGET_UNPROVED].count +
			budgets[LOOKUP_BUDGET_PROVED].count,
		0);
}

/* The shares follow the number that the host sets, and so does a second. */
static void all_follow_the_numbers_of_the_host(void **state)
{
	(void)state;
	struct lookup_budget *unproved = &budgets[LOOKUP_BUDGET_UNPROVED];
	static const unsigned factors[] = { 2, 16 };
	for (size_t i = 0; i < ROWS(factors); i++) {
		unsigned factor = factors[i], count = 0;
		(void)begin(NULL);
		unproved->in_flight = factor * LOOKUP_BUDGET_SLOT_MAX;
		unproved->per_second = DANCE_LOOKUPS_PER_SECOND_MAX;
		struct domain_shares shares = lookup_budget_shares(LOOKUP_BUDGET_UNPROVED,
			unproved->in_flight);
		assert_int_equal(shares.domain, factor * LOOKUP_BUDGET_DOMAIN_MAX);
		assert_int_equal(shares.suffix, factor * LOOKUP_BUDGET_SUFFIX_MAX);
		assert_int_equal(shares.least, factor * LOOKUP_BUDGET_DOMAIN_MIN);
		while (count < ROWS(taken) &&
			take(LOOKUP_BUDGET_UNPROVED, ".dead.example", "example")) {
			count++;
		}
		assert_int_equal(count, factor * LOOKUP_BUDGET_DOMAIN_MAX);
		assert_true(take(LOOKUP_BUDGET_UNPROVED, ".example", "example"));
		(void)end(NULL);
	}
	(void)begin(NULL);
	unproved->per_second = 3;
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".example", "example", ALL), 3);
	/* A third of a second for each, and it says so. */
	assert_int_equal(lookup_budget_wait(budgets, LOOKUP_BUDGET_UNPROVED), 334);
	fake_clock_advance(333);
	assert_false(take(LOOKUP_BUDGET_UNPROVED, ".example", "example"));
	fake_clock_advance(1);
	assert_true(take(LOOKUP_BUDGET_UNPROVED, ".example", "example"));
	assert_false(take(LOOKUP_BUDGET_UNPROVED, ".example", "example"));
	/* What is not used is not saved up. */
	fake_clock_advance(100000);
	assert_int_equal(take_all(LOOKUP_BUDGET_UNPROVED, ".example", "example", ALL), 3);
}

/* One that is small still has room for every domain. */
static void a_small_budget_gives_each_a_share(void **state)
{
	(void)state;
	budgets[LOOKUP_BUDGET_UNPROVED].in_flight = 2;
	assert_true(take(LOOKUP_BUDGET_UNPROVED, ".a.example", "example"));
	assert_false(take(LOOKUP_BUDGET_UNPROVED, ".a.example", "example"));
	assert_true(take(LOOKUP_BUDGET_UNPROVED, ".a.net", "net"));
	assert_false(take(LOOKUP_BUDGET_UNPROVED, ".a.org", "org"));
	assert_string_equal(why, "too many names are being looked up");
	/* Until one of them lingers. */
	assert_int_equal(lookup_budget_wait(budgets, LOOKUP_BUDGET_UNPROVED),
		LOOKUP_BUDGET_SLOT_MS);
	fake_clock_advance(LOOKUP_BUDGET_SLOT_MS);
	assert_true(take(LOOKUP_BUDGET_UNPROVED, ".a.org", "org"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_domain_below_a_suffix_has_all_slots),
		TEST(a_domain_leaves_room_to_those_beside_it),
		TEST(no_suffix_has_all_slots),
		TEST(slots_come_back_before_the_lookups_end),
		TEST(the_last_that_may_linger_and_the_first_that_may_not),
		TEST(a_suffix_within_another_has_a_share_of_its_own),
		TEST(a_second_has_its_bound),
		TEST(names_with_records_have_their_own),
		TEST(all_follow_the_numbers_of_the_host),
		TEST(a_small_budget_gives_each_a_share),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
