/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A question for a zone, and what is in the messages of the answer to it. Knows nothing of
 * how they travel. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOAD_QUERY_MAX (2 + 12 + 255 + 4)

/* What has come of an answer so far. */
struct load_answer {
	unsigned messages;
	unsigned records;
	unsigned authorities; /* SOA records: the second one ends a zone */
	int rcode;            /* -1: no message yet, or one that is none */
};

/* With its length before it. Returns the octets written, 0 if the zone is not a name. */
size_t load_query(uint8_t query[LOAD_QUERY_MAX], const char *zone, uint16_t type,
	uint16_t id);

/* Takes one message, without its length. False when it is not an answer to this id. */
bool load_take(struct load_answer *answer, const uint8_t *message, size_t size,
	uint16_t id);
