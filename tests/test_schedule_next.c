/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which name is looked up next, and when one more may be, to the millisecond and the slot. What
 * comes of that with many names, test_schedule.c has. */

#include "check.h"
#include "fail.h"
#include "fake_clock.h"
#include "freshness.h"
#include "named.h"
#include "schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW 1000000
#define LONG 60000

static struct schedule schedule;
static struct key_index_member *const somebody = (struct key_index_member *)&schedule;

static void make(const struct dance_context_options *options)
{
	schedule_init(&schedule, options);
}

static int begin(void **state)
{
	(void)state;
	fake_clock_set(NOW);
	make(&(struct dance_context_options){
		.size = sizeof(struct dance_context_options) });
	return 0;
}

static int end(void **state)
{
	(void)state;
	schedule_clear(&schedule);
	return 0;
}

/* One that a roster lists, or nobody. */
static struct owner *owner_of(const char *text, bool listed)
{
	struct name name = named(text);
	assert_true(owners_reserve(&schedule.owners));
	struct owner *owner = owners_get(&schedule.owners, &name);
	assert_non_null(owner);
	owner->members = listed ? somebody : NULL;
	return owner;
}

static struct owner *numbered(unsigned number, bool listed)
{
	char text[32];
	snprintf(text, sizeof(text), "n%u.example", number);
	return owner_of(text, listed);
}

/* The next one; how long it is until there may be one, at most LONG. */
static struct owner *next(int wait)
{
	int lowered = LONG;
	struct owner *found = schedule_next(&schedule, &lowered);
	assert_int_equal(lowered, wait);
	if (found != NULL) {
		assert_int_equal(found->place, 0);
	}
	return found;
}

static void the_limits_are_those_of_the_host(void **state)
{
	(void)state;
	end(NULL);
	make(&(struct dance_context_options){ .lookups_in_flight = 7,
		.lookups_per_second = 8,
		.lookups_queued = 9,
		.remembered = 10 });
	for (unsigned kind = 0; kind < LOOKUP_BUDGET_KIND_COUNT; kind++) {
		assert_int_equal(schedule.budgets[kind].in_flight, 7);
		assert_int_equal(schedule.budgets[kind].per_second, 8);
		assert_int_equal(schedule.queues[kind].max, 9);
	}
	assert_int_equal(schedule.owners.claimed_max[OWNERS_WITH_RECORDS], 10);
	assert_int_equal(schedule.owners.count, 0);
	assert_int_equal(schedule.listed, 0);
}

static void a_listed_name_has_its_time(void **state)
{
	(void)state;
	struct owner *first = owner_of("a.example", true);
	struct owner *second = owner_of("b.example", true);
	assert_null(next(LONG));
	owners_set_due(&schedule.owners, first, NOW + 1);
	owners_set_due(&schedule.owners, second, NOW + LONG + 1);
	assert_null(next(1));
	fake_clock_advance(1);
	assert_ptr_equal(next(LONG), first);
	assert_int_equal(schedule.listed, 1);
	assert_null(next(LONG)); /* it would be later than anybody wants to know */
	fake_clock_advance(1);
	assert_null(next(LONG - 1));
	fake_clock_advance(LONG - 1);
	assert_ptr_equal(next(LONG), second);
	assert_int_equal(schedule.listed, 2);
	schedule_end(&schedule, first);
	schedule_end(&schedule, second);
	assert_int_equal(schedule.listed, 0);
}

static void listed_names_have_so_many_slots(void **state)
{
	(void)state;
	struct owner *one = owner_of("a.example", true);
	for (unsigned listed = SCHEDULE_LISTED_MAX - 1; listed <= SCHEDULE_LISTED_MAX;
		listed++) {
		bool free = listed < SCHEDULE_LISTED_MAX;
		/* By its time, and claimed by a peer. */
		for (uint64_t due = 0; due <= NOW; due += NOW) {
			schedule.listed = listed;
			owners_set_due(&schedule.owners, one, due);
			assert_ptr_equal(next(LONG), free ? one : NULL);
			assert_int_equal(schedule.listed, SCHEDULE_LISTED_MAX);
			owners_set_never_due(&schedule.owners, one);
		}
	}
}

static void a_claim_comes_before_all(void **state)
{
	(void)state;
	const char *why = "";
	struct owner *listed = owner_of("a.example", true);
	struct owner *claimed = owner_of("b.example", false);
	struct owner *both = owner_of("c.example", true);
	owners_set_due(&schedule.owners, listed, 1);
	assert_false(schedule_has(claimed));
	assert_true(schedule_claim(&schedule, claimed, &why));
	assert_int_equal(claimed->budget, LOOKUP_BUDGET_UNPROVED);
	assert_true(schedule_has(claimed));
	assert_ptr_equal(next(LONG), claimed);
	assert_int_equal(schedule.listed, 0);
	schedule_end(&schedule, claimed);
	assert_int_equal(claimed->budget, LOOKUP_BUDGET_NONE);
	assert_false(schedule_has(claimed));
	/* One that is listed needs no slot of those for claims. */
	assert_true(schedule_claim(&schedule, both, &why));
	assert_int_equal(both->budget, LOOKUP_BUDGET_NONE);
	assert_ptr_equal(next(LONG), both);
	assert_int_equal(schedule.listed, 1);
	assert_ptr_equal(next(LONG), listed);
	assert_int_equal(schedule.listed, 2);
	/* What is under way is had, whatever it is. */
	listed->in_flight = true;
	assert_true(schedule_has(listed));
	listed->in_flight = false;
	listed->queued = LOOKUP_BUDGET_PROVED;
	assert_true(schedule_has(listed));
	listed->queued = LOOKUP_BUDGET_NONE;
	assert_false(schedule_has(listed));
}

/* One slot, and who waits for it: those with records before those without. */
static void claims_wait_for_a_slot(void **state)
{
	(void)state;
	const char *why = "";
	end(NULL);
	make(&(struct dance_context_options){
		.lookups_in_flight = 1, .lookups_queued = 40 });
	struct owner *owners[6];
	for (unsigned i = 0; i < ROWS(owners); i++) {
		owners[i] = numbered(i, false);
		owners[i]->proved = i == 3;
	}
	assert_true(schedule_claim(&schedule, owners[0], &why));
	assert_ptr_equal(next(LONG), owners[0]);
	owners[0]->in_flight = true;
	assert_true(schedule_claim(&schedule, owners[1], &why));
	assert_int_equal(owners[1]->queued, LOOKUP_BUDGET_UNPROVED);
	assert_int_equal(owners[1]->budget, LOOKUP_BUDGET_NONE);
	assert_true(schedule_has(owners[1]));
	assert_true(schedule_claim(&schedule, owners[2], &why));
	assert_true(schedule_claim(&schedule, owners[4], &why));
	assert_null(next(LOOKUP_BUDGET_SLOT_MS));
	fake_clock_advance(10);
	assert_null(next(LOOKUP_BUDGET_SLOT_MS - 10));
	/* The slots for names with records are others. */
	assert_true(schedule_claim(&schedule, owners[3], &why));
	assert_int_equal(owners[3]->budget, LOOKUP_BUDGET_PROVED);
	assert_ptr_equal(next(LONG), owners[3]);
	owners[3]->in_flight = true;
	owners[5]->proved = true;
	assert_true(schedule_claim(&schedule, owners[5], &why));
	assert_int_equal(owners[5]->queued, LOOKUP_BUDGET_PROVED);
	owners[3]->in_flight = false;
	schedule_end(&schedule, owners[3]);
	owners[0]->in_flight = false;
	schedule_end(&schedule, owners[0]);
	assert_ptr_equal(next(LONG), owners[5]);
	assert_ptr_equal(next(LONG), owners[1]);
	assert_int_equal(owners[1]->queued, LOOKUP_BUDGET_NONE);
	schedule_end(&schedule, owners[1]);
	/* Who was looked up meanwhile waits in vain, and who knows something valid. */
	owners[2]->in_flight = true;
	owners[4]->knowledge = knowledge_new(DANCE_DENY_NO_TLSA, NULL, NOW + LONG, "");
	assert_null(next(LONG));
	assert_int_equal(owners[2]->queued, LOOKUP_BUDGET_NONE);
	assert_int_equal(schedule.queues[LOOKUP_BUDGET_UNPROVED].count, 0);
	assert_int_equal(schedule.listed, 0);
}

/* A claim below a suffix, which is looked up at once or waits. */
static struct owner *claimed(const char *text, const char *suffix, bool waits)
{
	const char *why = "";
	const struct name below = named(suffix);
	struct owner *owner = owner_of(text, false);
	owner->suffix_size = below.size;
	assert_true(schedule_claim(&schedule, owner, &why));
	assert_int_equal(owner->queued,
		waits ? LOOKUP_BUDGET_UNPROVED : LOOKUP_BUDGET_NONE);
	if (!waits) {
		assert_ptr_equal(next(LONG), owner);
	}
	return owner;
}

/* Two slots, of which a suffix gets one. */
static void a_suffix_that_waits_lets_others_pass(void **state)
{
	(void)state;
	end(NULL);
	make(&(struct dance_context_options){
		.lookups_in_flight = 2, .lookups_queued = 64 });
	struct owner *first = claimed("a.example", "example", false);
	struct owner *waits = claimed("b.example", "example", true);
	struct owner *other = claimed("a.net", "net", true);
	struct owner *last = claimed("b.net", "net", true);
	assert_ptr_equal(next(LONG), other);
	assert_null(next(LOOKUP_BUDGET_SLOT_MS));
	schedule_end(&schedule, other);
	assert_ptr_equal(next(LONG), last);
	schedule_end(&schedule, last);
	assert_null(next(LONG)); /* an answer will wake us */
	schedule_end(&schedule, first);
	assert_ptr_equal(next(LONG), waits);
}

/* Four slots, of which a domain below a suffix gets one. */
static void a_domain_that_waits_lets_others_pass(void **state)
{
	(void)state;
	end(NULL);
	make(&(struct dance_context_options){
		.lookups_in_flight = 4, .lookups_queued = 64 });
	struct owner *first = claimed("a.x.example", "example", false);
	struct owner *waits[] = { claimed("b.x.example", "example", true),
		claimed("c.x.example", "example", true) };
	struct owner *other = claimed("a.y.example", "example", true);
	assert_ptr_equal(next(LONG), other);
	assert_null(next(LONG)); /* an answer will wake us */
	schedule_end(&schedule, first);
	struct owner *found = next(LONG);
	assert_true(found == waits[0] || found == waits[1]);
	assert_null(next(LONG));
	schedule_end(&schedule, found);
	assert_ptr_equal(next(LONG), found == waits[0] ? waits[1] : waits[0]);
}

/* One that waits is tried again soon. One that is known takes a slot of listed names, so that what
 * is known does not outlive a change. */
static void without_memory_claims_wait_and_refreshes_do_not(void **state)
{
	(void)state;
	end(NULL);
	make(&(struct dance_context_options){
		.lookups_in_flight = 1, .lookups_queued = 64 });
	struct owner *first = claimed("a.example", "example", false);
	struct owner *waits = claimed("b.example", "example", true);
	struct owner *refreshed = owner_of("c.example", false);
	refreshed->proved = true;
	schedule_end(&schedule, first);
	fail_at(1, FAIL_HERE, true);
	assert_null(next(FRESHNESS_AGAIN_MS));
	owners_set_due(&schedule.owners, refreshed, NOW);
	schedule.listed = SCHEDULE_LISTED_MAX;
	assert_null(next(FRESHNESS_AGAIN_MS));
	schedule.listed = SCHEDULE_LISTED_MAX - 1;
	assert_ptr_equal(next(FRESHNESS_AGAIN_MS), refreshed);
	fail_at(0, FAIL_HERE, false);
	assert_int_equal(refreshed->budget, LOOKUP_BUDGET_NONE);
	assert_int_equal(schedule.listed, SCHEDULE_LISTED_MAX);
	assert_ptr_equal(next(LONG), waits);
	assert_int_equal(waits->budget, LOOKUP_BUDGET_UNPROVED);
}

static void a_full_queue_is_told(void **state)
{
	(void)state;
	const char *why = "";
	end(NULL);
	make(&(struct dance_context_options){ .lookups_in_flight = 1, .lookups_queued = 4 });
	unsigned taken = 0;
	while (taken < 20 && schedule_claim(&schedule, numbered(taken, false), &why)) {
		taken++;
	}
	/* One has the slot; of the queue no domain may have more than its share. */
	assert_in_range(taken, 2, 5);
	assert_string_equal(why, "too many names are being looked up");
	end(NULL);
	make(&(struct dance_context_options){ .lookups_in_flight = 1 });
	assert_true(schedule_claim(&schedule, numbered(0, false), &why));
	assert_false(schedule_claim(&schedule, numbered(1, false), &why));
}

/* Names that lists alone bring have slots of their own, and are put off while there is none. */
static void names_of_lists_are_put_off(void **state)
{
	(void)state;
	end(NULL);
	make(&(struct dance_context_options){ .lookups_in_flight = 1 });
	struct owner *first = owner_of("a.example", true);
	struct owner *second = owner_of("b.example", true);
	first->by_list = second->by_list = true;
	owners_set_due(&schedule.owners, first, NOW);
	owners_set_due(&schedule.owners, second, NOW);
	struct owner *found = next(LONG);
	assert_non_null(found);
	assert_int_equal(found->budget, LOOKUP_BUDGET_BY_LIST);
	assert_int_equal(schedule.listed, 0);
	struct owner *other = found == first ? second : first;
	assert_null(next(SCHEDULE_BY_LIST_MS));
	assert_int_equal(other->due, NOW + SCHEDULE_BY_LIST_MS);
	schedule_end(&schedule, found);
	fake_clock_advance(SCHEDULE_BY_LIST_MS);
	assert_ptr_equal(next(LONG), other);
	assert_int_equal(other->budget, LOOKUP_BUDGET_BY_LIST);
	/* One that is also listed plainly needs none of them. */
	found->by_list = false;
	owners_set_due(&schedule.owners, found, NOW);
	assert_ptr_equal(next(LONG), found);
	assert_int_equal(schedule.listed, 1);
}

/* So many are put off at a time. */
static void a_crowd_is_put_off_bit_by_bit(void **state)
{
	(void)state;
	for (int by_list = 0; by_list < 2; by_list++) {
		for (unsigned count = SCHEDULE_PUT_OFF_MAX - 1;
			count <= SCHEDULE_PUT_OFF_MAX; count++) {
			end(NULL);
			make(&(struct dance_context_options){ .lookups_in_flight = 1 });
			for (unsigned i = 0; i <= count; i++) {
				struct owner *owner = numbered(i, by_list);
				owner->by_list = by_list;
				owner->proved = !by_list;
				owners_set_due(&schedule.owners, owner, NOW);
			}
			assert_non_null(next(LONG));
			struct owner *found;
			if (by_list) {
				found = next(count < SCHEDULE_PUT_OFF_MAX ?
						SCHEDULE_BY_LIST_MS :
						1);
			} else {
				found = next(LOOKUP_BUDGET_SLOT_MS);
			}
			assert_null(found);
		}
	}
}

/* What is kept fresh comes last. */
static void a_refresh_comes_last(void **state)
{
	(void)state;
	struct owner *refreshed = owner_of("a.example", false);
	struct owner *listed = owner_of("b.example", true);
	refreshed->proved = true;
	owners_set_due(&schedule.owners, refreshed, NOW + 3);
	owners_set_due(&schedule.owners, listed, NOW + 5);
	assert_null(next(3));
	fake_clock_advance(5);
	assert_ptr_equal(next(LONG), listed);
	assert_ptr_equal(next(LONG), refreshed);
	assert_int_equal(refreshed->budget, LOOKUP_BUDGET_PROVED);
	assert_int_equal(schedule.listed, 1);
	assert_null(next(LONG));
}

/* When is it looked up again? */
static void what_an_answer_means_for_the_next_lookup(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		enum resolver_outcome outcome;
		bool listed, claimed, proved, unkept;
		uint64_t least, most; /* milliseconds until then; 0: it is not */
		unsigned failures;
	} rows[] = {
		{ "listed", RESOLVER_SECURE, true, false, true, false, 202500, 225000, 0 },
		{ "listed, denied", RESOLVER_DENIED, true, false, false, false, 202500,
			225000, 0 },
		{ "listed, failed", RESOLVER_FAILED, true, false, true, false, 900, 1000,
			1 },
		{ "listed, bogus", RESOLVER_BOGUS, true, false, true, false, 900, 1000, 1 },
		{ "not kept", RESOLVER_SECURE, true, false, true, true, 1000, 1000, 0 },
		{ "not kept, failed", RESOLVER_FAILED, true, false, true, true, 900, 1000,
			1 },
		{ "claimed", RESOLVER_SECURE, false, true, true, false, 202500, 225000, 0 },
		{ "nobody claims it", RESOLVER_SECURE, false, false, true, false, 0, 0, 0 },
		{ "claimed, no records", RESOLVER_DENIED, false, true, false, false, 0, 0,
			0 },
		{ "claimed, failed", RESOLVER_TIMEOUT, false, true, true, false, 0, 0, 1 },
		{ "claimed, bogus", RESOLVER_BOGUS, false, true, true, false, 0, 0, 1 },
		{ "claimed, not kept", RESOLVER_SECURE, false, true, true, true, 1000, 1000,
			0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct owner *owner = numbered((unsigned)i, rows[i].listed);
		owner->claimed = rows[i].claimed;
		owner->proved = rows[i].proved;
		owner->unkept = rows[i].unkept;
		const struct resolver_answer answer = {
			.outcome = rows[i].outcome, .ttl = 300, .why = ""
		};
		schedule_again(&schedule, owner, &answer);
		check_true(rows[i].row, owner->claimed == 0);
		check_true(rows[i].row, owner->failures == rows[i].failures);
		check_true(rows[i].row,
			owner->failing_since == (rows[i].failures > 0 ? NOW / 1000 : 0));
		check_true(rows[i].row, (owner->place != 0) == (rows[i].most != 0));
		if (rows[i].most != 0) {
			check_true(rows[i].row, owner->due >= NOW + rows[i].least);
			check_true(rows[i].row, owner->due <= NOW + rows[i].most);
		}
		owners_set_never_due(&schedule.owners, owner);
	}
}

/* Since the first of them, and no more than can be counted. */
static void failures_are_counted(void **state)
{
	(void)state;
	struct owner *owner = owner_of("a.example", true);
	const struct resolver_answer failed = { .outcome = RESOLVER_FAILED, .why = "" };
	const struct resolver_answer bogus = { .outcome = RESOLVER_BOGUS, .why = "" };
	const struct resolver_answer denied = { .outcome = RESOLVER_DENIED, .why = "" };
	for (unsigned i = 1; i <= UINT8_MAX + 2; i++) {
		schedule_again(&schedule, owner, i % 2 == 0 ? &failed : &bogus);
		assert_int_equal(owner->failures, i < UINT8_MAX ? i : UINT8_MAX);
		assert_int_equal(owner->failing_since, NOW / 1000);
		fake_clock_advance(1000);
	}
	schedule_again(&schedule, owner, &denied);
	assert_int_equal(owner->failures, 0);
	assert_int_equal(owner->failing_since, 0);
	owners_set_never_due(&schedule.owners, owner);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_limits_are_those_of_the_host),
		TEST(a_listed_name_has_its_time),
		TEST(listed_names_have_so_many_slots),
		TEST(a_claim_comes_before_all),
		TEST(claims_wait_for_a_slot),
		TEST(a_suffix_that_waits_lets_others_pass),
		TEST(a_domain_that_waits_lets_others_pass),
		TEST(without_memory_claims_wait_and_refreshes_do_not),
		TEST(a_full_queue_is_told),
		TEST(names_of_lists_are_put_off),
		TEST(a_crowd_is_put_off_bit_by_bit),
		TEST(a_refresh_comes_last),
		TEST(what_an_answer_means_for_the_next_lookup),
		TEST(failures_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
