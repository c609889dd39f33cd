/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The options of a daemon. Each has the same. */

#pragma once

#include <stdbool.h>

struct command_line {
	const char *path; /* of the configuration */
	bool check;       /* it only */
	bool names;       /* only print the names in it, and how they are looked up */
};

/* Reads the options; `path` is where the configuration is without one. False if the program is to
 * end with *status: it was asked for help or the version only, or the usage is wrong. */
bool command_line_read(struct command_line *line, const char *path, int argc, char **argv,
	int *status);
