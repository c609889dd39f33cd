/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One query of a client's, as it comes: its length, then itself, with room for what goes
 * before it to the server. It takes memory only from its length on, and as much as it needs.
 * Knows nothing of what it asks. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"
#include "proxyv2.h"

#define QUERY_BUFFER_LENGTH 2 /* octets before a message over TCP (RFC 1035 4.2.2) */

/* All zero: nothing has come. */
struct query_buffer {
	uint8_t length[QUERY_BUFFER_LENGTH];
	size_t gathered; /* octets that have come */
	uint8_t *octets; /* room for a preface, the length, the message; or NULL */
	size_t at, end;  /* of these: what is left to be written */
};

/* Where the next octets go, and how many there may be: no further than to the end of the
 * length, or of the query; never 0. */
uint8_t *query_buffer_room(struct query_buffer *query, size_t *size);

/* So many of them have come. `whole`: the query is; what comes next is another one. False
 * when out of memory. */
bool query_buffer_take(struct query_buffer *query, size_t size, bool *whole);

/* Of the one that has become whole, until it is cleared or the next one begins. */
const uint8_t *query_buffer_message(const struct query_buffer *query);
size_t query_buffer_size(const struct query_buffer *query);

/* It is to be written, with its length, after a preface of PROXYV2_HEADER_MAX octets at
 * most. */
void query_buffer_send(struct query_buffer *query, const uint8_t *preface, size_t size);

/* Gives the memory back, and forgets what has come. */
void query_buffer_clear(struct query_buffer *query);
