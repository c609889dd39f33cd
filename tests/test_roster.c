/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Allow-lists: which names they take, and whom they permit. */

#include "check.h"
#include "named.h"
#include "roster.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>
#include <urcu/urcu-bp.h>

static void names_and_patterns_are_taken(void **state)
{
	(void)state;
	static const char *const names[] = { "ns2.example.net", "ns2.example.net.",
		"_xfr-client.NS2.example.net", "*.example.com", "*.example.com.", "*.com",
		"localhost", "*._device.example.com", "a-b_c" };
	char error[DANCE_ERROR_SIZE];
	for (size_t i = 0; i < ROWS(names); i++) {
		check_true(names[i], dance_roster_check_name(names[i], error));
	}
}

static void what_is_neither_is_refused_with_a_sentence(void **state)
{
	(void)state;
	static const char *const names[] = { "", ".", "*", "*.", "*..", "..", "a..b", ".a",
		"a..", "*.a..", "*a.example", "a.*.example", "*.*.example", "**.example",
		"ns2.example.net/24", "192.0.2.1/32", "2001:db8::1", "ns2 .example.net",
		" ns2.example.net",
		("b\xc3\xbc"
		 "cher.example"),
		"\\097.example", "a@example.net" };
	char error[DANCE_ERROR_SIZE];
	for (size_t i = 0; i < ROWS(names); i++) {
		error[0] = '\0';
		check_true(names[i], !dance_roster_check_name(names[i], error));
		check_true(names[i], strstr(error, "': ") != NULL);
		check_true(names[i], error[0] == '\'');
	}
}

static void a_long_name_is_named_by_its_beginning(void **state)
{
	(void)state;
	char error[DANCE_ERROR_SIZE], text[1000];
	memset(text, 'n', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_false(dance_roster_check_name(text, error));
	assert_true(strlen(error) < 150);
	assert_non_null(strstr(error, "nnn...': the name is too long"));
}

/* Of 80 octets nothing is left out. */
static void a_name_is_named_whole_if_it_is_not_long(void **state)
{
	(void)state;
	char error[DANCE_ERROR_SIZE], text[82];
	for (size_t size = 80; size <= 81; size++) {
		memset(text, '/', sizeof(text));
		text[size] = '\0';
		assert_false(dance_roster_check_name(text, error));
		assert_int_equal(strstr(error, "...") != NULL, size == 81);
	}
}

static bool refuse(const char *const *names, size_t count, char error[DANCE_ERROR_SIZE])
{
	error[0] = '\0';
	return dance_roster_new(scene_context, names, count, NULL, error) == NULL;
}

static void a_roster_of_wrong_names_is_refused(void **state)
{
	(void)state;
	char error[DANCE_ERROR_SIZE];
	const char *const names[] = { "ns2.example.net", "ns3..example.net" };
	assert_true(refuse(names, 2, error));
	assert_non_null(strstr(error, "'ns3..example.net': a label is empty"));
	assert_true(refuse(names, 0, error));
	assert_string_equal(error, "the list of permitted names is empty");
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), 0);
}

static void who_is_permitted(void **state)
{
	(void)state;
	publish("*.example", 60, &(struct credential){ 0 });
	static const struct {
		const char *name;
		bool permitted, exact;
	} rows[] = {
		{ "a.example", true, true },
		{ "A.EXAMPLE", true, true },
		{ "b.sub.example", true, true },
		{ "c.sub.example", true, false },
		{ "d.c.sub.example", true, false },
		{ "_xfr.c.sub.example", true, false },
		{ "sub.example", false, false },
		{ "b.example", false, false },
		{ "b.a.example", false, false },
		{ "example", false, false },
		{ "a.example.net", false, false },
		{ "xsub.example", false, false },
		{ "a.xsub.example", false, false },
	};
	struct dance_roster *roster = roster_of("a.example b.sub.example *.sub.example",
		NULL);
	assert_non_null(roster);
	urcu_bp_read_lock();
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct name name = named(rows[i].name);
		struct owner *owner = (struct owner *)&name;
		check_true(rows[i].name,
			roster_permits(roster, &name, &owner) == rows[i].permitted);
		check_true(rows[i].name, (owner != NULL) == rows[i].exact);
		if (owner != NULL) {
			assert_int_equal(owner->wire_size, name.size);
			assert_memory_equal(owner->wire, name.wire, name.size);
		}
	}
	urcu_bp_read_unlock();
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

/* The longest and the shortest suffix above a name, however many there are beside them. */
static void suffixes_are_found_from_both_ends(void **state)
{
	(void)state;
	static const struct {
		const char *name, *longest, *shortest;
	} rows[] = {
		{ "x.c.b.a.example", "c.b.a.example", "a.example" },
		{ "c.b.a.example", "a.example", "a.example" },
		{ "x.y.b.a.example", "a.example", "a.example" },
		{ "a.example", NULL, NULL },
		{ "xa.example", NULL, NULL },
		{ "y.s7.example", "s7.example", "s7.example" },
		{ "y.x.s63.example", "s63.example", "s63.example" },
		{ "y.s64.example", NULL, NULL },
		{ "y.the-longest-label-of-all-suffixes-in-here.example",
			"the-longest-label-of-all-suffixes-in-here.example",
			"the-longest-label-of-all-suffixes-in-here.example" },
	};
	char list[4096] = "*.c.b.a.example *.a.example *.org.net " /* as long as example */
			  "*.the-longest-label-of-all-suffixes-in-here.example";
	for (int i = 0; i < 64; i++) {
		snprintf(list + strlen(list), sizeof(list) - strlen(list), " *.s%d.example",
			i);
	}
	struct dance_roster *roster = roster_of(list, NULL);
	assert_non_null(roster);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct name name = named(rows[i].name);
		const struct name *found[] = { roster_suffix(roster, &name),
			roster_outer_suffix(roster, &name) };
		const char *expected[] = { rows[i].longest, rows[i].shortest };
		for (int end = 0; end < 2; end++) {
			char text[DANCE_NAME_SIZE] = "nothing";
			if (found[end] != NULL) {
				name_to_text(found[end], text);
			}
			assert_string_equal(text,
				expected[end] != NULL ? expected[end] : "nothing");
		}
	}
	dance_roster_free(roster);
}

/* Who lists no name has none to look at again. */
static void names_are_looked_at_again_in_turn(void **state)
{
	(void)state;
	publish("*.example", 60, &(struct credential){ 0 });
	struct dance_roster *suffixes = roster_of("*.sub.example", NULL);
	assert_null(roster_next_nudge(suffixes));
	dance_roster_free(suffixes);
	struct dance_roster *roster = roster_of("a.example b.example c.example", NULL);
	const struct owner *before = NULL;
	fake_clock_advance(8999 - clock_ms() % 1000); /* to the end of a second */
	for (unsigned i = 0; i < ROSTER_NUDGES_PER_SECOND; i++) {
		const struct owner *owner = roster_next_nudge(roster);
		assert_non_null(owner);
		assert_ptr_not_equal(owner, before);
		before = owner;
	}
	assert_null(roster_next_nudge(roster));
	fake_clock_advance(1);
	assert_non_null(roster_next_nudge(roster));
	dance_roster_free(roster);
}

/* A list has room for more names than it holds: behind the last one comes the first again. */
static void names_of_a_list_have_their_turns_too(void **state)
{
	(void)state;
	enum {
		COUNT = 3
	};
	const struct owner *turns[3 * COUNT];
	publish("*.example", 60, &(struct credential){ 0 });
	publish_list("@clients.example", 400, "b.example c.example");
	struct dance_roster *roster = roster_of("a.example @clients.example", NULL);
	assert_int_equal(roster_listed_count(roster), COUNT);
	assert_true(roster->lists.slot_count > COUNT);
	urcu_bp_read_lock();
	for (size_t i = 0; i < ROWS(turns); i++) {
		turns[i] = roster_next_nudge(roster);
	}
	urcu_bp_read_unlock();
	for (size_t i = 0; i < ROWS(turns); i++) {
		assert_non_null(turns[i]);
		for (size_t j = 1; j <= COUNT && j <= i; j++) {
			assert_true((turns[i] == turns[i - j]) == (j == COUNT));
		}
	}
	dance_roster_free(roster);
}

/* Below a suffix it is cut to one label more than the suffix has. */
static void a_name_below_no_suffix_stays_as_it_is(void **state)
{
	(void)state;
	static const struct {
		const char *name, *domain;
	} rows[] = {
		{ "x.y.sub.example", "y.sub.example" },
		{ "y.sub.example", "y.sub.example" },
		{ "x.y.example", "x.y.example" },
	};
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct name name = named(rows[i].name);
		char text[DANCE_NAME_SIZE];
		roster_domain(roster, &name);
		name_to_text(&name, text);
		assert_string_equal(text, rows[i].domain);
	}
	dance_roster_free(roster);
}

/* Unless it is listed itself or below a suffix. */
static void a_name_that_is_in_no_list_is_not_admitted(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum dance_verdict verdict;
	} rows[] = {
		{ "a.example", DANCE_UNDECIDED },
		{ "b.example", DANCE_UNDECIDED },
		{ "c.example", DANCE_DENY_NAME },
		{ "c.sub.example", DANCE_UNDECIDED },
	};
	publish("*.example", 60, &(struct credential){ 0 });
	publish_list("@clients.example", 400, "b.example");
	struct dance_roster *roster = roster_of("a.example @clients.example *.sub.example",
		NULL);
	urcu_bp_read_lock();
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct name name = named(rows[i].name);
		struct admission admission;
		check_row(rows[i].name, roster_admit(roster, &name, clock_ms(), &admission),
			rows[i].verdict);
	}
	urcu_bp_read_unlock();
	dance_roster_free(roster);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_patterns_are_taken),
		cmocka_unit_test(what_is_neither_is_refused_with_a_sentence),
		cmocka_unit_test(a_long_name_is_named_by_its_beginning),
		cmocka_unit_test(a_name_is_named_whole_if_it_is_not_long),
		TEST(a_roster_of_wrong_names_is_refused),
		TEST(who_is_permitted),
		TEST(suffixes_are_found_from_both_ends),
		TEST(names_are_looked_at_again_in_turn),
		TEST(names_of_a_list_have_their_turns_too),
		TEST(a_name_below_no_suffix_stays_as_it_is),
		TEST(a_name_that_is_in_no_list_is_not_admitted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
