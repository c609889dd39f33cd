/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Programs that print, that fail, that do not end. */

#include "check.h"
#include "printout.h"

#include <signal.h>
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

/* And what it has started ends with it: nobody has the pipe open any more. */
static void one_that_does_not_end_is_killed(void **state)
{
	(void)state;
	static const char *const scripts[] = {
		"echo one; sleep 600; echo two", "sleep 600 & wait",
		"exec >/dev/null; sleep 600", /* it has printed all, and goes on */
	};
	for (size_t i = 0; i < ROWS(scripts); i++) {
		char script[160], *end;
		char path[] = "/tmp/test_printout.XXXXXX";
		int file = mkstemp(path);
		assert_true(file >= 0);
		snprintf(script, sizeof(script), "echo $$ >%s; %s", path, scripts[i]);
		assert_null(run(script, 1000));
		assert_string_equal(why, "sh did not end within 1 s and was killed");
		char text[32] = "";
		assert_true(read(file, text, sizeof(text) - 1) > 0);
		long pid = strtol(text, &end, 10);
		assert_true(pid > 0);
		assert_int_equal(kill((pid_t)pid, 0), -1);
		close(file);
		unlink(path);
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
