/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a text is base64 only if it is groups of four characters of the alphabet, the last one
 *   perhaps with one or two "=" at its end and then without bits that do not count; each group
 *   is taken for the octets that it stands for, no more are written, and nothing beside the text
 *   is looked at or written to.
 * Sources: modules/ask/base64.c
 * Contracts: strchr() finds a character in the alphabet.
 * Assumes: a text of at most 8 characters.
 * Unwind: 10
 * Without: --conversion-check (a character is taken for an octet)
 * Limit: 60 s */

#include "base64.h"

#include <string.h>

#include "proof.h"

#define SIZE 9

static char octets[SIZE], before[SIZE];

static int value_of(char c)
{
	return c >= 'A' && c <= 'Z'  ? c - 'A' :
		c >= 'a' && c <= 'z' ? c - 'a' + 26 :
		c >= '0' && c <= '9' ? c - '0' + 52 :
		c == '+'             ? 62 :
		c == '/'             ? 63 :
				       -1;
}

char *strchr(const char *text, int c)
{
	int value = value_of((char)c);
	must(text[0] == 'A' && text[25] == 'Z' && text[26] == 'a' && text[51] == 'z' &&
			text[52] == '0' && text[61] == '9' && text[62] == '+' &&
			text[63] == '/',
		"it is looked for in the alphabet");
	return value >= 0 ? (char *)(uintptr_t)text + value : NULL;
}

void harness(void)
{
	any_octets(octets);
	octets[SIZE - 1] = '\0';
	char *text = octets;
	for (size_t i = 0; i < SIZE; i++) {
		before[i] = octets[i];
	}
	const char *was = before;
	size_t length = strlen(text), size = 0, written = 0;
	bool is_base64 = base64_read(text, &size), is_fine = length % 4 == 0;
	for (size_t at = 0; is_fine && at < length; at += 4) {
		bool last = at + 4 >= length;
		size_t pads = !last            ? 0 :
			was[length - 1] != '=' ? 0 :
						 1 + (was[length - 2] == '=');
		uint32_t bits = 0;
		for (size_t i = 0; is_fine && i < 4; i++) {
			bool is_pad = i >= 4 - pads;
			is_fine = is_pad || value_of(was[at + i]) >= 0;
			bits = bits * 64 + (is_pad ? 0 : (uint32_t)value_of(was[at + i]));
		}
		is_fine = is_fine && (pads == 0 || (bits >> (8 * (pads - 1)) & 0xff) == 0);
		for (size_t i = 0; is_fine && is_base64 && i < 3 - pads; i++) {
			must((uint8_t)text[written] == (bits >> (16 - 8 * i) & 0xff),
				"each group is its octets");
			written++;
		}
	}
	must(is_base64 == is_fine, "exactly what is base64 is taken for it");
	must(!is_base64 || size == written, "and no more is written");
	assume(is_base64);
	such_as(size == 4);
	end_of_proof();
}
