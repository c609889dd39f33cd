/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Writes into memory that grows. */

#include "openmetrics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 16384

static bool make_room(struct openmetrics *out, size_t size)
{
	size_t room = out->room != 0 ? out->room : ROOM_FIRST;
	while (room - out->size < size && room < OPENMETRICS_SIZE_MAX) {
		room *= 2;
	}
	if (room - out->size < size) {
		return false;
	}
	if (room != out->room) {
		char *text = realloc(out->text, room);
		if (text == NULL) {
			return false;
		}
		out->text = text;
		out->room = room;
	}
	return true;
}

static void put(struct openmetrics *out, const char *octets, size_t size)
{
	if (out->failed || !make_room(out, size)) {
		out->failed = true;
		return;
	}
	memcpy(out->text + out->size, octets, size);
	out->size += size;
}

static void put_text(struct openmetrics *out, const char *text)
{
	put(out, text, strlen(text));
}

static void put_format(struct openmetrics *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void put_format(struct openmetrics *out, const char *format, ...)
{
	char text[64];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	put_text(out, text);
}

/* OpenMetrics 1.0, "escaped-string". */
static void put_escaped(struct openmetrics *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\' || *text == '"') {
			put(out, "\\", 1);
		}
		put(out, *text < ' ' || *text > '~' ? "?" : text, 1);
	}
}

static const char *type_name(const struct openmetrics *out)
{
	switch (out->type) {
	case OPENMETRICS_COUNTER:
		return "counter";
	case OPENMETRICS_HISTOGRAM:
		return "histogram";
	case OPENMETRICS_INFO:
		return out->classic ? "gauge" : "info";
	case OPENMETRICS_GAUGE:
		break;
	}
	return "gauge";
}

/* What the type adds to the name of a sample. */
static const char *suffix_of(const struct openmetrics *out)
{
	return out->type == OPENMETRICS_COUNTER ? "_total" :
		out->type == OPENMETRICS_INFO   ? "_info" :
						  "";
}

static void describe(struct openmetrics *out, const char *what, const char *text)
{
	put_text(out, "# ");
	put_text(out, what);
	put_text(out, " ");
	put_text(out, out->name);
	put_text(out, out->classic ? suffix_of(out) : "");
	put_text(out, " ");
	put_escaped(out, text);
	put_text(out, "\n");
}

void openmetrics_family(struct openmetrics *out, const char *name,
	enum openmetrics_type type, const char *unit, const char *help)
{
	out->name = name;
	out->type = type;
	describe(out, "TYPE", type_name(out));
	if (unit != NULL && !out->classic) {
		describe(out, "UNIT", unit);
	}
	describe(out, "HELP", help);
}

static void put_sample(struct openmetrics *out, const char *suffix,
	const struct openmetrics_label *labels)
{
	const char *before = "{";
	put_text(out, out->name);
	put_text(out, suffix);
	for (; labels != NULL && labels->name != NULL; labels++) {
		if (labels->value == NULL) {
			continue;
		}
		put_text(out, before);
		put_text(out, labels->name);
		put_text(out, "=\"");
		put_escaped(out, labels->value);
		put_text(out, "\"");
		before = ",";
	}
	put_text(out, before[0] == ',' ? "} " : " ");
}

void openmetrics_count(struct openmetrics *out, const struct openmetrics_label *labels,
	uint64_t value)
{
	put_sample(out, suffix_of(out), labels);
	put_format(out, "%" PRIu64 "\n", value);
}

void openmetrics_gauge(struct openmetrics *out, const struct openmetrics_label *labels,
	int64_t value)
{
	put_sample(out, suffix_of(out), labels);
	put_format(out, "%" PRId64 "\n", value);
}

static void put_thousandths(struct openmetrics *out, uint64_t value)
{
	put_format(out, "%" PRIu64 ".%03u\n", value / 1000, (unsigned)(value % 1000));
}

void openmetrics_thousandths(struct openmetrics *out,
	const struct openmetrics_label *labels, uint64_t value)
{
	put_sample(out, suffix_of(out), labels);
	put_thousandths(out, value);
}

void openmetrics_histogram(struct openmetrics *out, const char *const *bounds,
	const uint64_t *counts, size_t count, uint64_t sum)
{
	uint64_t so_far = 0;
	for (size_t i = 0; i < count; i++) {
		const struct openmetrics_label labels[] = { { "le", bounds[i] }, { 0 } };
		so_far += counts[i];
		put_sample(out, "_bucket", labels);
		put_format(out, "%" PRIu64 "\n", so_far);
	}
	put_sample(out, "_sum", NULL);
	put_thousandths(out, sum);
	put_sample(out, "_count", NULL);
	put_format(out, "%" PRIu64 "\n", so_far);
}

void openmetrics_end(struct openmetrics *out)
{
	if (!out->classic) {
		put_text(out, "# EOF\n");
	}
}

void openmetrics_clear(struct openmetrics *out)
{
	free(out->text);
	*out = (struct openmetrics){ 0 };
}
