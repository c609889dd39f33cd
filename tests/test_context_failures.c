/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A context that is made without memory, over the resolver as it is: it is made whole or not at
 * all. Nothing is looked up. The same of the names of a roster. */

#include "check.h"
#include "fail.h"
#include "roster.h"

static struct dance_context_options all(void)
{
	struct dance_context_options options = { .size = sizeof(options),
		.trust_anchor = "/nowhere/root.key",
		.root_hints = "/nowhere/root.hints",
		.max_waiting = 3 };
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		options.forwarders[i] = "127.0.0.1@53000";
	}
	return options;
}

/* Returns how many calls there are that can fail. */
static unsigned make_failing(const struct dance_context_options *options)
{
	for (unsigned n = 1;; n++) {
		long before = fail_blocks();
		fail_at(n, FAIL_HERE, false);
		struct dance_context *context = dance_context_new(options);
		unsigned calls = fail_calls();
		fail_at(0, FAIL_HERE, false);
		check_true(n <= calls ? fail_name() : "no failure",
			(context == NULL) == (n <= calls));
		dance_context_free(context);
		assert_int_equal(fail_blocks(), before);
		if (calls < n) {
			return calls;
		}
	}
}

static void a_context_is_made_whole_or_not_at_all(void **state)
{
	(void)state;
	const struct dance_context_options options = all();
	unsigned least = make_failing(NULL);
	assert_true(least >= 3);
	/* And a copy of each text; of that of a trust anchor there is one anyway. */
	assert_int_equal(make_failing(&options), least + 1 + DANCE_FORWARDER_MAX);
}

static void a_roster_is_read_whole_or_not_at_all(void **state)
{
	(void)state;
	static const char *const names[] = { "a.example", "*.b.example", "@c.example" };
	static const char *const within[] = { "example", "example.net" };
	const struct dance_options options = {
		.size = sizeof(options), .within = within, .within_count = ROWS(within)
	};
	unsigned n = 0;
	for (bool is_read = false; !is_read;) {
		struct roster_names read;
		char error[DANCE_ERROR_SIZE] = "";
		long before = fail_blocks();
		fail_at(++n, FAIL_HERE, false);
		is_read = roster_read(&read, names, ROWS(names), &options, error);
		unsigned calls = fail_calls();
		fail_at(0, FAIL_HERE, false);
		assert_int_equal(is_read, calls < n);
		assert_string_equal(error,
			is_read        ? "" :
				n <= 2 ? "out of memory" :
					 "SHA-256 failed");
		assert_int_equal(read.count, is_read ? ROWS(names) : 0);
		assert_int_equal(read.fence_count, is_read ? ROWS(within) : 0);
		roster_names_clear(&read);
		assert_int_equal(fail_blocks(), before);
	}
	/* The names, the fence, the hash, the settings, and two parts of each name. */
	assert_int_equal(n - 1, 4 + 2 * (ROWS(names) + ROWS(within)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_context_is_made_whole_or_not_at_all),
		cmocka_unit_test(a_roster_is_read_whole_or_not_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
