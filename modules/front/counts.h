/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is counted of a section, for metrics, and of each identity there: by counters that outlive
 * reloads. Any thread; each function also takes NULL, and counts nothing then. */

#pragma once

#include <stddef.h>

#include "conf/conf.h"
#include "counters.h"
#include "dance.h"
#include "message.h"
#include "metrics.h"

/* What became of a connection before its first query or octet. */
enum counts_result {
	COUNTS_ACCEPTED,  /* of a front: its handshake is done */
	COUNTS_LIMIT,     /* turned away, or closed to make room */
	COUNTS_HANDSHAKE, /* that failed */
	COUNTS_TIMEOUT,   /* of the handshake */
	COUNTS_RESULT_COUNT
};

/* What went wrong with the server behind. */
enum counts_error {
	COUNTS_UNREACHABLE,
	COUNTS_SILENT,
	COUNTS_GONE,    /* it closed the connection in the midst of an answer */
	COUNTS_REFUSED, /* REFUSED or NOTAUTH */
	COUNTS_FAILED,  /* another error */
	COUNTS_ERROR_COUNT
};

enum counts_request {
	COUNTS_SOA,
	COUNTS_AXFR,
	COUNTS_IXFR,
	COUNTS_NOTIFY,
	COUNTS_OTHER,
	COUNTS_STREAM,
	COUNTS_REQUEST_COUNT
};

#define COUNTS_CLASSES 3  /* enum dance_class */
#define COUNTS_ALERTS 128 /* RFC 8446 6 has them up to 120 */

/* Of a front or a client. */
struct counts {
	struct counter open;
	struct counter results[COUNTS_RESULT_COUNT];
	struct counter errors[COUNTS_ERROR_COUNT];
	struct counter verdicts[METRICS_VERDICT_MAX];
	struct counter alerts[COUNTS_ALERTS]; /* fatal ones that were sent */
	struct counter streams, streams_open, streams_cut;
	struct counter octets; /* of a client: of the primary's answers */
};

/* Of an identity of a front. */
struct counts_identity {
	struct counter requests[COUNTS_REQUEST_COUNT][COUNTS_CLASSES];
	struct counter octets;           /* of the server's answers */
	struct counter stream_octets[2]; /* from the client, to the client */
	struct counter last_allow;       /* seconds since 1970; 0: never */
};

/* NULL when out of memory. `kind`: "front" or "client". */
struct counts *counts_get(const char *kind, const char *id);
struct counts_identity *counts_get_identity(const char *front, const char *identity);

void counts_enter(struct counts *counts);
void counts_leave(struct counts *counts);
void counts_result(struct counts *counts, enum counts_result result);
void counts_error(struct counts *counts, enum counts_error error);

/* Counts it for SIGUSR1 too, also without `counts`. */
void counts_verdict(struct counts *counts, enum dance_verdict verdict);

/* A request of this identity, and what was decided. */
void counts_request(struct counts_identity *counts, enum counts_request request,
	enum dance_verdict verdict);
enum counts_request counts_request_of(const struct message_question *question);
