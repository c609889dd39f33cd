/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Two octets of length, and a block of the size that they say. */

#include "query_buffer.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH QUERY_BUFFER_LENGTH
#define QUERY PROXYV2_HEADER_MAX /* where the length stands */

size_t query_buffer_size(const struct query_buffer *query)
{
	return (size_t)query->length[0] << 8 | query->length[1];
}

const uint8_t *query_buffer_message(const struct query_buffer *query)
{
	return query->octets + QUERY + LENGTH;
}

uint8_t *query_buffer_room(struct query_buffer *query, size_t *size)
{
	if (query->gathered < LENGTH) {
		*size = LENGTH - query->gathered;
		return query->length + query->gathered;
	}
	*size = LENGTH + query_buffer_size(query) - query->gathered;
	return query->octets + QUERY + query->gathered;
}

/* The length has come. */
static bool make_room(struct query_buffer *query)
{
	query->octets = malloc(QUERY + LENGTH + query_buffer_size(query));
	if (query->octets == NULL) {
		return false;
	}
	memcpy(query->octets + QUERY, query->length, LENGTH);
	return true;
}

bool query_buffer_take(struct query_buffer *query, size_t size, bool *whole)
{
	*whole = false;
	if (size > 0 && query->gathered == 0) {
		free(query->octets); /* the one before */
		query->octets = NULL;
	}
	query->gathered += size;
	if (query->gathered == LENGTH && !make_room(query)) {
		return false;
	}
	if (query->gathered >= LENGTH &&
		query->gathered == LENGTH + query_buffer_size(query)) {
		query->gathered = 0;
		*whole = true;
	}
	return true;
}

void query_buffer_send(struct query_buffer *query, const uint8_t *preface, size_t size)
{
	query->at = QUERY - size;
	query->end = QUERY + LENGTH + query_buffer_size(query);
	memcpy(query->octets + query->at, preface, size);
}

void query_buffer_clear(struct query_buffer *query)
{
	free(query->octets);
	*query = (struct query_buffer){ .octets = NULL };
}
