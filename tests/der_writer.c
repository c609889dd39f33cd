/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Writes DER. */

#include "der_writer.h"

#include <stdlib.h>
#include <string.h>

void der_append(struct der *to, const void *octets, size_t size)
{
	to->octets = realloc(to->octets, to->size + size + 1);
	if (to->octets == NULL) {
		abort();
	}
	if (size > 0) {
		memcpy(to->octets + to->size, octets, size);
	}
	to->size += size;
}

void der_put(struct der *to, unsigned char tag, const void *content, size_t size)
{
	size_t octets = size < 0x80 ? 0 : size < 0x100 ? 1 : size < 0x10000 ? 2 : 3;
	unsigned char head[5] = { tag,
		(unsigned char)(octets == 0 ? size : 0x80 | octets) };
	for (size_t i = 0; i < octets; i++) {
		head[2 + i] = (unsigned char)(size >> (8 * (octets - 1 - i)));
	}
	der_append(to, head, 2 + octets);
	der_append(to, content, size);
}

void der_wrap(struct der *to, unsigned char tag, struct der *content)
{
	der_put(to, tag, content->octets, content->size);
	der_clear(content);
}

void der_clear(struct der *der)
{
	free(der->octets);
	*der = (struct der){ NULL, 0 };
}
