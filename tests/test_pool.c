/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One owner a name, kept as long as somebody has use for it; of those that only peers
 * claim, the longest unclaimed goes first. */

#include "check.h"
#include "named.h"
#include "pool.h"

#include <stdio.h>
#include <stdlib.h>

static struct owner *find(struct pool *pool, const char *text)
{
	struct name name = named(text);
	struct owner *owner = pool_find(pool, &name);
	assert_non_null(owner);
	return owner;
}

static void a_name_has_one_owner(void **state)
{
	(void)state;
	struct pool pool = { 0 };
	struct owner *a = find(&pool, "a.example");
	assert_string_equal(owner_text(a), "a.example");
	assert_ptr_equal(find(&pool, "A.EXAMPLE"), a);
	assert_ptr_not_equal(find(&pool, "b.example"), a);
	assert_ptr_not_equal(find(&pool, "a.example.net"), a);
	assert_int_equal(pool.count, 3);
	pool_clear(&pool);
	assert_int_equal(pool.count, 0);
}

static void what_nobody_needs_goes(void **state)
{
	(void)state;
	struct pool pool = { 0 };
	struct owner *a = find(&pool, "a.example");
	a->references = 1;
	pool_drop(&pool, a);
	assert_int_equal(pool.count, 1);
	a->references = 0;
	a->in_flight = true;
	pool_drop(&pool, a);
	assert_int_equal(pool.count, 1);
	a->in_flight = false;
	a->counted = true; /* its look-up is still to come */
	pool_drop(&pool, a);
	assert_int_equal(pool.count, 1);
	a->counted = false;
	pool_claim(&pool, a);
	pool_drop(&pool, a);
	assert_int_equal(pool.count, 1);
	assert_ptr_equal(find(&pool, "a.example"), a);

	struct owner *b = find(&pool, "b.example");
	schedule_set(&pool.schedule, b, 1);
	pool_drop(&pool, b);
	assert_int_equal(pool.count, 1);
	assert_null(schedule_first(&pool.schedule));
	pool_clear(&pool);
}

static void claim(struct pool *pool, unsigned number)
{
	char text[40];
	snprintf(text, sizeof(text), "n%u.example", number);
	struct owner *owner = find(pool, text);
	/* As a decision does it: it must not lose the one it looks at. */
	owner->references++;
	pool_claim(pool, owner);
	owner->references--;
	pool_drop(pool, owner);
}

static bool is_known(struct pool *pool, unsigned number)
{
	char text[40];
	snprintf(text, sizeof(text), "n%u.example", number);
	unsigned before = pool->count;
	struct owner *owner = find(pool, text);
	bool known = pool->count == before;
	pool_drop(pool, owner);
	return known;
}

static void the_longest_unclaimed_goes_first(void **state)
{
	(void)state;
	struct pool pool = { 0 };
	for (unsigned i = 0; i < POOL_CLAIMED_MAX; i++) {
		claim(&pool, i);
	}
	assert_int_equal(pool.count, POOL_CLAIMED_MAX);
	claim(&pool, 0); /* again: now 1 is the oldest */
	claim(&pool, 7);
	claim(&pool, POOL_CLAIMED_MAX);
	assert_int_equal(pool.count, POOL_CLAIMED_MAX);
	assert_false(is_known(&pool, 1));
	assert_true(is_known(&pool, 0));
	assert_true(is_known(&pool, 2));
	for (unsigned i = 1; i <= 6; i++) {
		claim(&pool, POOL_CLAIMED_MAX + i);
	}
	assert_int_equal(pool.count, POOL_CLAIMED_MAX);
	assert_false(is_known(&pool, 2));
	assert_false(is_known(&pool, 6));
	assert_true(is_known(&pool, 7));
	assert_false(is_known(&pool, 8));
	assert_true(is_known(&pool, 9));
	assert_true(is_known(&pool, 0));
	pool_clear(&pool);
}

/* An answer that is as if from a zone with records, or of one that has none. */
static void set_proved(struct pool *pool, const char *text, bool proved)
{
	struct owner *owner = find(pool, text);
	owner->proved = proved;
	pool_sort(pool, owner);
}

/* Claims of names made up do not push out those that have records, also where there are as
 * many of these as may be. */
static void names_with_records_have_a_list_of_their_own(void **state)
{
	(void)state;
	struct pool pool = { 0 };
	char text[40];
	for (unsigned i = 0; i < POOL_CLAIMED_MAX; i++) {
		claim(&pool, i);
		snprintf(text, sizeof(text), "n%u.example", i);
		set_proved(&pool, text, true);
	}
	for (unsigned i = 0; i < 2 * POOL_CLAIMED_MAX; i++) {
		claim(&pool, POOL_CLAIMED_MAX + i);
	}
	assert_int_equal(pool.count, 2 * POOL_CLAIMED_MAX);
	for (unsigned i = 0; i < POOL_CLAIMED_MAX; i += 100) {
		assert_true(is_known(&pool, i));
	}
	assert_false(is_known(&pool, POOL_CLAIMED_MAX));
	assert_true(is_known(&pool, 2 * POOL_CLAIMED_MAX));
	/* One more that turns out to have records: the oldest of these goes. */
	set_proved(&pool, "n8192.example", true);
	assert_false(is_known(&pool, 0));
	assert_true(is_known(&pool, 1));
	/* Its records withdrawn, a name is one of the many. */
	set_proved(&pool, "n7.example", false);
	for (unsigned i = 0; i < POOL_CLAIMED_MAX; i++) {
		claim(&pool, 4 * POOL_CLAIMED_MAX + i);
	}
	assert_false(is_known(&pool, 7));
	assert_true(is_known(&pool, 8));
	pool_clear(&pool);
}

/* One wide zone with records for any name does not push out those of others. */
static void names_of_one_child_push_out_each_other(void **state)
{
	(void)state;
	struct pool pool = { 0 };
	char text[40];
	const struct name suffix = named("example");
	for (unsigned i = 0; i < 3 * POOL_CLAIMED_MAX; i++) {
		snprintf(text, sizeof(text),
			i < POOL_CLAIMED_MAX ? "n%u.example" : "n%u.wide.example", i);
		struct owner *owner = find(&pool, text);
		owner->suffix_size = suffix.size;
		owner->references++;
		pool_claim(&pool, owner);
		set_proved(&pool, text, true);
		owner->references--;
		pool_drop(&pool, owner);
	}
	assert_int_equal(pool.count, POOL_CLAIMED_MAX);
	assert_false(is_known(&pool, POOL_CHILD_MAX - 1));
	assert_true(is_known(&pool, POOL_CHILD_MAX));
	assert_true(is_known(&pool, POOL_CLAIMED_MAX - 1));
	pool_clear(&pool);
}

/* What a roster lists too, or is being looked up, is not lost with its place in the
 * list. */
static void what_is_in_use_stays(void **state)
{
	(void)state;
	struct pool pool = { 0 };
	claim(&pool, 0);
	struct owner *listed = find(&pool, "n0.example");
	listed->references = 1;
	claim(&pool, 1);
	struct owner *asked = find(&pool, "n1.example");
	asked->in_flight = true;
	for (unsigned i = 2; i < POOL_CLAIMED_MAX + 2; i++) {
		claim(&pool, i);
	}
	assert_int_equal(listed->list, POOL_UNLISTED);
	assert_int_equal(asked->list, POOL_UNLISTED);
	assert_true(is_known(&pool, 0));
	assert_true(is_known(&pool, 1));
	assert_int_equal(pool.count, POOL_CLAIMED_MAX + 2);
	listed->references = 0;
	pool_drop(&pool, listed);
	asked->in_flight = false;
	pool_drop(&pool, asked);
	assert_int_equal(pool.count, POOL_CLAIMED_MAX);
	pool_clear(&pool);
}

static void all_at_once_can_be_cleared(void **state)
{
	(void)state;
	struct pool pool = { 0 };
	pool_clear(&pool);
	claim(&pool, 1);
	struct owner *owner = find(&pool, "b.example");
	owner->references = 3;
	schedule_set(&pool.schedule, owner, 5);
	pool_clear(&pool);
	assert_null(schedule_first(&pool.schedule));
	assert_int_equal(pool.claimed[POOL_WITHOUT_RECORDS], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_has_one_owner),
		cmocka_unit_test(what_nobody_needs_goes),
		cmocka_unit_test(the_longest_unclaimed_goes_first),
		cmocka_unit_test(names_with_records_have_a_list_of_their_own),
		cmocka_unit_test(names_of_one_child_push_out_each_other),
		cmocka_unit_test(what_is_in_use_stays),
		cmocka_unit_test(all_at_once_can_be_cleared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
