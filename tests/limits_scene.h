/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connections that are counted, over socket pairs of which the test is the far end. */

#pragma once

#include "check.h"
#include "connection_limits.h"

#include <sys/socket.h>
#include <time.h>

/* Somebody may set the time of day while all leave. */
extern bool asked_for_time_of_day;
extern time_t later_s;

/* Of an address in figures. */
struct sockaddr_storage address(const char *text);

/* Nobody comes near these. */
extern const struct connection_limits wide;

/* A connection from there, without a socket: NULL, or the limit that is in its way. */
const char *enter(struct limits_entry *entry, struct connection_limits limits,
	const char *from);

extern const char *crowded; /* what the last one has told of those who left for it */
