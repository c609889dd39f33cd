/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * An answer of libunbound. Input: the response code, what became of validation, and to the end
 * the message. Records there are only of a validated one, each with octets of the message; and
 * where libknot can read the message, they are those that it finds. */

#include "answer.h"

#include <libknot/libknot.h>
#include <string.h>

#include "input.h"
#include "packet.h"
#include "target.h"

static bool is_within(const void *part, size_t size, struct dance_octets whole)
{
	return size == 0 || memmem(whole.data, whole.size, part, size) != NULL;
}

static void check_records(const struct resolver_answer *told, struct dance_octets message)
{
	must(told->count > 0 && told->broken <= told->count && told->records != NULL);
	must(told->ttl <= INT32_MAX);
	for (size_t i = 0; i < told->count; i++) {
		const struct dance_tlsa *record = &told->records[i];
		bool broken = i >= told->count - told->broken;
		must(is_within(record->data, record->size, message));
		must(!broken ||
			(record->size < 3 && record->usage == UINT8_MAX &&
				record->selector == UINT8_MAX &&
				record->matching == UINT8_MAX));
		const uint8_t head[] = { record->usage, record->selector,
			record->matching };
		must(broken || is_within(head, sizeof(head), message));
	}
}

/* How many records of the type there are, as libknot reads it. */
static size_t count(const knot_pkt_t *packet)
{
	const knot_pktsection_t *answers = knot_pkt_section(packet, KNOT_ANSWER);
	const knot_dname_t *owner = knot_pkt_qname(packet);
	size_t found = 0;
	for (uint16_t i = 0; i < answers->count; i++) {
		const knot_rrset_t *record = knot_pkt_rr(answers, i);
		if (record->rclass != KNOT_CLASS_IN ||
			!knot_dname_is_case_equal(record->owner, owner)) {
			continue;
		}
		if (record->type == KNOT_RRTYPE_TLSA) {
			found += record->rrs.count;
		} else if (record->type == KNOT_RRTYPE_CNAME && found == 0) {
			owner = knot_cname_name(record->rrs.rdata);
		}
	}
	return found;
}

/* Has every record its data? libknot takes some without, as dynamic updates have them. */
static bool is_whole(const knot_pkt_t *packet)
{
	bool whole = true;
	for (int section = KNOT_ANSWER; section <= KNOT_AUTHORITY; section++) {
		const knot_pktsection_t *records = knot_pkt_section(packet, section);
		for (uint16_t i = 0; i < records->count; i++) {
			const knot_rrset_t *record = knot_pkt_rr(records, i);
			whole = whole && record->rrs.count == 1 &&
				record->rrs.rdata->len > 0;
		}
	}
	return whole;
}

static void compare(struct dance_octets message)
{
	struct packet packet;
	bool read = packet_read(&packet, message.data, message.size, ANSWER_TYPE_TLSA, NULL,
		NULL);
	if (message.size > UINT16_MAX || message.size < KNOT_WIRE_HEADER_SIZE) {
		must(!read || message.size > UINT16_MAX);
		return;
	}
	uint8_t *copy = malloc(message.size);
	must(copy != NULL);
	memcpy(copy, message.data, message.size);
	knot_pkt_t *known = knot_pkt_new(copy, (uint16_t)message.size, NULL);
	must(known != NULL);
	if (knot_pkt_parse(known, 0) == KNOT_EOK && knot_wire_get_qdcount(copy) == 1) {
		bool asked = knot_pkt_qtype(known) == KNOT_RRTYPE_TLSA &&
			knot_pkt_qclass(known) == KNOT_CLASS_IN;
		must(!read || (asked && !knot_wire_get_tc(copy)));
		must(read || !asked || knot_wire_get_tc(copy) || !is_whole(known));
		must(!read || packet.count == count(known));
		must(!read || packet.rcode == knot_wire_get_rcode(copy));
	}
	knot_pkt_free(known);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	int rcode = input_octet(&input), security = input_octet(&input);
	struct dance_octets message = input_copy(&input, input.data, input.size);
	struct answer answer;
	answer_read(&answer, rcode, message.data, (int)message.size, security, NULL);
	const struct resolver_answer *told = &answer.told;
	must(told->outcome != RESOLVER_NONE && told->outcome != RESOLVER_TIMEOUT);
	must(told->why != NULL);
	if (told->outcome == RESOLVER_SECURE) {
		must(rcode == 0 && security == ANSWER_SECURE);
		check_records(told, message);
		must(told->signatures_end >= 0 && told->signatures_end < INT64_C(1) << 33);
	} else {
		must(told->count == 0 && told->records == NULL && told->broken == 0);
		must(told->signatures_end == 0);
		must(told->outcome != RESOLVER_DENIED ||
			(rcode == 0 && security == ANSWER_SECURE));
		must((told->outcome == RESOLVER_BOGUS) == (security == ANSWER_BOGUS));
	}
	compare(message);
	answer_clear(&answer);
	input_end(&input);
	return 0;
}
