/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which entry of the roster a result names: the one that permits the name. */

#include "check.h"
#include "fixture.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>

static struct credential mine, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_ED25519 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

/* Hosts count and configure by what the operator wrote down: the entry goes with the name. */
static void the_entry_that_permits_the_name(void **state)
{
	(void)state;
	static const struct {
		const char *claimed, *entry;
	} rows[] = {
		{ "a.example", "a.example" },
		{ "A.Example", "a.example" },
		{ "listed.sub.example", "listed.sub.example" },
		{ "c.sub.example", "*.sub.example" },
		{ "x.y.sub.example", "*.sub.example" },
		{ "deep.sub.example", "*.sub.example" },
		{ "x.deep.sub.example", "*.deep.sub.example" },
		{ "x.other.example", "*.other.example" },
	};
	publish("*.example", 60, &mine);
	struct dance_roster *roster =
		roster_of("*.sub.example. a.example. "
			  "*.DEEP.sub.example listed.sub.example *.other.example",
			NULL);
	for (size_t i = 0; i < ROWS(rows); i++) {
		/* Of the refused as well as of the allowed. */
		memset(&result, 0xff, sizeof(result));
		result.size = sizeof(result);
		check_row(rows[i].claimed, verify(roster, &mine, rows[i].claimed, &result),
			DANCE_ALLOW);
		assert_string_equal(result.entry, rows[i].entry);
		check_row(rows[i].claimed, verify(roster, &other, rows[i].claimed, &result),
			DANCE_DENY_MISMATCH);
		assert_string_equal(result.entry, rows[i].entry);
	}
	/* Found by its key. */
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.entry, result.name);
	/* No name, no entry. */
	check_verdict(verify(roster, &mine, "b.example", &result), DANCE_DENY_NAME);
	assert_string_equal(result.entry, "");
	check_verdict(verify(roster, &other, NULL, &result), DANCE_DENY_MISMATCH);
	assert_string_equal(result.name, "");
	assert_string_equal(result.entry, "");
	dance_roster_free(roster);
}

/* A name may be as long as a name can be. */
static void the_entry_of_a_long_suffix(void **state)
{
	(void)state;
	char suffix[DANCE_NAME_SIZE] = "", pattern[DANCE_ENTRY_SIZE + 1],
	     name[DANCE_NAME_SIZE];
	for (int i = 0; i < 125; i++) {
		strcat(suffix, i == 124 ? "abc" : "a.");
	}
	snprintf(pattern, sizeof(pattern), "*.%s", suffix);
	snprintf(name, sizeof(name), "%s", suffix);
	publish(name, 60, &mine);
	struct dance_roster *roster = roster_of(pattern, NULL);
	check_verdict(verify(roster, &mine, name, &result), DANCE_DENY_NAME);
	dance_roster_free(roster);
	/* One label fewer leaves room for a name below it. */
	snprintf(pattern, sizeof(pattern), "*.%s", suffix + 2);
	roster = roster_of(pattern, NULL);
	check_verdict(verify(roster, &mine, name, &result), DANCE_ALLOW);
	assert_string_equal(result.name, name);
	assert_string_equal(result.entry, pattern);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_entry_that_permits_the_name),
		TEST(the_entry_of_a_long_suffix),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
