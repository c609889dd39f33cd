/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the contents of single values mean. */

#include "der.h"

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
