/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors */

#include "der_variants.h"

#include <stdlib.h>

#define CONSTRUCTED 0x20
#define UNUSED_TAG 0x5f /* [APPLICATION 31], which would have a second octet */

unsigned der_count_values(struct dance_octets whole)
{
	struct dance_octets content;
	unsigned char tag;
	unsigned count = 0;
	while (der_next(&whole, &tag, &content)) {
		count += 1 + ((tag & CONSTRUCTED) != 0 ? der_count_values(content) : 0);
	}
	return count;
}

static void put_changed(struct der *to, unsigned char tag, struct dance_octets content,
	enum der_change change)
{
	switch (change) {
	case DER_CHANGE_TAG:
		der_put(to, UNUSED_TAG, content.data, content.size);
		break;
	case DER_CHANGE_GONE:
	case DER_CHANGE_COUNT:
		break;
	case DER_CHANGE_EMPTY:
		der_put(to, tag, NULL, 0);
		break;
	case DER_CHANGE_MORE:
		der_put(to, tag, content.data, content.size);
		der_put(to, UNUSED_TAG, NULL, 0);
		break;
	case DER_CHANGE_CUT:
		der_put(to, tag, content.data, content.size > 0 ? content.size - 1 : 0);
		break;
	}
}

/* Returns the number of the next value. */
static unsigned write_values(struct der *to, struct dance_octets values, unsigned next,
	unsigned number, enum der_change change)
{
	struct dance_octets content;
	unsigned char tag;
	while (der_next(&values, &tag, &content)) {
		struct der inner = { 0 };
		if (next == number) {
			put_changed(to, tag, content, change);
			next += 1 +
				((tag & CONSTRUCTED) != 0 ? der_count_values(content) : 0);
		} else if ((tag & CONSTRUCTED) != 0) {
			next = write_values(&inner, content, next + 1, number, change);
			der_wrap(to, tag, &inner);
		} else {
			der_put(to, tag, content.data, content.size);
			next++;
		}
	}
	return next;
}

void der_write_variant(struct der *to, struct dance_octets whole, unsigned number,
	enum der_change change)
{
	(void)write_values(to, whole, 0, number, change);
}
