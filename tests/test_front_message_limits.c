/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How long a DNS message may be, and the room for an answer: the last that fits, and the first
 * that does not. */

#include "check.h"
#include "message.h"

#include <stdlib.h>
#include <string.h>

#define QR 0x80 /* in the third octet */
#define A 1

/* Room for one octet more than the longest message. */
static uint8_t octets[MESSAGE_MAX + 1];

/* A query with whatever behind its question, or the answer to it. */
static const uint8_t *begin(bool answer)
{
	static const uint8_t head[] = { 0xbe, 0xef, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'x', 0,
		0, A, 0, 1 };
	memset(octets, 0, sizeof(octets));
	memcpy(octets, head, sizeof(head));
	octets[2] = answer ? QR : 0;
	return octets;
}

static void the_longest_request_is_answered(void **state)
{
	(void)state;
	uint8_t answer[512];
	const uint8_t *query = begin(false);
	assert_true(message_refuse(query, MESSAGE_MAX, 5, MESSAGE_NO_EDE, NULL, answer,
			    sizeof(answer)) > 0);
	assert_int_equal(message_refuse(query, MESSAGE_MAX + 1, 5, MESSAGE_NO_EDE, NULL,
				 answer, sizeof(answer)),
		0);
}

static void the_longest_reply_is_read(void **state)
{
	(void)state;
	struct message_reply reply;
	const uint8_t *answer = begin(true);
	assert_true(message_read_reply(answer, MESSAGE_MAX, &reply));
	assert_string_equal(reply.question.name, "x.");
	assert_false(message_read_reply(answer, MESSAGE_MAX + 1, &reply));
	assert_true(message_read_reply(answer, MESSAGE_HEADER, &reply));
	assert_false(message_read_reply(answer, MESSAGE_HEADER - 1, &reply));
}

/* Lengths of messages have sixteen bits: room for 65,536 octets is not room for none. */
static void there_may_be_more_room_than_a_message_needs(void **state)
{
	(void)state;
	const uint8_t *query = begin(false);
	static uint8_t copy[32];
	memcpy(copy, query, sizeof(copy));
	for (size_t room = MESSAGE_MAX - 1; room <= MESSAGE_MAX + 1; room++) {
		uint8_t *answer = malloc(room);
		assert_non_null(answer);
		assert_int_equal(message_refuse(copy, 19, 5, MESSAGE_NO_EDE, NULL, answer,
					 room),
			19);
		free(answer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_request_is_answered),
		cmocka_unit_test(the_longest_reply_is_read),
		cmocka_unit_test(there_may_be_more_room_than_a_message_needs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
