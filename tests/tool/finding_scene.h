/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A finding that is made up without DNS, what is printed of it, and the warnings that are given.
 * Judging, the clock and memory are the test's own where it says so (link with finding_wraps).
 * Knows no expectation. */

#pragma once

#include "../check.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "finding.h"

extern const struct dance_peer *judged_peer; /* by us, if it is shown */
extern const unsigned char *proving;         /* the data of the records that prove it */
extern bool no_memory;
extern time_t now;          /* 0: what it is */
extern char warnings[2048]; /* a line for each */

/* The data of all records, which are zeros. */
extern const unsigned char digits[TLSA_SHA512_SIZE + 1];

#define ALL_USAGES (DANCE_PKIX_TA | DANCE_PKIX_EE | DANCE_DANE_TA | DANCE_DANE_EE)

/* A secure answer for a.example without records. There is one at a time. */
struct finding *secure(uint32_t ttl);

/* Takes no data along: what is made up here is not lookup_clear()ed. */
void add(struct finding *finding, uint8_t usage, uint8_t selector, uint8_t matching,
	size_t size);

void judge(struct finding *finding, const struct dance_peer *peer, unsigned usages);

/* What is printed, to be freed; the warnings begin anew. */
char *printed(const struct finding *finding,
	void (*print)(FILE *out, const struct finding *finding));

void finish(struct finding *finding);
