/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A message from a client. Input: an rcode, an extended error and its text, then the message
 * to the end. It is understood as libknot does; the answers to it are whole, about its
 * question and no other, bounded, and say what they were to say. */

#include "message.h"

#include <ctype.h>
#include <libknot/libknot.h>
#include <string.h>

#include "input.h"
#include "target.h"

#define ANSWER_SIZE 512
#define TEXT_MAX 128

struct saying {
	uint8_t rcode;
	int ede;
	const char *text;
};

static void check_printable(const char *text, size_t size)
{
	must(memchr(text, '\0', size) != NULL);
	for (; *text != '\0'; text++) {
		must(isprint((unsigned char)*text));
	}
}

static enum message_kind expected_kind(const knot_pkt_t *query)
{
	uint16_t type = knot_pkt_qtype(query);
	bool transfer = knot_pkt_qclass(query) == KNOT_CLASS_IN &&
		(type == KNOT_RRTYPE_SOA || type == KNOT_RRTYPE_AXFR ||
			type == KNOT_RRTYPE_IXFR);
	switch (knot_wire_get_opcode(query->wire)) {
	case KNOT_OPCODE_QUERY:
		return transfer ? MESSAGE_TRANSFER : MESSAGE_QUERY;
	case KNOT_OPCODE_NOTIFY:
		return MESSAGE_NOTIFY;
	case KNOT_OPCODE_UPDATE:
		return MESSAGE_UPDATE;
	default:
		return MESSAGE_OTHER;
	}
}

/* `query` has as much of a question as there is. */
static void check_read(struct dance_octets message, const knot_pkt_t *query, bool request)
{
	struct message_question question;
	memset(&question, 'x', sizeof(question));
	message_read(message.data, message.size, &question);
	check_printable(question.name, sizeof(question.name));
	check_printable(question.type_name, sizeof(question.type_name));
	must(question.name[0] != '\0' && question.type_name[0] != '\0');
	if (!request || query->qname_size == 0) {
		must(question.kind == MESSAGE_MALFORMED);
		return;
	}
	must(question.kind == expected_kind(query));
	must(question.type == knot_pkt_qtype(query));
}

static void check_extended_error(const knot_pkt_t *answer, const struct saying *saying)
{
	const uint8_t *option = knot_pkt_edns_option(answer, KNOT_EDNS_OPTION_EDE);
	if (saying->ede < 0 || saying->ede > UINT16_MAX) {
		must(option == NULL);
		return;
	}
	must(option != NULL);
	size_t size = knot_edns_opt_get_length(option), said = strlen(saying->text);
	must(size == 2 + (said < TEXT_MAX ? said : TEXT_MAX));
	must(knot_wire_read_u16(option + 4) == saying->ede);
	for (size_t i = 0; i < size - 2; i++) {
		char c = saying->text[i];
		must(option[6 + i] == (c >= ' ' && c <= '~' ? c : '?'));
	}
}

static void check_answer(uint8_t *octets, size_t size, const knot_pkt_t *query, bool tc,
	const struct saying *saying)
{
	const uint8_t *asked = query->wire;
	must(size >= KNOT_WIRE_HEADER_SIZE && size <= ANSWER_SIZE);
	knot_pkt_t *answer = knot_pkt_new(octets, (uint16_t)size, NULL);
	must(answer != NULL);
	must(knot_pkt_parse(answer, KNOT_PF_KEEPWIRE) == KNOT_EOK);
	must(knot_wire_get_id(octets) == knot_wire_get_id(asked));
	must(knot_wire_get_opcode(octets) == knot_wire_get_opcode(asked));
	must(knot_wire_get_qr(octets) && !knot_wire_get_aa(octets));
	must((knot_wire_get_tc(octets) != 0) == tc);
	must(answer->qname_size == query->qname_size);
	must(knot_wire_get_qdcount(octets) == (query->qname_size != 0));
	must(memcmp(octets + KNOT_WIRE_HEADER_SIZE, asked + KNOT_WIRE_HEADER_SIZE,
		     knot_pkt_question_size(query)) == 0);
	must(answer->rrset_count == (query->opt_rr != NULL));
	must((answer->opt_rr != NULL) == (query->opt_rr != NULL));
	if (answer->opt_rr != NULL) {
		must(knot_pkt_ext_rcode(answer) == saying->rcode);
		must(knot_edns_do(answer->opt_rr) == knot_edns_do(query->opt_rr));
		check_extended_error(answer, saying);
	} else {
		must(knot_pkt_ext_rcode(answer) ==
			(saying->rcode <= 15 ? saying->rcode : KNOT_RCODE_SERVFAIL));
	}
	knot_pkt_free(answer);
}

static void check_answers(struct dance_octets message, const knot_pkt_t *query,
	bool request, const struct saying *saying)
{
	static const struct saying nothing = { KNOT_RCODE_NOERROR, MESSAGE_NO_EDE, "" };
	uint8_t *answer = malloc(ANSWER_SIZE);
	must(answer != NULL);
	size_t size = message_refuse(message.data, message.size, saying->rcode, saying->ede,
		saying->text, answer, ANSWER_SIZE);
	must((size != 0) == request);
	if (request) {
		check_answer(answer, size, query, false, saying);
	}
	size = message_truncate(message.data, message.size, answer, ANSWER_SIZE);
	must((size != 0) == request);
	if (request) {
		check_answer(answer, size, query, true, &nothing);
	}
	free(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct saying saying = { .rcode = input_octet(&input) };
	saying.ede = (int)input_number(&input);
	saying.text = input_text(&input);
	struct dance_octets message = input_copy(&input, input.data, input.size);
	bool request = message.size >= MESSAGE_HEADER && message.size <= MESSAGE_MAX &&
		!knot_wire_get_qr(message.data);

	/* A copy for libknot, which may write into it. */
	struct dance_octets copy = input_copy(&input, input.data, input.size);
	uint8_t none[1] = { 0 };
	knot_pkt_t *query = knot_pkt_new(request ? (void *)(uintptr_t)copy.data : none,
		request ? (uint16_t)copy.size : 0, NULL);
	must(query != NULL);
	(void)knot_pkt_parse(query, KNOT_PF_KEEPWIRE);
	check_read(message, query, request);
	check_answers(message, query, request, &saying);
	must(message.size == 0 || memcmp(message.data, input.data, input.size) == 0);
	knot_pkt_free(query);
	input_end(&input);
	return 0;
}
