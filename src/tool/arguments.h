/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The words of a command line, one by one: --option VALUE, --option=VALUE, operands. */

#pragma once

#include <stdbool.h>

struct option {
	const char *name; /* with its hyphens; NULL ends a table */
	bool takes_value;
	bool repeats; /* may be given more than once */
};

/* No table has more. */
#define OPTION_MAX 32

/* What is told of in place of an option. */
#define ARGUMENTS_OPERAND (-1)

enum arguments_end {
	ARGUMENTS_READ,
	ARGUMENTS_HELP,  /* --help or -h was met */
	ARGUMENTS_WRONG, /* and a line has said why */
};

/* Reads the words up to a NULL. Calls `take` for each option, with its place in the table
 * and its value, and for each operand; when it returns false, it has said why. Names are
 * not abbreviated, so that a new option never changes what an old command line means. */
enum arguments_end arguments_read(char **words, const struct option *table,
	bool (*take)(void *arg, int found, const char *value), void *arg);
