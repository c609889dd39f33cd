/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The heap against a search through all, over many moves in no order. */

#include "check.h"
#include "owner.h"
#include "due_heap.h"

#include <stdlib.h>
#include <string.h>

#define COUNT 300
#define MOVES 20000

/* The same moves each time, so that a failure can be seen again. */
static uint32_t chance(void)
{
	static uint32_t seed = 1;
	seed = seed * 1103515245u + 12345u;
	return seed >> 8;
}

static const struct owner *earliest(struct owner *const *owners)
{
	const struct owner *first = NULL;
	for (int i = 0; i < COUNT; i++) {
		if (owners[i]->place != 0 &&
			(first == NULL || owners[i]->due < first->due)) {
			first = owners[i];
		}
	}
	return first;
}

static void check_first(const struct due_heap *heap, struct owner *const *owners)
{
	const struct owner *first = due_heap_first(heap);
	const struct owner *wanted = earliest(owners);
	assert_true((first == NULL) == (wanted == NULL));
	if (wanted != NULL) {
		assert_true(first->due == wanted->due);
	}
}

static struct owner *make_owner(void)
{
	struct owner *owner = calloc(1, sizeof(*owner));
	assert_non_null(owner);
	return owner;
}

static void the_first_is_the_earliest(void **state)
{
	(void)state;
	struct due_heap heap = { 0 };
	struct owner *owners[COUNT];
	for (unsigned i = 0; i < COUNT; i++) {
		owners[i] = make_owner();
		assert_int_equal(due_heap_reserve(&heap, i + 1), 0);
	}
	assert_null(due_heap_first(&heap));
	for (int i = 0; i < MOVES; i++) {
		struct owner *owner = owners[chance() % COUNT];
		if (chance() % 3 == 0) {
			due_heap_remove(&heap, owner);
			assert_int_equal(owner->place, 0);
		} else {
			uint64_t due = chance() % 100;
			due_heap_set(&heap, owner, due);
			assert_true(owner->due == due);
		}
		check_first(&heap, owners);
	}
	uint64_t last = 0;
	for (struct owner *at; (at = due_heap_first(&heap)) != NULL;) {
		assert_true(at->due >= last);
		last = at->due;
		due_heap_remove(&heap, at);
	}
	for (int i = 0; i < COUNT; i++) {
		assert_int_equal(owners[i]->place, 0);
		free(owners[i]);
	}
	due_heap_clear(&heap);
}

static void room_grows_and_keeps_what_is_in(void **state)
{
	(void)state;
	struct due_heap heap = { 0 };
	struct owner *first = make_owner();
	assert_int_equal(due_heap_reserve(&heap, 1), 0);
	due_heap_set(&heap, first, 7);
	assert_int_equal(due_heap_reserve(&heap, 5000), 0);
	assert_ptr_equal(due_heap_first(&heap), first);
	struct owner **others = calloc(4999, sizeof(others[0]));
	assert_non_null(others);
	for (int i = 0; i < 4999; i++) {
		others[i] = make_owner();
		due_heap_set(&heap, others[i], 8);
	}
	assert_ptr_equal(due_heap_first(&heap), first);
	for (int i = 0; i < 4999; i++) {
		free(others[i]);
	}
	free(others);
	free(first);
	due_heap_clear(&heap);
	assert_null(due_heap_first(&heap));
}

static void room_is_made_in_steps(void **state)
{
	(void)state;
	static const unsigned rows[][2] = { { 0, 64 }, { 1, 64 }, { 63, 64 }, { 64, 128 },
		{ 127, 128 }, { 128, 256 }, { 1000, 1024 } };
	struct due_heap heap = { 0 };
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(due_heap_reserve(&heap, rows[i][0]), 0);
		assert_int_equal(heap.room, rows[i][1]);
	}
	assert_int_equal(due_heap_reserve(&heap, UINT32_MAX), -1);
	assert_int_equal(heap.room, 1024);
	due_heap_clear(&heap);
	assert_int_equal(heap.room, 0);
	assert_null(heap.owners);
}

static void taking_out_what_is_not_in_is_fine(void **state)
{
	(void)state;
	struct due_heap heap = { 0 };
	struct owner *in = make_owner(), *out = make_owner();
	assert_int_equal(due_heap_reserve(&heap, 2), 0);
	due_heap_set(&heap, in, 1);
	due_heap_remove(&heap, out);
	assert_ptr_equal(due_heap_first(&heap), in);
	due_heap_remove(&heap, in);
	due_heap_remove(&heap, in);
	assert_null(due_heap_first(&heap));
	free(in);
	free(out);
	due_heap_clear(&heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_is_the_earliest),
		cmocka_unit_test(room_grows_and_keeps_what_is_in),
		cmocka_unit_test(room_is_made_in_steps),
		cmocka_unit_test(taking_out_what_is_not_in_is_fine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
