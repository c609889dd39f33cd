/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: in whichever pieces the queries of a client come, each piece has room, and only so much
 *   that it ends with the length or with the query; a query is whole when as many octets have
 *   come as its length says, one after the other with what they are; it is written behind any
 *   preface, with its length; and what does not fit into memory ends it. All of this within the
 *   memory that is there.
 * Sources: modules/front/query_buffer.c
 * Contracts: malloc() gives what is asked for, or nothing.
 * Assumes: queries of at most 3 octets, in 4 pieces.
 * Unwind: 5
 * Without: --conversion-check (octets of a length)
 * Limit: 60 s */

#include "query_buffer.h"

#include <stdlib.h>
#include <string.h>

#include "proof.h"

#define QUERY_MAX 3
#define PIECES 4

static struct query_buffer query;
static uint8_t preface[PROXYV2_HEADER_MAX];

/* What a query is, said once more: octets that have come, and those that it has. */
static size_t come, of;

void harness(void)
{
	for (unsigned i = 0; i < PIECES; i++) {
		size_t room = 0;
		uint8_t *to = query_buffer_room(&query, &room);
		must(room == (come < 2 ? 2 - come : 2 + of - come) && room > 0,
			"there is room");
		must(can_write(to, room), "in memory");
		size_t size = any_size(room);
		assume(size > 0);
		if (come < 2) {
			/* No length is longer than may be here. */
			uint8_t length = nondet_uint8();
			assume(length <= QUERY_MAX);
			to[0] = come == 0 ? 0 : length;
			if (size == 2) {
				to[1] = length;
			}
			of = come + size == 2 ? length : 0;
		}
		bool whole;
		come += size;
		if (!query_buffer_take(&query, size, &whole)) {
			return;
		}
		must(whole == (come >= 2 && come == 2 + of), "it is whole at its end");
		if (whole) {
			must(query_buffer_size(&query) == of, "of its length");
			must(can_read(query_buffer_message(&query), of), "it is there");
			size_t before = any_size(PROXYV2_HEADER_MAX);
			query_buffer_send(&query, preface, before);
			must(query.end - query.at == before + 2 + of &&
					can_read(query.octets + query.at,
						query.end - query.at),
				"all of it is written");
			must(query.octets[query.end - of - 1] == of, "with its length");
			come = 0;
		}
	}
	assume(come == 0 && of > 0);
	query_buffer_clear(&query);
	end_of_proof();
}
