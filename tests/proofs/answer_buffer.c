/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: whatever has come of a server's answers, an answer is whole when as many octets are there
 *   as its length says, and is then taken as they came; nothing beyond what has come is looked
 *   at; what has not been taken stays when there is made room, and there always is some, unless
 *   an answer is whole.
 * Sources: none
 * Contracts: buffers_take() gives a buffer of that size, or none.
 * Assumes: a buffer has 8 octets (BUFFERS_SIZE is redefined), and an answer is not longer.
 * Unwind: 9
 * Without: --conversion-check (octets of a length)
 * Limit: 60 s */

#include "answer_buffer.h"

#undef BUFFERS_SIZE
#define BUFFERS_SIZE 8

#include "front/answer_buffer.c"

#include "proof.h"

static struct buffers buffers;
static struct answer_buffer answers = { .buffers = &buffers };
static uint8_t octets[BUFFERS_SIZE], before[BUFFERS_SIZE];

uint8_t *buffers_take(struct buffers *of)
{
	must(of == &buffers, "of these");
	return nondet_bool() ? octets : NULL;
}

void buffers_give(struct buffers *of, uint8_t *buffer)
{
	must(of == &buffers && (buffer == NULL || buffer == octets), "what was taken");
}

void *memmove(void *to, const void *from, size_t size)
{
	must(can_write(to, size) && can_read(from, size), "what moves is there");
	for (size_t i = 0; i < BUFFERS_SIZE && i < size; i++) {
		((uint8_t *)to)[i] = ((const uint8_t *)from)[i]; /* to a lower place */
	}
	return to;
}

/* Whatever has come and has not been taken. */
static void any_state(void)
{
	any_octets(octets);
	for (size_t i = 0; i < BUFFERS_SIZE; i++) {
		before[i] = octets[i];
	}
	answers.end = any_size(BUFFERS_SIZE);
	answers.at = any_size(BUFFERS_SIZE);
	assume(answers.at <= answers.end);
	answers.octets = octets;
	if (nondet_bool()) {
		answers.octets = NULL;
		answers.at = answers.end = 0;
	}
}

void harness(void)
{
	any_state();
	size_t at = answers.at, left = answers.end - at, i = any_size(BUFFERS_SIZE - 1);
	size_t length = left >= 2 ? before[at] * 256u + before[at + 1] : 0;
	bool is_whole = left >= 2 && left >= 2 + length;
	assume(length + 2 <= BUFFERS_SIZE);

	size_t whole = answer_buffer_whole(&answers);
	must(whole == (is_whole ? 2 + length : 0), "exactly when it is there");
	if (is_whole && nondet_bool()) {
		const uint8_t *taken = answer_buffer_take(&answers, whole);
		must(can_read(taken, whole) && (i >= whole || taken[i] == before[at + i]),
			"as it came");
		must(answers.end - answers.at == left - whole, "the others stay");
		return;
	}
	size_t room = 0;
	uint8_t *to = answer_buffer_room(&answers, &room);
	if (to == NULL) {
		must(left == 0, "nothing is lost");
		return;
	}
	must(can_write(to, room) && (room > 0 || is_whole), "there is room");
	must(to == answers.octets + answers.end && answers.end - answers.at == left,
		"behind what stays");
	must(i >= left || answers.octets[answers.at + i] == before[at + i], "as it was");
	answer_buffer_add(&answers, any_size(room));
	must(answers.end <= BUFFERS_SIZE && answers.at <= answers.end, "it fits");
	assume(left > 0 && at > 0);
	end_of_proof();
}
