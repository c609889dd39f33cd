/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How often what happened, since the start. Any thread. */

#pragma once

#include "dance.h"

enum tally_event {
	TALLY_CONNECTIONS, /* came in and were taken */
	TALLY_TURNED_AWAY, /* over a limit, for others to come in, or where nobody listens */
	TALLY_HANDSHAKES,  /* that failed */
	TALLY_QUERIES,     /* passed on */
	TALLY_NOT_PASSED,  /* of a kind that is not passed */
	TALLY_SERVER,      /* queries that no server answered */
	TALLY_REFUSED,     /* by the server: REFUSED or NOTAUTH */
	TALLY_FAILED,      /* answered with another error */
	TALLY_EVENT_COUNT  /* not an event */
};

void tally_event(enum tally_event event);

/* What became of a client that was judged, or of a primary. */
void tally_verdict(enum dance_verdict verdict);

/* Logs all that are not zero, in one line. */
void tally_log(void);
