/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The answer to dance probe's question for a zone. Input: messages, each with its length before it.
 * What is counted is bounded by what has come, what is kept of it is printable, and where libknot
 * can read a message, its records are as many. */

#include "probe_transfer.h"

#include <libknot/libknot.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "target.h"

static void check_printable(const char *text)
{
	must(strlen(text) < TRANSFER_EDE_SIZE);
	for (; *text != '\0'; text++) {
		must(*text >= ' ' && *text <= '~');
	}
}

/* -1: libknot cannot read it. */
static int known_records(struct dance_octets message)
{
	if (message.size < KNOT_WIRE_HEADER_SIZE) {
		return -1;
	}
	uint8_t *copy = malloc(message.size);
	must(copy != NULL);
	memcpy(copy, message.data, message.size);
	knot_pkt_t *known = knot_pkt_new(copy, (uint16_t)message.size, NULL);
	must(known != NULL);
	int count = knot_pkt_parse(known, 0) == KNOT_EOK && known->parsed == known->size ?
		knot_wire_get_ancount(copy) :
		-1;
	knot_pkt_free(known);
	free(copy);
	return count;
}

static void check(const struct transfer *before, const struct transfer *after,
	struct dance_octets message, enum transfer_state state)
{
	uint64_t records = after->records - before->records;
	must(after->octets - before->octets <= message.size);
	must(after->messages - before->messages <= 1);
	must(records <= message.size / 11); /* a name, a type, a class, a TTL and a length */
	must(after->ede >= TRANSFER_NO_EDE && after->ede <= UINT16_MAX);
	check_printable(after->ede_text);
	if (state == TRANSFER_MORE || state == TRANSFER_WHOLE) {
		int known = known_records(message);
		must(after->begun && after->rcode == 0 && records > 0);
		must(known < 0 || records == (uint64_t)known);
		must(state == TRANSFER_MORE || after->records >= 2);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct transfer transfer;
	uint8_t query[TRANSFER_QUERY_SIZE];
	const char *why;
	enum transfer_state state = TRANSFER_MORE;
	must(transfer_init(&transfer, "example.com", &why));
	must(transfer_ask(&transfer, query) <= sizeof(query));
	for (int i = 0; i < 100 && input.size > 0 && state == TRANSFER_MORE; i++) {
		struct transfer before = transfer;
		struct dance_octets message = input_octets(&input);
		state = transfer_take(&transfer, message.data, message.size);
		check(&before, &transfer, message, state);
	}
	input_end(&input);
	return 0;
}
