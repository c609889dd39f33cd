/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Running other programs: words, input, output, ends. */

#include "../check.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "roll_process.h"

static bool run_shell(struct roll_process *process, const char *script,
	char why[DANCE_ERROR_SIZE])
{
	struct roll_command command;
	roll_command_begin(&command, "  sh   -c ");
	roll_command_add(&command, script);
	return roll_process_run(process, &command, why);
}

static void test_it_gets_words_input_and_variables(void **state)
{
	(void)state;
	static const char *const environment[] = { "DANCE_A=a b", "DANCE_B=", NULL };
	struct roll_process process = {
		.input = "one\ntwo\n", .environment = environment, .timeout_ms = 60000
	};
	char why[DANCE_ERROR_SIZE] = "";
	assert_true(run_shell(&process, "cat; echo \"$DANCE_A.$DANCE_B\" >&2", why));
	assert_string_equal(process.output, "one\ntwo\na b.\n");
	struct roll_command command;
	roll_command_begin(&command, "echo $HOME ;");
	roll_command_add(&command, "three four");
	assert_true(roll_process_run(&process, &command, why));
	assert_string_equal(process.output, "$HOME ; three four\n");
}

static void test_how_it_ended_is_said(void **state)
{
	(void)state;
	struct roll_process process = { .timeout_ms = 60000 };
	char why[DANCE_ERROR_SIZE];
	assert_false(run_shell(&process, "echo first; echo 'the \033 last'; exit 3", why));
	assert_string_equal(why, "sh ended with status 3: the ? last");
	assert_false(run_shell(&process, "exit 1", why));
	assert_string_equal(why, "sh ended with status 1");
	assert_false(run_shell(&process, "kill -9 $$", why));
	assert_string_equal(why, "sh ended with signal 9");
	struct roll_command command;
	roll_command_begin(&command, "/nowhere/program");
	assert_false(roll_process_run(&process, &command, why));
	assert_string_equal(why,
		"/nowhere/program ended with status 127: "
		"/nowhere/program: No such file or directory");
}

static void test_what_takes_too_long_is_killed_with_its_children(void **state)
{
	(void)state;
	struct roll_process process = { .timeout_ms = 300 };
	char why[DANCE_ERROR_SIZE];
	assert_false(run_shell(&process, "sleep 1000 & echo $!; wait", why));
	assert_string_equal(why, "sh did not end within 0 s");
	pid_t child = (pid_t)atol(process.output);
	assert_true(child > 1);
	/* It may be there for a moment, until its new parent has seen its end. */
	for (int i = 0; i < 1000 && kill(child, 0) == 0; i++) {
		usleep(10000);
	}
	assert_int_equal(kill(child, 0), -1);
}

static void test_what_it_leaves_behind_is_left_alone(void **state)
{
	(void)state;
	struct roll_process process = { .timeout_ms = 60000 };
	char why[DANCE_ERROR_SIZE];
	assert_true(run_shell(&process, "sleep 1000 & echo $!", why));
	pid_t child = (pid_t)atol(process.output);
	assert_int_equal(kill(child, 0), 0);
	assert_int_equal(kill(child, SIGKILL), 0);
}

static void test_much_output_is_cut_off_and_does_not_stop_it(void **state)
{
	(void)state;
	struct roll_process process = { .timeout_ms = 60000 };
	char why[DANCE_ERROR_SIZE];
	assert_true(run_shell(&process, "yes | head -c 1000000", why));
	assert_int_equal(strlen(process.output), ROLL_OUTPUT_SIZE - 1);
}

static void test_input_that_nobody_reads_does_no_harm(void **state)
{
	(void)state;
	static char much[1 << 20];
	memset(much, 'a', sizeof(much) - 1);
	struct roll_process process = { .input = much, .timeout_ms = 60000 };
	char why[DANCE_ERROR_SIZE];
	assert_true(run_shell(&process, "exit 0", why));
	assert_true(run_shell(&process, "wc -c", why));
	assert_int_equal(atol(process.output), sizeof(much) - 1);
}

static void test_a_command_has_bounds(void **state)
{
	(void)state;
	struct roll_process process = { .timeout_ms = 60000 };
	struct roll_command command;
	char why[DANCE_ERROR_SIZE], many[2 * ROLL_COMMAND_SIZE];
	roll_command_begin(&command, "   ");
	assert_false(roll_process_run(&process, &command, why));
	assert_string_equal(why, "the command is empty or too long");
	memset(many, 'a', sizeof(many));
	many[sizeof(many) - 1] = '\0';
	roll_command_begin(&command, many);
	assert_false(roll_process_run(&process, &command, why));
	for (size_t i = 0; i < sizeof(many) - 1; i += 2) {
		many[i] = ' ';
	}
	roll_command_begin(&command, many);
	assert_int_equal(command.count, ROLL_WORD_MAX);
	assert_false(roll_process_run(&process, &command, why));
	assert_string_equal(why, "the command is empty or too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_gets_words_input_and_variables),
		cmocka_unit_test(test_how_it_ended_is_said),
		cmocka_unit_test(test_what_takes_too_long_is_killed_with_its_children),
		cmocka_unit_test(test_what_it_leaves_behind_is_left_alone),
		cmocka_unit_test(test_much_output_is_cut_off_and_does_not_stop_it),
		cmocka_unit_test(test_input_that_nobody_reads_does_no_harm),
		cmocka_unit_test(test_a_command_has_bounds),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
