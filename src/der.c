/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A walk over values that checks every bound before it reads. Only what has been read as a whole
 * is taken. */

#include "der.h"

/* Takes the length off the front of `in` (X.690 8.1.3, 10.1): definite and minimal, at most four
 * octets. False also if less than that is there. */
static bool take_length(struct dance_octets *in, size_t *length)
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

bool der_next(struct dance_octets *values, unsigned char *tag, struct dance_octets *content)
{
	struct dance_octets in = *values;
	size_t length;
	/* Tags of one octet, all that stand in a certificate. */
	if (in.size == 0 || (*in.data & 0x1f) == 0x1f) {
		return false;
	}
	unsigned char found = *in.data++;
	in.size--;
	if (!take_length(&in, &length)) {
		return false;
	}
	*tag = found;
	*content = (struct dance_octets){ in.data, length };
	*values = (struct dance_octets){ in.data + length, in.size - length };
	return true;
}

bool der_take(struct dance_octets *values, unsigned char tag, struct dance_octets *content)
{
	struct dance_octets rest = *values, taken;
	unsigned char found;
	if (!der_next(&rest, &found, &taken) || found != tag) {
		return false;
	}
	*content = taken;
	*values = rest;
	return true;
}

bool der_take_whole(struct dance_octets *values, unsigned char tag,
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

bool der_sequence(struct dance_octets sequence, struct dance_octets *content)
{
	struct dance_octets inner;
	if (!der_take(&sequence, DER_SEQUENCE, &inner) || sequence.size != 0) {
		return false;
	}
	*content = inner;
	return true;
}

bool der_boolean(struct dance_octets content, bool *value)
{
	if (content.size != 1) {
		return false;
	}
	*value = content.data[0] != 0;
	return true;
}

bool der_is_integer(struct dance_octets content)
{
	/* X.690 8.3.2: no more octets than it takes. */
	return content.size == 1 ||
		(content.size > 1 &&
			content.data[0] != ((content.data[1] & 0x80) != 0 ? 0xff : 0));
}

bool der_is_oid(struct dance_octets content)
{
	/* X.690 8.19.2: whole subidentifiers, none with octets that it could do without, or one
	 * object could be written in two ways. */
	bool begins = true;
	for (size_t i = 0; i < content.size; i++) {
		if (begins && content.data[i] == 0x80) {
			return false;
		}
		begins = (content.data[i] & 0x80) == 0;
	}
	return begins && content.size > 0;
}

bool der_is_bits(struct dance_octets content)
{
	/* X.690 8.6.2: the first octet says how many bits of the last one do not count. */
	return content.size > 0 && content.data[0] <= (content.size > 1 ? 7 : 0);
}

bool der_unsigned(struct dance_octets content, uint32_t *value)
{
	if (!der_is_integer(content) || (content.data[0] & 0x80) != 0) {
		return false;
	}
	uint64_t sum = 0;
	for (size_t i = 0; i < content.size && sum <= UINT32_MAX; i++) {
		sum = sum << 8 | content.data[i];
	}
	*value = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
	return true;
}
