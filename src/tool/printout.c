/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The program is a process group of its own, so that all of it can be ended. It has printed all
 * when nobody has its output open any more. */

#include "printout.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "reason.h"

#define STATUS_NOT_RUN 127

struct output {
	char *text;
	size_t size, room;
};

/* In the new process: only what may be called there. */
static _Noreturn void become(const char *const *words, int output, const char *folders)
{
	(void)setpgid(0, 0);
	(void)setenv("PATH", folders, 1);
	if (dup2(output, STDOUT_FILENO) >= 0) {
		(void)execvp(words[0], (char *const *)(uintptr_t)words);
	}
	int error = errno;
	dprintf(STDERR_FILENO, "dance: %s: %s\n", words[0], strerror(error));
	_exit(STATUS_NOT_RUN);
}

/* False: there is no more, or no room for it. */
static bool take_some(struct output *output, int from)
{
	if (output->size == output->room) {
		size_t room = output->room != 0 ? 2 * output->room : 65536;
		char *text = room <= PRINTOUT_MAX ? realloc(output->text, room + 1) : NULL;
		if (text == NULL) {
			return false;
		}
		output->text = text;
		output->room = room;
	}
	ssize_t count = read(from, output->text + output->size,
		output->room - output->size);
	output->size += count > 0 ? (size_t)count : 0;
	return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

enum ending {
	ENDING_WHOLE,
	ENDING_LATE,
	ENDING_LARGE,
	ENDING_NO_MEMORY,
};

/* There is no more to be read, or no room for it. */
static enum ending ending_of(const struct output *output)
{
	if (output->size < output->room) {
		return ENDING_WHOLE;
	}
	return output->room < PRINTOUT_MAX ? ENDING_NO_MEMORY : ENDING_LARGE;
}

static enum ending listen_to(struct output *output, int from, uint64_t until)
{
	for (;;) {
		uint64_t now = clock_ms();
		struct pollfd fd = { from, POLLIN, 0 };
		if (now >= until) {
			return ENDING_LATE;
		}
		if (poll(&fd, 1, (int)(until - now)) > 0 && !take_some(output, from)) {
			return ending_of(output);
		}
	}
}

static bool judge(enum ending ending, int status, const char *program, unsigned timeout_ms,
	char why[DANCE_ERROR_SIZE])
{
	bool fine = ending == ENDING_WHOLE && status == 0;
	if (ending == ENDING_LATE) {
		(void)reason_say(why, "%.60s did not end within %u s and was killed",
			program, timeout_ms / 1000);
	} else if (ending == ENDING_LARGE) {
		(void)reason_say(why, "%.60s prints too much", program);
	} else if (ending == ENDING_NO_MEMORY) {
		(void)reason_say(why, "out of memory for what %.60s prints", program);
	} else if (!fine) {
		(void)reason_say(why, "%.60s cannot read it", program);
	}
	return fine;
}

/* Waits no longer than for the output: what has closed that may go on. */
static int wait_for(pid_t child, uint64_t until, enum ending *ending)
{
	int status = 0;
	while (*ending == ENDING_WHOLE && waitpid(child, &status, WNOHANG) == 0) {
		(void)poll(NULL, 0, 10);
		*ending = clock_ms() >= until ? ENDING_LATE : ENDING_WHOLE;
	}
	if (*ending != ENDING_WHOLE) {
		(void)kill(-child, SIGKILL);
		(void)waitpid(child, &status, 0);
	}
	return status;
}

char *printout_of(const char *const *words, unsigned timeout_ms, char why[DANCE_ERROR_SIZE])
{
	char folders[4096];
	const char *path = getenv("PATH");
	struct output output = { 0 };
	int ends[2];
	/* Servers are where users need not look. */
	snprintf(folders, sizeof(folders), "%s:/usr/local/sbin:/usr/sbin:/sbin",
		path != NULL ? path : "/usr/bin:/bin");
	bool made = pipe2(ends, O_CLOEXEC) == 0;
	pid_t child = made ? fork() : -1;
	if (child == 0) {
		become(words, ends[1], folders);
	}
	if (child < 0) {
		(void)reason_say(why, "cannot run %.60s: %s", words[0], strerror(errno));
		if (made) {
			close(ends[0]);
			close(ends[1]);
		}
		return NULL;
	}
	(void)setpgid(child, child);
	close(ends[1]);
	uint64_t until = clock_ms() + timeout_ms;
	enum ending ending = listen_to(&output, ends[0], until);
	int status = wait_for(child, until, &ending);
	close(ends[0]);
	if (!judge(ending, status, words[0], timeout_ms, why)) {
		free(output.text);
		return NULL;
	}
	output.text[output.size] = '\0';
	return output.text;
}
