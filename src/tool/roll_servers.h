/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Finds the servers of the zones that a key is published in, and asks each of them. */

#pragma once

#include "dance.h"
#include "roll_look.h"

/* Addresses of one zone that are asked. A zone with more holds the roll. */
#define ROLL_ADDRESS_MAX 64

/* Looks for the records of these keys, at most two of them (the others are empty), at all names of
 * the key. Waits for answers for half a minute at most. */
void roll_servers_look(struct roll_look *look, const struct dance_context_options *options,
	const struct roll_key *key, const char *const digests[ROLL_DIGEST_MAX]);
