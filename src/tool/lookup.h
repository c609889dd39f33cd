/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One validated lookup, waited for. */

#pragma once

#include "dance.h"
#include "resolver.h"
#include "tlsa.h"

struct lookup {
	bool secure;                /* records are there and validated */
	enum dance_verdict verdict; /* if not: what a verifier would say */
	struct dance_tlsa *records; /* owned, as is their data */
	size_t count;
	size_t broken; /* the last ones: see resolver_answer.h */
	uint32_t ttl;
	int64_t signatures_end; /* seconds since 1970 when the first one ends; 0: not known */
	char why[DANCE_ERROR_SIZE]; /* printable; may be empty */
};

/* Looks up the TLSA records of a name, for so long at most. */
void lookup_make(struct lookup *lookup, const struct dance_context_options *options,
	const char *name, unsigned timeout_ms);

void lookup_clear(struct lookup *lookup);
