/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DER values. Checks every bound before it reads; knows nothing of what values mean. */

#include "asn1.h"

#include <stdlib.h>
#include <string.h>

/* What is made here stays below 2^24 octets: three octets of length do. */
#define CONTENT_MAX 0xffffff

/* The length that stands after a tag; moves *header past it. */
static bool read_length(const struct dance_octets *in, size_t *header, size_t *length)
{
	*header = 2;
	*length = in->data[1];
	if (*length < 0x80) {
		return true;
	}
	size_t octets = *length & 0x7f;
	if (octets == 0 || octets > 3 || in->size - 2 < octets) {
		return false;
	}
	*length = 0;
	for (size_t i = 0; i < octets; i++) {
		*length = *length << 8 | in->data[2 + i];
	}
	*header += octets;
	return *length >= 0x80 && *length >> (8 * (octets - 1)) != 0;
}

bool asn1_take(struct dance_octets *in, enum asn1_tag tag, struct asn1_value *value)
{
	size_t header, length;
	if (in->size < 2 || in->data[0] != tag || !read_length(in, &header, &length) ||
		in->size - header < length) {
		return false;
	}
	value->whole = (struct dance_octets){ in->data, header + length };
	value->content = (struct dance_octets){ in->data + header, length };
	in->data += header + length;
	in->size -= header + length;
	return true;
}

bool asn1_only(struct dance_octets in, enum asn1_tag tag, struct asn1_value *value)
{
	return asn1_take(&in, tag, value) && in.size == 0;
}

static size_t write_header(unsigned char *out, enum asn1_tag tag, size_t length)
{
	size_t octets = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
	out[0] = tag;
	out[1] = (unsigned char)(octets == 0 ? length : 0x80 | octets);
	for (size_t i = 0; i < octets; i++) {
		out[2 + i] = (unsigned char)(length >> (8 * (octets - 1 - i)));
	}
	return 2 + octets;
}

bool asn1_make(enum asn1_tag tag, const struct dance_octets *parts, size_t count,
	struct dance_octets *value)
{
	size_t length = 0;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].size > CONTENT_MAX - length) {
			return false;
		}
		length += parts[i].size;
	}
	unsigned char *out = malloc(2 + 3 + length);
	if (out == NULL) {
		return false;
	}
	size_t size = write_header(out, tag, length);
	for (size_t i = 0; i < count; i++) {
		memcpy(out + size, parts[i].data, parts[i].size);
		size += parts[i].size;
	}
	*value = (struct dance_octets){ out, size };
	return true;
}

void asn1_clear(struct dance_octets *value)
{
	free((void *)(uintptr_t)value->data);
	*value = (struct dance_octets){ NULL, 0 };
}
