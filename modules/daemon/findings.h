/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is valid in a configuration and yet unsafe: which users can read the files that it names,
 * and what else they can reach. Each finding is a line of the log. Knows no configuration. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "endpoint.h"
#include "log.h"

/* Takes one finding: a line of the log. */
typedef void findings_say(const char *line);

struct findings {
	findings_say *say;
	size_t count;     /* findings so far */
	const char *user; /* that the daemon will run as; NULL: this user, or unknown */
};

/* If we are root, it is the user of the configuration, or else of the daemon's unit, if there is
 * such a user. */
void findings_choose_user(struct findings *findings, const char *configured,
	const char *unit_user);

/* Says a finding, with this advice. */
void findings_add(struct findings *findings, struct log_line *line, const char *advice);

/* Finds a private key that users other than the owner and group can access. */
void findings_key(struct findings *findings, const char *file);

/* Finds a file that the daemon's user cannot read, as a child process that has become this user
 * tries. NULL is fine. */
void findings_file(struct findings *findings, const char *file);

/* Finds a UNIX socket in whose place users other than the owner and group can listen, at the latest
 * when nobody else does, because they can write to its directory or to one above it. `line` says
 * whom they impersonate, and where. */
void findings_socket(struct findings *findings, struct log_line *line,
	const struct endpoint *at);

/* Finds that metrics are served where other hosts can read them. */
void findings_metrics(struct findings *findings, const struct endpoint *at);

/* Can `try` be done by every user, as a child process that has become one tries? False also if
 * that cannot be known. Only root may ask. */
bool findings_all_can(bool (*try)(const void *arg), const void *arg);

/* Says a finding on standard error, as --check does. */
void findings_print(const char *line);
