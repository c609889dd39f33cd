/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The words of a command line. Knows no option by name. */

#include "arguments.h"

#include <stddef.h>
#include <string.h>

#include "say.h"

struct arguments {
	char **words;  /* what is left of them, NULL after the last */
	bool operands; /* "--" was met */
	bool given[OPTION_MAX];
};

static const struct option *find(const struct option *table, const char *word, size_t size)
{
	for (; table->name != NULL; table++) {
		if (strlen(table->name) == size && memcmp(table->name, word, size) == 0) {
			return table;
		}
	}
	return NULL;
}

/* Finds the value of an option, in its word or in the next. */
static bool take_value(struct arguments *arguments, const struct option *option,
	const char *equals, const char **value)
{
	*value = *equals == '=' ? equals + 1 : NULL;
	if (!option->takes_value) {
		if (*value != NULL) {
			say_error("%s takes no value", option->name);
		}
		return *value == NULL;
	}
	if (*value == NULL) {
		*value = *arguments->words;
		if (*value == NULL) {
			say_error("%s needs a value", option->name);
			return false;
		}
		arguments->words++;
	}
	return true;
}

/* The place of an option in the table; -1 if it is wrong. */
static int take_option(struct arguments *arguments, const struct option *table,
	const char *word, const char **value)
{
	size_t size = strcspn(word, "=");
	const struct option *option = find(table, word, size);
	if (option == NULL) {
		say_error("unknown option '%.*s', see --help", (int)size, word);
		return -1;
	}
	int place = (int)(option - table);
	if (arguments->given[place] && !option->repeats) {
		say_error("%s is given twice", option->name);
		return -1;
	}
	arguments->given[place] = true;
	return take_value(arguments, option, word + size, value) ? place : -1;
}

enum arguments_end arguments_read(char **words, const struct option *table,
	bool (*take)(void *arg, int found, const char *value), void *arg)
{
	struct arguments arguments = { .words = words };
	while (*arguments.words != NULL) {
		const char *word = *arguments.words++;
		const char *value = word;
		int found = ARGUMENTS_OPERAND;
		/* "-" alone is standard input. */
		if (!arguments.operands && word[0] == '-' && word[1] != '\0') {
			if (strcmp(word, "--") == 0) {
				arguments.operands = true;
				continue;
			}
			if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
				return ARGUMENTS_HELP;
			}
			found = take_option(&arguments, table, word, &value);
			if (found < 0) {
				return ARGUMENTS_WRONG;
			}
		}
		if (!take(arg, found, value)) {
			return ARGUMENTS_WRONG;
		}
	}
	return ARGUMENTS_READ;
}
