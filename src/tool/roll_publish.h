/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Brings a record into its zone, or takes it out: by dynamic update, by knotc, or by a hook; and
 * runs the command that makes a program take its new key. Knows no steps. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dance.h"
#include "roll_conf.h"

struct roll_record {
	const char *owner; /* no trailing dot */
	const char *zone;
	const char *digest; /* of TLSA 3 1 1, in hex */
	uint32_t ttl;
	bool remove; /* else add it */
	bool again;  /* the last time may have been interrupted */
};

/* Doing what was done already is fine. False with a reason. */
bool roll_publish(const struct roll_key *key, const struct roll_record *record,
	char why[DANCE_ERROR_SIZE]);

/* Runs 'reload' for the key with this digest. Without such a command there is nothing to do. */
bool roll_reload(const struct roll_key *key, const char *digest,
	char why[DANCE_ERROR_SIZE]);
