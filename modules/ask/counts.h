/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is counted of a section, for metrics, and of each name that it lists: by counters that
 * outlive reloads. Any thread. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"
#include "counters.h"
#include "dance.h"
#include "metrics.h"

#define COUNTS_CLASSES 3 /* enum dance_class */

/* Of a name, or a pattern with all names below it. */
struct counts_identity {
	struct counter questions[COUNTS_CLASSES];
	struct counter last_allow; /* seconds since 1970; 0: never */
};

struct counts_section {
	struct counter verdicts[METRICS_VERDICT_MAX];
	struct counter accepted, turned_away; /* connections */
	struct counter malformed;             /* questions */
};

struct counts_name {
	const char *name; /* the configuration's; "" for all others */
	struct counts_identity *counts;
};

/* Zeroed, it is none. */
struct counts {
	struct counts_section *section;
	struct counts_name *names; /* sorted */
	size_t count;
};

/* False when out of memory. */
bool counts_begin(struct counts *counts, const struct conf_ask *conf);
void counts_end(struct counts *counts);

/* A question was decided about. */
void counts_question(const struct counts *counts, const struct dance_result *result);
