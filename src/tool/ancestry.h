/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The zones above a name, whose signatures its own depend on (RFC 4035 5.3), asked for by
 * the very resolver that servers use. Judges nothing. */

#pragma once

#include <stdint.h>

#include "dance.h"
#include "packet.h"

struct ancestry {
	int64_t end; /* when the first signature above ends, seconds since 1970; 0: not known */
	char name[DANCE_NAME_SIZE + 1]; /* what it is of: these records of this name; the root
	                                 * is "." */
	const char *type;
	/* One whose records could not be looked up; `unknown_type` is NULL if there is none. */
	char unknown[DANCE_NAME_SIZE + 1];
	const char *unknown_type;
};

/* Looks up the DNSKEY and DS records of the name and of all names above it, validated, for so long
 * at most. `root_key` is called for each DNSKEY record of the root. */
void ancestry_look_up(struct ancestry *ancestry,
	const struct dance_context_options *options, const char *name, unsigned timeout_ms,
	packet_record root_key, void *arg);
