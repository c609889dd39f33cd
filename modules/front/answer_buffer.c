/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One buffer, in which what is left moves to the beginning when there is made room. */

#include "answer_buffer.h"

#include <string.h>

#define LENGTH 2 /* octets before a message over TCP (RFC 1035 4.2.2) */

bool answer_buffer_is_empty(const struct answer_buffer *answers)
{
	return answers->at == answers->end;
}

size_t answer_buffer_whole(const struct answer_buffer *answers)
{
	size_t size = answers->end - answers->at;
	if (size < LENGTH) {
		return 0;
	}
	const uint8_t *first = answers->octets + answers->at;
	size_t wanted = LENGTH + ((size_t)first[0] << 8 | first[1]);
	return size >= wanted ? wanted : 0;
}

const uint8_t *answer_buffer_take(struct answer_buffer *answers, size_t size)
{
	const uint8_t *taken = answers->octets + answers->at;
	answers->at += size;
	return taken;
}

uint8_t *answer_buffer_room(struct answer_buffer *answers, size_t *size)
{
	if (answers->octets == NULL) {
		answers->octets = buffers_take(answers->buffers);
	}
	if (answers->octets == NULL) {
		return NULL;
	}
	memmove(answers->octets, answers->octets + answers->at, answers->end - answers->at);
	answers->end -= answers->at;
	answers->at = 0;
	*size = BUFFERS_SIZE - answers->end;
	return answers->octets + answers->end;
}

void answer_buffer_add(struct answer_buffer *answers, size_t size)
{
	answers->end += size;
}

void answer_buffer_forget(struct answer_buffer *answers)
{
	answers->at = answers->end = 0;
}

void answer_buffer_clear(struct answer_buffer *answers)
{
	buffers_give(answers->buffers, answers->octets);
	answers->octets = NULL;
	answer_buffer_forget(answers);
}
