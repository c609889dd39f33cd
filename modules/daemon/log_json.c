/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Takes the advice off the end, then the reason, and then what is before it apart at its commas.
 * What does not have that shape is told as a whole. */

#include "log_json.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define ADVICE "; do: "
#define MEMBER_MAX 32 /* keys of a line */

struct part {
	const char *at;
	size_t size;
};

struct line {
	struct part kind, id; /* of the section; empty: the line is of none */
	struct part what;
	struct {
		struct part key, value;
	} members[MEMBER_MAX];
	size_t member_count;
	struct part reason, advice;
};

/* --- reading ----------------------------------------------------------------------------- */

static bool is_word(struct part part, const char *word)
{
	return part.size == strlen(word) && memcmp(part.at, word, part.size) == 0;
}

/* The part before the separator; of what is left, what is behind it. */
static struct part take(struct part *rest, const char *separator)
{
	size_t size = strlen(separator);
	for (size_t i = 0; i + size <= rest->size; i++) {
		if (memcmp(rest->at + i, separator, size) == 0) {
			struct part taken = { rest->at, i };
			rest->at += i + size;
			rest->size -= i + size;
			return taken;
		}
	}
	struct part all = *rest;
	rest->at += rest->size;
	rest->size = 0;
	return all;
}

static void take_advice(struct line *line, struct part *rest)
{
	const char *last = NULL;
	for (const char *at = rest->at; (at = strstr(at, ADVICE)) != NULL; at++) {
		last = at;
	}
	if (last != NULL) {
		line->advice.at = last + strlen(ADVICE);
		line->advice.size = strlen(line->advice.at);
		rest->size = (size_t)(last - rest->at);
	}
}

static void take_reason(struct line *line, struct part *rest)
{
	struct part reason = *rest;
	struct part head = take(&reason, " (");
	if (reason.size > 0 && reason.at[reason.size - 1] == ')') {
		line->reason = (struct part){ reason.at, reason.size - 1 };
		*rest = head;
	}
}

static bool is_section(struct part kind)
{
	return is_word(kind, "front") || is_word(kind, "client") || is_word(kind, "ask");
}

static void take_section(struct line *line, struct part *rest)
{
	struct part behind = *rest;
	struct part id = take(&behind, ", ");
	struct part kind = take(&id, " ");
	if (is_section(kind) && id.size > 0 && behind.size > 0 &&
		memchr(id.at, ' ', id.size) == NULL) {
		line->kind = kind;
		line->id = id;
		*rest = behind;
	}
}

/* Is it a key, and none that the object has already? */
static bool is_new_key(const struct line *line, struct part key)
{
	static const char *const taken[] = { "time", "program", "level", "what", "reason",
		"do" };
	bool is_new = key.size > 0 &&
		!(key.size == line->kind.size &&
			memcmp(key.at, line->kind.at, key.size) == 0);
	for (size_t i = 0; i < key.size; i++) {
		is_new &= (key.at[i] >= 'a' && key.at[i] <= 'z') || key.at[i] == '-';
	}
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		is_new &= !is_word(key, taken[i]);
	}
	for (size_t i = 0; i < line->member_count; i++) {
		struct part other = line->members[i].key;
		is_new &= other.size != key.size || memcmp(other.at, key.at, key.size) != 0;
	}
	return is_new;
}

static void take_members(struct line *line, struct part rest)
{
	struct part all = rest;
	line->what = take(&rest, ", ");
	while (rest.size > 0) {
		struct part value = take(&rest, ", ");
		struct part key = take(&value, " ");
		if (line->member_count == MEMBER_MAX || value.size == 0 ||
			!is_new_key(line, key)) {
			line->what = all;
			line->member_count = 0;
			return;
		}
		line->members[line->member_count].key = key;
		line->members[line->member_count++].value = value;
	}
}

/* --- writing ----------------------------------------------------------------------------- */

/* Appends as far as there is room, which LOG_JSON_SIZE is for LOG_JSON_LINE_MAX. */
struct object {
	char *text;
	size_t used;
};

static void put(struct object *object, const char *octets, size_t size)
{
	if (size < LOG_JSON_SIZE - object->used) {
		memcpy(object->text + object->used, octets, size);
		object->used += size;
		object->text[object->used] = '\0';
	}
}

static void put_string(struct object *object, struct part part)
{
	put(object, "\"", 1);
	for (size_t i = 0; i < part.size; i++) {
		if (part.at[i] == '"' || part.at[i] == '\\') {
			put(object, "\\", 1);
		}
		put(object, part.at + i, 1);
	}
	put(object, "\"", 1);
}

static void put_member(struct object *object, struct part key, struct part value)
{
	put(object, object->used == 0 ? "{" : ",", 1);
	put_string(object, key);
	put(object, ":", 1);
	put_string(object, value);
}

static void put_text(struct object *object, const char *key, const char *value)
{
	put_member(object, (struct part){ key, strlen(key) },
		(struct part){ value, strlen(value) });
}

static void put_part(struct object *object, const char *key, struct part value)
{
	if (value.at != NULL) {
		put_member(object, (struct part){ key, strlen(key) }, value);
	}
}

void log_json(char text[LOG_JSON_SIZE], const struct timespec *when, const char *program,
	const char *level, const char *line)
{
	struct line read = { .member_count = 0 };
	struct part rest = { line, strlen(line) };
	take_advice(&read, &rest);
	take_reason(&read, &rest);
	take_section(&read, &rest);
	take_members(&read, rest);

	/* RFC 3339 5.6 */
	char moment[64];
	struct tm parts;
	gmtime_r(&when->tv_sec, &parts);
	size_t size = strftime(moment, sizeof(moment), "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(moment + size, sizeof(moment) - size, ".%03ldZ", when->tv_nsec / 1000000);

	struct object object = { .text = text };
	put_text(&object, "time", moment);
	put_text(&object, "program", program);
	put_text(&object, "level", level);
	if (read.kind.at != NULL) {
		put_member(&object, read.kind, read.id);
	}
	put_part(&object, "what", read.what);
	for (size_t i = 0; i < read.member_count; i++) {
		put_member(&object, read.members[i].key, read.members[i].value);
	}
	put_part(&object, "reason", read.reason);
	put_part(&object, "do", read.advice);
	put(&object, "}", 1);
}
