/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The language of a configuration file. Each line is cut up in place. */

#include "roll_text.h"

#include <string.h>

void roll_text_begin(struct roll_text *text, char *octets)
{
	*text = (struct roll_text){ .at = octets };
}

static bool fail(struct roll_text *text, const char *why)
{
	text->why = why;
	return false;
}

static char *skip_blanks(char *at)
{
	return at + strspn(at, " ");
}

static bool is_end(const char *at)
{
	return *at == '\0' || *at == '#';
}

/* The next line, without its end. NULL after the last one. */
static char *take_line(struct roll_text *text)
{
	char *line = text->at;
	if (*line == '\0') {
		return NULL;
	}
	size_t size = strcspn(line, "\n");
	text->at = line + size + (line[size] == '\n');
	line[size] = '\0';
	text->line++;
	return line;
}

/* "..." with \" and \\ in it. Returns what follows, or NULL with a sentence. */
static char *take_quoted(struct roll_text *text, char *at, char **value)
{
	char *to = ++at;
	*value = to;
	while (*at != '"') {
		if (*at == '\\' && (at[1] == '"' || at[1] == '\\')) {
			at++;
		}
		if (*at == '\0') {
			fail(text, "a quotation mark is missing at the end of the line");
			return NULL;
		}
		*to++ = *at++;
	}
	*to = '\0';
	return at + 1;
}

/* Ends `*value` only after the caller has looked at what follows, so its size is returned. */
static char *take_value(struct roll_text *text, char *at, const char *ends, char **value,
	char **value_end)
{
	if (*at == '"') {
		char *next = take_quoted(text, at, value);
		*value_end = next != NULL ? *value + strlen(*value) : NULL;
		return next;
	}
	*value = at;
	*value_end = at + strcspn(at, ends);
	if (memchr(at, '"', (size_t)(*value_end - at)) != NULL) {
		fail(text, "a quotation mark must be at the beginning of a value");
		return NULL;
	}
	return *value_end;
}

static bool add_value(struct roll_text *text, struct roll_line *line, char *value)
{
	if (*value == '\0') {
		return fail(text, "a value must not be empty");
	}
	if (line->count == ROLL_TEXT_VALUE_MAX) {
		return fail(text, "too many values in one list");
	}
	line->values[line->count++] = value;
	return true;
}

/* "[ value, value ]" */
static bool take_list(struct roll_text *text, char *at, struct roll_line *line)
{
	for (char separator = ','; separator == ',';) {
		char *value, *end;
		at = take_value(text, skip_blanks(at + 1), " ,]", &value, &end);
		if (at == NULL) {
			return false;
		}
		at = skip_blanks(at);
		separator = *at;
		if (separator != ',' && separator != ']') {
			return fail(text, "a list must be '[ value, value ]' in one line");
		}
		*end = '\0';
		if (!add_value(text, line, value)) {
			return false;
		}
	}
	return is_end(skip_blanks(at + 1)) ||
		fail(text, "only a comment may follow a list in its line");
}

static bool take_single(struct roll_text *text, char *at, struct roll_line *line)
{
	char *value, *end;
	at = take_value(text, at, " ", &value, &end);
	if (at == NULL) {
		return false;
	}
	if (!is_end(skip_blanks(at))) {
		return fail(text, "a value with blanks must be within quotation marks");
	}
	*end = '\0';
	return add_value(text, line, value);
}

/* "name: values" from here on. */
static bool take_item(struct roll_text *text, char *at, struct roll_line *line)
{
	size_t size = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-");
	if (size == 0 || at[size] != ':') {
		return fail(text,
			"a line must be 'section:', '- id: value' or 'item: value'");
	}
	line->name = at;
	at[size] = '\0';
	at += size + 1;
	if (!is_end(skip_blanks(at)) && *at != ' ') {
		return fail(text, "a blank must follow the colon");
	}
	at = skip_blanks(at);
	if (is_end(at)) {
		return true;
	}
	return *at == '[' ? take_list(text, at, line) : take_single(text, at, line);
}

bool roll_text_next(struct roll_text *text, struct roll_line *line)
{
	char *start, *at;
	do {
		start = take_line(text);
		if (start == NULL || text->why != NULL) {
			return false;
		}
		at = skip_blanks(start);
	} while (is_end(at));
	*line = (struct roll_line){ .number = text->line, .kind = ROLL_LINE_ITEM };
	for (const char *c = start; *c != '\0'; c++) {
		if (*c < ' ' || *c > '~') {
			return fail(text,
				*c == '\t' ?
					"tabs are not allowed, use blanks" :
					"the line has a character that is not printable ASCII");
		}
	}
	if (at[0] == '-' && at[1] == ' ') {
		line->kind = ROLL_LINE_ENTRY;
		at = skip_blanks(at + 2);
	} else if (at == start) {
		line->kind = ROLL_LINE_SECTION;
	}
	if (!take_item(text, at, line)) {
		return false;
	}
	if ((line->kind == ROLL_LINE_SECTION) != (line->count == 0)) {
		return line->count == 0 ?
			fail(text, "the item needs a value") :
			fail(text, "a section must not have a value; items are indented");
	}
	return true;
}
