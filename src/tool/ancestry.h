/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The zones above a name, whose signatures its own depend on (RFC 4035 5.3), asked for by
 * the very resolver that servers use. Judges nothing. */

#pragma once

#include <stdint.h>

#include "dance.h"
#include "trust_anchor.h"

struct ancestry {
	int64_t end; /* when the first signature above ends, seconds since 1970; 0: not known */
	char name[DANCE_NAME_SIZE + 1]; /* what it is of: these records of this name; the root
	                                 * is "." */
	const char *type;
	/* One whose records could not be looked up; `unknown_type` is NULL if there is none. */
	char unknown[DANCE_NAME_SIZE + 1];
	const char *unknown_type;
	/* What of the root's keys the trust anchor does not follow; empty: nothing. */
	char aging[TRUST_ANCHOR_AGING_SIZE];
};

/* Looks up the DNSKEY and DS records of the name and of all names above it, validated, for so long
 * at most, and compares the root's keys with the trust anchor. */
void ancestry_look_up(struct ancestry *ancestry,
	const struct dance_context_options *options, const char *name, unsigned timeout_ms);

/* Names whose zones above are looked up at a time: that is several lookups each. */
#define ANCESTRY_AT_ONCE 16

/* Takes that of names[i]. */
typedef void (*ancestry_each)(void *arg, size_t i, const struct ancestry *ancestry);

/* The same of many names, each for so long at most. `each` is told in their order. */
void ancestry_look_up_all(const struct dance_context_options *options,
	const char *const *names, size_t count, unsigned timeout_ms, ancestry_each each,
	void *arg);
