/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What sets verdicts apart, and filling a result: one place where a verdict and its reason are
 * written down. The vocabulary itself is public, in dance.h. */

#pragma once

#include "dance.h"

/* Of the verdicts on several names, which tells most? That with the highest rank: that we could
 * not find out outweighs a no, and among these what a record said outweighs that there was
 * none. */
unsigned verdict_rank(enum dance_verdict verdict);

/* Is it what usable records, or that there are none among them, say of a peer? */
bool verdict_is_of_record(enum dance_verdict verdict);

#define VERDICT_COUNT (DANCE_FAIL_INTERNAL + 1)

/* Empties a result: undecided, no name, no reason. Its size stays. */
void result_begin(struct dance_result *result);

/* Writes down a verdict with its reason, which may hold octets of a peer: what is not
 * printable becomes '?'. `format` may be NULL. Returns the verdict. */
enum dance_verdict result_say(struct dance_result *result, enum dance_verdict verdict,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Makes a string printable ASCII, in place: what is not becomes '?'. */
void result_make_printable(char *text);
