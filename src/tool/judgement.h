/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A judgement of the library as the command reports it. */

#pragma once

#include <stdio.h>

#include "dance.h"

struct judgement {
	struct dance_result result;
	/* The one that proved the peer; NULL if none did, or if it cannot be told from
	 * others like it. */
	const struct dance_tlsa *record;
};

/* Like dance_judge(). `record` then points into `records`. */
void judgement_make(struct judgement *judgement, const struct dance_peer *peer,
	const char *name, const struct dance_tlsa *records, size_t count,
	const struct dance_options *options);

/* The verdict's token, and the record or the reason. */
void judgement_print(FILE *out, const struct judgement *judgement);

/* What a command that came to this verdict exits with. */
int judgement_status(enum dance_verdict verdict);

/* Reads what --usage and --ca-file say, NULL if they were not given: then all usages
 * count, as far as there are CAs for them. False, and a line has said why, if they are
 * wrong. The caller frees *trust. */
bool judgement_options(struct dance_options *options, const char *usages,
	const char *ca_file, struct dance_trust **trust);
