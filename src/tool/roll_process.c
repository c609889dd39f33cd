/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Runs another program to its end. It is a process group of its own, so that all of it can be
 * ended; what it leaves behind when it ends by itself, such as a daemon, is left alone. */

#include "roll_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "reason.h"

#define STATUS_NOT_RUN 127
#define LINE_MAX_SAID 150
#define LOOK_MS 50 /* whether it has ended, while somebody keeps its output open */

void roll_command_add(struct roll_command *command, const char *word)
{
	size_t size = strlen(word) + 1;
	if (command->count == ROLL_WORD_MAX ||
		size > sizeof(command->text) - command->used) {
		command->too_long = true;
		return;
	}
	char *at = command->text + command->used;
	memcpy(at, word, size);
	command->used += size;
	command->words[command->count++] = at;
	command->words[command->count] = NULL;
}

void roll_command_begin(struct roll_command *command, const char *text)
{
	char word[ROLL_COMMAND_SIZE];
	*command = (struct roll_command){ 0 };
	for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
		size_t size = strcspn(text, " ");
		if (size >= sizeof(word)) {
			command->too_long = true;
			return;
		}
		memcpy(word, text, size);
		word[size] = '\0';
		roll_command_add(command, word);
		text += size;
	}
}

struct pipes {
	int in[2], out[2];
};

static void close_end(int ends[2], size_t at)
{
	if (ends[at] >= 0) {
		close(ends[at]);
		ends[at] = -1;
	}
}

static void close_all(struct pipes *pipes)
{
	close_end(pipes->in, 0);
	close_end(pipes->in, 1);
	close_end(pipes->out, 0);
	close_end(pipes->out, 1);
}

/* In the new process: only what may be called there. */
static void become(const struct roll_process *process, const struct roll_command *command,
	struct pipes *pipes)
{
	(void)setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	for (size_t i = 0; process->environment != NULL && process->environment[i] != NULL;
		i++) {
		/* It lives as long as the process. */
		if (putenv((char *)(uintptr_t)process->environment[i]) != 0) {
			_exit(STATUS_NOT_RUN);
		}
	}
	if (dup2(pipes->in[0], STDIN_FILENO) >= 0 &&
		dup2(pipes->out[1], STDOUT_FILENO) >= 0 &&
		dup2(pipes->out[1], STDERR_FILENO) >= 0) {
		execvp(command->words[0], command->words);
		int error = errno;
		dprintf(STDERR_FILENO, "%s: %s\n", command->words[0], strerror(error));
	}
	_exit(STATUS_NOT_RUN);
}

/* Writes what it takes of the input, and reads what there is of the output. */
static void exchange(struct roll_process *process, struct pipes *pipes, const char **input,
	size_t *said)
{
	char rest[512];
	if (pipes->in[1] >= 0) {
		ssize_t count = write(pipes->in[1], *input, strlen(*input));
		*input += count > 0 ? count : 0;
		if (**input == '\0' || (count < 0 && errno != EAGAIN && errno != EINTR)) {
			close_end(pipes->in, 1);
		}
	}
	size_t room = sizeof(process->output) - 1 - *said;
	char *to = room > 0 ? process->output + *said : rest;
	ssize_t count = read(pipes->out[0], to, room > 0 ? room : sizeof(rest));
	if (count > 0 && room > 0) {
		*said += (size_t)count;
	}
	if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
		close_end(pipes->out, 0);
	}
}

/* Its status; -1 if it took too long and was killed. */
static int attend(struct roll_process *process, struct pipes *pipes, pid_t child)
{
	const char *input = process->input != NULL ? process->input : "";
	uint64_t until = clock_ms() + process->timeout_ms;
	size_t said = 0;
	int status = 0;
	bool late = false;
	for (;;) {
		pid_t ended = waitpid(child, &status, WNOHANG);
		if (pipes->out[0] >= 0) {
			exchange(process, pipes, &input, &said);
		}
		if (ended != 0) {
			break;
		}
		if (clock_ms() >= until) {
			late = true;
			break;
		}
		struct pollfd fds[] = { { pipes->out[0], POLLIN, 0 },
			{ pipes->in[1], POLLOUT, 0 } };
		(void)poll(fds, 2, LOOK_MS);
	}
	if (late) {
		(void)kill(-child, SIGKILL);
		(void)waitpid(child, &status, 0);
	}
	process->output[said] = '\0';
	return late ? -1 : status;
}

/* The last line that has something to say, and how much of it. */
static const char *last_line(const char *output, int *size)
{
	size_t end = strlen(output);
	while (end > 0 && strchr(" \r\n", output[end - 1]) != NULL) {
		end--;
	}
	size_t start = end;
	while (start > 0 && output[start - 1] != '\n') {
		start--;
	}
	*size = (int)(end - start < LINE_MAX_SAID ? end - start : LINE_MAX_SAID);
	return output + start;
}

static bool judge(const struct roll_process *process, const char *program, int status,
	char why[DANCE_ERROR_SIZE])
{
	int size;
	const char *line = last_line(process->output, &size);
	if (status == 0) {
		return true;
	}
	if (status < 0) {
		return reason_say(why, "%.60s did not end within %u s", program,
			process->timeout_ms / 1000);
	}
	return reason_say(why, "%.60s ended with %s %d%s%.*s", program,
		WIFEXITED(status) ? "status" : "signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
		size > 0 ? ": " : "", size, line);
}

static bool make_pipes(struct pipes *pipes)
{
	*pipes = (struct pipes){ { -1, -1 }, { -1, -1 } };
	return pipe2(pipes->in, O_CLOEXEC) == 0 && pipe2(pipes->out, O_CLOEXEC) == 0 &&
		fcntl(pipes->in[1], F_SETFL, O_NONBLOCK) == 0 &&
		fcntl(pipes->out[0], F_SETFL, O_NONBLOCK) == 0;
}

bool roll_process_run(struct roll_process *process, const struct roll_command *command,
	char why[DANCE_ERROR_SIZE])
{
	struct pipes pipes;
	process->output[0] = '\0';
	if (command->too_long || command->count == 0) {
		return reason_say(why, "the command is empty or too long");
	}
	pid_t child = make_pipes(&pipes) ? fork() : -1;
	if (child < 0) {
		(void)reason_say(why, "cannot run %.60s: %s", command->words[0],
			strerror(errno));
		close_all(&pipes);
		return false;
	}
	if (child == 0) {
		become(process, command, &pipes);
	}
	(void)setpgid(child, child);
	close_end(pipes.in, 0);
	close_end(pipes.out, 1);
	int status = attend(process, &pipes, child);
	close_all(&pipes);
	return judge(process, command->words[0], status, why);
}
