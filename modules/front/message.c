/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DNS messages, by way of libknot: the question of a client's message is read in place, its
 * other records only where an answer has to know whether there is an OPT record. */

#include "message.h"

#include <ctype.h>
#include <libknot/libknot.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 128     /* octets of an extended error's text */
#define ANSWER_MIN 512   /* header, question and extended error always fit */
#define UDP_MIN 512      /* octets that every client accepts (RFC 1035 4.2.1) */
#define UDP_PAYLOAD 1232 /* what an OPT record has to name; the messages come over TCP */

/* libknot's functions take what they only read without const. */
static uint8_t *unconst(const uint8_t *octets)
{
	return (uint8_t *)(uintptr_t)octets;
}

/* Can it be answered? A response never is: two servers could answer each other for ever. */
static bool is_request(const uint8_t *message, size_t size)
{
	return size >= MESSAGE_HEADER && size <= MESSAGE_MAX && !knot_wire_get_qr(message);
}

/* The octets of the question's name, 0 if there is no whole question. Names of questions
 * have nothing to point to (RFC 1035 4.1.4). */
static size_t question_name_size(const uint8_t *message, size_t size)
{
	if (knot_wire_get_qdcount(message) != 1) {
		return 0;
	}
	int name = knot_dname_wire_check(message + MESSAGE_HEADER, message + size, NULL);
	return name > 0 && MESSAGE_HEADER + (size_t)name + 4 <= size ? (size_t)name : 0;
}

static bool is_transfer(uint16_t type, uint16_t class)
{
	return class == KNOT_CLASS_IN &&
		(type == KNOT_RRTYPE_SOA || type == KNOT_RRTYPE_AXFR ||
			type == KNOT_RRTYPE_IXFR);
}

static enum message_kind kind_of(uint8_t opcode, uint16_t type, uint16_t class)
{
	switch (opcode) {
	case KNOT_OPCODE_QUERY:
		return is_transfer(type, class) ? MESSAGE_TRANSFER : MESSAGE_QUERY;
	case KNOT_OPCODE_NOTIFY:
		return MESSAGE_NOTIFY;
	case KNOT_OPCODE_UPDATE:
		return MESSAGE_UPDATE;
	default:
		return MESSAGE_OTHER;
	}
}

/* In lower case. A name with escaped octets may be too long: then its end is cut. */
static void print_name(const uint8_t *name, char *text, size_t size)
{
	static const char rest[] = "...";
	knot_dname_txt_storage_t whole;
	if (knot_dname_to_str(whole, name, sizeof(whole)) == NULL) {
		whole[0] = '\0';
	}
	for (char *at = whole; *at != '\0'; at++) {
		*at = (char)tolower((unsigned char)*at);
	}
	bool fits = strlen(whole) < size;
	snprintf(text, size, "%.*s%s", (int)(fits ? size : size - sizeof(rest)), whole,
		fits ? "" : rest);
}

/* What a log calls it: the type that is asked for, or the kind of message. */
static void print_type(const uint8_t *message, struct message_question *question)
{
	char *text = question->type_name;
	const size_t size = sizeof(question->type_name);
	switch (question->kind) {
	case MESSAGE_MALFORMED:
	case MESSAGE_TRANSFER:
	case MESSAGE_QUERY:
		break;
	case MESSAGE_NOTIFY:
		snprintf(text, size, "NOTIFY");
		return;
	case MESSAGE_UPDATE:
		snprintf(text, size, "UPDATE");
		return;
	case MESSAGE_OTHER:
		snprintf(text, size, "OPCODE%u", (unsigned)knot_wire_get_opcode(message));
		return;
	}
	if (knot_rrtype_to_string(question->type, text, size) < 0) {
		snprintf(text, size, "TYPE%u", question->type);
	}
}

static const struct message_question malformed = { .name = "message",
	.type_name = "malformed" };

/* Of a message that has its header. */
static void read_question(const uint8_t *message, size_t size,
	struct message_question *question)
{
	*question = malformed;
	size_t name = question_name_size(message, size);
	if (name == 0) {
		return;
	}
	const uint8_t *behind = message + MESSAGE_HEADER + name;
	question->type = knot_wire_read_u16(behind);
	question->kind = kind_of(knot_wire_get_opcode(message), question->type,
		knot_wire_read_u16(behind + 2));
	print_name(message + MESSAGE_HEADER, question->name, sizeof(question->name));
	print_type(message, question);
}

void message_read(const uint8_t *message, size_t size, struct message_question *question)
{
	if (is_request(message, size)) {
		read_question(message, size, question);
	} else {
		*question = malformed;
	}
}

/* RFC 8914 2: a number, and a text that need not be there. */
static void read_extended_error(const uint8_t *message, size_t size,
	struct message_reply *reply)
{
	knot_pkt_t *packet = knot_pkt_new(unconst(message), (uint16_t)size, NULL);
	const uint8_t *option = packet != NULL &&
			knot_pkt_parse(packet, KNOT_PF_KEEPWIRE | KNOT_PF_NOCANON) ==
				KNOT_EOK &&
			knot_pkt_has_edns(packet) ?
		knot_edns_get_option(packet->opt_rr, KNOT_EDNS_OPTION_EDE, NULL) :
		NULL;
	if (option != NULL && knot_edns_opt_get_length(option) >= 2) {
		const uint8_t *data = option + KNOT_EDNS_OPTION_HDRLEN;
		size_t text_size = knot_edns_opt_get_length(option) - 2u;
		text_size = text_size < sizeof(reply->ede_text) ?
			text_size :
			sizeof(reply->ede_text) - 1;
		reply->ede = knot_wire_read_u16(data);
		memcpy(reply->ede_text, data + 2, text_size);
	}
	knot_pkt_free(packet);
}

/* A server may leave the question out of an answer that is an error. */
static bool is_without_question(const uint8_t *message)
{
	return knot_wire_get_qdcount(message) == 0 &&
		knot_wire_get_opcode(message) == KNOT_OPCODE_QUERY;
}

bool message_read_reply(const uint8_t *message, size_t size, struct message_reply *reply)
{
	*reply = (struct message_reply){ .ede = MESSAGE_NO_EDE };
	if (size < MESSAGE_HEADER || size > MESSAGE_MAX || !knot_wire_get_qr(message)) {
		return false;
	}
	read_question(message, size, &reply->question);
	if (is_without_question(message)) {
		reply->question = (struct message_question){
			.kind = MESSAGE_QUERY, .name = "query", .type_name = "a"
		};
	}
	reply->rcode = knot_wire_get_rcode(message);
	const knot_lookup_t *known = knot_lookup_by_id(knot_rcode_names, reply->rcode);
	if (known != NULL) {
		snprintf(reply->rcode_name, sizeof(reply->rcode_name), "%s", known->name);
	} else {
		snprintf(reply->rcode_name, sizeof(reply->rcode_name), "RCODE%u",
			reply->rcode);
	}
	if (reply->rcode != KNOT_RCODE_NOERROR) {
		read_extended_error(message, size, reply);
	}
	return true;
}

/* RFC 8914 2. The text is for people: octets that a terminal would act on are replaced. */
static bool add_extended_error(knot_rrset_t *opt, uint16_t ede, const char *text)
{
	uint8_t data[2 + TEXT_MAX];
	size_t size = 2;
	knot_wire_write_u16(data, ede);
	for (; text != NULL && *text != '\0' && size < sizeof(data); text++) {
		data[size++] = (uint8_t)(*text >= ' ' && *text <= '~' ? *text : '?');
	}
	return knot_edns_add_option(opt, KNOT_EDNS_OPTION_EDE, (uint16_t)size, data,
		       NULL) == KNOT_EOK;
}

/* RFC 6891 6.1.1: an OPT record is answered with one. RFC 3225 3: and DO with DO. */
static bool put_opt(knot_pkt_t *answer, const knot_rrset_t *asked, uint8_t rcode, int ede,
	const char *text)
{
	knot_rrset_t opt;
	knot_rrset_init_empty(&opt);
	bool done = knot_edns_init(&opt, UDP_PAYLOAD, KNOT_EDNS_RCODE_HI(rcode),
			    KNOT_EDNS_VERSION, NULL) == KNOT_EOK;
	if (done && knot_edns_do(asked)) {
		knot_edns_set_do(&opt);
	}
	done = done &&
		(ede < 0 || ede > UINT16_MAX ||
			add_extended_error(&opt, (uint16_t)ede, text));
	done = done && knot_pkt_begin(answer, KNOT_ADDITIONAL) == KNOT_EOK &&
		knot_pkt_put(answer, KNOT_COMPR_HINT_NONE, &opt, KNOT_PF_NOTRUNC) ==
			KNOT_EOK;
	knot_rrset_clear(&opt, NULL);
	return done;
}

/* Without an OPT record there is no place for more than four bits of an rcode. */
static bool put_response(knot_pkt_t *answer, const knot_pkt_t *query, uint8_t rcode,
	int ede, const char *text)
{
	if (knot_pkt_init_response(answer, query) != KNOT_EOK) {
		return false;
	}
	if (!knot_pkt_has_edns(query)) {
		knot_wire_set_rcode(answer->wire,
			rcode <= 15 ? rcode : KNOT_RCODE_SERVFAIL);
		return true;
	}
	knot_wire_set_rcode(answer->wire, KNOT_EDNS_RCODE_LO(rcode));
	return put_opt(answer, query->opt_rr, rcode, ede, text);
}

size_t message_refuse(const uint8_t *message, size_t size, uint8_t rcode, int ede,
	const char *text, uint8_t *answer, size_t answer_size)
{
	if (!is_request(message, size) || answer_size < ANSWER_MIN) {
		return 0;
	}
	size_t written = 0;
	knot_pkt_t *query = knot_pkt_new(unconst(message), (uint16_t)size, NULL);
	knot_pkt_t *response = knot_pkt_new(answer,
		(uint16_t)(answer_size < MESSAGE_MAX ? answer_size : MESSAGE_MAX), NULL);
	if (query != NULL && response != NULL) {
		/* How far it is readable shows in what is there afterwards. */
		(void)knot_pkt_parse(query, KNOT_PF_KEEPWIRE | KNOT_PF_NOCANON);
		if (put_response(response, query, rcode, ede, text)) {
			written = response->size;
		}
	}
	knot_pkt_free(response);
	knot_pkt_free(query);
	return written;
}

size_t message_udp_max(const uint8_t *message, size_t size)
{
	size_t most = UDP_MIN;
	knot_pkt_t *query = is_request(message, size) ?
		knot_pkt_new(unconst(message), (uint16_t)size, NULL) :
		NULL;
	if (query != NULL &&
		knot_pkt_parse(query, KNOT_PF_KEEPWIRE | KNOT_PF_NOCANON) == KNOT_EOK &&
		knot_pkt_has_edns(query)) {
		size_t offered = knot_edns_get_payload(query->opt_rr);
		most = offered > most ? offered : most;
	}
	knot_pkt_free(query);
	return most < MESSAGE_UDP_MAX ? most : MESSAGE_UDP_MAX;
}

size_t message_truncate(const uint8_t *message, size_t size, uint8_t *answer,
	size_t answer_size)
{
	size_t written = message_refuse(message, size, KNOT_RCODE_NOERROR, MESSAGE_NO_EDE,
		NULL, answer, answer_size);
	if (written != 0) {
		knot_wire_set_tc(answer);
	}
	return written;
}
