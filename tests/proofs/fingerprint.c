/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a text is a fingerprint only if it is pairs of hexadecimal digits with a colon between
 *   all of them or none, of no more octets than there may be; its octets are those of the pairs,
 *   in their order; no more are written than fit, and nothing behind the text is looked at.
 * Sources: none
 * Contracts: none
 * Assumes: a text of at most 9 characters; a digest has 2 octets, and a fingerprint at most 3
 *   (DANCE_SHA256_SIZE and FINGERPRINT_SIZE_MAX are redefined).
 * Unwind: 11
 * Without: --conversion-check (an octet is cut out of a number)
 * Limit: 60 s */

#include "fingerprint.h"

#undef DANCE_SHA256_SIZE
#undef FINGERPRINT_SIZE_MAX
#define DANCE_SHA256_SIZE 2
#define FINGERPRINT_SIZE_MAX 3

#include "ask/fingerprint.c"

#include "proof.h"

#define SIZE 10

/* What is read lies at its end: an octet too many is out of bounds. */
static char octets[SIZE];
static unsigned char digest[DANCE_SHA256_SIZE];

static bool is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static unsigned digit(char c)
{
	return (unsigned)(c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0');
}

void harness(void)
{
	any_octets(octets);
	octets[SIZE - 1] = '\0';
	const char *text = octets + any_size(SIZE - 1);
	size_t size = fingerprint_read(text, digest), length = 0;
	while (text[length] != '\0') {
		length++;
	}
	/* With colons the pairs begin at each third character, else at each second one. */
	size_t step = length > 2 && text[2] == ':' ? 3 : 2;
	bool is_fine = length > 0 && (step == 3 ? length % 3 == 2 : length % 2 == 0) &&
		(length + step - 2) / step <= FINGERPRINT_SIZE_MAX;
	for (size_t i = 0; i < length; i++) {
		is_fine = is_fine &&
			(step == 3 && i % 3 == 2 ? text[i] == ':' : is_digit(text[i]));
	}
	must(size == (is_fine ? (length + step - 2) / step : 0), "exactly what is one");
	size_t at = any_size(DANCE_SHA256_SIZE - 1);
	must(at >= size ||
			digest[at] ==
				digit(text[at * step]) * 16 + digit(text[at * step + 1]),
		"its octets");
	assume(size == FINGERPRINT_SIZE_MAX && step == 3);
	end_of_proof();
}
