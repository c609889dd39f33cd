/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How each record of a set stands: does it count, and if not why not? */

#pragma once

#include "dance.h"
#include "tlsa.h"

enum standing_state {
	STANDING_UNUSABLE, /* RFC 6698 4.1, or its usage is switched off */
	STANDING_SKIPPED,  /* usable, but for digest agility (RFC 7671 9) */
	STANDING_USABLE,
};

struct standing {
	enum standing_state state;
	char why[80]; /* empty if usable */
};

/* "usable", "skipped" or "unusable". */
const char *standing_name(enum standing_state state);

/* Fills `standings`, one for each record, and counts those that are usable. False when
 * out of memory. */
bool standing_survey(const struct dance_tlsa *records, size_t count,
	const struct dance_options *options, struct standing *standings, size_t *usable);

#define ADVICE_MAX 8

/* What an operator should know of a set that is in order as it is: sentences, static ones.
 * `cached` says that its TTL may have been counted down by a resolver. */
size_t standing_advice(const struct dance_tlsa *records, size_t count, size_t usable,
	uint32_t ttl, bool cached, const char *advice[ADVICE_MAX]);
