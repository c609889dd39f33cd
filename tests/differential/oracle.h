/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * OpenSSL's judgement of a case, as far as it can be asked for the same thing. */

#pragma once

#include "scenario.h"

struct oracle;

/* NULL if OpenSSL cannot be set up. */
struct oracle *oracle_new(void);
void oracle_free(struct oracle *oracle);

struct oracle_opinion {
	bool asked; /* false: it could not be */
	bool allow;
	size_t usable;   /* records that it took */
	const char *why; /* static */
	int depth;       /* of the certificate that `why` is about */

	/* Of what is allowed: the path, the leaf first, and what its end is. */
	uint8_t usage;
	bool bare;     /* a key of a record, which signed the last certificate */
	size_t record; /* the one that decided; SCENARIO_NOBODY: not known */
	size_t length;
	size_t path[SCENARIO_CERTIFICATE_MAX];
};

/* OpenSSL builds one path for all records, where we try the usages one after the other: it
 * is asked apart about those that need the store and those that must not look at it. */
struct oracle_opinion oracle_judge(struct oracle *oracle, const struct scenario *scenario);

/* Some of a case: a bit for each record, each certificate that is there besides the leaf,
 * each one that the operator trusts. */
struct oracle_part {
	unsigned records, certificates, store;
};

/* Its usages are either DANE's or PKIX's. */
struct oracle_opinion oracle_judge_part(struct oracle *oracle,
	const struct scenario *scenario, struct oracle_part part);

/* All that either kind of usage is asked with. */
struct oracle_part oracle_whole(const struct scenario *scenario, bool dane);

/* The certificates that were sent or that records of a usage, 0 or 2, hold: a bit for each. */
unsigned oracle_certificates(const struct scenario *scenario, unsigned usage);
