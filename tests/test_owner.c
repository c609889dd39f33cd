/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One name and what DNS says of it: made empty, freed whole. */

#include "check.h"
#include "owner.h"
#include "named.h"

#include <stdlib.h>
#include <string.h>

static void an_owner_begins_with_its_name_only(void **state)
{
	(void)state;
	struct name name = named("_XFR-client.NS2.example.net");
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	assert_string_equal(owner_text(owner), "_xfr-client.ns2.example.net");
	assert_int_equal(owner->wire_size, name.size);
	assert_memory_equal(owner->wire, name.wire, name.size);
	assert_null(owner->knowledge);
	assert_int_equal(owner->references, 0);
	assert_int_equal(owner->trouble, DANCE_UNDECIDED);
	assert_int_equal(owner->place, 0);
	assert_true(owner->asked == 0);
	owner_free(owner);
}

static void the_longest_name_fits(void **state)
{
	(void)state;
	char text[DANCE_NAME_SIZE];
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		text[i] = i % 2 == 0 ? 'a' : '.';
	}
	text[sizeof(text) - 1] = '\0';
	struct name name = named(text);
	assert_int_equal(name.size, 255);
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	assert_string_equal(owner_text(owner), text);
	owner_free(owner);
}

static void knowledge_owns_its_set(void **state)
{
	(void)state;
	const unsigned char data[32] = { 1 };
	const struct dance_tlsa record = { 3, 1, 1, data, sizeof(data) };
	struct tlsa_set *set = tlsa_set_new(&record, 1);
	assert_non_null(set);
	struct knowledge *knowledge = knowledge_new(DANCE_UNDECIDED, set, 1234, "");
	assert_non_null(knowledge);
	assert_ptr_equal(knowledge->set, set);
	assert_int_equal(knowledge->verdict, DANCE_UNDECIDED);
	assert_true(knowledge->valid_until == 1234);
	assert_string_equal(knowledge->why, "");
	struct name name = named("a.example");
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	owner->knowledge = knowledge;
	owner_free(owner); /* and all with it, or leak checkers speak up */
}

static void a_reason_is_cut(void **state)
{
	(void)state;
	char why[DANCE_DETAIL_SIZE * 3];
	memset(why, 'y', sizeof(why));
	why[sizeof(why) - 1] = '\0';
	struct knowledge *knowledge = knowledge_new(DANCE_FAIL_BOGUS, NULL, 1, why);
	assert_non_null(knowledge);
	assert_int_equal(strlen(knowledge->why), DANCE_DETAIL_SIZE - 1);
	assert_null(knowledge->set);
	knowledge_free(knowledge);
}

static void nothing_is_freed_without_harm(void **state)
{
	(void)state;
	owner_free(NULL);
	knowledge_free(NULL);
}

static void the_child_of_the_suffix_it_is_claimed_below(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
		{ "x.y.dead.example.net", "example.net", "dead.example.net" },
		{ "dead.example.net", "example.net", "dead.example.net" },
		{ "x.y.dead.example.net", "net", "example.net" },
		{ "x.y.dead.example.net", "y.dead.example.net", "x.y.dead.example.net" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct name name = named(rows[i][0]), suffix = named(rows[i][1]);
		struct name child = named(rows[i][2]);
		struct owner *owner = owner_new(&name);
		assert_non_null(owner);
		/* Below the root, as long as nobody has claimed it. */
		assert_memory_equal(owner_suffix(owner), "", 1);
		assert_memory_equal(owner_child(owner), "\3net", 5);
		owner->suffix_size = suffix.size;
		assert_memory_equal(owner_suffix(owner), suffix.wire, suffix.size);
		assert_memory_equal(owner_child(owner), child.wire, child.size);
		owner_free(owner);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_child_of_the_suffix_it_is_claimed_below),
		cmocka_unit_test(an_owner_begins_with_its_name_only),
		cmocka_unit_test(the_longest_name_fits),
		cmocka_unit_test(knowledge_owns_its_set),
		cmocka_unit_test(a_reason_is_cut),
		cmocka_unit_test(nothing_is_freed_without_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
