/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What libunbound is told: that this libunbound takes all of it, and what becomes of options
 * that another one may not know. */

#include "check.h"
#include "resolver_options.h"

#include <stdlib.h>
#include <string.h>
#include <unbound.h>

static void all_are_set(void **state)
{
	(void)state;
	struct ub_ctx *context = ub_ctx_create();
	const char *what = "";
	assert_non_null(context);
	int error = resolver_options_set(context, resolver_options, resolver_option_count,
		&what);
	if (error != 0) {
		fail_msg("%s %s", what, ub_strerror(error));
	}
	for (size_t i = 0; i < resolver_option_count; i++) {
		const struct resolver_option *option = &resolver_options[i];
		char name[64], *value = NULL;
		size_t size = strlen(option->name) - 1; /* asked for without the colon */
		assert_true(size < sizeof(name) && option->name[size] == ':');
		memcpy(name, option->name, size);
		name[size] = '\0';
		if (ub_ctx_get_option(context, name, &value) != 0 || value == NULL ||
			strcmp(value, option->value) != 0) {
			fail_msg("%s is %s", name, value != NULL ? value : "not known");
		}
		free(value);
	}
	ub_ctx_delete(context);
}

static void check_number(struct ub_ctx *context, const char *name, const char *expected)
{
	char *value = NULL;
	assert_int_equal(ub_ctx_get_option(context, name, &value), 0);
	check_true(name, strcmp(value, expected) == 0);
	free(value);
}

/* Of as much as the host allows; the same as ever if it says nothing. */
static void there_is_room_for_what_the_host_allows(void **state)
{
	(void)state;
	static const struct {
		struct resolver_sizes sizes;
		const char *queries, *waiting, *cache;
	} rows[] = {
		{ { 0, 0 }, "512", "1024", "1048576" },
		{ { 64, 4096 }, "512", "1024", "1048576" },
		{ { 1, 1 }, "260", "520", "1048576" },
		{ { 512, 50000 }, "2304", "4608", "12800000" },
		{ { 4096, 10000000 }, "16640", "33280", "67108864" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct ub_ctx *context = ub_ctx_create();
		const char *what = "";
		assert_non_null(context);
		assert_int_equal(resolver_sizes_set(context, &rows[i].sizes, &what), 0);
		check_number(context, "outgoing-range", rows[i].queries);
		check_number(context, "num-queries-per-thread", rows[i].waiting);
		check_number(context, "msg-cache-size", rows[i].cache);
		check_number(context, "rrset-cache-size", rows[i].cache);
		check_number(context, "key-cache-size", rows[i].cache);
		check_number(context, "neg-cache-size", rows[i].cache);
		ub_ctx_delete(context);
	}
}

static void each_stands_there_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < resolver_option_count; i++) {
		for (size_t k = 0; k < i; k++) {
			check_true(resolver_options[i].name,
				strcmp(resolver_options[i].name,
					resolver_options[k].name) != 0);
		}
	}
}

static void one_that_is_not_known_may_be_missed(void **state)
{
	(void)state;
	static const struct resolver_option known[] = {
		{ "no-such-thing:", "yes", false },
		{ "aggressive-nsec:", "no", true },
	};
	static const struct resolver_option unknown[] = {
		{ "aggressive-nsec:", "no", true },
		{ "no-such-thing:", "yes", true },
		{ "another-one:", "yes", true },
	};
	struct ub_ctx *context = ub_ctx_create();
	char *value = NULL;
	const char *what = "";
	assert_non_null(context);
	assert_int_equal(resolver_options_set(context, known, ROWS(known), &what), 0);
	assert_int_equal(ub_ctx_get_option(context, "aggressive-nsec", &value), 0);
	assert_string_equal(value, "no");
	free(value);
	assert_int_not_equal(resolver_options_set(context, unknown, ROWS(unknown), &what),
		0);
	assert_string_equal(what, "no-such-thing:");
	ub_ctx_delete(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_set),
		cmocka_unit_test(there_is_room_for_what_the_host_allows),
		cmocka_unit_test(each_stands_there_once),
		cmocka_unit_test(one_that_is_not_known_may_be_missed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
