/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Running other programs: words, input, output, ends. */

#include "../check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "roll_process.h"

/* --- what goes wrong, and a clock -------------------------------------------------------- */

static struct {
	int pipe_fails; /* at this call, from 1 */
	bool fork_fails, putenv_fails;
	int nonblock_fails;          /* at this call, from 1 */
	int read_error, write_error; /* of the next call; 0: none */
	const uint64_t *times;       /* of the clock, 0 ends; NULL: the real one */
} world;

int __real_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags)
{
	assert_int_equal(flags, O_CLOEXEC);
	if (world.pipe_fails != 0 && --world.pipe_fails == 0) {
		errno = EMFILE;
		return -1;
	}
	return __real_pipe2(ends, flags);
}

int __real_fcntl64(int fd, int command, ...);
int __wrap_fcntl64(int fd, int command, int flags);
int __wrap_fcntl64(int fd, int command, int flags)
{
	assert_int_equal(command, F_SETFL);
	assert_int_equal(flags, O_NONBLOCK);
	if (world.nonblock_fails != 0 && --world.nonblock_fails == 0) {
		errno = EINVAL;
		return -1;
	}
	return __real_fcntl64(fd, command, flags);
}

pid_t __real_fork(void);
pid_t __wrap_fork(void);
pid_t __wrap_fork(void)
{
	if (world.fork_fails) {
		errno = EAGAIN;
		return -1;
	}
	return __real_fork();
}

int __real_putenv(char *variable);
int __wrap_putenv(char *variable);
int __wrap_putenv(char *variable)
{
	return world.putenv_fails ? -1 : __real_putenv(variable);
}

static bool fails(int *error)
{
	errno = *error;
	*error = 0;
	return errno != 0;
}

ssize_t __real_read(int fd, void *to, size_t size);
ssize_t __wrap_read(int fd, void *to, size_t size);
ssize_t __wrap_read(int fd, void *to, size_t size)
{
	return fails(&world.read_error) ? -1 : __real_read(fd, to, size);
}

ssize_t __real_write(int fd, const void *from, size_t size);
ssize_t __wrap_write(int fd, const void *from, size_t size);
ssize_t __wrap_write(int fd, const void *from, size_t size)
{
	return fails(&world.write_error) ? -1 : __real_write(fd, from, size);
}

/* Not for ever, and for no more than there is to wait for. */
int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	assert_int_equal(count, 2);
	assert_int_equal(fds[0].events, POLLIN);
	assert_int_equal(fds[1].events, POLLOUT);
	assert_int_equal(timeout, 50);
	return __real_poll(fds, count, timeout);
}

uint64_t __real_clock_ms(void);
uint64_t __wrap_clock_ms(void);
uint64_t __wrap_clock_ms(void)
{
	if (world.times == NULL) {
		return __real_clock_ms();
	}
	assert_true(*world.times != 0);
	return *world.times++;
}

static int fds_before;

static int open_fds(void)
{
	struct stat found;
	int count = 0;
	for (int fd = 0; fd < 64; fd++) {
		count += fstat(fd, &found) == 0;
	}
	return count;
}

static int begin(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	fds_before = open_fds();
	return 0;
}

/* Whatever happens, no descriptor is left open and no child is left to wait for. */
static int end(void **state)
{
	(void)state;
	if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD) {
		return -1;
	}
	return open_fds() == fds_before ? 0 : -1;
}

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
	/* No input is an end at once. */
	process = (struct roll_process){ .timeout_ms = 60000 };
	assert_true(run_shell(&process, "cat; echo \"<$DANCE_A>\"", why));
	assert_string_equal(process.output, "<>\n");
	process.input = "";
	assert_true(run_shell(&process, "cat; echo .", why));
	assert_string_equal(process.output, ".\n");
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
	/* We do not die of it, but a program that we run may want to. */
	assert_false(run_shell(&process, "kill -PIPE $$", why));
	assert_string_equal(why, "sh ended with signal 13");
	assert_false(run_shell(&process, "printf x; exit 2", why));
	assert_string_equal(why, "sh ended with status 2: x");
	assert_false(run_shell(&process, "printf '\n a b \r\n \n\r'; exit 2", why));
	assert_string_equal(why, "sh ended with status 2:  a b");
	assert_false(run_shell(&process, "printf ' \n\r\n'; exit 255", why));
	assert_string_equal(why, "sh ended with status 255");
	for (int size = 149; size < 152; size++) {
		char script[64], expected[DANCE_ERROR_SIZE];
		snprintf(script, sizeof(script), "printf %%0%dd 1 | tr 01 10; exit 1",
			size);
		assert_false(run_shell(&process, script, why));
		snprintf(expected, sizeof(expected), "sh ended with status 1: %.*s%s",
			size < 150 ? size - 1 : 150,
			"1111111111111111111111111111111111111111111111111111111111111111111111111111"
			"1111111111111111111111111111111111111111111111111111111111111111111111111111",
			size < 150 ? "0" : "");
		if (size == 150) {
			expected[strlen(expected) - 1] = '0';
		}
		assert_string_equal(why, expected);
	}
	struct roll_command command;
	roll_command_begin(&command, "/nowhere/program");
	assert_false(roll_process_run(&process, &command, why));
	assert_string_equal(why,
		"/nowhere/program ended with status 127: "
		"/nowhere/program: No such file or directory");
}

static void test_what_cannot_be_begun_is_said(void **state)
{
	(void)state;
	struct roll_process process = { .timeout_ms = 60000, .output = "left" };
	char why[DANCE_ERROR_SIZE];
	world.fork_fails = true;
	assert_false(run_shell(&process, "exit 0", why));
	assert_string_equal(why, "cannot run sh: Resource temporarily unavailable");
	assert_string_equal(process.output, "");
	world.fork_fails = false;
	for (int at = 1; at <= 2; at++) {
		world.pipe_fails = at;
		assert_false(run_shell(&process, "exit 0", why));
		assert_string_equal(why, "cannot run sh: Too many open files");
		world.nonblock_fails = at;
		assert_false(run_shell(&process, "exit 0", why));
		assert_string_equal(why, "cannot run sh: Invalid argument");
	}
	static const char *const environment[] = { "DANCE_A=a", NULL };
	process.environment = environment;
	world.putenv_fails = true;
	assert_false(run_shell(&process, "exit 0", why));
	assert_string_equal(why, "sh ended with status 127");
}

/* What is interrupted is done again, and what cannot be done is not tried for ever. */
static void test_errors_of_its_pipes(void **state)
{
	(void)state;
	static const struct {
		int read_error, write_error;
		const char *output;
	} rows[] = {
		{ EINTR, EINTR, "inputend" },
		{ EAGAIN, EAGAIN, "inputend" },
		{ 0, EPIPE, "end" },
		{ EIO, 0, "" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct roll_process process = { .input = "input", .timeout_ms = 60000 };
		char why[DANCE_ERROR_SIZE];
		world.read_error = rows[i].read_error;
		world.write_error = rows[i].write_error;
		(void)run_shell(&process, "cat; printf end", why);
		assert_string_equal(process.output, rows[i].output);
	}
}

static void test_it_is_late_when_its_time_is_over(void **state)
{
	(void)state;
	static const uint64_t times[] = { 100, 999099, 999100, 0 };
	struct roll_process process = { .timeout_ms = 999000 };
	char why[DANCE_ERROR_SIZE];
	world.times = times;
	assert_false(run_shell(&process, "exec sleep 1000", why));
	assert_ptr_equal(world.times, &times[3]);
	assert_string_equal(why, "sh did not end within 999 s");
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
	/* The last octet that fits comes by itself. */
	assert_true(run_shell(&process,
		"printf %04094d 1; sleep 0.2; printf 2; sleep 0.2; printf 3", why));
	assert_int_equal(strlen(process.output), ROLL_OUTPUT_SIZE - 1);
	assert_string_equal(process.output + ROLL_OUTPUT_SIZE - 4, "012");
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
	assert_string_equal(why, "the command is empty or too long");
	/* The longest one: 1,021 octets and a NUL, an octet and a NUL. */
	many[1021] = '\0';
	roll_command_begin(&command, many);
	assert_false(command.too_long);
	roll_command_add(&command, "b");
	assert_false(command.too_long);
	assert_int_equal(command.used, ROLL_COMMAND_SIZE);
	assert_int_equal(command.count, 2);
	assert_string_equal(command.words[0], many);
	assert_string_equal(command.words[1], "b");
	assert_null(command.words[2]);
	roll_command_add(&command, "");
	assert_true(command.too_long);
	many[1021] = 'a';
	many[1023] = '\0';
	roll_command_begin(&command, many);
	assert_false(command.too_long);
	assert_int_equal(command.count, 1);
	many[1023] = 'a';
	many[1024] = '\0';
	roll_command_begin(&command, many);
	assert_true(command.too_long);
	assert_int_equal(command.count, 0);
	many[1024] = 'a';
	/* The last word that there is a place for, and one more. */
	roll_command_begin(&command, "");
	for (unsigned i = 0; i < ROLL_WORD_MAX; i++) {
		roll_command_add(&command, "w");
		assert_null(command.words[command.count]);
	}
	assert_false(command.too_long);
	assert_int_equal(command.count, 32);
	roll_command_add(&command, "w");
	assert_true(command.too_long);
	assert_int_equal(command.count, 32);
	for (size_t i = 0; i < sizeof(many) - 1; i += 2) {
		many[i] = ' ';
	}
	roll_command_begin(&command, many);
	assert_int_equal(command.count, ROLL_WORD_MAX);
	assert_false(roll_process_run(&process, &command, why));
	assert_string_equal(why, "the command is empty or too long");
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_it_gets_words_input_and_variables),
		ONE(test_how_it_ended_is_said),
		ONE(test_what_cannot_be_begun_is_said),
		ONE(test_errors_of_its_pipes),
		ONE(test_it_is_late_when_its_time_is_over),
		ONE(test_what_takes_too_long_is_killed_with_its_children),
		ONE(test_what_it_leaves_behind_is_left_alone),
		ONE(test_much_output_is_cut_off_and_does_not_stop_it),
		ONE(test_input_that_nobody_reads_does_no_harm),
		ONE(test_a_command_has_bounds),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
