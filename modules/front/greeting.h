/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A front's client from its first octet to the verdict on it: the handshake, and the decision
 * that follows. Does not know what the client comes for. Only in the loop's thread. */

#pragma once

#include "carrier.h"
#include "ruling.h"

struct greeting {
	struct carrier *carrier;
	struct ruling *ruling;
	int64_t deadline;          /* monotonic_ms(), of the handshake */
	enum stream_status shaken; /* how far its last step came */
	char why[160];             /* it has failed */
};

enum greeting_status {
	GREETING_WAITS = 0,
	GREETING_DECIDED,    /* the result of `ruling` is there, or NULL: out of memory */
	GREETING_FAILED,     /* the handshake, which was logged */
	GREETING_CALLED_OFF, /* a limit has closed the connection */
};

/* The carrier, which has begun, and the ruling are those of the same client. */
enum greeting_status greeting_begin(struct greeting *greeting, struct carrier *carrier,
	struct ruling *ruling);

/* Goes on: in each turn of the carrier, and on news of DNS. */
enum greeting_status greeting_go_on(struct greeting *greeting);

/* The errand is back. */
enum greeting_status greeting_come_back(struct greeting *greeting);
