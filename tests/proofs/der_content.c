/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: the content of a BOOLEAN, an INTEGER, an OBJECT IDENTIFIER and a BIT STRING is taken
 *   exactly if X.690 8.2, 8.3.2, 8.6.2 and 8.19.2 have it so; a number is the one that is written,
 *   or UINT32_MAX if it is greater; nothing outside is read.
 * Sources: src/der.c
 * Contracts: none
 * Assumes: at most 7 octets: two more than the greatest number that counts takes.
 * Unwind: 8
 * Limit: 60 s */

#include "der.h"

#include "proof.h"

#define SIZE 7

/* What is read lies at its end: an octet too many is out of bounds. */
static unsigned char octets[SIZE];

/* 8.3.2: the first nine bits are neither all ones nor all zero. */
static bool is_integer(const unsigned char *at, size_t size)
{
	unsigned nine = size > 1 ? at[0] * 2u + at[1] / 128u : 1;
	return size > 0 && nine != 0 && nine != 0x1ff;
}

/* The value that two's complement octets have, if that is not negative. */
static uint64_t value_of(const unsigned char *at, size_t size)
{
	uint64_t value = 0;
	for (size_t i = 0; i < size; i++) {
		value = value * 256 + at[i];
	}
	return value;
}

/* 8.19.2: each subidentifier ends with the first octet below 0x80, and does not begin with that
 * very octet. */
static bool is_oid(const unsigned char *at, size_t size)
{
	bool is = size > 0 && at[size - 1] < 0x80 && at[0] != 0x80;
	for (size_t i = 1; i < size; i++) {
		is = is && !(at[i] == 0x80 && at[i - 1] < 0x80);
	}
	return is;
}

void harness(void)
{
	any_octets(octets);
	size_t size = any_size(SIZE);
	const unsigned char *at = octets + (SIZE - size);
	struct dance_octets content = { at, size };
	bool truth;
	uint32_t number;

	bool taken = der_boolean(content, &truth);
	must(taken == (size == 1), "a BOOLEAN has one octet");
	must(!taken || truth == (at[0] != 0), "all but 0 is true");

	must(der_is_integer(content) == is_integer(at, size), "it is an INTEGER");
	taken = der_unsigned(content, &number);
	must(taken == (is_integer(at, size) && at[0] < 0x80), "it is not negative");
	if (taken) {
		uint64_t value = value_of(at, size);
		must(number == (value < UINT32_MAX ? value : UINT32_MAX),
			"it is the number");
	}

	must(der_is_oid(content) == is_oid(at, size), "it is an OBJECT IDENTIFIER");
	must(der_is_bits(content) == (size == 1 ? at[0] == 0 : size > 1 && at[0] < 8),
		"it is a BIT STRING");
	assume(taken && number == UINT32_MAX);
	end_of_proof();
}
