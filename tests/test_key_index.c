/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Owners by their name, through joins and leaves, and what an index counts of its members. The keys
 * of their records are test_key_index_keys.c's. */

#include "check.h"
#include "key_index_scene.h"
#include "untouched.h"

#include <stdio.h>

static void names_are_found_until_they_leave(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(3);
	struct key_index_member members[3];
	assert_non_null(index);
	assert_false(key_index_has(index, KEY_INDEX_NAME));
	struct owner *a = join(index, &members[0], "a.example");
	struct owner *b = join(index, &members[1], "b.example");
	join(index, &members[2], "a.b.example");
	assert_true(key_index_has(index, KEY_INDEX_NAME));
	assert_ptr_equal(find_name(index, "a.example"), a);
	assert_ptr_equal(find_name(index, "B.Example"), b);
	assert_null(find_name(index, "c.example"));
	assert_null(find_name(index, "example"));
	leave(&members[0]);
	assert_null(find_name(index, "a.example"));
	assert_ptr_equal(find_name(index, "b.example"), b);
	leave(&members[1]);
	leave(&members[2]);
	assert_false(key_index_has(index, KEY_INDEX_NAME));
	key_index_free(index);
}

static void it_counts_of_whom_nothing_is_known(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(2);
	struct key_index_member members[2];
	join(index, &members[0], "a.example");
	struct owner *b = join(index, &members[1], "b.example");
	assert_int_equal(key_index_unresolved(index), 2);
	key_index_resolve(&members[0]);
	key_index_resolve(&members[0]); /* once only */
	assert_int_equal(key_index_unresolved(index), 1);
	key_index_leave(&members[1]);
	assert_int_equal(key_index_unresolved(index), 0);
	b->knowledge = knowledge_new(DANCE_DENY_NO_TLSA, NULL, 1, "");
	key_index_join(&members[1], index, b, 9);
	assert_int_equal(key_index_unresolved(index), 0);
	/* And of whom lookups fail. */
	key_index_fail(&members[0], true);
	key_index_fail(&members[0], true); /* once only */
	key_index_fail(&members[1], true);
	assert_int_equal(key_index_failing(index), 2);
	key_index_fail(&members[1], false);
	assert_int_equal(key_index_failing(index), 1);
	leave(&members[1]);
	leave(&members[0]);
	assert_int_equal(key_index_unresolved(index), 0);
	assert_int_equal(key_index_failing(index), 0);
	key_index_free(index);
}

static void many_names_are_all_found(void **state)
{
	(void)state;
	enum {
		COUNT = 3000
	};
	struct key_index *index = key_index_new(10); /* more than it was told */
	static struct key_index_member members[COUNT];
	char text[32];
	for (int i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "n%d.example", i);
		join(index, &members[i], text);
	}
	for (int i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "n%d.example", i);
		assert_ptr_equal(find_name(index, text), members[i].owner);
	}
	for (int i = 0; i < COUNT; i++) {
		leave(&members[i]);
	}
	key_index_free(index);
	key_index_free(NULL);
}

static void the_table_grows_with_the_names(void **state)
{
	(void)state;
	static const struct {
		size_t expected;
		unsigned long buckets;
	} rows[] = { { 0, 8 }, { 1, 8 }, { 2, 8 }, { 3, 16 }, { 4, 16 }, { 5, 32 },
		{ 8, 32 }, { 9, 32 }, { 16, 32 }, { 17, 64 }, { 32, 64 }, { 33, 128 },
		{ 1ul << 23, 1ul << 24 }, { (1ul << 23) + 1, 1ul << 24 },
		{ 1ul << 30, 1ul << 24 } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(key_index_buckets(rows[i].expected), rows[i].buckets);
	}
}

/* A client may have the name of a list. */
static void a_list_is_not_found_by_its_name(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(2);
	struct key_index_member list, client;
	struct name name = named("a.example");
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	owner->is_list = true;
	key_index_join(&list, index, owner, 8);
	assert_null(find_name(index, "a.example"));
	assert_true(key_index_has(index, KEY_INDEX_LIST));
	assert_false(key_index_has(index, KEY_INDEX_NAME));
	struct owner *found = join(index, &client, "a.example");
	assert_ptr_equal(find_name(index, "a.example"), found);
	leave(&client);
	assert_null(find_name(index, "a.example"));
	leave(&list);
	assert_false(key_index_has(index, KEY_INDEX_LIST));
	key_index_free(index);
}

static void answers_are_counted(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(1);
	struct key_index_member member;
	join(index, &member, "a.example");
	key_index_count_answer(&member, true);
	key_index_count_answer(&member, false);
	key_index_count_answer(&member, false);
	assert_int_equal(key_index_answers(index)->answers, 3);
	assert_int_equal(key_index_answers(index)->changes, 1);
	leave(&member);
	key_index_free(index);
}

/* A host may have a roster for each of very many zones, and all of them may list one name. */
static void a_member_leaves_without_a_look_at_the_others(void **state)
{
	(void)state;
	enum {
		COUNT = 5
	};
	struct key_index *indexes[COUNT];
	struct key_index_member members[COUNT];
	struct untouched others = untouched_new(2 * sizeof(struct key_index_member));
	struct key_index_member *between = others.memory;
	struct name name = named("a.example");
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	for (uint32_t i = 0; i < COUNT; i++) {
		indexes[i] = key_index_new(1);
		assert_non_null(indexes[i]);
		key_index_join(i == 2 ? between : &members[i], indexes[i], owner, i);
	}
	/* It joins first or last of them, before any has a key. */
	untouched_begin(&others);
	key_index_leave(&members[0]);
	key_index_leave(&members[4]);
	key_index_join(&members[4], indexes[4], owner, 4);
	assert_int_equal(key_index_inherit(&members[4]), 0);
	untouched_end(&others);
	key_index_leave(between);
	key_index_leave(&members[3]);
	assert_ptr_equal(owner->members, &members[4]);
	assert_ptr_equal(members[4].next, &members[1]);
	key_index_leave(&members[1]);
	key_index_leave(&members[4]);
	assert_null(owner->members);
	for (uint32_t i = 0; i < COUNT; i++) {
		key_index_free(indexes[i]);
	}
	owner_free(owner);
	untouched_free(&others);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_until_they_leave),
		cmocka_unit_test(it_counts_of_whom_nothing_is_known),
		cmocka_unit_test(the_table_grows_with_the_names),
		cmocka_unit_test(a_list_is_not_found_by_its_name),
		cmocka_unit_test(answers_are_counted),
		cmocka_unit_test(many_names_are_all_found),
		cmocka_unit_test(a_member_leaves_without_a_look_at_the_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
