/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The form is that of Knot DNS, which looks like YAML but has less: finds what people
 * take over from YAML and from other servers' files. */

#include "conf_hint.h"

#include <stdbool.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct line {
	const char *text;
	size_t size;
};

static struct line line_of(const char *text, size_t size, size_t number)
{
	struct line line = { text, size };
	for (; number > 1; number--) {
		const char *end = memchr(line.text, '\n', line.size);
		if (end == NULL) {
			break;
		}
		line.size -= (size_t)(end + 1 - line.text);
		line.text = end + 1;
	}
	const char *end = memchr(line.text, '\n', line.size);
	line.size = end != NULL ? (size_t)(end - line.text) : line.size;
	const char *comment = memchr(line.text, '#', line.size);
	line.size = comment != NULL ? (size_t)(comment - line.text) : line.size;
	return line;
}

static bool begins_with(const struct line *line, const char *start)
{
	size_t size = strlen(start);
	return line->size >= size && memcmp(line->text, start, size) == 0;
}

static bool has(const struct line *line, char octet)
{
	return memchr(line->text, octet, line->size) != NULL;
}

/* "[::1]@853", "[::1]:853" */
static bool has_bracketed_address(const struct line *line)
{
	const char *open = memchr(line->text, '[', line->size);
	const char *close = memchr(line->text, ']', line->size);
	const char *end = line->text + line->size;
	return open != NULL && close != NULL && open < close && close + 1 < end &&
		(close[1] == '@' || close[1] == ':');
}

const char *conf_hint_address(const char *text, size_t size, size_t number)
{
	const struct line line = line_of(text, size, number);
	return has_bracketed_address(&line) ?
		"an IPv6 address must be written without brackets: ::1@853" :
		NULL;
}

const char *conf_hint(const char *text, size_t size, size_t number)
{
	const struct line line = line_of(text, size, number);
	const char *address = conf_hint_address(text, size, number);
	if (address != NULL) {
		return address;
	}
	if (begins_with(&line, BYTE_ORDER_MARK)) {
		return "the file begins with a byte order mark; save it as plain ASCII or UTF-8";
	}
	if (begins_with(&line, "---") || begins_with(&line, "...")) {
		return "remove '---' and '...': the file is not YAML";
	}
	if (has(&line, '{')) {
		return "write one item a line, not a list in braces";
	}
	if (has(&line, '[') && !has(&line, ']')) {
		return "a list must end on its line; for more values, repeat the item";
	}
	if (!has(&line, ':')) {
		return "this is neither 'section:' nor 'item: value'";
	}
	return "this line cannot be read; it must be 'section:', '- id: value' or "
	       "'item: value'";
}
