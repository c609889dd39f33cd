/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The language of a configuration file, line by line: sections, entries and items, as in the
 * files of the daemons. Knows no section and no item. The daemons read theirs with libknot, which
 * is under the GPL; this command is not. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define ROLL_TEXT_ERROR_SIZE 512 /* of a sentence with its file and line */
#define ROLL_TEXT_VALUE_MAX 16   /* of one item */

enum roll_line_kind {
	ROLL_LINE_SECTION, /* "section:" */
	ROLL_LINE_ENTRY,   /* "- item: value", which begins an entry */
	ROLL_LINE_ITEM,    /* "item: value" or "item: [ value, value ]" */
};

struct roll_line {
	enum roll_line_kind kind;
	size_t number;                     /* from 1 */
	char *name;                        /* of the section or the item */
	char *values[ROLL_TEXT_VALUE_MAX]; /* none of them empty */
	size_t count;
};

struct roll_text {
	char *at;        /* what is left */
	size_t line;     /* that was read last */
	const char *why; /* NULL: no mistake until now */
};

/* Begins with a text that may be written to: lines point into it. */
void roll_text_begin(struct roll_text *text, char *octets);

/* The next line that is neither empty nor a comment. False at the end, or with a sentence in
 * `why`. */
bool roll_text_next(struct roll_text *text, struct roll_line *line);
