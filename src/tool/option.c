/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The options of a command line. getopt_long() reads them; its own messages could write over
 * the line, so that ours are said in their place. Knows no option by name. */

#include "option.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "say.h"

static const struct option *row_of(const struct option_table *table, int number)
{
	for (const struct option *row = table->rows; row->name != NULL; row++) {
		if (row->val == number) {
			return row;
		}
	}
	return NULL;
}

/* The word is the start of several options, or of none. */
static void say_which(const struct option_table *table, const char *word)
{
	int size = (int)strcspn(word, "=");
	const struct option *first = NULL;
	for (const struct option *row = table->rows; row->name != NULL && size > 2; row++) {
		if (strncmp(row->name, word + 2, (size_t)size - 2) != 0) {
			continue;
		}
		if (first != NULL) {
			say_error("'%.*s' can be --%s or --%s: write more of it", size,
				word, first->name, row->name);
			return;
		}
		first = row;
	}
	say_error("unknown option '%.*s'; see --help", size, word);
}

static void say_fault(const struct option_table *table, int found, const char *word)
{
	const struct option *row = row_of(table, optopt);
	if (row != NULL) {
		say_error("--%s %s", row->name,
			found == ':' ? "needs a value" : "takes no value");
	} else if (optopt != 0) {
		say_error("unknown option '-%c', see --help", optopt);
	} else {
		say_which(table, word);
	}
}

int option_next(const struct option_table *table, int count, char **words)
{
	static bool given[OPTION_MAX];
	opterr = 0;
	optopt = 0;
	int found = getopt_long(count, words, table->letters, table->rows, NULL);
	if (found == ':' || found == OPTION_WRONG) {
		say_fault(table, found, words[optind - 1]);
		return OPTION_WRONG;
	}
	if (found >= OPTION_FIRST && found != table->repeated) {
		if (given[found - OPTION_FIRST]) {
			say_error("--%s may be given only once",
				row_of(table, found)->name);
			return OPTION_WRONG;
		}
		given[found - OPTION_FIRST] = true;
	}
	return found;
}
