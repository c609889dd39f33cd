/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Values of dance-roll.conf, from text into the struct of a section. */

#include "roll_item.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "owner_name.h"
#include "reason.h"
#include "resolver.h"
#include "roll_conf.h"

static bool set_string(char **at, const char *value, char why[DANCE_ERROR_SIZE])
{
	*at = strdup(value);
	return *at != NULL || reason_say(why, "out of memory");
}

/* In lower case, so that equal names are equal strings. */
static bool set_names(char **names, const struct roll_line *line,
	char why[DANCE_ERROR_SIZE])
{
	if (line->count > ROLL_NAME_MAX) {
		return reason_say(why, "'name' has more than %d names", ROLL_NAME_MAX);
	}
	for (size_t i = 0; i < line->count; i++) {
		char owner[DANCE_NAME_SIZE];
		const char *reason;
		if (!owner_name_from_text(line->values[i], owner, &reason)) {
			return reason_say(why, "'name' is '%.80s', %s", line->values[i],
				reason);
		}
		for (char *c = owner; *c != '\0'; c++) {
			*c = (char)tolower((unsigned char)*c);
		}
		if (!set_string(&names[i], owner, why)) {
			return false;
		}
	}
	return true;
}

static bool set_address(char **at, const struct roll_line *line, size_t number,
	char why[DANCE_ERROR_SIZE])
{
	const char *value = line->values[number];
	if (!resolver_check_forwarder(value)) {
		return reason_say(why, "'%s' is '%.80s', must be an IPv4 or IPv6 address",
			line->name, value);
	}
	return set_string(at, value, why);
}

static bool set_resolvers(char **addresses, const struct roll_line *line,
	char why[DANCE_ERROR_SIZE])
{
	if (line->count > DANCE_FORWARDER_MAX) {
		return reason_say(why, "'resolver' has more than %d addresses",
			DANCE_FORWARDER_MAX);
	}
	for (size_t i = 0; i < line->count; i++) {
		if (!set_address(&addresses[i], line, i, why)) {
			return false;
		}
	}
	return true;
}

/* Of a letter behind a number; 0: it is none. */
static unsigned seconds_of(const char *unit)
{
	static const struct {
		const char *letter;
		unsigned seconds;
	} units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 },
		{ "w", 604800 } };
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].letter) == 0) {
			return units[i].seconds;
		}
	}
	return 0;
}

static bool set_seconds(unsigned *at, const struct roll_line *line,
	char why[DANCE_ERROR_SIZE])
{
	const char *text = line->values[0];
	size_t digits = strspn(text, "0123456789");
	unsigned unit = seconds_of(text + digits);
	/* What is beyond its range is ULLONG_MAX. */
	unsigned long long number = strtoull(text, NULL, 10);
	if (digits == 0 || unit == 0 || number > INT32_MAX / unit) {
		return reason_say(why,
			"'%s' is '%.80s', must be a time such as 3600, 90m, 12h, 90d or 8w",
			line->name, text);
	}
	*at = (unsigned)number * unit;
	return true;
}

static bool set_choice(unsigned *at, const char *const *words, const struct roll_line *line,
	char why[DANCE_ERROR_SIZE])
{
	for (unsigned i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], line->values[0]) == 0) {
			*at = i;
			return true;
		}
	}
	return reason_say(why, "'%s' is '%.80s', must be %s, %s or %s", line->name,
		line->values[0], words[0], words[1], words[2]);
}

bool roll_item_set(const struct roll_item *item, const struct roll_line *line,
	void *section, char why[DANCE_ERROR_SIZE])
{
	void *at = (char *)section + item->at;
	const char *value = line->values[0];
	if (line->count > 1 && item->kind != ROLL_NAMES && item->kind != ROLL_ADDRESSES) {
		return reason_say(why, "'%s' takes one value", line->name);
	}
	if (item->kind == ROLL_PATH && value[0] != '/') {
		return reason_say(why, "'%s' is '%.80s', must be an absolute path",
			line->name, value);
	}
	if (item->kind == ROLL_COMMAND && value[strspn(value, " ")] == '\0') {
		return reason_say(why, "'%s' must be a command", line->name);
	}
	switch (item->kind) {
	case ROLL_NAMES:
		return set_names(at, line, why);
	case ROLL_ADDRESSES:
		return set_resolvers(at, line, why);
	case ROLL_SECONDS:
		return set_seconds(at, line, why);
	case ROLL_CHOICE:
		return set_choice(at, item->words, line, why);
	case ROLL_ADDRESS:
		return set_address(at, line, 0, why);
	case ROLL_PATH:
	case ROLL_COMMAND:
	case ROLL_STRING:
	default:
		return set_string(at, value, why);
	}
}
