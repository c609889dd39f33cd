/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Programs that print, that fail, that do not end. */

#include "check.h"
#include "printout.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char why[DANCE_ERROR_SIZE];

static char *run(const char *script, unsigned timeout_ms)
{
	const char *const words[] = { "sh", "-c", script, NULL };
	why[0] = '\0';
	return printout_of(words, timeout_ms, why);
}

static void what_is_printed_is_all_there(void **state)
{
	(void)state;
	char *text = run("echo one; echo two", 60000);
	assert_string_equal(text, "one\ntwo\n");
	free(text);
	text = run("true", 60000);
	assert_string_equal(text, "");
	free(text);
	text = run("head -c 300000 /dev/zero | tr '\\0' x", 60000);
	assert_non_null(text);
	assert_int_equal(strlen(text), 300000);
	free(text);
}

static void a_program_that_fails_is_named(void **state)
{
	(void)state;
	assert_null(run("echo one; exit 3", 60000));
	assert_string_equal(why, "sh cannot read it");
	assert_null(run("kill -9 $$", 60000));
	assert_string_equal(why, "sh cannot read it");
	const char *const words[] = { "dance-no-such-program", NULL };
	assert_null(printout_of(words, 60000, why));
	assert_string_equal(why, "dance-no-such-program cannot read it");
	assert_null(run("head -c 17000000 /dev/zero", 60000));
	assert_string_equal(why, "sh prints too much");
}

/* And what it has started ends with it. */
static void one_that_does_not_end_is_killed(void **state)
{
	(void)state;
	static const char *const scripts[] = {
		"echo one; sleep 600; echo two", "sleep 600 & wait",
		"sleep 600 >/dev/null & wait",
		"exec >/dev/null; sleep 600", /* it has printed all, and goes on */
	};
	for (size_t i = 0; i < ROWS(scripts); i++) {
		/* All that has been started has this open until it ends. */
		int ends[2];
		assert_int_equal(pipe(ends), 0);
		assert_null(run(scripts[i], 1000));
		assert_string_equal(why, "sh did not end within 1 s and was killed");
		close(ends[1]);
		struct pollfd fd = { ends[0], POLLIN, 0 };
		assert_int_equal(poll(&fd, 1, 20000), 1);
		close(ends[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_all_there),
		cmocka_unit_test(a_program_that_fails_is_named),
		cmocka_unit_test(one_that_does_not_end_is_killed),
	};
	return cmocka_run_group_tests_name("printout", tests, NULL, NULL);
}
