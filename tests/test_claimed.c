/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a claim does to a name, without a watcher: who is made, looked up, refused, and found
 * without the lock. */

#include "check.h"
#include "claimed.h"
#include "fail.h"
#include "fake_clock.h"
#include "named.h"

#include <urcu/urcu-bp.h>

#define NOW 1000000
#define TTL 300000

static struct schedule schedule;
static struct claimed_news news;
static const char *why;

/* With room for one lookup at a time. */
static int begin(void **state)
{
	(void)state;
	fake_clock_set(NOW);
	schedule_init(&schedule, &(struct dance_context_options){ .lookups_in_flight = 1 });
	return 0;
}

static int end(void **state)
{
	(void)state;
	owners_free_gone(owners_take_gone(&schedule.owners));
	schedule_clear(&schedule);
	return 0;
}

static struct owner *claim_below(const char *suffix_text, const char *text, bool quiet)
{
	const struct name name = named(text), suffix = named(suffix_text);
	news = (struct claimed_news){ .scheduled = false };
	why = NULL;
	urcu_bp_read_lock();
	struct owner *owner = claimed_owner(&schedule, &name, &suffix, quiet, &news, &why);
	urcu_bp_read_unlock();
	return owner;
}

static struct owner *claim(const char *text, bool quiet)
{
	return claim_below("example", text, quiet);
}

static struct owner *find(const char *text)
{
	const struct name name = named(text);
	urcu_bp_read_lock();
	struct owner *owner = owners_find(&schedule.owners, &name);
	urcu_bp_read_unlock();
	return owner;
}

static struct owner *find_warm(const char *text)
{
	const struct name name = named(text);
	urcu_bp_read_lock();
	struct owner *owner = claimed_warm(&schedule, &name);
	urcu_bp_read_unlock();
	return owner;
}

/* Its lookup ends, and brings records or none. */
static void answer(struct owner *owner, bool proved)
{
	owners_set_never_due(&schedule.owners, owner);
	schedule_end(&schedule, owner);
	knowledge_free(owner->knowledge);
	owner->knowledge = knowledge_new(DANCE_UNDECIDED, NULL, clock_ms() + TTL, "");
	assert_non_null(owner->knowledge);
	owner->asked = clock_ms();
	owner->proved = proved;
}

static void a_new_name_is_looked_up(void **state)
{
	(void)state;
	struct owner *owner = claim("a.example", false);
	assert_non_null(owner);
	assert_string_equal(owner_text(owner), "a.example");
	assert_int_equal(owner->suffix_size, named("example").size);
	assert_true(news.scheduled);
	assert_false(news.refresh);
	assert_null(why);
	assert_ptr_equal(find("a.example"), owner);
	assert_true(owner->claimed);
	/* Once. */
	assert_ptr_equal(claim("a.example", false), owner);
	assert_false(news.scheduled);
	assert_false(news.refresh);
}

static void a_quiet_claim_makes_nobody(void **state)
{
	(void)state;
	assert_null(claim("a.example", true));
	assert_null(why);
	assert_int_equal(schedule.owners.count, 0);
	struct owner *owner = claim("a.example", false);
	answer(owner, false);
	fake_clock_advance(TTL);
	assert_ptr_equal(claim("a.example", true), owner);
	assert_false(news.scheduled);
	assert_ptr_equal(claim("a.example", false), owner);
	assert_true(news.scheduled);
}

/* Neither one that is new nor one of whom nobody has use any more. */
static void a_claim_that_is_refused_leaves_nobody(void **state)
{
	(void)state;
	const struct name name = named("b.example");
	assert_non_null(claim("a.example", false));
	assert_true(owners_reserve(&schedule.owners));
	owners_enter(&schedule.owners, owner_new(&name));
	assert_int_equal(schedule.owners.count, 2);
	static const char *const texts[] = { "b.example", "c.example" };
	for (size_t i = 0; i < ROWS(texts); i++) {
		assert_null(claim(texts[i], false));
		assert_string_equal(why, "too many names are being looked up");
		assert_false(news.scheduled);
		assert_null(find(texts[i]));
		assert_int_equal(schedule.owners.count, 1);
	}
}

static void without_memory_a_claim_is_refused(void **state)
{
	(void)state;
	bool made = false;
	for (unsigned n = 1; !made; n++) {
		fail_at(n, FAIL_HERE, true);
		made = claim("a.example", false) != NULL;
		unsigned calls = fail_calls();
		fail_at(0, FAIL_HERE, false);
		if (!made) {
			assert_true(calls >= n);
			assert_string_equal(why, "out of memory");
			assert_null(find("a.example"));
			assert_int_equal(schedule.owners.count, 0);
		}
	}
	/* One of which something valid is known is there all the same. */
	struct owner *owner = find("a.example");
	assert_non_null(owner);
	answer(owner, true);
	fail_at(1, FAIL_HERE, true);
	assert_ptr_equal(claim("a.example", false), owner);
	fail_at(0, FAIL_HERE, false);
	assert_false(news.scheduled);
}

/* Enters names until one more needs more room. */
static void fill(void)
{
	bool room = true;
	for (unsigned i = 0; room; i++) {
		char text[24];
		fail_at(1, FAIL_HERE, true);
		room = owners_reserve(&schedule.owners);
		fail_at(0, FAIL_HERE, false);
		snprintf(text, sizeof(text), "n%u.example", i);
		const struct name name = named(text);
		if (room) {
			owners_enter(&schedule.owners, owner_new(&name));
		}
	}
}

/* There is no memory for more room, and then there is again. */
static struct owner *claim_without_room(const char *text)
{
	fail_at(1, FAIL_HERE, false);
	struct owner *owner = claim(text, false);
	fail_at(0, FAIL_HERE, false);
	return owner;
}

/* Its records count to their end, but there is no room to have them looked up before that. */
static void without_room_what_is_valid_is_found(void **state)
{
	(void)state;
	struct owner *owner = claim("a.example", false);
	answer(owner, true);
	fill();
	assert_ptr_equal(claim_without_room("a.example"), owner);
	assert_null(why);
	assert_false(news.scheduled);
	assert_false(news.refresh);
	assert_int_equal(owner->place, 0);
	fake_clock_advance(TTL);
	assert_null(claim_without_room("a.example"));
	assert_string_equal(why, "out of memory");
	assert_false(news.scheduled);
	/* With memory all is as ever. */
	assert_ptr_equal(claim("a.example", false), owner);
	assert_true(news.scheduled);
	answer(owner, true);
	assert_ptr_equal(claim("a.example", false), owner);
	assert_true(news.refresh);
	assert_int_not_equal(owner->place, 0);
}

/* A name takes the suffix of its newest claim, but not while it waits or is looked up: it is
 * counted below the old one. */
static void a_name_that_is_counted_keeps_its_suffix(void **state)
{
	(void)state;
	const uint8_t near = named("b.example").size, far = named("example").size;
	schedule.queues[LOOKUP_BUDGET_UNPROVED].max = 1;
	struct owner *first = claim("a.example", false);
	struct owner *owner = claim("x.b.example", false);
	assert_int_equal(first->budget, LOOKUP_BUDGET_UNPROVED);
	assert_int_equal(owner->budget, LOOKUP_BUDGET_NONE);
	assert_int_equal(owner->queued, LOOKUP_BUDGET_UNPROVED);
	assert_int_equal(owner->suffix_size, far);
	assert_ptr_equal(claim_below("b.example", "x.b.example", false), owner);
	assert_int_equal(owner->suffix_size, far);
	/* It has its turn. */
	int wait = 1000;
	assert_ptr_equal(schedule_next(&schedule, &wait), first);
	answer(first, false);
	assert_ptr_equal(schedule_next(&schedule, &wait), owner);
	assert_int_equal(owner->budget, LOOKUP_BUDGET_UNPROVED);
	assert_int_equal(owner->queued, LOOKUP_BUDGET_NONE);
	assert_ptr_equal(claim_below("b.example", "x.b.example", false), owner);
	assert_int_equal(owner->suffix_size, far);
	answer(owner, false);
	assert_ptr_equal(claim_below("b.example", "x.b.example", false), owner);
	assert_int_equal(owner->suffix_size, near);
}

/* Before they expire, if there are any; and of that a claim brings news once. */
static void records_are_kept_fresh(void **state)
{
	(void)state;
	for (int proved = 0; proved <= 1; proved++) {
		struct owner *owner = claim("a.example", false);
		answer(owner, proved);
		assert_ptr_equal(claim("a.example", false), owner);
		assert_false(news.scheduled);
		assert_int_equal(news.refresh, proved);
		assert_int_equal(owner->place != 0, proved);
		if (proved) {
			assert_true(owner->due > NOW);
			assert_true(owner->due <= clock_ms() + TTL / 4 * 3);
		}
		assert_ptr_equal(claim("a.example", false), owner);
		assert_false(news.refresh);
		fake_clock_advance(TTL);
	}
}

static void who_is_warm_is_found_without_the_lock(void **state)
{
	(void)state;
	assert_null(find_warm("a.example"));
	struct owner *owner = claim("a.example", false);
	assert_null(find_warm("a.example")); /* nothing is known */
	answer(owner, true);
	owner->claimed = false;
	assert_null(find_warm("a.example")); /* the first claim since */
	assert_ptr_equal(claim("a.example", false), owner);
	fake_clock_advance(TTL - 1);
	assert_ptr_equal(find_warm("a.example"), owner);
	assert_true(owner->recent);
	fake_clock_advance(1);
	assert_null(find_warm("a.example"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_name_is_looked_up),
		TEST(a_quiet_claim_makes_nobody),
		TEST(a_claim_that_is_refused_leaves_nobody),
		TEST(without_memory_a_claim_is_refused),
		TEST(without_room_what_is_valid_is_found),
		TEST(a_name_that_is_counted_keeps_its_suffix),
		TEST(records_are_kept_fresh),
		TEST(who_is_warm_is_found_without_the_lock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
