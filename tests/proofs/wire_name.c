/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a name is read within what may be read of a message, and the reading ends whatever points
 *   where. It takes up its labels there, to the root label or behind a pointer to an earlier
 *   place, and begins with these labels, as they are; behind them come those of the name that is
 *   there. It is written within its room, and is well-formed: labels of no more than their
 *   longest, to a root label. Without pointers, exactly what is well-formed and fits is a name.
 * Sources: none
 * Contracts: none
 * Assumes: a message of 7 octets, and any place in it; a name has at most 6 octets, a label 3
 *   (WIRE_NAME_SIZE and WIRE_LABEL_SIZE are redefined), and at most 2 pointers are followed
 *   (WIRE_NAME_POINTERS_MAX).
 * Unwind: 8
 * Without: --conversion-check (an octet is cut out of a number)
 * Limit: 60 s */

#include "wire_name.h"

_Static_assert(WIRE_NAME_SIZE == 255 && WIRE_LABEL_SIZE == 63, "RFC 1035 2.3.4");
#undef WIRE_NAME_SIZE
#undef WIRE_LABEL_SIZE
#undef WIRE_NAME_POINTERS_MAX
#define WIRE_NAME_SIZE 6
#define WIRE_LABEL_SIZE 3
#define WIRE_NAME_POINTERS_MAX 2

#include <string.h>

#define memcpy(to, from, size) copy(to, from, size)
static void copy(void *to, const void *from, size_t size);

#include "../src/wire_name.c"

#include "proof.h"

#define SIZE 7

static uint8_t octets[SIZE], name[WIRE_NAME_SIZE], rest[WIRE_NAME_SIZE];

static void copy(void *to, const void *from, size_t size)
{
	must(can_write(to, size) && can_read(from, size) && size <= 1 + WIRE_LABEL_SIZE,
		"a label is there, and room for it");
	for (size_t i = 0; i < 1 + WIRE_LABEL_SIZE; i++) {
		if (i < size) {
			((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
		}
	}
}

static void judge_rest(const uint8_t *message, size_t target, size_t end, size_t labels)
{
	size_t taken = wire_name_read(rest, message, target, end), i = any_size(SIZE);
	must(taken > 0, "what it points to is a name");
	assume(labels + i < WIRE_NAME_SIZE && i < wire_name_size(rest));
	must(name[labels + i] == rest[i], "which is the end of it");
}

/* How many pointers are there to one another, from here on? */
static unsigned pointers_from(size_t at)
{
	unsigned count = 0;
	while (count <= WIRE_NAME_POINTERS_MAX && at + 1 < SIZE && octets[at] >= 0xc0) {
		at = (octets[at] & 0x3fu) * 256 + octets[at + 1];
		count++;
	}
	return count;
}

void harness(void)
{
	any_octets(octets);
	const uint8_t *message = octets;
	size_t end = SIZE, at = any_size(SIZE);
	size_t taken = wire_name_read(name, message, at, end);
	must(taken <= end - at, "it is within what may be read");

	size_t labels = 0;
	while (at + labels < end && message[at + labels] != 0 &&
		message[at + labels] <= WIRE_LABEL_SIZE) {
		labels += (size_t)1 + message[at + labels];
	}
	bool has_end = at + labels < end && message[at + labels] == 0;
	must(taken > 0 || !has_end || labels + 1 > WIRE_NAME_SIZE, "what is a name is one");
	if (taken == 0) {
		return;
	}
	must(pointers_from(at) <= WIRE_NAME_POINTERS_MAX, "no more pointers are followed");
	must(taken == labels + (has_end ? 1 : 2), "its labels, and what is behind them");
	size_t i = any_size(SIZE);
	must(i >= labels || name[i] == message[at + i], "it has these labels");
	must(wire_name_size(name) <= WIRE_NAME_SIZE, "it is well-formed");
	if (!has_end) {
		size_t target = (message[at + labels] & 0x3fu) * 256 +
			message[at + labels + 1];
		must(message[at + labels] >= 0xc0 && target < at + labels,
			"it points back");
		judge_rest(message, target, end, labels);
	}
	assume(labels == 2 && !has_end);
	end_of_proof();
}
