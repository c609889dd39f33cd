/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The options of a command line, by getopt_long(3): says in one line what is wrong with them. */

#pragma once

#include <getopt.h>

enum {
	OPTION_END = -1,
	OPTION_HELP = 'h',
	OPTION_VERSION = 'V',
	OPTION_WRONG = '?', /* and a line has said why */
	OPTION_FIRST = 256, /* where the numbers of a command's options begin */
};

/* No table has more. */
#define OPTION_MAX 16

struct option_table {
	const char *
		letters; /* as getopt_long() takes them; has ':' for options without value */
	const struct option *rows;
	int repeated; /* the option that may be given more than once; 0: none */
};

/* The rows that every table ends with. */
#define OPTION_HELP_ROW { "help", no_argument, NULL, OPTION_HELP }
#define OPTION_LAST_ROW { NULL, 0, NULL, 0 }

/* The number of the next option, whose value is optarg; words[0] is no option. After the last
 * one, the words that are left begin at optind. */
int option_next(const struct option_table *table, int count, char **words);
