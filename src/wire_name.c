/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A domain name in wire form. Reads a message octet by octet and checks every bound before;
 * knows nothing of text. */

#include "wire_name.h"

#include <string.h>

/* The two highest bits of a label's first octet (RFC 1035 4.1.4). */
#define IS_POINTER 0xc0

size_t wire_name_size(const uint8_t *name)
{
	size_t size = 1;
	for (; *name != 0; name += 1 + *name) {
		size += (size_t)1 + *name;
	}
	return size;
}

int wire_name_depth(const uint8_t *name, const uint8_t *domain)
{
	size_t rest = wire_name_size(name), size = wire_name_size(domain);
	int depth = 0;
	for (; rest > size; depth++) {
		rest -= (size_t)1 + *name;
		name += 1 + *name;
	}
	return rest == size && memcmp(name, domain, size) == 0 ? depth : -1;
}

/* Leaves what is no letter alone, and so the octets that are lengths: no label has 65. */
static uint8_t lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
}

bool wire_name_is_same(const uint8_t *a, const uint8_t *b)
{
	size_t size = wire_name_size(a);
	if (wire_name_size(b) != size) {
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		if (lower(a[i]) != lower(b[i])) {
			return false;
		}
	}
	return true;
}

size_t wire_name_read(uint8_t name[WIRE_NAME_SIZE], const uint8_t *message, size_t at,
	size_t end)
{
	size_t begin = at, taken = 0, size = 0;
	unsigned pointers = 0;
	while (at < end) {
		uint8_t first = message[at];
		if ((first & IS_POINTER) == IS_POINTER) {
			if (end - at < 2 || ++pointers > WIRE_NAME_POINTERS_MAX) {
				return 0;
			}
			size_t target = (size_t)(first & ~IS_POINTER) << 8 |
				message[at + 1];
			if (target >= at) {
				return 0;
			}
			taken = taken == 0 ? at + 2 - begin : taken;
			at = target;
			continue;
		}
		size_t label = (size_t)1 + first;
		if (first > WIRE_LABEL_SIZE || label > end - at ||
			label > WIRE_NAME_SIZE - size) {
			return 0;
		}
		if (name != NULL) {
			memcpy(name + size, message + at, label);
		}
		at += label;
		size += label;
		if (first == 0) {
			return taken == 0 ? at - begin : taken;
		}
	}
	return 0;
}
