/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One line of a log in the shape that all adapters share:
 *
 *	WHAT, KEY VALUE, ..., verdict WORD (REASON); do: ADVICE
 *
 * Each part is appended in this order. Nothing is allocated; at the end the line is made to fit.
 * Knows nothing of severities, nor where lines go. */

#pragma once

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dance.h"

/* A reason that would have less room than this is left out. */
#define LOG_LINE_REASON_MIN 16

/* A longer word before the reason is abbreviated: a name may have 253 octets, and the name of a
 * zone, with escapes, four times as many. */
#define LOG_LINE_WORD_MAX 100

struct log_line {
	size_t used;
	char text[2560]; /* room for a name of a zone, and for two of DANCE_NAME_SIZE */
};

static inline void log_line_vappend(struct log_line *line, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
static inline void log_line_vappend(struct log_line *line, const char *format, va_list args)
{
	size_t room = sizeof(line->text) - line->used;
	int length = vsnprintf(line->text + line->used, room, format, args);
	if (length > 0) {
		line->used += (size_t)length < room ? (size_t)length : room - 1;
	}
}

static inline void log_line_append(struct log_line *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static inline void log_line_append(struct log_line *line, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	log_line_vappend(line, format, args);
	va_end(args);
}

/* Begins a line with what happened, or with a whole line that is only to be made to fit. */
static inline void log_line_begin(struct log_line *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static inline void log_line_begin(struct log_line *line, const char *format, ...)
{
	line->used = 0;
	line->text[0] = '\0';
	va_list args;
	va_start(args, format);
	log_line_vappend(line, format, args);
	va_end(args);
}

/* ", KEY VALUE" */
static inline void log_line_key(struct log_line *line, const char *key, const char *format,
	...) __attribute__((format(printf, 3, 4)));
static inline void log_line_key(struct log_line *line, const char *key, const char *format,
	...)
{
	log_line_append(line, ", %s ", key);
	va_list args;
	va_start(args, format);
	log_line_vappend(line, format, args);
	va_end(args);
}

#define LOG_LINE_ADVICE "; do: "

/* A reason may have come from another server, which gives no advice here: what looks like it from
 * this place of the line on is no longer so. */
static inline void log_line_no_advice(struct log_line *line, size_t from)
{
	char *at = line->text + from;
	while ((at = strstr(at, LOG_LINE_ADVICE)) != NULL) {
		*at = ',';
	}
}

/* ", client NAME, ..., verdict WORD (REASON)", as dance_result_line() writes it. */
static inline void log_line_result(struct log_line *line, const struct dance_result *result)
{
	char text[DANCE_LINE_SIZE * 2];
	size_t from = line->used;
	log_line_append(line, ", %s", dance_result_line(result, text, sizeof(text)));
	log_line_no_advice(line, from);
}

/* " (REASON)" */
static inline void log_line_reason(struct log_line *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static inline void log_line_reason(struct log_line *line, const char *format, ...)
{
	size_t from = line->used;
	log_line_append(line, " (");
	va_list args;
	va_start(args, format);
	log_line_vappend(line, format, args);
	va_end(args);
	log_line_append(line, ")");
	log_line_no_advice(line, from);
}

/* Every octet but those of printable ASCII becomes '?'. */
static inline void log_line_make_printable(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~') {
			*text = '?';
		}
	}
}

/* Takes `count` octets out of the line, and shows that by "..." in their place. */
static inline void log_line_cut(struct log_line *line, size_t at, size_t count)
{
	memcpy(line->text + at, "...", 3);
	memmove(line->text + at + 3, line->text + at + count, line->used + 1 - at - count);
	line->used -= count - 3;
}

/* Abbreviates the words that are too long among the first `end` octets. Returns the new end. */
static inline size_t log_line_abbreviate(struct log_line *line, size_t end)
{
	static const size_t head = 48, tail = 49;
	for (size_t at = 0; at < end;) {
		size_t size = strcspn(line->text + at, " ,");
		if (at + size > end) {
			size = end - at;
		}
		if (size > LOG_LINE_WORD_MAX) {
			size_t count = size - head - tail;
			log_line_cut(line, at + head, count);
			size -= count - 3;
			end -= count - 3;
		}
		at += size + 1;
	}
	return end;
}

/* Ends the line with advice, unless this is NULL or "", and makes it printable and at most
 * `size` - 1 octets long. The reason gives way, and if that is not enough, what is before
 * it; the advice stays whole. Returns the text, which is the line's. */
static inline const char *log_line_end(struct log_line *line, size_t size,
	const char *advice)
{
	static const char mark[] = LOG_LINE_ADVICE;
	char *text = line->text;
	size_t before_advice = line->used;
	if (advice != NULL && *advice != '\0') {
		log_line_append(line, "%s%s", mark, advice);
	} else { /* a whole line may have it already */
		for (const char *next = text; (next = strstr(next, mark)) != NULL; next++) {
			before_advice = (size_t)(next - text);
		}
	}
	log_line_make_printable(text);

	size_t advice_size = line->used - before_advice;
	const char *at = strstr(text, " (");
	size_t head = at != NULL && (size_t)(at - text) < before_advice ?
		(size_t)(at - text) :
		before_advice;
	size_t reason = before_advice - head;
	head = log_line_abbreviate(line, head);

	size_t room = size > 0 ? size - 1 : 0;
	if (line->used <= room) {
		return text;
	}
	/* " (", the reason and ")" */
	if (reason > 3 && head + advice_size + 3 + LOG_LINE_REASON_MIN <= room) {
		size_t keep = room - head - advice_size - sizeof("...)") + 1;
		log_line_cut(line, head + keep, reason - 1 - keep);
		return text;
	}
	memmove(text + head, text + head + reason, advice_size + 1);
	line->used -= reason;
	if (line->used > room && advice_size + 3 < room) {
		size_t keep = room - advice_size - 3;
		log_line_cut(line, keep, head - keep);
	}
	if (line->used > room) {
		line->used = room;
		text[room] = '\0';
	}
	return text;
}
