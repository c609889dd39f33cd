/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The file of a roll: a line with its version, "item value" lines, and a line that ends it. A
 * version that adds an item must have another number: an older dance must not go on by half of
 * what was written. */

#include "roll_state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "file.h"
#include "reason.h"
#include "roll_file.h"
#include "verdict.h"

#define HEAD "dance-roll 1"
#define END "end"
#define TEXT_MAX 8192

static const char *const steps[] = {
	[ROLL_ADOPT] = "adopt",
	[ROLL_IDLE] = "idle",
	[ROLL_PUBLISH] = "publish",
	[ROLL_SPREAD] = "spread",
	[ROLL_SWITCH] = "switch",
	[ROLL_KEEP] = "keep",
	[ROLL_WITHDRAW] = "withdraw",
	[ROLL_CLEAN] = "clean",
	[ROLL_ABORT] = "abort",
};
#define STEP_COUNT (sizeof(steps) / sizeof(steps[0]))

const char *roll_step_name(enum roll_step step)
{
	return (size_t)step < STEP_COUNT ? steps[step] : "unknown";
}

enum kind {
	STEP,
	TEXT,   /* to the end of the line; left out if empty */
	DIGEST, /* 64 hex digits; left out if empty */
	NUMBER, /* int64_t */
	COUNT,  /* unsigned */
	FLAG,   /* 0 or 1 */
};

#define OF(kind, field) \
	kind, offsetof(struct roll_state, field), sizeof(((struct roll_state *)0)->field)

static const struct item {
	const char *name;
	enum kind kind;
	size_t at, size;
	bool needed;
} items[] = {
	{ "step", OF(STEP, step), true },
	{ "names", OF(TEXT, names), true },
	{ "current", OF(DIGEST, current), true },
	{ "next", OF(DIGEST, next), false },
	{ "old", OF(DIGEST, old), false },
	{ "publishing", OF(FLAG, publishing), true },
	{ "entered", OF(NUMBER, entered), true },
	{ "began", OF(NUMBER, began), true },
	{ "published", OF(NUMBER, published), true },
	{ "seen", OF(NUMBER, seen), true },
	{ "switched", OF(NUMBER, switched), true },
	{ "ttl", OF(NUMBER, ttl), true },
	{ "rolls", OF(COUNT, rolls), true },
	{ "held", OF(NUMBER, held), true },
	{ "reason", OF(TEXT, reason), false },
};
#define ITEM_COUNT (sizeof(items) / sizeof(items[0]))

static bool read_number(const char *text, int64_t most, int64_t *number)
{
	size_t digits = strspn(text, "0123456789");
	*number = digits > 0 && digits < 16 && text[digits] == '\0' ?
		strtoll(text, NULL, 10) :
		-1;
	return *number >= 0 && *number <= most;
}

static bool read_value(struct roll_state *state, const struct item *item, const char *value)
{
	void *at = (char *)state + item->at;
	int64_t number;
	switch (item->kind) {
	case STEP:
		for (size_t i = 0; i < STEP_COUNT; i++) {
			if (strcmp(steps[i], value) == 0) {
				state->step = (enum roll_step)i;
				return true;
			}
		}
		return false;
	case DIGEST:
		if (strlen(value) != ROLL_DIGEST_SIZE - 1 ||
			value[strspn(value, "0123456789abcdef")] != '\0') {
			return false;
		}
		memcpy(at, value, ROLL_DIGEST_SIZE);
		return true;
	case TEXT:
		if (*value == '\0' || strlen(value) >= item->size) {
			return false;
		}
		memcpy(at, value, strlen(value) + 1);
		return true;
	case NUMBER:
		return read_number(value, INT64_MAX, at);
	case COUNT:
		if (!read_number(value, UINT32_MAX, &number)) {
			return false;
		}
		*(unsigned *)at = (unsigned)number;
		return true;
	case FLAG:
	default:
		if (!read_number(value, 1, &number)) {
			return false;
		}
		*(bool *)at = number == 1;
		return true;
	}
}

static const char *read_line(struct roll_state *state, char *line, unsigned *seen)
{
	size_t size = strcspn(line, " ");
	if (line[size] == '\0') {
		return "a line has no value";
	}
	line[size] = '\0';
	for (size_t i = 0; i < ITEM_COUNT; i++) {
		if (strcmp(items[i].name, line) != 0) {
			continue;
		}
		if ((*seen >> i & 1) != 0) {
			return "an item is there twice";
		}
		*seen |= 1u << i;
		return read_value(state, &items[i], line + size + 1) ? NULL :
								       "a value is wrong";
	}
	return "an item is unknown";
}

/* Keys that a step cannot do without. */
static bool has_keys(const struct roll_state *state)
{
	bool next = state->next[0] != '\0', old = state->old[0] != '\0';
	if (state->current[0] == '\0' || strcmp(state->current, state->next) == 0 ||
		strcmp(state->current, state->old) == 0) {
		return false;
	}
	switch (state->step) {
	case ROLL_PUBLISH:
	case ROLL_SPREAD:
	case ROLL_SWITCH:
	case ROLL_ABORT:
		return next && !old;
	case ROLL_KEEP:
	case ROLL_WITHDRAW:
	case ROLL_CLEAN:
		return old && !next;
	case ROLL_ADOPT:
	case ROLL_IDLE:
	default:
		return !next && !old;
	}
}

static const char *read_text(struct roll_state *state, char *text)
{
	unsigned seen = 0, number = 0;
	bool ended = false;
	for (char *line = text, *next; line != NULL && *line != '\0';
		line = next, number++) {
		next = strchr(line, '\n');
		if (next == NULL) {
			return "its last line is not whole";
		}
		*next++ = '\0';
		if (number == 0) {
			if (strcmp(line, HEAD) != 0) {
				return "it is not of this version of dance";
			}
			continue;
		}
		if (ended) {
			return "it goes on after its end";
		}
		ended = strcmp(line, END) == 0;
		const char *wrong = ended ? NULL : read_line(state, line, &seen);
		if (wrong != NULL) {
			return wrong;
		}
	}
	if (!ended) {
		return "its end is missing";
	}
	for (size_t i = 0; i < ITEM_COUNT; i++) {
		if (items[i].needed && (seen >> i & 1) == 0) {
			return "an item is missing";
		}
	}
	return has_keys(state) ? NULL : "it lacks a key, or has one too many";
}

static bool path_of(char path[ROLL_PATH_SIZE], const char *folder, const char *id,
	const char *end, char why[DANCE_ERROR_SIZE])
{
	size_t size = (size_t)snprintf(path, ROLL_PATH_SIZE, "%s/%s%s", folder, id, end);
	return size < ROLL_PATH_SIZE ||
		reason_say(why, "the path %.80s/... is too long", folder);
}

static enum roll_load unreadable(char why[DANCE_ERROR_SIZE], const char *path,
	const char *reason)
{
	(void)reason_say(why, "the state in %.120s cannot be used: %s", path, reason);
	return ROLL_UNREADABLE;
}

enum roll_load roll_state_load(struct roll_state *state, const char *folder, const char *id,
	char why[DANCE_ERROR_SIZE])
{
	char path[ROLL_PATH_SIZE], text[TEXT_MAX + 1];
	struct dance_octets content;
	const char *reason;
	struct roll_state found = { 0 };
	*state = found;
	if (!path_of(path, folder, id, ".state", why)) {
		return ROLL_UNREADABLE;
	}
	errno = 0;
	if (!file_read(path, &content, &reason)) {
		return errno == ENOENT ? ROLL_NOT_THERE : unreadable(why, path, reason);
	}
	reason = "it is too large, or not a text";
	if (content.size <= TEXT_MAX && memchr(content.data, '\0', content.size) == NULL) {
		memcpy(text, content.data, content.size);
		text[content.size] = '\0';
		reason = read_text(&found, text);
	}
	file_clear(&content);
	if (reason != NULL) {
		return unreadable(why, path, reason);
	}
	result_make_printable(found.reason);
	*state = found;
	return ROLL_LOADED;
}

static void print_value(FILE *out, const struct roll_state *state, const struct item *item)
{
	const void *at = (const char *)state + item->at;
	switch (item->kind) {
	case STEP:
		fprintf(out, "%s %s\n", item->name, roll_step_name(state->step));
		break;
	case TEXT:
	case DIGEST:
		if (*(const char *)at != '\0') {
			fprintf(out, "%s %s\n", item->name, (const char *)at);
		}
		break;
	case NUMBER:
		fprintf(out, "%s %" PRId64 "\n", item->name, *(const int64_t *)at);
		break;
	case COUNT:
		fprintf(out, "%s %u\n", item->name, *(const unsigned *)at);
		break;
	case FLAG:
	default:
		fprintf(out, "%s %d\n", item->name, *(const bool *)at);
		break;
	}
}

bool roll_state_save(const struct roll_state *state, const char *folder, const char *id,
	char why[DANCE_ERROR_SIZE])
{
	char path[ROLL_PATH_SIZE], text[TEXT_MAX];
	if (!path_of(path, folder, id, ".state", why)) {
		return false;
	}
	FILE *out = fmemopen(text, sizeof(text), "w");
	if (out == NULL) {
		return reason_say(why, "out of memory");
	}
	fputs(HEAD "\n", out);
	for (size_t i = 0; i < ITEM_COUNT; i++) {
		print_value(out, state, &items[i]);
	}
	fputs(END "\n", out);
	long size = fflush(out) == 0 ? ftell(out) : -1;
	fclose(out);
	if (size < 0 || (size_t)size >= sizeof(text)) {
		return reason_say(why, "the state is too large");
	}
	return roll_file_write(path,
		(struct dance_octets){ (const unsigned char *)text, (size_t)size }, NULL,
		why);
}

int roll_state_lock(const char *folder, const char *id, char why[DANCE_ERROR_SIZE])
{
	char path[ROLL_PATH_SIZE];
	if (!path_of(path, folder, id, ".lock", why)) {
		return -1;
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		return fd;
	}
	(void)reason_say(why,
		errno == EWOULDBLOCK ?
			"another dance roll is at work on this key (%.120s: %s)" :
			"cannot lock %.120s: %s",
		path, strerror(errno));
	if (fd >= 0) {
		close(fd);
	}
	return -1;
}
