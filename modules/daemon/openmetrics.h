/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Text that Prometheus reads: OpenMetrics 1.0, or the older text format 0.0.4. Families of
 * metrics, one after another, each with its samples. Knows nothing of what is measured. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPENMETRICS_CONTENT_TYPE \
	"application/openmetrics-text; version=1.0.0; charset=utf-8"
#define OPENMETRICS_CLASSIC_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* No configuration brings so many samples. */
#define OPENMETRICS_SIZE_MAX ((size_t)256 * 1024 * 1024)

enum openmetrics_type {
	OPENMETRICS_COUNTER,
	OPENMETRICS_GAUGE,
	OPENMETRICS_HISTOGRAM,
	OPENMETRICS_INFO,
};

/* Zeroed, and perhaps `classic` (0.0.4), it is empty. */
struct openmetrics {
	bool classic;
	bool failed; /* out of memory: the text is not whole */
	enum openmetrics_type type;
	const char *name; /* of the family */
	char *text;
	size_t size, room;
};

/* Any octets; what is no printable ASCII becomes '?'. */
struct openmetrics_label {
	const char *name;
	const char *value;
};

/* Begins a family. The name is without the suffix that its type brings, and ends with the unit,
 * if there is one (NULL: none). */
void openmetrics_family(struct openmetrics *out, const char *name,
	enum openmetrics_type type, const char *unit, const char *help);

/* A sample of the family: its labels, up to one whose name is NULL, and its value. A label whose
 * value is NULL is left out. */
void openmetrics_count(struct openmetrics *out, const struct openmetrics_label *labels,
	uint64_t value);
void openmetrics_gauge(struct openmetrics *out, const struct openmetrics_label *labels,
	int64_t value);

/* The same in thousandths. */
void openmetrics_thousandths(struct openmetrics *out,
	const struct openmetrics_label *labels, uint64_t value);

/* A histogram without labels: so many, of each bucket those up to its bound, a number as it is to
 * be read; the last bound is "+Inf". Their sum is in thousandths. */
void openmetrics_histogram(struct openmetrics *out, const char *const *bounds,
	const uint64_t *counts, size_t count, uint64_t sum);

/* Nothing follows. */
void openmetrics_end(struct openmetrics *out);

void openmetrics_clear(struct openmetrics *out);
