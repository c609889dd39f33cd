/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: name_from_text() takes exactly the names of the grammar, and writes each as labels in lower
 *   case behind their lengths, within the name.
 * Sources: none
 * Contracts: none
 * Assumes: a text of at most 10 octets, or of more than 253; a label has at most 4 octets here,
 *   instead of 63.
 * Unwind: 12
 * Without: --conversion-check (a character is taken for an octet)
 * Limit: 60 s */

#include "dance.h"
#include "name.h"

_Static_assert(WIRE_LABEL_SIZE == 63, "RFC 1035 2.3.4");
#undef WIRE_LABEL_SIZE
#define WIRE_LABEL_SIZE 4

#include "name.c"

#include "proof.h"

#define SIZE 10

/* What is read lies at its end: an octet too many is out of bounds. */
static char octets[SIZE];

static bool is_in_label(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '-' || c == '_';
}

/* Labels with dots between them. */
static bool is_name(const char *text, size_t size)
{
	size_t label = 0;
	for (size_t i = 0; i < size; i++) {
		label = text[i] == '.' ? 0 : label + 1;
		if (label == 0 ? i == 0 || text[i - 1] == '.' :
				 !is_in_label(text[i]) || label > WIRE_LABEL_SIZE) {
			return false;
		}
	}
	return label > 0;
}

void harness(void)
{
	any_octets(octets);
	size_t size = nondet_size();
	assume(size <= SIZE || size >= DANCE_NAME_SIZE);
	const char *text = size <= SIZE ? octets + (SIZE - size) : octets, *why;
	struct name name;
	bool taken = name_from_text(&name, text, size, &why);
	must(taken == (size <= SIZE && is_name(text, size)), "exactly a name is taken");
	must(taken == (why == NULL), "else there is a reason");
	must(taken || name.size == 0, "else there is no name");
	if (!taken) {
		return;
	}
	must(name.size == size + 2 && name.wire[size + 1] == 0,
		"the root label is its end");

	/* Of every octet, and of every label. */
	size_t at = any_size(SIZE);
	assume(at < size);
	if (text[at] != '.') {
		char small = text[at] >= 'A' && text[at] <= 'Z' ? text[at] | 0x20 :
								  text[at];
		must(name.wire[at + 1] == small, "its octets are in lower case");
	}
	if (at == 0 || text[at - 1] == '.') {
		uint8_t length = name.wire[at];
		must(length > 0 && length <= WIRE_LABEL_SIZE && at + length <= size,
			"a length is of a label");
		must(at + length == size || text[at + length] == '.',
			"it is of this label");
		size_t within = any_size(SIZE);
		assume(within < length);
		must(text[at + within] != '.', "and of no other");
	}
	end_of_proof();
}
