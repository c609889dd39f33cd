/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names in messages. Input: where a name begins and where it must end, two octets each; then
 * the message. libknot reads the same. */

#include "wire_name.h"

#include <string.h>

#include <libknot/dname.h>

#include "input.h"
#include "target.h"

/* Does the name at `at` go through more pointers than we follow? Names that libknot has read
 * come to an end. */
static bool has_many_pointers(const uint8_t *message, size_t at)
{
	unsigned count = 0;
	while (message[at] != 0) {
		if (message[at] >= 0xc0) {
			at = (size_t)(message[at] & 0x3f) << 8 | message[at + 1];
			count++;
		} else {
			at += (size_t)1 + message[at];
		}
	}
	return count > WIRE_NAME_POINTERS_MAX;
}

static void check_whole(const uint8_t *name)
{
	must(wire_name_size(name) == knot_dname_size(name));
	must(wire_name_depth(name, name) == 0 && wire_name_is_same(name, name));

	/* With itself in other case, and with each name that it ends in. */
	knot_dname_storage_t other;
	memcpy(other, name, wire_name_size(name));
	knot_dname_to_lower(other);
	must(wire_name_is_same(name, other) && wire_name_is_same(other, name));
	must((wire_name_depth(name, other) == 0) == knot_dname_is_equal(name, other));
	int depth = 0;
	for (const uint8_t *at = name; *at != 0; at += 1 + *at, depth++) {
		must(wire_name_depth(name, at) == depth);
		must(depth == 0 || wire_name_depth(at, name) == -1);
		must(depth == 0 || !wire_name_is_same(at, name));
	}
}

static void compare(const uint8_t *a, const uint8_t *b)
{
	int depth = knot_dname_in_bailiwick(a, b);
	must(wire_name_depth(a, b) == (depth < 0 ? -1 : depth));
	must(wire_name_is_same(a, b) == knot_dname_is_case_equal(a, b));
}

static bool read(uint8_t *name, const uint8_t *message, size_t at, size_t end)
{
	size_t size = wire_name_read(name, message, at, end);
	must(size == wire_name_read(NULL, message, at, end));
	int wanted = at < end ?
		knot_dname_wire_check(message + at, message + end, message) :
		0;
	if (wanted <= 0 || has_many_pointers(message, at)) {
		must(size == 0);
		return false;
	}
	must(size == (size_t)wanted);
	knot_dname_storage_t theirs;
	int whole = knot_dname_unpack(theirs, message + at, sizeof(theirs), message);
	must(whole > 0 && wire_name_size(name) == (size_t)whole);
	must(memcmp(name, theirs, (size_t)whole) == 0);
	check_whole(name);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	uint32_t places = input_number(&input);
	struct dance_octets message = input_copy(&input, input.data, input.size);
	size_t at = places >> 16, end = places & 0xffff;
	end = end < message.size ? end : message.size;
	uint8_t name[WIRE_NAME_SIZE], next[WIRE_NAME_SIZE];
	if (read(name, message.data, at, end)) {
		at += wire_name_read(NULL, message.data, at, end);
		if (read(next, message.data, at, end)) {
			compare(name, next);
			compare(next, name);
		}
	}
	input_end(&input);
	return 0;
}
