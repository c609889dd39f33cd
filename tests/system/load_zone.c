/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DNS messages (RFC 1035 4.1), as far as a transfer has to be told from a broken one. */

#include "load_zone.h"

#include <string.h>

#define HEADER 12
#define TYPE_SOA 6
#define CLASS_IN 1

static size_t put_name(uint8_t *to, const char *name)
{
	uint8_t *end = to;
	while (*name != '\0' && *name != '.') {
		size_t length = strcspn(name, ".");
		if (length > 63 || (size_t)(end - to) + length + 2 > 255) {
			return 0;
		}
		*end++ = (uint8_t)length;
		memcpy(end, name, length);
		end += length;
		name += length + (name[length] == '.');
	}
	*end++ = 0;
	return (size_t)(end - to);
}

static uint8_t *put_number(uint8_t *to, unsigned number)
{
	to[0] = (uint8_t)(number >> 8);
	to[1] = (uint8_t)number;
	return to + 2;
}

size_t load_query(uint8_t query[LOAD_QUERY_MAX], const char *zone, uint16_t type,
	uint16_t id)
{
	memset(query, 0, 2 + HEADER);
	put_number(query + 2, id);
	query[2 + 5] = 1; /* question */
	size_t name = put_name(query + 2 + HEADER, zone);
	uint8_t *end = query + 2 + HEADER + name;
	end = put_number(end, type);
	end = put_number(end, CLASS_IN);
	put_number(query, (unsigned)(end - query - 2));
	return name == 0 ? 0 : (size_t)(end - query);
}

static unsigned number_at(const uint8_t *octets)
{
	return (unsigned)octets[0] << 8 | octets[1];
}

/* Past a name, compressed or not; `end` if it is not whole. */
static const uint8_t *past_name(const uint8_t *at, const uint8_t *end)
{
	while (at < end && *at != 0 && *at < 0xc0) {
		at += 1 + *at;
	}
	if (at >= end) {
		return end;
	}
	at += *at == 0 ? 1 : 2;
	return at < end ? at : end;
}

static bool take_records(struct load_answer *answer, const uint8_t *at, const uint8_t *end,
	unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		at = past_name(at, end);
		if (end - at < 10 || end - at < 10 + (ptrdiff_t)number_at(at + 8)) {
			return false;
		}
		answer->records++;
		answer->authorities += number_at(at) == TYPE_SOA;
		at += 10 + number_at(at + 8);
	}
	return true;
}

bool load_take(struct load_answer *answer, const uint8_t *message, size_t size, uint16_t id)
{
	const uint8_t *at = message + HEADER, *end = message + size;
	if (size < HEADER || number_at(message) != id || (message[2] & 0x80) == 0) {
		return false;
	}
	for (unsigned i = 0; i < number_at(message + 4); i++) {
		at = past_name(at, end);
		if (end - at < 4) {
			return false;
		}
		at += 4;
	}
	answer->messages++;
	answer->rcode = message[3] & 15;
	return take_records(answer, at, end, number_at(message + 6));
}
