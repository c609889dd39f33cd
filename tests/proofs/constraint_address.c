/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a base of iPAddresses is understood exactly if it is an address and a mask of leading
 *   ones of the same family; an address lies inside exactly if it is of that family and equals
 *   it in those bits, else outside (RFC 5280 4.2.1.10, RFC 4632 3.1).
 * Sources: src/general_name.c
 * Contracts: none
 * Assumes: names and bases of up to 33 octets, more than any that is understood.
 * Unwind: 34
 * Without: --conversion-check (an octet of a mask is inverted)
 * Limit: 60 s */

#include "general_name.h"

#include "proof.h"

#define SIZE 33

static unsigned char address[SIZE], base_text[SIZE];

bool work_take(struct work *work, uint32_t steps)
{
	return true;
}

void harness(void)
{
	struct general_name name = { .form = NAME_ADDRESS },
			    base = { .form = NAME_ADDRESS };
	struct work work;
	unsigned char room[URI_HOST_MAX];
	size_t size = any_size(SIZE), base_size = any_size(SIZE), bits = any_size(128);
	any_octets(address);
	any_octets(base_text);
	name.content = (struct dance_octets){ address + (SIZE - size), size };
	base.content = (struct dance_octets){ base_text + (SIZE - base_size), base_size };
	bool is_name = general_name_read(&name, room),
	     is_base = general_name_is_base(&base);
	must(is_name == (size == 4 || size == 16), "an address is of one of two families");

	/* A mask of so many leading ones? */
	size_t half = base_size / 2;
	bool is_mask = (base_size == 8 || base_size == 32) && bits <= 8 * half, same = true;
	for (size_t i = 0; i < 16; i++) {
		size_t ones = bits <= 8 * i ? 0 : bits >= 8 * i + 8 ? 8 : bits - 8 * i;
		unsigned char mask = (unsigned char)(0xff00 >> ones & 0xff);
		if (i < half && half <= 16) {
			is_mask = is_mask && base.content.data[half + i] == mask;
			same = same &&
				(i >= size ||
					((name.content.data[i] ^ base.content.data[i]) &
						mask) == 0);
		}
	}
	must(!is_mask || is_base, "a mask of leading ones is understood");
	if (!is_name || !is_base) {
		return;
	}
	must(base_size == 8 || base_size == 32, "a base is of one of two families");
	enum general_name_place place = general_name_place(&name, &base, &work);
	must(place != PLACE_UNCLEAR, "it is clear");
	must(!is_mask || (place == PLACE_INSIDE) == (size == half && same),
		"inside are those that equal the base as far as the mask goes");
	/* And there is no other mask: a zero is followed by zeros. */
	size_t at = half + any_size(15), bit = any_size(6);
	if (at < base_size) {
		unsigned char octet = base.content.data[at];
		bool zero = (octet >> (7 - bit) & 1) == 0;
		must(!zero || (octet >> (6 - bit) & 1) == 0, "behind a zero is no one");
		must(at + 1 == base_size || (octet & 1) == 1 ||
				base.content.data[at + 1] == 0,
			"nor in the next octet");
	}
	end_of_proof();
}
