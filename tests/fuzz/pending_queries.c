/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What passes on a connection to a server. Input: messages, each with an octet before it that
 * is odd for one of the server. Nothing is over that is not answered, and what was once in
 * doubt stays so. */

#include "message.h"
#include "pending_queries.h"

#include <string.h>

#include "input.h"
#include "target.h"

#define MESSAGES_MAX 300

static void check_reply(const struct dance_octets *message)
{
	struct message_reply reply;
	if (!message_read_reply(message->data, message->size, &reply)) {
		return;
	}
	must(reply.rcode <= 15 && reply.rcode_name[0] != '\0');
	must(memchr(reply.ede_text, '\0', sizeof(reply.ede_text)) != NULL);
	must(memchr(reply.question.name, '\0', sizeof(reply.question.name)) != NULL);
	must(reply.ede == MESSAGE_NO_EDE || (reply.ede >= 0 && reply.ede <= UINT16_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct pending_queries pending = { 0 };
	size_t queries = 0, begun = 0;
	for (unsigned i = 0; i < MESSAGES_MAX && input.size > 0; i++) {
		bool was_lost = pending.lost;
		bool from_server = input_octet(&input) % 2 == 1;
		struct dance_octets message = input_octets(&input);
		if (from_server) {
			begun += pending_queries_answer(&pending, message.data,
				message.size);
			check_reply(&message);
		} else {
			pending_queries_add(&pending, message.data, message.size);
			queries++;
		}
		must(pending.lost || !was_lost);
		must(pending.count <= PENDING_QUERIES_MAX && begun <= queries);
		must(pending.count <= queries &&
			(pending.first != NULL) == (pending.count != 0));
		must(pending_queries_is_none(&pending) ==
			(pending.count == 0 && !pending.lost));
		must(!pending_queries_is_none(&pending) || begun == queries);
	}
	pending_queries_clear(&pending);
	must(pending_queries_is_none(&pending));
	input_end(&input);
	return 0;
}
