/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Queries and answers of zone transfers, written by hand, small enough for one octet of
 * everything. Knows nothing of what reads them. */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "check.h"

#define DNS_SOA 6
#define DNS_NS 2
#define DNS_A 1
#define DNS_CNAME 5
#define DNS_PTR 12
#define DNS_RRSIG 46
#define DNS_NSEC 47
#define DNS_TLSA 52
#define DNS_IXFR 251
#define DNS_AXFR 252

#define DNS_ZONE "\7example\3com"

struct dns_message {
	uint8_t octets[1024];
	size_t size;
};

static inline void dns_put(struct dns_message *message, const void *octets, size_t size)
{
	assert_true(message->size + size <= sizeof(message->octets));
	memcpy(message->octets + message->size, octets, size);
	message->size += size;
}

static inline void dns_put_number(struct dns_message *message, uint32_t number, size_t size)
{
	for (size_t i = size; i > 0; i--) {
		const uint8_t octet = (uint8_t)(number >> 8 * (i - 1));
		dns_put(message, &octet, 1);
	}
}

/* Header and question; `flags`: with the opcode and, of an answer, 0x8000 and the rcode. */
static inline struct dns_message dns_begin(uint16_t id, uint16_t flags, uint16_t type)
{
	struct dns_message message = { .size = 0 };
	dns_put_number(&message, id, 2);
	dns_put_number(&message, flags, 2);
	dns_put_number(&message, 1, 2);
	dns_put(&message, "\0\0\0\0\0", 6);
	dns_put(&message, DNS_ZONE, sizeof(DNS_ZONE));
	dns_put_number(&message, type, 2);
	dns_put_number(&message, 1, 2);
	return message;
}

/* A record in a section: 1 answer, 2 authority, 3 additional. The owner's length counts, not
 * its end. */
static inline void dns_record_for(struct dns_message *message, unsigned section,
	const void *owner, size_t owner_size, uint16_t type, uint32_t ttl, const void *data,
	size_t size)
{
	message->octets[5 + 2 * section]++;
	dns_put(message, owner, owner_size);
	dns_put_number(message, type, 2);
	dns_put_number(message, 1, 2);
	dns_put_number(message, ttl, 4);
	dns_put_number(message, (uint32_t)size, 2);
	dns_put(message, data, size);
}

static inline void dns_record(struct dns_message *message, unsigned section,
	const void *owner, size_t owner_size, uint16_t type, const void *data, size_t size)
{
	dns_record_for(message, section, owner, owner_size, type, 60, data, size);
}

/* A SOA record of the zone, its names by pointers to the question. */
static inline void dns_soa(struct dns_message *message, unsigned section, uint32_t serial)
{
	struct dns_message data = { .size = 0 };
	dns_put(&data, "\2ns\xc0\x0c\xc0\x0c", 7);
	dns_put_number(&data, serial, 4);
	dns_put(&data, "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4", 16);
	dns_record(message, section, "\xc0\x0c", 2, DNS_SOA, data.octets, data.size);
}

/* Some record of the zone. */
static inline void dns_filling(struct dns_message *message)
{
	dns_record(message, 1, "\1a\xc0\x0c", 4, DNS_A, "\300\0\2\1", 4);
}

/* A query, of an IXFR from this serial on. */
static inline struct dns_message dns_query(uint16_t id, uint16_t type, uint32_t serial)
{
	struct dns_message message = dns_begin(id, 0, type);
	if (type == DNS_IXFR) {
		dns_soa(&message, 2, serial);
	}
	return message;
}
