/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Each name has a count of its own, whoever stands beside it, comes and goes. */

#include "check.h"
#include "tallies.h"

#include <string.h>

#define HOME(place, number) ((uint64_t)(place) << 32 | (number))
#define NAMES 400

static struct tallies tallies;

static int empty(void **state)
{
	(void)state;
	memset(&tallies, 0, sizeof(tallies));
	return 0;
}

static void a_name_has_as_many_as_it_may(void **state)
{
	(void)state;
	assert_false(tallies_add(&tallies, 7, 0));
	assert_true(tallies_add(&tallies, 7, 2));
	assert_true(tallies_add(&tallies, 7, 2));
	assert_false(tallies_add(&tallies, 7, 2));
	assert_true(tallies_add(&tallies, 7, 3));
	tallies_remove(&tallies, 7);
	tallies_remove(&tallies, 7);
	assert_true(tallies_add(&tallies, 7, 2));
	assert_false(tallies_add(&tallies, 7, 2));
	assert_int_equal(tallies.used, 1);
	/* One that is not there does no harm. */
	tallies_remove(&tallies, 8);
	assert_int_equal(tallies.used, 1);
}

/* A name is found although one before it on its way has left, at the end of the table too. */
static void who_stands_behind_is_found_when_one_leaves(void **state)
{
	(void)state;
	const size_t last = TALLIES_PLACES - 1;
	const uint64_t names[] = { HOME(last - 1, 1), HOME(last - 1, 2), HOME(last - 1, 3),
		HOME(last, 4), HOME(0, 5), HOME(1, 6), HOME(3, 7) };
	const size_t count = sizeof(names) / sizeof(names[0]);
	for (size_t gone = 0; gone < count; gone++) {
		for (size_t i = 0; i < count; i++) {
			assert_true(tallies_add(&tallies, names[i], 1));
		}
		tallies_remove(&tallies, names[gone]);
		for (size_t i = 0; i < count; i++) {
			assert_true(tallies_add(&tallies, names[i], 1) == (i == gone));
		}
		for (size_t i = 0; i < count; i++) {
			tallies_remove(&tallies, names[i]);
		}
		assert_int_equal(tallies.used, 0);
	}
}

/* Against counts that are kept in another way; the homes lie close together. */
static void all_are_counted_however_they_come_and_go(void **state)
{
	(void)state;
	static unsigned expected[NAMES];
	uint32_t chance = 1;
	for (unsigned i = 0; i < 100000; i++) {
		chance = chance * 1664525 + 1013904223;
		unsigned which = (chance >> 8) % NAMES;
		uint64_t name = HOME(TALLIES_PLACES - 100 + which / 3, which);
		if (chance >> 30 == 0 && expected[which] > 0) {
			tallies_remove(&tallies, name);
			expected[which]--;
		} else {
			bool added = tallies_add(&tallies, name, 3);
			assert_true(added == (expected[which] < 3));
			expected[which] += added;
		}
		if (i % 1000 == 999) {
			/* So that there are gaps again and again. */
			while (expected[which] > 0) {
				tallies_remove(&tallies, name);
				expected[which]--;
			}
		}
	}
	size_t names = 0;
	for (unsigned i = 0; i < NAMES; i++) {
		names += expected[i] > 0;
	}
	assert_int_equal(tallies.used, names);
}

static void of_names_there_is_an_end(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < TALLIES_MAX; i++) {
		assert_true(tallies_add(&tallies, HOME(i * 7, i), 2));
	}
	assert_false(tallies_add(&tallies, HOME(1, TALLIES_MAX), 2));
	assert_true(tallies_add(&tallies, HOME(0, 0), 2));
	tallies_remove(&tallies, HOME(7, 1));
	assert_true(tallies_add(&tallies, HOME(1, TALLIES_MAX), 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_name_has_as_many_as_it_may, empty),
		cmocka_unit_test_setup(who_stands_behind_is_found_when_one_leaves, empty),
		cmocka_unit_test_setup(all_are_counted_however_they_come_and_go, empty),
		cmocka_unit_test_setup(of_names_there_is_an_end, empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
