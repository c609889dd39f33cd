/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A domain name in wire form (RFC 1035 3.1): its size, its place below other names, and how
 * it stands in a DNS message. Any octet may stand in a label here; name.h knows which names
 * we take. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_NAME_SIZE 255 /* of a whole name, the root label included (RFC 1035 2.3.4) */
#define WIRE_LABEL_SIZE 63 /* of a label's content */

/* A name in a message is followed through this many pointers and no more; it has at most 127
 * labels, so only pointers to pointers take more. */
#define WIRE_NAME_POINTERS_MAX 127

/* Octets of a well-formed name, the root label included. */
size_t wire_name_size(const uint8_t *name);

/* How many labels longer `name` is than `domain`, if it ends in it; -1 if it does not. Both
 * are well-formed and in lower case. */
int wire_name_depth(const uint8_t *name, const uint8_t *domain);

/* Compares two well-formed names without regard to the case of ASCII letters. */
bool wire_name_is_same(const uint8_t *a, const uint8_t *b);

/* Reads the name at `at` in a message (RFC 1035 4.1.4) as far as `end`, where what may be read
 * ends. Pointers must point before themselves. Writes the whole name to `name` unless that is
 * NULL, with its case as it is. Returns the octets that the name takes up at `at`; 0 if it is
 * malformed, and `name` then must not be used. */
size_t wire_name_read(uint8_t name[WIRE_NAME_SIZE], const uint8_t *message, size_t at,
	size_t end);
