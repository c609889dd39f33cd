/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * By what a stream is permitted: the name that DNS has proved, the entry of the configuration, and
 * the time for which the record counts (recheck.h). Decides nothing about the client, and knows
 * nothing of connections. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "recheck.h"
#include "runtime.h"

/* All zero: nothing was allowed yet. */
struct stream_permit {
	char *name;  /* that DNS has proved; NULL: none yet */
	char *entry; /* by which it is permitted */
	struct recheck recheck;
};

/* The client is allowed, with this result. False when out of memory. */
bool stream_permit_grant(struct stream_permit *permit, const struct dance_result *result);

/* After another decision, made by the front `now`: is the client the same as before, and may the
 * stream be what it is, for the server too? `now` may be NULL: then there is no such front. */
bool stream_permit_is_same(const struct stream_permit *permit,
	const struct dance_result *result, const struct front *before,
	const struct front *now);

/* May the stream go on after this verdict? Without rechecks nobody has told for long whether the
 * record is still there: it takes a denial then. */
bool stream_permit_holds(const struct stream_permit *permit, enum dance_verdict verdict,
	const struct conf *conf, const struct conf_front *front);

/* The moment of monotonic_ms() at which it is to be judged again after this verdict, or
 * WATCH_NEVER. */
int64_t stream_permit_check_at(const struct stream_permit *permit,
	enum dance_verdict verdict, const struct conf *conf,
	const struct conf_front *front);

void stream_permit_clear(struct stream_permit *permit);
