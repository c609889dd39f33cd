/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Answers of a server's, as they come, each with its length before it, taken out one by one.
 * It has memory only while it needs some. Knows nothing of what they say. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffers.h"

/* All zero but the buffers: nothing has come. */
struct answer_buffer {
	struct buffers *buffers; /* where its memory comes from */
	uint8_t *octets;         /* one of these, or NULL */
	size_t at, end;          /* what has come and has not been taken */
};

/* Has everything that has come been taken? */
bool answer_buffer_is_empty(const struct answer_buffer *answers);

/* Octets of the first answer, with its length, if it has come whole; else 0. */
size_t answer_buffer_whole(const struct answer_buffer *answers);

/* Takes so many out. They stay where they are until there is made room, or memory given back. */
const uint8_t *answer_buffer_take(struct answer_buffer *answers, size_t size);

/* Where the next octets go, and how many there may be: an answer of any length will have room.
 * NULL when out of memory. */
uint8_t *answer_buffer_room(struct answer_buffer *answers, size_t *size);

/* So many of them have come. */
void answer_buffer_add(struct answer_buffer *answers, size_t size);

/* Forgets what has come. */
void answer_buffer_forget(struct answer_buffer *answers);

/* Forgets, and gives the memory back. */
void answer_buffer_clear(struct answer_buffer *answers);
