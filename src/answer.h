/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What libunbound answers, put into our words. Starts no look-ups. */

#pragma once

#include "resolver.h"

struct ub_result;

struct answer {
	struct resolver_answer told;
	struct dance_tlsa *records; /* owned; their data is the result's */
	char why[DANCE_ERROR_SIZE];
};

/* Reads a result, or the error there is instead. What it tells lives as long as the result
 * and the answer; its reason for RESOLVER_INSECURE and RESOLVER_FAILED for ever. */
void answer_read(struct answer *answer, int error, const struct ub_result *result);
void answer_clear(struct answer *answer);
