/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * When each step of a roll is due, and telling it: how a roll stands, and what will be done. Does
 * nothing of it. */

#pragma once

#include <stdio.h>

#include "json.h"
#include "roll.h"

/* When the step that the state is in may end, if all goes well and only time is missing: seconds
 * since 1970. 0: as soon as DNS shows it, or at once. INT64_MAX: when somebody wants it. */
int64_t roll_not_before(const struct roll_state *state, const struct roll_key *key);

/* How long a record must be seen everywhere before its key is used: two TTLs (RFC 7671 8.1). */
int64_t roll_spread_time(int64_t ttl);

/* How a roll stands: a line, or an object of an array. `wrong` is why its state cannot be used;
 * else NULL. */
void roll_status_print(FILE *out, const struct roll *roll, const char *wrong);
void roll_status_print_json(struct json *json, const struct roll *roll, const char *wrong);

/* What will be done from now on, with the earliest times, if the records' TTL is as in `seen`. */
void roll_plan_print(FILE *out, const struct roll *roll, const struct roll_look *seen,
	int64_t now);
void roll_plan_print_json(struct json *json, const struct roll *roll,
	const struct roll_look *seen, int64_t now);
