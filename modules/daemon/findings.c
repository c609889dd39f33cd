/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Tests what other users can do, in a child process that has become such a user: file modes
 * alone would not show directories, access lists and packet filters. */

#include "findings.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "address.h"
#include "privilege.h"
#include "program.h"

#define OTHERS "nobody" /* stands for every user */

void findings_choose_user(struct findings *findings, const char *configured,
	const char *unit_user)
{
	findings->user = geteuid() != 0     ? NULL :
		configured != NULL          ? configured :
		getpwnam(unit_user) != NULL ? unit_user :
					      NULL;
}

void findings_add(struct findings *findings, struct log_line *line, const char *advice)
{
	findings->say(log_line_end(line, DANCE_LINE_SIZE, advice));
	findings->count++;
}

/* Does `try`, made as this user, succeed (`can`) or fail (not `can`)? False if it cannot be
 * made. */
static bool it_is_so(const char *user, bool (*try)(const void *arg), const void *arg,
	bool can)
{
	enum {
		YES,
		NO,
		UNKNOWN
	};
	pid_t child = fork();
	if (child == 0) {
		char error[CONF_ERROR_SIZE];
		_exit(!privilege_drop(user, error) ? UNKNOWN : try(arg) ? YES : NO);
	}
	int status = 0;
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == (can ? YES : NO);
}

bool findings_all_can(bool (*try)(const void *arg), const void *arg)
{
	return geteuid() == 0 && it_is_so(OTHERS, try, arg, true);
}

static bool try_to_read(const void *arg)
{
	return open(arg, O_RDONLY | O_CLOEXEC) >= 0;
}

void findings_key(struct findings *findings, const char *file)
{
	struct stat status;
	if (stat(file, &status) == 0 && (status.st_mode & S_IRWXO) != 0) {
		struct log_line line;
		char advice[DANCE_LINE_SIZE / 2];
		snprintf(advice, sizeof(advice), "chmod o= %s", file);
		log_line_begin(&line, "key file open to all users");
		log_line_key(&line, "file", "%s", file);
		log_line_key(&line, "mode", "%04o", (unsigned)(status.st_mode & 07777));
		findings_add(findings, &line, advice);
	}
}

void findings_file(struct findings *findings, const char *file)
{
	if (file != NULL && findings->user != NULL &&
		it_is_so(findings->user, try_to_read, file, false)) {
		struct log_line line;
		char advice[DANCE_LINE_SIZE / 2];
		snprintf(advice, sizeof(advice), "let this user read it, since it runs %s",
			program_name);
		log_line_begin(&line, "file not readable");
		log_line_key(&line, "file", "%s", file);
		log_line_key(&line, "user", "%s", findings->user);
		findings_add(findings, &line, advice);
	}
}

/* The directory of this path, or one above it, where all users can make another one of its name;
 * `path` becomes its own. NULL: there is none. */
static const char *open_directory(char *path)
{
	/* A sticky directory keeps what is in it; but a socket may not be there yet. */
	mode_t harmless = 0;
	for (char *end; (end = strrchr(path, '/')) != NULL; harmless = S_ISVTX) {
		struct stat status;
		*end = '\0';
		const char *directory = end == path ? "/" : path;
		if (stat(directory, &status) == 0 && (status.st_mode & S_IWOTH) != 0 &&
			(status.st_mode & harmless) == 0) {
			return directory;
		}
	}
	return NULL;
}

void findings_socket(struct findings *findings, struct log_line *line,
	const struct endpoint *at)
{
	char path[ENDPOINT_TEXT_SIZE];
	memcpy(path, at->text, sizeof(path));
	const char *directory = endpoint_is_path(at) ? open_directory(path) : NULL;
	if (directory != NULL) {
		log_line_reason(line, "%s is writable to them", directory);
		findings_add(findings, line,
			"put the socket into a directory that only its owner and group can "
			"write to");
	}
}

void findings_metrics(struct findings *findings, const struct endpoint *at)
{
	if (at->size == 0 || endpoint_is_path(at) || address_is_loopback(&at->socket)) {
		return;
	}
	struct log_line line;
	log_line_begin(&line, "metrics not on loopback");
	log_line_key(&line, "address", "%s", at->text);
	log_line_reason(&line,
		"any host that can connect to it can read the names of clients");
	findings_add(findings, &line,
		"move 'metrics' to loopback or a UNIX socket, or let a packet filter admit the "
		"scraper only");
}

void findings_print(const char *line)
{
	fprintf(stderr, "%s: warning: %s\n", program_name, line);
}
