/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Points in time as text. Does not ask what time it is. */

#include "moment.h"

#include <string.h>
#include <time.h>

#define LAST 253402300799 /* 9999-12-31T23:59:59Z */

static const char form[] = "%Y-%m-%dT%H:%M:%SZ";

static bool read_seconds(const char *text, int64_t *moment)
{
	*moment = 0;
	for (; *text >= '0' && *text <= '9' && *moment <= LAST; text++) {
		*moment = *moment * 10 + (*text - '0');
	}
	return *text == '\0' && *moment > 0 && *moment <= LAST;
}

bool moment_from_text(const char *text, int64_t *moment)
{
	if (strchr(text, '-') == NULL) {
		return read_seconds(text, moment);
	}
	struct tm fields = { 0 };
	const char *end = strptime(text, form, &fields);
	if (end == NULL || *end != '\0') {
		return false;
	}
	*moment = timegm(&fields);
	/* What is no date (30th of February, a short form) does not come back the same. */
	char again[MOMENT_SIZE];
	moment_to_text(*moment, again);
	return *moment > 0 && strcmp(again, text) == 0;
}

bool moment_span_from_text(const char *text, int64_t *seconds)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
		{ 'w', 604800 } };
	char digits[8];
	size_t size = strspn(text, "0123456789");
	if (size == 0 || size >= sizeof(digits) || strlen(text) != size + 1) {
		return false;
	}
	memcpy(digits, text, size);
	digits[size] = '\0';
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (units[i].letter == text[size] && read_seconds(digits, seconds)) {
			*seconds *= units[i].seconds;
			return true;
		}
	}
	return false;
}

void moment_to_text(int64_t moment, char text[MOMENT_SIZE])
{
	time_t seconds = moment < LAST ? moment : LAST;
	struct tm fields;
	if (gmtime_r(&seconds, &fields) == NULL ||
		strftime(text, MOMENT_SIZE, form, &fields) == 0) {
		text[0] = '\0';
	}
}
