/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Programs that print, that fail, that do not end. */

#include "check.h"
#include "printout.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- what goes wrong, and a clock -------------------------------------------------------- */

static struct {
	bool pipe_fails, fork_fails;
	int read_error;         /* of the next call; 0: none */
	unsigned realloc_fails; /* at this call, from 1; 0: none */
	const uint64_t *times;  /* of the clock, 0 ends; NULL: the real one */
	int waits[4];           /* for output, in ms, the first ones */
	unsigned wait_count;
} world;

int __real_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags)
{
	assert_int_equal(flags, O_CLOEXEC);
	errno = EMFILE;
	return world.pipe_fails ? -1 : __real_pipe2(ends, flags);
}

pid_t __real_fork(void);
pid_t __wrap_fork(void);
pid_t __wrap_fork(void)
{
	errno = EAGAIN;
	return world.fork_fails ? -1 : __real_fork();
}

ssize_t __real_read(int fd, void *to, size_t size);
ssize_t __wrap_read(int fd, void *to, size_t size);
ssize_t __wrap_read(int fd, void *to, size_t size)
{
	errno = world.read_error;
	world.read_error = 0;
	return errno != 0 ? -1 : __real_read(fd, to, size);
}

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size)
{
	return world.realloc_fails != 0 && --world.realloc_fails == 0 ?
		NULL :
		__real_realloc(block, size);
}

int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	if (count == 1 && world.wait_count < ROWS(world.waits)) {
		assert_int_equal(fds[0].events, POLLIN);
		world.waits[world.wait_count++] = timeout;
	} else if (count == 0) {
		assert_int_equal(timeout, 10);
	}
	return world.times != NULL ? 0 : __real_poll(fds, count, timeout);
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

static int lowest_fd; /* that is free */

static int next_fd(void)
{
	int fd = dup(STDIN_FILENO);
	close(fd);
	return fd;
}

static int begin(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	lowest_fd = next_fd();
	return 0;
}

/* Whatever happens, no descriptor is left open and no child is left to wait for. */
static int end(void **state)
{
	(void)state;
	if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD) {
		return -1;
	}
	return next_fd() == lowest_fd ? 0 : -1;
}

/* --- programs ---------------------------------------------------------------------------- */

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

static void there_is_a_limit(void **state)
{
	(void)state;
	char *text = run("head -c 16777215 /dev/zero | tr '\\0' x", 60000);
	assert_non_null(text);
	assert_int_equal(strlen(text), 16777215);
	free(text);
	assert_null(run("head -c 16777216 /dev/zero", 60000));
	assert_string_equal(why, "sh prints too much");
	for (unsigned at = 1; at <= 2; at++) {
		world.realloc_fails = at;
		assert_null(run("head -c 70000 /dev/zero", 60000));
		assert_string_equal(why, "out of memory for what sh prints");
	}
}

static void servers_are_found(void **state)
{
	(void)state;
	char before[1024], expected[1100];
	snprintf(before, sizeof(before), "%s", getenv("PATH"));
	snprintf(expected, sizeof(expected), "%s:/usr/local/sbin:/usr/sbin:/sbin", before);
	char *text = run("printf %s \"$PATH\"", 60000);
	assert_string_equal(text, expected);
	free(text);
	unsetenv("PATH");
	text = run("printf %s \"$PATH\"", 60000);
	assert_string_equal(text, "/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin");
	free(text);
	setenv("PATH", before, 1);
}

static void what_cannot_be_begun_is_said(void **state)
{
	(void)state;
	world.pipe_fails = true;
	assert_null(run("true", 60000));
	assert_string_equal(why, "cannot run sh: Too many open files");
	world.pipe_fails = false;
	world.fork_fails = true;
	assert_null(run("true", 60000));
	assert_string_equal(why, "cannot run sh: Resource temporarily unavailable");
}

static void what_is_interrupted_goes_on(void **state)
{
	(void)state;
	static const int errors[] = { EINTR, EAGAIN };
	for (size_t i = 0; i < ROWS(errors); i++) {
		world.read_error = errors[i];
		char *text = run("echo one", 60000);
		assert_string_equal(text, "one\n");
		free(text);
	}
	world.read_error = EIO;
	char *text = run("true", 60000);
	assert_string_equal(text, "");
	free(text);
}

static void it_is_late_when_its_time_is_over(void **state)
{
	(void)state;
	static const uint64_t times[] = { 100, 100, 999099, 999100, 0 };
	world.times = times;
	assert_null(run("exec sleep 1000", 999000));
	assert_ptr_equal(world.times, &times[4]);
	assert_string_equal(why, "sh did not end within 999 s and was killed");
	assert_int_equal(world.wait_count, 2);
	assert_int_equal(world.waits[0], 999000);
	assert_int_equal(world.waits[1], 1);
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

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(what_is_printed_is_all_there),
		ONE(a_program_that_fails_is_named),
		ONE(there_is_a_limit),
		ONE(servers_are_found),
		ONE(what_cannot_be_begun_is_said),
		ONE(what_is_interrupted_goes_on),
		ONE(it_is_late_when_its_time_is_over),
		ONE(one_that_does_not_end_is_killed),
	};
	return cmocka_run_group_tests_name("printout", tests, NULL, NULL);
}
