/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A zone transfer as a client asks for it, and counts what comes (RFC 5936). Keeps no records.
 * Knows no connection. */

#pragma once

#include "dance.h"
#include "wire_name.h"

/* Header, question, and an OPT record. */
#define TRANSFER_QUERY_SIZE (12 + WIRE_NAME_SIZE + 4 + 11)

#define TRANSFER_ZONE_SIZE (WIRE_NAME_SIZE + 1)
#define TRANSFER_EDE_SIZE 128 /* of a text; its end may be cut */

/* In the place of an extended DNS error (RFC 8914): none. */
#define TRANSFER_NO_EDE (-1)

struct transfer {
	uint8_t zone[WIRE_NAME_SIZE];
	size_t zone_size;
	char zone_text[TRANSFER_ZONE_SIZE]; /* with its final dot */
	uint16_t id;
	/* What has come so far: */
	bool begun;     /* the zone is being served */
	unsigned rcode; /* of the last message, with the bits of its OPT record */
	int ede;        /* of it, or TRANSFER_NO_EDE */
	char ede_text[TRANSFER_EDE_SIZE]; /* printable ASCII */
	uint32_t serial;
	uint64_t messages, records, octets;
};

enum transfer_state {
	TRANSFER_MALFORMED = 0, /* this is no answer to the query */
	TRANSFER_MORE,
	TRANSFER_WHOLE,
	TRANSFER_REFUSED, /* no zone, or no more of it; see `rcode` */
};

/* Takes the name of a zone: printable ASCII without escapes, with or without a final dot; "." is
 * the root. False with a reason in *why. */
bool transfer_init(struct transfer *transfer, const char *zone, const char **why);

/* Writes a query for the whole zone, and forgets what came of the one before. Returns its size. */
size_t transfer_ask(struct transfer *transfer, uint8_t query[TRANSFER_QUERY_SIZE]);

/* Takes the next message of the answer, the first one included, without its length. */
enum transfer_state transfer_take(struct transfer *transfer, const uint8_t *message,
	size_t size);

#define TRANSFER_RCODE_SIZE 16

/* "REFUSED", or "RCODE17". */
void transfer_rcode_name(unsigned rcode, char name[TRANSFER_RCODE_SIZE]);
