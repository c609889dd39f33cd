/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The string preparation of LDAP (RFC 4518 2): transcode, map, normalize, prohibit, and leave
 * insignificant spaces out. ASCII, which nearly all names are, is prepared as it is compared;
 * libunistring knows the letters of the others. */

#include "dn_value.h"

#include <stdlib.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "der.h"
#include "octets.h"

/* What comparing so many octets of two values costs: letter by letter where both are ASCII, else
 * each letter has to be looked up. */
#define ASCII_STEPS(size) ((uint32_t)((size) / 16))
#define DECODE_STEPS(size) ((uint32_t)((size) / 8))

/* What a round of folding so many characters costs. */
#define FOLD_STEPS(size) (2 + (uint32_t)(size) * 3)

#define NOTHING UINT32_MAX /* what a character is mapped to that is left out */

/* Octets of ASCII, or characters; and how far they are read. */
struct text {
	const unsigned char *octets; /* NULL: characters */
	const uint32_t *characters;
	size_t size;
	size_t at;
	bool begun; /* a space that comes now is between two words */
	uint32_t decoded[DN_TEXT_MAX];
	uint32_t *folded;
};

static bool is_string(unsigned char tag)
{
	switch (tag) {
	case DER_UTF8_STRING:
	case DER_NUMERIC_STRING:
	case DER_PRINTABLE_STRING:
	case DER_TELETEX_STRING:
	case DER_IA5_STRING:
	case DER_VISIBLE_STRING:
	case DER_UNIVERSAL_STRING:
	case DER_BMP_STRING:
		return true;
	default:
		return false;
	}
}

static bool is_ascii(const struct dn_value *value)
{
	if (value->tag == DER_UNIVERSAL_STRING || value->tag == DER_BMP_STRING) {
		return false;
	}
	unsigned char all = 0;
	for (size_t i = 0; i < value->content.size; i++) {
		all |= value->content.data[i];
	}
	return all < 0x80;
}

/* RFC 4518 2.2, and the case of RFC 3454 B.2. */
static uint32_t map_ascii(uint32_t c)
{
	if (c >= 0x09 && c <= 0x0d) {
		return ' ';
	}
	if (c < 0x20 || c == 0x7f) {
		return NOTHING;
	}
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* RFC 4518 2.2. */
static uint32_t map(uint32_t c)
{
	if (c < 0x80) {
		return map_ascii(c);
	}
	if (c == 0x85 || uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Z)) {
		return c == 0x200b ? NOTHING : ' ';
	}
	bool variation = c == 0x034f || c == 0x1806 || (c >= 0x180b && c <= 0x180d) ||
		(c >= 0xfe00 && c <= 0xfe0f) || c == 0xfffc;
	return variation ||
			uc_is_general_category_withtable(c,
				UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf) ?
		NOTHING :
		c;
}

/* RFC 4518 2.4: what has no meaning that all agree on, surrogates among it. */
static bool is_prohibited(uint32_t c)
{
	return c == 0xfffd ||
		uc_is_general_category_withtable(c,
			UC_CATEGORY_MASK_Cn | UC_CATEGORY_MASK_Co | UC_CATEGORY_MASK_Cs);
}

/* Takes one character off the front. */
static bool take_character(unsigned char tag, struct dance_octets *in, uint32_t *c)
{
	size_t width = tag == DER_UNIVERSAL_STRING ? 4 : tag == DER_BMP_STRING ? 2 : 1;
	if (tag == DER_UTF8_STRING) {
		ucs4_t found;
		int octets = u8_mbtoucr(&found, in->data, in->size);
		if (octets <= 0) {
			return false;
		}
		*c = found;
		width = (size_t)octets;
	} else {
		if (in->size < width) {
			return false;
		}
		*c = 0;
		for (size_t i = 0; i < width; i++) {
			*c = *c << 8 | in->data[i];
		}
	}
	in->data += width;
	in->size -= width;
	bool narrow = tag == DER_NUMERIC_STRING || tag == DER_PRINTABLE_STRING ||
		tag == DER_IA5_STRING || tag == DER_VISIBLE_STRING;
	return *c <= (narrow ? 0x7f : 0x10ffff);
}

/* Normalization form KC with case folded. Twice: characters that normalization takes apart
 * can hold letters in upper case, and become more that have to be paid for. */
static bool fold(struct text *text, struct work *work)
{
	for (unsigned round = 0; round < 2; round++) {
		size_t size;
		if (!work_take(work, FOLD_STEPS(text->size))) {
			return false;
		}
		uint32_t *folded = u32_casefold(text->characters, text->size, NULL,
			UNINORM_NFKC, NULL, &size);
		if (folded == NULL) {
			/* What is no character becomes U+FFFD, and is no failure. */
			work_fail(work, "names cannot be compared: out of memory");
			return false;
		}
		free(text->folded);
		text->folded = folded;
		text->characters = folded;
		text->size = size;
	}
	for (size_t i = 0; i < text->size; i++) {
		if (is_prohibited(text->characters[i])) {
			return false;
		}
	}
	return true;
}

/* Of strings only. What it has set up is cleared by the caller, also where it fails. */
static bool prepare(struct text *text, const struct dn_value *value, struct work *work)
{
	text->octets = NULL;
	text->folded = NULL;
	text->at = 0;
	text->begun = false;
	if (is_ascii(value)) {
		text->octets = value->content.data;
		text->size = value->content.size;
		return true;
	}
	text->characters = text->decoded;
	text->size = 0;
	bool ascii = true;
	for (struct dance_octets in = value->content; in.size > 0;) {
		uint32_t c;
		if (text->size == DN_TEXT_MAX || !take_character(value->tag, &in, &c)) {
			return false;
		}
		c = map(c);
		if (c != NOTHING) {
			text->decoded[text->size++] = c;
			ascii = ascii && c < 0x80;
		}
	}
	return ascii || fold(text, work);
}

/* A space that a combining mark follows is that mark's (RFC 4518 2.6.1). */
static bool is_space(const struct text *text, size_t at, uint32_t c)
{
	if (c != ' ') {
		return false;
	}
	return text->octets != NULL || at + 1 == text->size ||
		!uc_is_general_category_withtable(text->characters[at + 1],
			UC_CATEGORY_MASK_M);
}

/* The next character, one space between words; NOTHING at the end. */
static uint32_t next(struct text *text)
{
	bool space = false;
	for (; text->at < text->size; text->at++) {
		uint32_t c = text->octets != NULL ? map_ascii(text->octets[text->at]) :
						    text->characters[text->at];
		if (c == NOTHING) {
			continue;
		}
		if (is_space(text, text->at, c)) {
			space = true;
			continue;
		}
		if (space && text->begun) {
			return ' '; /* and with the next call this character */
		}
		text->begun = true;
		text->at++;
		return c;
	}
	return NOTHING;
}

static bool is_equal(struct text *a, struct text *b)
{
	uint32_t c;
	do {
		c = next(a);
		if (c != next(b)) {
			return false;
		}
	} while (c != NOTHING);
	return true;
}

bool dn_value_is_whole(const struct dn_value *value)
{
	switch (value->tag) {
	case DER_UTF8_STRING:
		/* In parentheses it is the function, where unistr.h has a macro as well. */
		return value->content.size == 0 ||
			(u8_check)(value->content.data, value->content.size) == NULL;
	case DER_BMP_STRING:
		return value->content.size % 2 == 0;
	case DER_UNIVERSAL_STRING:
		return value->content.size % 4 == 0;
	default:
		return true;
	}
}

enum dn_answer dn_value_compare(const struct dn_value *a, const struct dn_value *b,
	struct work *work)
{
	if (a->tag == b->tag && octets_equal(a->content, b->content)) {
		return DN_YES;
	}
	if (!is_string(a->tag) || !is_string(b->tag)) {
		/* The values of a type have one syntax: of two, one is none of it. */
		return a->tag == b->tag ? DN_NO : DN_UNCLEAR;
	}
	/* An RDN may hold many, each of which is then compared with many. */
	size_t size = a->content.size + b->content.size;
	if (!work_take(work,
		    is_ascii(a) && is_ascii(b) ? ASCII_STEPS(size) : DECODE_STEPS(size))) {
		return DN_UNCLEAR;
	}
	struct text first, second;
	bool first_ok = prepare(&first, a, work);
	bool second_ok = prepare(&second, b, work);
	enum dn_answer answer = !first_ok || !second_ok ? DN_UNCLEAR :
		is_equal(&first, &second)               ? DN_YES :
							  DN_NO;
	free(first.folded);
	free(second.folded);
	return answer;
}
