/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: der_take() takes exactly what X.690 8.1.3 and 10.1 call a value with a definite length of
 *   the fewest octets, all of which is there, gives its content and leaves what follows.
 * Sources: none
 * Contracts: none
 * Assumes: at most 400 octets of input, so that lengths of one and two octets are taken and each
 *   form that must not be taken is there.
 * Unwind: 6
 * Limit: 180 s */

#include "der.h"

#include "proof.h"

#define SIZE 400

/* What is read lies at its end: an octet too many is out of bounds. */
static unsigned char octets[SIZE];

/* The rules written down once more: octets of tag and length, 0 if it is no DER. */
static size_t head_of(const unsigned char *at, size_t size, size_t *length)
{
	if (size < 2) {
		return 0;
	}
	if (at[1] < 0x80) {
		*length = at[1];
		return 2;
	}
	size_t count = at[1] - (size_t)0x80;
	if (count < 1 || count > 4 || size < 2 + count || at[2] == 0) {
		return 0;
	}
	*length = 0;
	for (size_t i = 0; i < count; i++) {
		*length = *length * 256 + at[2 + i];
	}
	return *length > 127 ? 2 + count : 0;
}

void harness(void)
{
	any_octets(octets);
	size_t size = any_size(SIZE), length = 0;
	const unsigned char *at = octets + (SIZE - size), tag = nondet_uint8();
	struct dance_octets in = { at, size }, content = { NULL, 0 };
	size_t head = head_of(at, size, &length);
	bool is_der = head != 0 && at[0] == tag && length <= size - head;

	bool taken = der_take(&in, tag, &content);
	must(taken == is_der, "it is taken exactly if it is DER");
	if (taken) {
		must(content.data == at + head && content.size == length, "its content");
		must(in.data == content.data + length && in.size == size - head - length,
			"what follows");
	} else {
		must(in.data == at && in.size == size, "else nothing is changed");
		must(content.data == NULL && content.size == 0, "else nothing is changed");
	}
	end_of_proof();
}
