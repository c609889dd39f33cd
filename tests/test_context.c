/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Contexts and their rosters: what makes two rosters the same one, and how long each lives. */

#include "check.h"
#include "scene.h"
#include "trust_store.h"

static void the_same_roster_again_is_the_same(void **state)
{
	(void)state;
	publish("*.example", 60, &(struct credential){ 0 });
	static const char *const rows[] = {
		"b.example a.example *.c.example *.d.example",
		"b.example *.d.example a.example *.c.example",
		"*.c.example *.d.example b.example a.example",
		"B.Example a.example. *.D.example. *.c.example",
		"b.example b.example a.example *.c.example *.d.example *.c.example B.example",
	};
	struct dance_roster *first = roster_of(rows[0], NULL);
	assert_non_null(first);
	for (size_t i = 1; i < ROWS(rows); i++) {
		assert_ptr_equal(roster_of(rows[i], NULL), first);
	}
	/* What the options mean counts, not how they are written. */
	const struct dance_options defaults = { .size = sizeof(defaults),
		.usages = DANCE_DANE_EE | DANCE_DANE_TA,
		.timeout_ms = 500 };
	assert_ptr_equal(roster_of(rows[0], &defaults), first);
	assert_int_equal(fake_resolver_asked_all(), 2);
	for (size_t i = 0; i < ROWS(rows); i++) {
		dance_roster_free(first);
		/* It is there to the last: whoever asks is known. */
		assert_int_equal(fake_resolver_asked("a.example"), 1);
	}
	dance_roster_free(first);
	dance_roster_free(NULL);
}

static void another_roster_is_another(void **state)
{
	(void)state;
	publish("*.example", 60, &(struct credential){ 0 });
	static const char *const rows[] = { "a.example", "b.example", "a.example b.example",
		"b.example a.example", /* the order tells who comes first */
		"*.a.example", "a.example *.a.example", "a.b.example" };
	static const struct dance_trust trust = { 0 };
	static const struct dance_options options[] = {
		{ .size = sizeof(struct dance_options), .usages = DANCE_DANE_EE },
		{ .size = sizeof(struct dance_options), .timeout_ms = 501 },
		{ .size = sizeof(struct dance_options), .max_stale_s = 1 },
		{ .size = sizeof(struct dance_options), .role = DANCE_SERVER },
		{ .size = sizeof(struct dance_options), .trust = &trust },
		{ .size = sizeof(struct dance_options), .at = 1 },
	};
	struct dance_roster *rosters[ROWS(rows) + ROWS(options)];
	for (size_t i = 0; i < ROWS(rosters); i++) {
		rosters[i] = i < ROWS(rows) ? roster_of(rows[i], NULL) :
					      roster_of(rows[0], &options[i - ROWS(rows)]);
		assert_non_null(rosters[i]);
		for (size_t j = 0; j < i; j++) {
			assert_ptr_not_equal(rosters[i], rosters[j]);
		}
	}
	assert_int_equal(fake_resolver_asked("a.example"), 1);
	for (size_t i = 0; i < ROWS(rosters); i++) {
		dance_roster_free(rosters[i]);
	}
}

/* No limit is taken for less than it says. */
static void limits_have_a_maximum(void **state)
{
	(void)state;
	const struct dance_context_options most = { .size = sizeof(most),
		.lookups_per_second = DANCE_LOOKUPS_PER_SECOND_MAX,
		.lookups_in_flight = DANCE_LOOKUPS_IN_FLIGHT_MAX,
		.lookups_queued = DANCE_LOOKUPS_QUEUED_MAX,
		.remembered = DANCE_REMEMBERED_MAX };
	struct dance_context_options more[] = { most, most, most, most };
	more[0].lookups_per_second++;
	more[1].lookups_in_flight++;
	more[2].lookups_queued++;
	more[3].remembered++;
	struct dance_context *context = dance_context_new(&most);
	assert_non_null(context);
	dance_context_free(context);
	for (size_t i = 0; i < ROWS(more); i++) {
		assert_null(dance_context_new(&more[i]));
	}
}

static void what_is_wrong_with_a_roster_is_said(void **state)
{
	(void)state;
	char error[DANCE_ERROR_SIZE];
	static const char *const names[] = { "a.example" };
	const struct dance_options none = { .size = 0 };
	assert_null(dance_roster_new(scene_context, names, 1, &none, error));
	assert_string_equal(error, "struct dance_options: its size is not set");
	static const char *const wrong[] = { "a b" };
	assert_null(dance_roster_new(scene_context, wrong, 1, NULL, error));
	assert_string_equal(error,
		"'a b': the name may contain only letters, digits, hyphens and underscores");
	const struct dance_context_options no_size = { .size = 0 };
	assert_null(dance_context_new(&no_size));
	assert_int_equal(threads_begun(), 0);
}

static void a_context_that_nobody_used_has_no_thread(void **state)
{
	(void)state;
	scene_allow_waiting(3);
	assert_int_equal(threads_begun(), 0);
	dance_context_free(NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_roster_again_is_the_same),
		TEST(another_roster_is_another),
		TEST(limits_have_a_maximum),
		TEST(what_is_wrong_with_a_roster_is_said),
		TEST(a_context_that_nobody_used_has_no_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
