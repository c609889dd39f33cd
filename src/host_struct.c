/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Results of a host and ours, by their sizes. */

#include "host_struct.h"

#include <string.h>

struct dance_result *host_result_begin(struct dance_result *theirs,
	struct dance_result *spare)
{
	size_t known = theirs->size;
	if (known < HOST_RESULT_LEAST || known > HOST_STRUCT_MAX) {
		return NULL;
	}
	if (known < sizeof(*theirs)) {
		spare->size = sizeof(*spare);
		return spare;
	}
	if (known > sizeof(*theirs)) {
		memset((unsigned char *)theirs + sizeof(*theirs), 0,
			known - sizeof(*theirs));
	}
	return theirs;
}

bool dance_result_copy(struct dance_result *to, const struct dance_result *from)
{
	size_t size = to->size, known = from->size;
	if (size < HOST_RESULT_LEAST || size > HOST_STRUCT_MAX ||
		known < HOST_RESULT_LEAST || known > HOST_STRUCT_MAX) {
		return false;
	}
	if (to != from) {
		size_t both = size < known ? size : known;
		memcpy(to, from, both);
		memset((unsigned char *)to + both, 0, size - both);
		to->size = size;
	}
	return true;
}
