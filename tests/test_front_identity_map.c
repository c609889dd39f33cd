/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which identity a proved name is. */

#include "check.h"
#include "identity_map.h"

#include <string.h>

static char *names[] = { "ns2.example.net", "*.example.net", "*.deep.example.net",
	"_xfr-client.ns3.example.org", "*.a", "@clients.example.net" };
static struct conf_identity identities[ROWS(names)];
static const struct conf_identity *pointers[ROWS(names)];

static void the_exact_name_goes_first_then_the_longest_suffix(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int found; /* -1: none */
	} rows[] = {
		{ "ns2.example.net", 0 },
		{ "ns3.example.net", 1 },
		{ "a.ns2.example.net", 1 },
		{ "deep.example.net", 1 },
		{ "x.deep.example.net", 2 },
		{ "y.x.deep.example.net", 2 },
		{ "_xfr-client.ns3.example.org", 3 },
		{ "ns3.example.org", -1 },
		{ "example.net", -1 }, /* a suffix is not below itself */
		{ "xexample.net", -1 },
		{ "x.a", 4 },
		{ "a", -1 },
		{ "net", -1 },
		{ "", -1 },
		{ "*.example.net", 1 },
		{ "clients.example.net", 1 },
		{ "@clients.example.net", 5 },
		{ "@clients.example.org", -1 },
	};
	for (size_t i = 0; i < ROWS(names); i++) {
		identities[i].name = names[i];
		pointers[i] = &identities[i];
	}
	struct identity_map *all = identity_map_new(pointers, ROWS(names));
	assert_non_null(all);
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct conf_identity *wanted = rows[i].found >= 0 ?
			&identities[rows[i].found] :
			NULL;
		check_true(rows[i].name, identity_map_find(all, rows[i].name) == wanted);
	}
	/* The entry says by which of them a name is permitted. */
	struct dance_result result = { .size = sizeof(result), .name = "ns2.example.net" };
	assert_ptr_equal(identity_map_find_result(all, &result), &identities[0]);
	strcpy(result.entry, "@clients.example.net");
	assert_ptr_equal(identity_map_find_result(all, &result), &identities[5]);
	strcpy(result.entry, "*.example.net");
	assert_ptr_equal(identity_map_find_result(all, &result), &identities[1]);
	identity_map_free(all);
}

static void nobody_is_in_an_empty_one(void **state)
{
	(void)state;
	struct identity_map *none = identity_map_new(pointers, 0);
	assert_non_null(none);
	assert_null(identity_map_find(none, "ns2.example.net"));
	identity_map_free(none);
	identity_map_free(NULL);
}

static void a_name_that_is_too_long_is_nobodys(void **state)
{
	(void)state;
	static const char suffix[] = ".example.net";
	char name[DANCE_NAME_SIZE + 2];
	struct identity_map *all = identity_map_new(pointers, ROWS(names));
	assert_non_null(all);
	for (size_t size = DANCE_NAME_SIZE - 1; size <= DANCE_NAME_SIZE + 1; size++) {
		memset(name, 'a', size);
		memcpy(name + size - strlen(suffix), suffix, sizeof(suffix));
		assert_int_equal(strlen(name), size);
		assert_ptr_equal(identity_map_find(all, name),
			size < DANCE_NAME_SIZE ? &identities[1] : NULL);
	}
	identity_map_free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exact_name_goes_first_then_the_longest_suffix),
		cmocka_unit_test(nobody_is_in_an_empty_one),
		cmocka_unit_test(a_name_that_is_too_long_is_nobodys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
