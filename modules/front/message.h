/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DNS messages as far as a front must understand them: what is asked, and the answers that
 * the front gives itself. Knows neither connections nor clients. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_HEADER 12
#define MESSAGE_MAX 65535

/* The kind of a client's message: decides whether it may pass. */
enum message_kind {
	MESSAGE_MALFORMED = 0, /* too short, a response, no single question, a bad name */
	MESSAGE_TRANSFER,      /* QUERY for SOA, AXFR or IXFR, class IN */
	MESSAGE_QUERY,         /* any other QUERY */
	MESSAGE_NOTIFY,
	MESSAGE_UPDATE,
	MESSAGE_OTHER, /* another opcode */
};

struct message_question {
	enum message_kind kind;
	uint16_t type;
	/* Printable, for the log: "AXFR" "example.com.", "TYPE65280", "NOTIFY", "OPCODE3",
	 * or "malformed" "message". */
	char name[256];
	char type_name[16];
};

/* Looks at a message from a client. */
void message_read(const uint8_t *message, size_t size, struct message_question *question);

/* In the place of an extended DNS error (RFC 8914): none. */
#define MESSAGE_NO_EDE (-1)

/* What a server says in the first message of an answer. */
struct message_reply {
	struct message_question question; /* as it repeats it, else "a" "query" */
	uint8_t rcode;       /* without the bits that an OPT record would add */
	char rcode_name[16]; /* "REFUSED" or "RCODE11" */
	int ede;             /* or MESSAGE_NO_EDE */
	char ede_text[128];  /* as it came; its end may be cut */
};

/* False if it is no response. The extended error is looked for only where there is an
 * error. */
bool message_read_reply(const uint8_t *message, size_t size, struct message_reply *reply);

/* Writes into `answer` (at least 512 octets) the response to a message: its header and
 * question with this rcode, and, where the message has an OPT record, one with the
 * extended error `ede` (unless MESSAGE_NO_EDE) and a printable text, which may be NULL.
 * Returns its size in octets, 0 when the message cannot be answered (no header, or a
 * response). */
size_t message_refuse(const uint8_t *message, size_t size, uint8_t rcode, int ede,
	const char *text, uint8_t *answer, size_t answer_size);

/* How large an answer over UDP may be: what its OPT record says, else 512 (RFC 6891
 * 6.2.3). */
#define MESSAGE_UDP_MAX 4096
size_t message_udp_max(const uint8_t *message, size_t size);

/* The response over UDP that asks the client to use TCP (RFC 1035 4.2.1: TC). Otherwise like
 * message_refuse(). */
size_t message_truncate(const uint8_t *message, size_t size, uint8_t *answer,
	size_t answer_size);
