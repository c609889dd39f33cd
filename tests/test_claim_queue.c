/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Claims that wait: domain by domain, and no domain or suffix takes all places. */

#include "check.h"
#include "claim_queue.h"
#include "fail.h"
#include "named.h"

#include <stdio.h>

#define MAX LOOKUP_BUDGET_SLOT_MAX

static struct owner *owners[4 * MAX]; /* to be freed */
static unsigned count;

static int begin(void **state)
{
	(void)state;
	count = 0;
	return 0;
}

static int end(void **state)
{
	(void)state;
	while (count > 0) {
		owner_free(owners[--count]);
	}
	return 0;
}

static bool enter(struct claim_queue *queue, enum lookup_budget_kind kind, const char *text,
	const char *suffix)
{
	struct name name = named(text), below = named(suffix);
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	owner->suffix_size = below.size;
	owners[count++] = owner;
	bool entered = claim_queue_enter(queue, kind, owner);
	assert_int_equal(owner->queued, entered ? kind : LOOKUP_BUDGET_NONE);
	return entered;
}

static unsigned enter_many(struct claim_queue *queue, enum lookup_budget_kind kind,
	const char *tail, const char *suffix)
{
	unsigned entered = 0;
	for (unsigned i = 0; i < MAX; i++) {
		char text[60];
		snprintf(text, sizeof(text), "n%u%s", i, tail);
		entered += enter(queue, kind, text, suffix);
	}
	return entered;
}

static const char *take(struct claim_queue *queue)
{
	const struct owner *first = claim_queue_first(queue);
	if (first == NULL) {
		return "";
	}
	claim_queue_take(queue);
	assert_int_equal(first->queued, LOOKUP_BUDGET_NONE);
	return owner_text(first);
}

static void one_without_places_takes_none(void **state)
{
	(void)state;
	struct claim_queue queue = { 0 };
	assert_false(enter(&queue, LOOKUP_BUDGET_UNPROVED, "a.example", "example"));
	assert_null(claim_queue_first(&queue));
	claim_queue_clear(&queue);
}

static void domains_take_turns(void **state)
{
	(void)state;
	struct claim_queue queue = { .max = MAX };
	static const char *const names[] = { "a.x.example", "b.x.example", "c.x.example",
		"a.y.example", "z.example" };
	static const char *const order[] = { "a.x.example", "a.y.example", "z.example",
		"b.x.example", "c.x.example", "" };
	for (size_t i = 0; i < ROWS(names); i++) {
		assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED, names[i], "example"));
	}
	assert_int_equal(queue.count, ROWS(names));
	for (size_t i = 0; i < ROWS(order); i++) {
		assert_string_equal(take(&queue), order[i]);
	}
	assert_int_equal(queue.count, 0);
	assert_int_equal(queue.suffix_count, 0);
	assert_int_equal(queue.domains.count, 0);
	claim_queue_clear(&queue);
}

static void suffixes_take_turns_too(void **state)
{
	(void)state;
	struct claim_queue queue = { .max = MAX };
	static const char *const order[] = { "a.example", "a.net", "b.example", "b.net",
		"c.example", "" };
	assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED, "a.example", "example"));
	assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED, "b.example", "example"));
	assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED, "c.example", "example"));
	assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED, "a.net", "net"));
	assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED, "b.net", "net"));
	assert_int_equal(queue.suffix_count, 2);
	for (size_t i = 0; i < ROWS(order); i++) {
		assert_string_equal(take(&queue), order[i]);
	}
	claim_queue_clear(&queue);
}

static void one_that_has_to_wait_lets_others_pass(void **state)
{
	(void)state;
	struct claim_queue queue = { .max = MAX };
	assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED, "a.x.example", "example"));
	assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED, "b.x.example", "example"));
	assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED, "a.y.example", "example"));
	assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED, "a.net", "net"));
	/* Other domains, and the others in its domain. */
	claim_queue_pass_name(&queue);
	assert_string_equal(take(&queue), "a.y.example");
	assert_string_equal(take(&queue), "a.net");
	assert_string_equal(take(&queue), "b.x.example");
	/* Other suffixes. */
	assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED, "b.net", "net"));
	claim_queue_pass_suffix(&queue);
	assert_string_equal(take(&queue), "b.net");
	assert_string_equal(take(&queue), "a.x.example");
	assert_int_equal(queue.domains.count, 0);
	claim_queue_clear(&queue);
}

static void no_domain_and_no_suffix_takes_all(void **state)
{
	(void)state;
	struct claim_queue queue = { .max = MAX };
	assert_int_equal(enter_many(&queue, LOOKUP_BUDGET_UNPROVED, ".dead.example",
				 "example"),
		LOOKUP_BUDGET_DOMAIN_MAX);
	assert_int_equal(enter_many(&queue, LOOKUP_BUDGET_UNPROVED, ".example", "example"),
		LOOKUP_BUDGET_SUFFIX_MAX - LOOKUP_BUDGET_DOMAIN_MAX);
	assert_int_equal(enter_many(&queue, LOOKUP_BUDGET_UNPROVED, ".net", "net"),
		MAX - LOOKUP_BUDGET_SUFFIX_MAX);
	assert_int_equal(queue.count, MAX);
	claim_queue_clear(&queue);
	assert_int_equal(queue.count, 0);
	/* In proportion, and with a place for everybody. */
	struct claim_queue small = { .max = 2 };
	assert_true(enter(&small, LOOKUP_BUDGET_UNPROVED, "a.x.example", "example"));
	assert_false(enter(&small, LOOKUP_BUDGET_UNPROVED, "b.x.example", "example"));
	assert_true(enter(&small, LOOKUP_BUDGET_UNPROVED, "a.x.net", "net"));
	assert_false(enter(&small, LOOKUP_BUDGET_UNPROVED, "a.x.org", "org"));
	claim_queue_clear(&small);
}

/* As one in which nothing ever waited, and all memory is given back. */
static void check_empty(const struct claim_queue *queue, long blocks)
{
	assert_int_equal(queue->count, 0);
	assert_int_equal(queue->suffix_count, 0);
	assert_null(queue->suffixes.tqh_last);
	assert_null(queue->domains.buckets);
	assert_int_equal(queue->domains.bucket_count, 0);
	assert_int_equal(queue->max, MAX);
	assert_int_equal(fail_blocks(), blocks);
}

static void nothing_is_left_of_a_queue(void **state)
{
	(void)state;
	static const char *const names[] = { "a.x.example", "b.x.example", "a.y.example",
		"a.net" };
	for (size_t some = 0; some <= ROWS(names); some++) {
		for (size_t taken = 0; taken <= some; taken++) {
			struct claim_queue queue = { .max = MAX };
			long blocks = fail_blocks();
			for (size_t i = 0; i < some; i++) {
				struct name name = named(names[i]);
				struct owner *owner = owner_new(&name);
				assert_non_null(owner);
				owner->suffix_size = named(strrchr(names[i], '.') + 1).size;
				owners[count++] = owner;
				assert_true(claim_queue_enter(&queue,
					LOOKUP_BUDGET_UNPROVED, owner));
				blocks++; /* the owner */
			}
			for (size_t i = 0; i < taken; i++) {
				claim_queue_take(&queue);
			}
			claim_queue_clear(&queue);
			check_empty(&queue, blocks);
		}
	}
}

/* Whatever there is no memory for, first or later: the name does not wait, and nothing is left. */
static void without_memory_nobody_waits(void **state)
{
	(void)state;
	for (int others = 0; others <= 1; others++) {
		bool entered = false;
		for (unsigned n = 1; !entered; n++) {
			struct claim_queue queue = { .max = MAX };
			struct name name = named("a.b.example");
			struct owner *owner = owner_new(&name);
			assert_non_null(owner);
			owner->suffix_size = named("example").size;
			owners[count++] = owner;
			if (others == 1) {
				assert_true(enter(&queue, LOOKUP_BUDGET_UNPROVED,
					"c.example", "example"));
			}
			unsigned before = queue.count, domains = queue.domains.count;
			long blocks = fail_blocks();
			fail_at(n, FAIL_HERE, false);
			entered = claim_queue_enter(&queue, LOOKUP_BUDGET_UNPROVED, owner);
			unsigned calls = fail_calls();
			fail_at(0, FAIL_HERE, false);
			assert_int_equal(entered, calls < n);
			assert_int_equal(queue.count, before + entered);
			assert_int_equal(owner->queued,
				entered ? LOOKUP_BUDGET_UNPROVED : LOOKUP_BUDGET_NONE);
			if (!entered) {
				assert_int_equal(queue.domains.count, domains);
				/* The table of domains may be there by now. */
				assert_int_equal(fail_blocks(),
					blocks +
						(others == 0 &&
							queue.domains.buckets != NULL));
			}
			/* Those of the other one, its domains and the table of these. */
			blocks -= others == 1 ? (long)domains + 2 : 0;
			claim_queue_clear(&queue);
			if (!entered) {
				check_empty(&queue, blocks);
			}
		}
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_without_places_takes_none),
		TEST(domains_take_turns),
		TEST(suffixes_take_turns_too),
		TEST(one_that_has_to_wait_lets_others_pass),
		TEST(no_domain_and_no_suffix_takes_all),
		TEST(nothing_is_left_of_a_queue),
		TEST(without_memory_nobody_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
