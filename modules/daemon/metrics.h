/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The metrics that all daemons have: what is known of names, lookups, the configuration and the
 * process. Counts may come from any thread. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "counters.h"
#include "dance.h"
#include "openmetrics.h"

/* Room for verdicts of later versions of libdance too. */
#define METRICS_VERDICT_MAX 64

/* The names of a section. */
struct metrics_roster {
	const char *kind; /* the label that says which section it is: "front" */
	const char *id;
	struct dance_roster *roster;
};

/* For dance_context_options. */
void metrics_looked_up(void *arg, enum dance_verdict verdict, unsigned milliseconds);
void metrics_anchored(void *arg, enum dance_anchor anchor);

/* A configuration was read, and is in force or not. */
void metrics_configured(bool in_force);

/* Takes a set of counters, one for each verdict, and adds one. Both may be NULL. */
void metrics_count_verdict(struct counter *verdicts, enum dance_verdict verdict);

/* Samples of these counters, with these labels and the verdict's: `labels` has room for that in the
 * place of the last one, whose name is NULL. */
void metrics_write_verdicts(struct openmetrics *out, struct openmetrics_label *labels,
	size_t count, struct counter *verdicts);

/* "allow", "deny" or "fail". */
const char *metrics_class_name(enum dance_class class);

/* The families of all that is listed in these rosters. */
void metrics_write_records(struct openmetrics *out, const struct metrics_roster *rosters,
	size_t count);

/* All others. `library` and `version`, which may be NULL, are one more label of the build. */
void metrics_write_daemon(struct openmetrics *out, const char *library,
	const char *version);
