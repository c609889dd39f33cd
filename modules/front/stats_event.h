/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is counted. */

#pragma once

#include "stats.h"

enum stats_event {
	STATS_CONNECTIONS, /* came in and were taken */
	STATS_TURNED_AWAY, /* over a limit, to make room, or where no section listens */
	STATS_HANDSHAKES,  /* that failed */
	STATS_QUERIES,     /* passed on */
	STATS_NOT_PASSED,  /* of a kind that is not passed */
	STATS_SERVER, /* queries that no server answered, streams that it was not there for */
	STATS_REFUSED,        /* by the server: REFUSED or NOTAUTH */
	STATS_FAILED,         /* answered with another error */
	STATS_STREAMS,        /* that have flowed */
	STATS_STREAMS_CLOSED, /* of these, after they were judged again */
	STATS_EVENT_COUNT     /* not an event */
};
