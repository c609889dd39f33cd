/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One owner a name, kept as long as somebody has use for it; of those that only peers
 * claim, the longest unclaimed goes first. */

#include "check.h"
#include "fake_clock.h"
#include "lookup_budget.h"
#include "named.h"
#include "owners.h"

#include <stdio.h>
#include <stdlib.h>

static struct owner *find(struct owners *owners, const char *text)
{
	struct name name = named(text);
	struct owner *owner = owners_get(owners, &name);
	assert_non_null(owner);
	return owner;
}

static void a_name_has_one_owner(void **state)
{
	(void)state;
	struct owners owners;
	owners_init(&owners);
	struct owner *a = find(&owners, "a.example");
	assert_string_equal(owner_text(a), "a.example");
	assert_ptr_equal(find(&owners, "A.EXAMPLE"), a);
	assert_ptr_not_equal(find(&owners, "b.example"), a);
	assert_ptr_not_equal(find(&owners, "a.example.net"), a);
	assert_int_equal(owners.count, 3);
	owners_clear(&owners);
	assert_int_equal(owners.count, 0);
}

static void what_nobody_needs_goes(void **state)
{
	(void)state;
	struct owners owners;
	owners_init(&owners);
	struct owner *a = find(&owners, "a.example");
	a->references = 1;
	owners_collect(&owners, a);
	assert_int_equal(owners.count, 1);
	a->references = 0;
	a->in_flight = true;
	owners_collect(&owners, a);
	assert_int_equal(owners.count, 1);
	a->in_flight = false;
	a->budget = LOOKUP_BUDGET_UNPROVED; /* its lookup is still to come */
	owners_collect(&owners, a);
	assert_int_equal(owners.count, 1);
	a->budget = LOOKUP_BUDGET_NONE;
	owners_claim(&owners, a);
	owners_collect(&owners, a);
	assert_int_equal(owners.count, 1);
	assert_ptr_equal(find(&owners, "a.example"), a);

	struct owner *b = find(&owners, "b.example");
	due_heap_set(&owners.due, b, 1);
	owners_collect(&owners, b);
	assert_int_equal(owners.count, 1);
	assert_null(due_heap_first(&owners.due));
	owners_clear(&owners);
}

static void claim(struct owners *owners, unsigned number)
{
	char text[40];
	snprintf(text, sizeof(text), "n%u.example", number);
	struct owner *owner = find(owners, text);
	/* As a decision does it: it must not lose the one it looks at. */
	owner->references++;
	owners_claim(owners, owner);
	owner->references--;
	owners_collect(owners, owner);
}

static bool is_known(struct owners *owners, unsigned number)
{
	char text[40];
	snprintf(text, sizeof(text), "n%u.example", number);
	unsigned before = owners->count;
	struct owner *owner = find(owners, text);
	bool known = owners->count == before;
	owners_collect(owners, owner);
	return known;
}

static void the_longest_unclaimed_goes_first(void **state)
{
	(void)state;
	struct owners owners;
	owners_init(&owners);
	for (unsigned i = 0; i < OWNERS_CLAIMED_MAX; i++) {
		claim(&owners, i);
	}
	assert_int_equal(owners.count, OWNERS_CLAIMED_MAX);
	claim(&owners, 0); /* again: now 1 is the oldest */
	claim(&owners, 7);
	claim(&owners, OWNERS_CLAIMED_MAX);
	assert_int_equal(owners.count, OWNERS_CLAIMED_MAX);
	assert_false(is_known(&owners, 1));
	assert_true(is_known(&owners, 0));
	assert_true(is_known(&owners, 2));
	for (unsigned i = 1; i <= 6; i++) {
		claim(&owners, OWNERS_CLAIMED_MAX + i);
	}
	assert_int_equal(owners.count, OWNERS_CLAIMED_MAX);
	assert_false(is_known(&owners, 2));
	assert_false(is_known(&owners, 6));
	assert_true(is_known(&owners, 7));
	assert_false(is_known(&owners, 8));
	assert_true(is_known(&owners, 9));
	assert_true(is_known(&owners, 0));
	owners_clear(&owners);
}

/* An answer that is as if from a zone with records, or of one that has none. */
static void set_proved(struct owners *owners, const char *text, bool proved)
{
	struct owner *owner = find(owners, text);
	owner->proved = proved;
	owners_relist(owners, owner);
}

/* Claims of names made up do not push out those that have records, also where there are as
 * many of these as may be. */
static void names_with_records_have_a_list_of_their_own(void **state)
{
	(void)state;
	struct owners owners;
	owners_init(&owners);
	char text[40];
	for (unsigned i = 0; i < OWNERS_CLAIMED_MAX; i++) {
		claim(&owners, i);
		snprintf(text, sizeof(text), "n%u.example", i);
		set_proved(&owners, text, true);
	}
	for (unsigned i = 0; i < 2 * OWNERS_CLAIMED_MAX; i++) {
		claim(&owners, OWNERS_CLAIMED_MAX + i);
	}
	assert_int_equal(owners.count, 2 * OWNERS_CLAIMED_MAX);
	for (unsigned i = 0; i < OWNERS_CLAIMED_MAX; i += 100) {
		assert_true(is_known(&owners, i));
	}
	assert_false(is_known(&owners, OWNERS_CLAIMED_MAX));
	assert_true(is_known(&owners, 2 * OWNERS_CLAIMED_MAX));
	/* One more that turns out to have records: the oldest of these goes. */
	set_proved(&owners, "n8192.example", true);
	assert_false(is_known(&owners, 0));
	assert_true(is_known(&owners, 1));
	/* Its records withdrawn, a name is one of the many. */
	set_proved(&owners, "n7.example", false);
	for (unsigned i = 0; i < OWNERS_CLAIMED_MAX; i++) {
		claim(&owners, 4 * OWNERS_CLAIMED_MAX + i);
	}
	assert_false(is_known(&owners, 7));
	assert_true(is_known(&owners, 8));
	owners_clear(&owners);
}

/* One wide zone with records for any name does not push out those of others. */
static void names_of_one_child_push_out_each_other(void **state)
{
	(void)state;
	struct owners owners;
	owners_init(&owners);
	char text[40];
	const struct name suffix = named("example");
	for (unsigned i = 0; i < 3 * OWNERS_CLAIMED_MAX; i++) {
		snprintf(text, sizeof(text),
			i < OWNERS_CLAIMED_MAX ? "n%u.example" : "n%u.wide.example", i);
		struct owner *owner = find(&owners, text);
		owner->suffix_size = suffix.size;
		owner->references++;
		owners_claim(&owners, owner);
		set_proved(&owners, text, true);
		owner->references--;
		owners_collect(&owners, owner);
	}
	assert_int_equal(owners.count, OWNERS_CLAIMED_MAX);
	assert_false(is_known(&owners, OWNERS_CHILD_MAX - 1));
	assert_true(is_known(&owners, OWNERS_CHILD_MAX));
	assert_true(is_known(&owners, OWNERS_CLAIMED_MAX - 1));
	owners_clear(&owners);
}

/* Without records all go by their age, however many are below one child. */
static void names_without_records_have_no_share(void **state)
{
	(void)state;
	struct owners owners;
	owners_init(&owners);
	char text[40];
	const struct name suffix = named("example");
	for (unsigned i = 0; i <= OWNERS_CLAIMED_MAX; i++) {
		snprintf(text, sizeof(text), i == 0 ? "n%u.example" : "n%u.wide.example",
			i);
		struct owner *owner = find(&owners, text);
		owner->suffix_size = suffix.size;
		owners_claim(&owners, owner);
	}
	assert_int_equal(owners.count, OWNERS_CLAIMED_MAX);
	assert_false(is_known(&owners, 0));
	owners_clear(&owners);
}

/* What a roster lists too, or is being looked up, is not lost with its place in the
 * list. */
static void what_is_in_use_stays(void **state)
{
	(void)state;
	struct owners owners;
	owners_init(&owners);
	claim(&owners, 0);
	struct owner *listed = find(&owners, "n0.example");
	listed->references = 1;
	claim(&owners, 1);
	struct owner *asked = find(&owners, "n1.example");
	asked->in_flight = true;
	for (unsigned i = 2; i < OWNERS_CLAIMED_MAX + 2; i++) {
		claim(&owners, i);
	}
	assert_int_equal(listed->list, OWNERS_UNLISTED);
	assert_int_equal(asked->list, OWNERS_UNLISTED);
	assert_true(is_known(&owners, 0));
	assert_true(is_known(&owners, 1));
	assert_int_equal(owners.count, OWNERS_CLAIMED_MAX + 2);
	listed->references = 0;
	owners_collect(&owners, listed);
	asked->in_flight = false;
	owners_collect(&owners, asked);
	assert_int_equal(owners.count, OWNERS_CLAIMED_MAX);
	owners_clear(&owners);
}

static void all_at_once_can_be_cleared(void **state)
{
	(void)state;
	struct owners owners;
	owners_init(&owners);
	owners_clear(&owners);
	claim(&owners, 1);
	struct owner *owner = find(&owners, "b.example");
	owner->references = 3;
	due_heap_set(&owners.due, owner, 5);
	owners_clear(&owners);
	assert_null(due_heap_first(&owners.due));
	assert_int_equal(owners.claimed[OWNERS_WITHOUT_RECORDS], 0);
}

/* How many may be remembered: with records, and without. */
static void the_numbers_are_those_of_the_host(void **state)
{
	(void)state;
	static const unsigned rows[][3] = {
		{ 0, OWNERS_CLAIMED_MAX, OWNERS_CLAIMED_MAX },
		{ 1, 1, 1 },
		{ 100, 100, 100 },
		{ OWNERS_CLAIMED_MAX - 1, OWNERS_CLAIMED_MAX - 1, OWNERS_CLAIMED_MAX - 1 },
		{ OWNERS_CLAIMED_MAX, OWNERS_CLAIMED_MAX, OWNERS_CLAIMED_MAX },
		{ 4 * OWNERS_CLAIMED_MAX, 4 * OWNERS_CLAIMED_MAX, OWNERS_CLAIMED_MAX },
		{ 4 * OWNERS_CLAIMED_MAX + 4, 4 * OWNERS_CLAIMED_MAX + 4,
			OWNERS_CLAIMED_MAX + 1 },
	};
	struct owners owners;
	owners_init(&owners);
	for (size_t i = 0; i < ROWS(rows); i++) {
		owners_set_max(&owners, rows[i][0]);
		assert_int_equal(owners.claimed_max[OWNERS_WITH_RECORDS], rows[i][1]);
		assert_int_equal(owners.claimed_max[OWNERS_WITHOUT_RECORDS], rows[i][2]);
	}
	owners_clear(&owners);
	assert_int_equal(owners.claimed_max[OWNERS_WITH_RECORDS], OWNERS_CLAIMED_MAX);
}

/* In the heap of listed names as long as a roster lists it, else in the other one. */
static void a_name_is_due_where_it_belongs(void **state)
{
	(void)state;
	struct owners owners;
	struct key_index_member *somebody = (struct key_index_member *)&owners;
	owners_init(&owners);
	struct owner *owner = find(&owners, "a.example");
	assert_true(owners_reserve(&owners));
	owners_move_due(&owners, owner); /* it is not due */
	assert_int_equal(owner->place, 0);
	for (int listed = 0; listed < 4; listed++) {
		bool is_listed = listed % 2 == 1;
		owner->members = is_listed ? somebody : NULL;
		if (listed < 2) {
			owners_set_due(&owners, owner, 7);
		} else {
			owners_move_due(&owners, owner);
		}
		assert_ptr_equal(due_heap_first(&owners.due), is_listed ? owner : NULL);
		assert_ptr_equal(due_heap_first(&owners.due_refreshes),
			is_listed ? NULL : owner);
		assert_int_equal(owner->due, 7);
		assert_int_equal(owner->refreshed, !is_listed);
	}
	owners_set_never_due(&owners, owner);
	assert_null(due_heap_first(&owners.due));
	assert_int_equal(owner->place, 0);
	owners_clear(&owners);
}

static void lists_are_found_apart(void **state)
{
	(void)state;
	struct owners owners;
	struct name name = named("a.example");
	owners_init(&owners);
	struct owner *client = find(&owners, "a.example");
	struct owner *list = owners_get_list(&owners, &name);
	assert_ptr_not_equal(list, client);
	assert_ptr_equal(owners_get_list(&owners, &name), list);
	assert_ptr_equal(owners_find(&owners, &name), client);
	assert_true(list->is_list);
	assert_false(client->is_list);
	assert_int_equal(owners.count, 2);
	owners_collect(&owners, list);
	assert_int_equal(owners.count, 1);
	assert_true(list->gone);
	owners_collect(&owners, list); /* once */
	assert_int_equal(owners.count, 1);
	struct owner *again = owners_get_list(&owners, &name);
	assert_false(again->gone);
	owners_collect(&owners, client);
	assert_null(owners_find(&owners, &name));
	struct owner *gone = owners_take_gone(&owners);
	assert_ptr_equal(gone, client);
	assert_ptr_equal(gone->next_gone, list);
	assert_null(owners_take_gone(&owners));
	owners_free_gone(gone);
	for (unsigned i = 0; i < 1000; i++) { /* however many there are */
		char text[40];
		snprintf(text, sizeof(text), "l%u.example", i);
		name = named(text);
		assert_non_null(owners_get_list(&owners, &name));
	}
	assert_null(owners.client_lists.old); /* nobody reads it without the lock */
	assert_int_equal(owners.count, 1001);
	owners_clear(&owners);
	assert_int_equal(owners.count, 0);
}

/* Which of a queue, a lookup and a slot keeps a name that nobody lists. */
static void what_is_waited_for_stays(void **state)
{
	(void)state;
	struct owners owners;
	owners_init(&owners);
	struct owner *owner = find(&owners, "a.example");
	owner->queued = LOOKUP_BUDGET_PROVED;
	owners_collect(&owners, owner);
	owner->queued = LOOKUP_BUDGET_NONE;
	owner->references = 1;
	owners_collect(&owners, owner);
	assert_false(owner->gone);
	owner->references = 0;
	owners_collect(&owners, owner);
	assert_true(owner->gone);
	owners_clear(&owners);
	assert_null(owners.gone);
}

/* A claim that takes no lock leaves a mark, but not in the second in which the name got its
 * place. */
static void a_mark_is_a_second_chance(void **state)
{
	(void)state;
	struct owners owners;
	owners_init(&owners);
	fake_clock_set(5999);
	owners_set_max(&owners, 2);
	struct owner *first = find(&owners, "a.example"),
		     *second = find(&owners, "b.example");
	owners_claim(&owners, first);
	owners_claim(&owners, second);
	assert_int_equal(first->placed, 5);
	assert_int_equal(first->list, OWNERS_WITHOUT_RECORDS);
	owners_mark(first, 5999);
	assert_int_equal(first->claimed, 1);
	assert_int_equal(first->recent, 0);
	first->claimed = 0;
	owners_mark(first, 6000);
	assert_int_equal(first->claimed, 1);
	assert_int_equal(first->recent, 1);
	fake_clock_set(7000);
	owners_claim(&owners, find(&owners, "c.example"));
	assert_true(second->gone); /* in its place */
	assert_int_equal(first->recent, 0);
	assert_int_equal(first->placed, 7);
	assert_int_equal(owners.claimed[OWNERS_WITHOUT_RECORDS], 2);
	owners_claim(&owners, find(&owners, "d.example"));
	assert_int_equal(owners.claimed[OWNERS_WITHOUT_RECORDS], 2);
	assert_false(first->gone); /* it went behind the third */
	owners_claim(&owners, find(&owners, "e.example"));
	assert_true(first->gone);
	owners_clear(&owners);
}

/* So many that are marked go last, and no more: then one goes all the same. */
static void so_many_have_a_second_chance(void **state)
{
	(void)state;
	for (unsigned marked = OWNERS_SECOND_CHANCES; marked <= OWNERS_SECOND_CHANCES + 1;
		marked++) {
		struct owners owners;
		struct owner *all[OWNERS_SECOND_CHANCES + 2];
		owners_init(&owners);
		owners_set_max(&owners, ROWS(all));
		for (unsigned i = 0; i < ROWS(all); i++) {
			char text[40];
			snprintf(text, sizeof(text), "n%u.example", i);
			all[i] = find(&owners, text);
			owners_claim(&owners, all[i]);
			all[i]->recent = i < marked;
		}
		owners_claim(&owners, find(&owners, "new.example"));
		assert_int_equal(owners.claimed[OWNERS_WITHOUT_RECORDS], ROWS(all));
		for (unsigned i = 0; i < ROWS(all); i++) {
			assert_int_equal(all[i]->gone, i == OWNERS_SECOND_CHANCES);
		}
		owners_clear(&owners);
	}
}

static void an_answer_moves_a_name(void **state)
{
	(void)state;
	struct owners owners;
	owners_init(&owners);
	struct owner *owner = find(&owners, "a.example");
	owners_relist(&owners, owner); /* of none into none */
	assert_int_equal(owner->list, OWNERS_UNLISTED);
	owners_claim(&owners, owner);
	owner->proved = true;
	owners_relist(&owners, owner);
	assert_int_equal(owner->list, OWNERS_WITH_RECORDS);
	assert_int_equal(owners.claimed[OWNERS_WITH_RECORDS], 1);
	assert_int_equal(owners.claimed[OWNERS_WITHOUT_RECORDS], 0);
	owner->proved = false;
	owners_relist(&owners, owner);
	assert_int_equal(owner->list, OWNERS_WITHOUT_RECORDS);
	owners_clear(&owners);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_has_one_owner),
		cmocka_unit_test(what_nobody_needs_goes),
		cmocka_unit_test(the_longest_unclaimed_goes_first),
		cmocka_unit_test(names_with_records_have_a_list_of_their_own),
		cmocka_unit_test(names_of_one_child_push_out_each_other),
		cmocka_unit_test(names_without_records_have_no_share),
		cmocka_unit_test(what_is_in_use_stays),
		cmocka_unit_test(all_at_once_can_be_cleared),
		cmocka_unit_test(the_numbers_are_those_of_the_host),
		cmocka_unit_test(a_name_is_due_where_it_belongs),
		cmocka_unit_test(lists_are_found_apart),
		cmocka_unit_test(what_is_waited_for_stays),
		cmocka_unit_test(a_mark_is_a_second_chance),
		cmocka_unit_test(so_many_have_a_second_chance),
		cmocka_unit_test(an_answer_moves_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
