/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: message_read_reply() stays within every message, and takes exactly the responses that have
 *   a header; the answer's code is that of the message, and that of an extended error that of its
 *   option; what it gives the log are strings. message_refuse() answers exactly requests, hands
 *   libknot no more room than it has itself, and an extended error of any text is printable and
 *   fits. What libknot allocates is given back.
 * Sources: none
 * Contracts: read_question() is what proof message says; libknot reads a message within it, and
 *   gives an OPT record whose option has as many octets as it says.
 * Assumes: at most 14 octets of message, of which only the header is read here; an option of at
 *   most 132 octets of data; a text of at most 129.
 * Edit: modules/front/message.c 's/^(static void read_question)\((.*),$/\1(\2, struct
 *   message_question *question);\1_itself(\2,/'
 * Unwind: 131
 * Without: --conversion-check (octets are kept as characters)
 * Limit: 120 s */

#include "front/message.c"

#include "proof.h"

#define SIZE 14
#define OPTION_MAX 132
#define ROOM 512

/* What is read lies at its end: an octet too many is out of bounds. */
static uint8_t octets[SIZE];
static const uint8_t *message;
static size_t size;
static uint8_t option[KNOT_EDNS_OPTION_HDRLEN + OPTION_MAX];
static size_t option_size;
static char text[TEXT_MAX + 2];
static const char *why;
static uint8_t answer[ROOM];
static size_t answer_size;
static int ede;
static bool is_read, has_option, is_parsed, begun;
static knot_rrset_t opt;
static knot_pkt_t query, response;
static unsigned queries, responses;
static const knot_lookup_t known = { .id = 5, .name = "REFUSED" };

static void read_question(const uint8_t *of, size_t of_size,
	struct message_question *question)
{
	must(of == message && of_size == size && size >= MESSAGE_HEADER,
		"a question is read from a message that has a header");
	*question = (struct message_question){ .kind = MESSAGE_QUERY, .name = "a" };
	is_read = true;
}

const knot_lookup_t *knot_lookup_by_id(const knot_lookup_t *table, int id)
{
	return nondet_bool() ? &known : NULL;
}

int snprintf(char *to, size_t room, const char *format, ...)
{
	must(room >= 8 && can_write(to, room), "snprintf() has room");
	to[0] = 'R';
	to[1] = '\0';
	return 1;
}

knot_pkt_t *knot_pkt_new(void *wire, uint16_t room, knot_mm_t *mm)
{
	must(mm == NULL, "libknot allocates as it does");
	if (wire == answer) {
		must(room <= answer_size && room >= ANSWER_MIN, "the room of an answer");
		responses += nondet_bool();
		return responses > 0 ? &response : NULL;
	}
	must(wire == message && room == size, "the message, whole");
	queries += nondet_bool();
	return queries > 0 ? &query : NULL;
}

void knot_pkt_free(knot_pkt_t *packet)
{
	must(packet == NULL || (packet == &query && queries == 1) ||
			(packet == &response && responses == 1),
		"what is given back was got");
	queries -= packet == &query;
	responses -= packet == &response;
}

int knot_pkt_parse(knot_pkt_t *packet, unsigned flags)
{
	must(packet == &query && queries == 1, "the message is parsed");
	must((flags & KNOT_PF_KEEPWIRE) != 0, "and stays what it is");
	query.opt_rr = nondet_bool() ? &opt : NULL;
	is_parsed = nondet_bool();
	return is_parsed ? KNOT_EOK : KNOT_EMALF;
}

uint8_t *knot_edns_get_option(const knot_rrset_t *rr, uint16_t code, const uint8_t *before)
{
	must(rr == &opt && code == 15 && before == NULL, "the first extended error");
	has_option = nondet_bool();
	/* It ends where what may be read ends. */
	return has_option ? option + (OPTION_MAX - option_size) : NULL;
}

int knot_pkt_init_response(knot_pkt_t *to, const knot_pkt_t *of)
{
	must(to == &response && of == &query && responses == 1 && queries == 1,
		"a response to the query");
	return nondet_bool() ? KNOT_EOK : KNOT_ENOMEM;
}

int knot_edns_init(knot_rrset_t *rr, uint16_t payload, uint8_t code, uint8_t version,
	knot_mm_t *mm)
{
	must(mm == NULL && version == 0 && payload == 1232, "an OPT record of version 0");
	return nondet_bool() ? KNOT_EOK : KNOT_ENOMEM;
}

int knot_edns_add_option(knot_rrset_t *rr, uint16_t code, uint16_t option_octets,
	const uint8_t *data, knot_mm_t *mm)
{
	must(code == 15 && option_octets >= 2 && can_read(data, option_octets),
		"an extended error is within its octets");
	must(data[0] * 256 + data[1] == ede, "it is this one");
	size_t any = 2 + any_size(TEXT_MAX);
	must(any >= option_octets || (data[any] >= ' ' && data[any] <= '~'),
		"its text is printable");
	must(option_octets == 2 + TEXT_MAX ||
			(why == NULL ? "" : why)[option_octets - 2] == '\0',
		"it is all of the text that fits");
	return nondet_bool() ? KNOT_EOK : KNOT_ENOMEM;
}

int knot_pkt_begin(knot_pkt_t *packet, knot_section_t section)
{
	must(packet == &response && section == KNOT_ADDITIONAL, "an OPT record's section");
	begun = true;
	return nondet_bool() ? KNOT_EOK : KNOT_ENOMEM;
}

int knot_pkt_put_rotate(knot_pkt_t *packet, uint16_t hint, const knot_rrset_t *rr,
	uint16_t rotate, uint16_t flags)
{
	must(begun && packet == &response && (flags & KNOT_PF_NOTRUNC) != 0,
		"an OPT record is whole or not there");
	return nondet_bool() ? KNOT_EOK : KNOT_ESPACE;
}

void knot_rrset_clear(knot_rrset_t *rr, knot_mm_t *mm)
{
	must(mm == NULL, "libknot frees as it does");
}

static bool is_response(void)
{
	return size >= MESSAGE_HEADER && (message[2] & 0x80) != 0;
}

/* An answer of a server. */
static bool judge_reply(void)
{
	struct message_reply reply;
	bool taken = message_read_reply(message, size, &reply);
	must(taken == is_response() && is_read == taken, "a response is taken");
	must(queries == 0, "what is allocated is given back");
	must(reply.ede_text[sizeof(reply.ede_text) - 1] == '\0', "its text ends");
	if (!taken) {
		return false;
	}
	must(reply.rcode == (message[3] & 15), "its code");
	bool has_error = reply.rcode != 0 && is_parsed && has_option && option_size >= 2;
	const uint8_t *data = option + sizeof(option) - option_size;
	must(reply.ede == (has_error ? data[0] * 256 + data[1] : -1), "its extended error");
	return has_error && option_size > sizeof(reply.ede_text) + 2;
}

/* An answer of our own. */
static bool judge_refusal(void)
{
	uint8_t rcode = nondet_uint8();
	answer_size = any_size(ROOM);
	ede = nondet_int();
	query.wire = octets;
	response.wire = answer;
	response.size = any_size(ROOM);
	why = nondet_bool() ? text : NULL;
	bool was_request = size >= MESSAGE_HEADER && (message[2] & 0x80) == 0;
	size_t written = message_refuse(message, size, rcode, ede, why, answer,
		answer_size);
	must(queries == 0 && responses == 0, "what is allocated is given back");
	must(written == 0 || (was_request && answer_size >= ANSWER_MIN),
		"only a request is answered, and where there is room");
	must(written == 0 || written == response.size, "its size");
	must(written == 0 || query.opt_rr == NULL || begun, "an OPT record is answered");
	return written != 0 && begun;
}

void harness(void)
{
	any_octets(octets);
	any_octets(option);
	any_octets(text);
	text[sizeof(text) - 1] = '\0';
	any_octets(&opt);
	size = any_size(SIZE);
	message = octets + (SIZE - size);
	option_size = any_size(OPTION_MAX);
	uint8_t *head = option + (OPTION_MAX - option_size);
	head[2] = (uint8_t)(option_size >> 8);
	head[3] = (uint8_t)option_size;
	bool done = nondet_bool() ? judge_reply() : judge_refusal();
	assume(done);
	end_of_proof();
}
