/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a lookup of TLSA or PTR records ends in: an outcome, and the records if they were validated.
 * Makes no lookups. */

#pragma once

#include "dance.h"

/* A lookup that takes longer is given up. */
#define RESOLVER_DEADLINE_MS 10000

/* The names of so many PTR records are read; of more, only their count is known. */
#define RESOLVER_NAME_MAX DANCE_LIST_MAX

/* Signatures are renewed well before they end. One that is so close to its end is late; if it is
 * good for less than four times as long in all, the last quarter of that counts, since some signers
 * make signatures of a day or two and renew them often. */
#define RESOLVER_LATE_S 259200

enum resolver_outcome {
	RESOLVER_NONE = 0, /* no lookup was possible */
	RESOLVER_SECURE,   /* records, validated over every CNAME on the way */
	RESOLVER_DENIED,   /* validated: no such record */
	RESOLVER_INSECURE, /* not signed, whatever the answer: proved from the root down */
	RESOLVER_BOGUS,    /* validation failed */
	RESOLVER_FAILED,   /* no answer to be had */
	RESOLVER_TIMEOUT,  /* not within RESOLVER_DEADLINE_MS */
};

/* Lives only while the callback runs. */
struct resolver_answer {
	enum resolver_outcome outcome;
	const struct dance_tlsa *records; /* of RESOLVER_SECURE, all of them */
	size_t count;
	uint32_t ttl;    /* seconds; of SECURE, DENIED, INSECURE */
	const char *why; /* never NULL, may be empty; may hold octets of others */
	size_t broken;   /* of the records, the last ones: too short for a usage, a selector
	                  * and a matching type. These are then UINT8_MAX, and the data is all
	                  * there is. */
	const uint8_t *names; /* of a lookup of PTR records, in the place of `records`: their
	                       * `count` names in wire form, one behind the other; NULL if there
	                       * are more than RESOLVER_NAME_MAX */
	int64_t signatures_end; /* of RESOLVER_SECURE: when the first signature in the answer ends,
	                         * seconds since 1970; 0: not known */
	int64_t signatures_late; /* when it should have been renewed: RESOLVER_LATE_S */
};

/* The verdict that an outcome leads to: UNDECIDED for validated records, which have yet to be
 * judged. */
enum dance_verdict resolver_verdict(enum resolver_outcome outcome);
