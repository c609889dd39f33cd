/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Values in DER (X.690), one by one, as slices of what was sent. Every bound is checked before
 * anything is read, and only what has been read as a whole is taken. Knows nothing of what the
 * values are parts of. What takes them is inline: it finds the key in every decision. */

#pragma once

#include "dance.h"

/* The universal tags that stand in certificates (X.680 8.4), as the octet that is sent: with the
 * bit for a constructed value where DER has it. */
enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_UTF8_STRING = 0x0c,
	DER_NUMERIC_STRING = 0x12,
	DER_PRINTABLE_STRING = 0x13,
	DER_TELETEX_STRING = 0x14,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE_STRING = 0x1a,
	DER_UNIVERSAL_STRING = 0x1c,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};

/* Takes the length off the front of `in` (X.690 8.1.3, 10.1): definite and minimal, at most four
 * octets. False also if less than that is there. */
static inline bool der_take_length(struct dance_octets *in, size_t *length)
{
	if (in->size == 0) {
		return false;
	}
	*length = *in->data++;
	in->size--;
	if (*length < 0x80) {
		return in->size >= *length;
	}
	size_t octets = *length & 0x7f;
	if (octets == 0 || octets > 4 || in->size < octets || *in->data == 0) {
		return false;
	}
	*length = 0;
	for (in->size -= octets; octets > 0; octets--) {
		*length = *length << 8 | *in->data++;
	}
	return *length >= 0x80 && in->size >= *length;
}

/* Takes one value off the front of `values`: its tag and its content, which points into them.
 * The length must be definite, written in as few octets as it takes (X.690 10.1) and in no more
 * than four behind the first, and all of the content must be there. The tag is one octet.
 * False for anything else: nothing is changed then. */
static inline bool der_next(struct dance_octets *values, unsigned char *tag,
	struct dance_octets *content)
{
	struct dance_octets in = *values;
	size_t length;
	/* Tags of one octet, all that stand in a certificate. */
	if (in.size == 0 || (*in.data & 0x1f) == 0x1f) {
		return false;
	}
	unsigned char found = *in.data++;
	in.size--;
	if (!der_take_length(&in, &length)) {
		return false;
	}
	*tag = found;
	*content = (struct dance_octets){ in.data, length };
	*values = (struct dance_octets){ in.data + length, in.size - length };
	return true;
}

/* The same of a value that must have this tag: der_take() gives its content, der_take_whole()
 * its whole encoding, head included. False if another value is next, or none: so an optional
 * value is taken if it is there. What follows stays in `values`; where nothing may follow, the
 * caller looks whether its size is 0. */
static inline bool der_take(struct dance_octets *values, unsigned char tag,
	struct dance_octets *content)
{
	struct dance_octets in = *values;
	size_t length;
	if (in.size == 0 || *in.data != tag) {
		return false;
	}
	in.data++;
	in.size--;
	if (!der_take_length(&in, &length)) {
		return false;
	}
	*content = (struct dance_octets){ in.data, length };
	*values = (struct dance_octets){ in.data + length, in.size - length };
	return true;
}

static inline bool der_take_whole(struct dance_octets *values, unsigned char tag,
	struct dance_octets *whole)
{
	const unsigned char *start = values->data;
	struct dance_octets content;
	if (!der_take(values, tag, &content)) {
		return false;
	}
	*whole = (struct dance_octets){ start, (size_t)(values->data - start) };
	return true;
}

/* The content of one SEQUENCE and nothing after it. */
static inline bool der_sequence(struct dance_octets sequence, struct dance_octets *content)
{
	struct dance_octets inner;
	if (!der_take(&sequence, DER_SEQUENCE, &inner) || sequence.size != 0) {
		return false;
	}
	*content = inner;
	return true;
}

/* The content of a BOOLEAN. Any octet but 0 is true, as X.690 8.2.2 has it: DER's one true
 * value is not what a path fails by. */
bool der_boolean(struct dance_octets content, bool *value);

/* The content of an INTEGER that is not negative. What does not fit is UINT32_MAX. */
bool der_unsigned(struct dance_octets content, uint32_t *value);

/* The content of an INTEGER, an OBJECT IDENTIFIER or a BIT STRING: as DER has it? */
bool der_is_integer(struct dance_octets content);
bool der_is_oid(struct dance_octets content);
bool der_is_bits(struct dance_octets content);
