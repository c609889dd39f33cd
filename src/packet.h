/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A DNS message that answers one question (RFC 1035 4.1). Knows nothing of validation. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Values of the RCODE field (RFC 1035 4.1.1). */
#define PACKET_NOERROR 0
#define PACKET_SERVFAIL 2
#define PACKET_NXDOMAIN 3
#define PACKET_REFUSED 5

struct packet {
	unsigned rcode;
	size_t count; /* records of the type, at the name asked for or where its aliases lead */
	size_t octets;  /* of their data, all together */
	uint32_t ttl;   /* seconds for which these records, or their absence, hold */
	bool is_signed; /* there are RRSIG records in the answer section */
	uint32_t signatures_end; /* then the first moment at which one of them expires, as RFC
	                          * 4034 3.1.5 writes it: packet_moment() */
	uint32_t signatures_span; /* for how many seconds that one is good in all */
};

/* Seconds since 1970 of a moment in an RRSIG record, which has 32 bits and is within 68 years from
 * now (RFC 4034 3.1.5, RFC 1982 3.2). Never 0 nor less: no signature is that old. */
static inline int64_t packet_moment(uint32_t moment, int64_t now)
{
	int64_t at = now + (int32_t)(moment - (uint32_t)now);
	return at > 0 ? at : 1;
}

/* Called for each such record. The data is only there while it runs. */
typedef void (*packet_record)(void *arg, const uint8_t *data, size_t size);

/* Reads the answer to a question for this type in class IN (RFC 1035 4.1, RFC 2308 5). False if
 * the message is malformed, truncated or answers something else; the records that `each` was
 * called for until then must not be used. `each` may be NULL. */
bool packet_read(struct packet *packet, const uint8_t *octets, size_t size, uint16_t type,
	packet_record each, void *arg);

enum packet_section {
	PACKET_ANSWER = 0,
	PACKET_AUTHORITY,
	PACKET_ADDITIONAL,
};

/* One record of a message. */
struct packet_entry {
	enum packet_section section;
	size_t owner; /* where its name begins, for wire_name_read() */
	uint16_t type, class;
	uint32_t ttl; /* as it stands there; of an OPT record, see RFC 6891 6.1.3 */
	const uint8_t *data;
	size_t size;
};

/* Called for each record of a message, in their order. The entry is only there while it runs. */
typedef void (*packet_visit)(void *arg, const struct packet_entry *entry);

/* Goes through all records of a message, whatever its questions ask. False if it is malformed; the
 * records that `visit` was called for until then must not be used. */
bool packet_walk(const uint8_t *octets, size_t size, packet_visit visit, void *arg);
