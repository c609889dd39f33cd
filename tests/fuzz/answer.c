/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * An answer of libunbound. Input: the response code, what became of validation, and to the end
 * the message. Records there are only of a validated one, each with octets of the message; and if
 * libknot reads the message too, it finds the same. */

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

/* The records of the type, one by one, as libknot reads them. */
struct walk {
	const knot_pktsection_t *answers;
	const knot_dname_t *owner; /* after aliases */
	uint16_t at;
	size_t found;
};

/* NULL after the last. */
static const knot_rdata_t *next(struct walk *walk)
{
	while (walk->at < walk->answers->count) {
		const knot_rrset_t *record = knot_pkt_rr(walk->answers, walk->at++);
		if (record->rclass != KNOT_CLASS_IN || record->rrs.count == 0 ||
			!knot_dname_is_case_equal(record->owner, walk->owner)) {
			continue;
		}
		if (record->type == KNOT_RRTYPE_TLSA) {
			walk->found++;
			return record->rrs.rdata;
		}
		if (record->type == KNOT_RRTYPE_CNAME && walk->found == 0) {
			walk->owner = knot_cname_name(record->rrs.rdata);
		}
	}
	return NULL;
}

/* Called for each record that our reader finds. */
static void expect_same(void *arg, const uint8_t *data, size_t size)
{
	const knot_rdata_t *known = next(arg);
	must(known != NULL && known->len == size && memcmp(known->data, data, size) == 0);
}

/* What our reader takes means the same to libknot, if that can read the message. Not the converse:
 * ours may refuse what libknot takes, as a record without data, or an alias of which something
 * is left over behind the name. Where it refuses, nobody is let in. */
static void compare(struct dance_octets message)
{
	struct packet packet;
	if (!packet_read(&packet, message.data, message.size, ANSWER_TYPE_TLSA, NULL,
		    NULL) ||
		message.size > UINT16_MAX) {
		return;
	}
	must(message.size >= KNOT_WIRE_HEADER_SIZE);
	uint8_t *copy = malloc(message.size);
	must(copy != NULL);
	memcpy(copy, message.data, message.size);
	knot_pkt_t *known = knot_pkt_new(copy, (uint16_t)message.size, NULL);
	must(known != NULL);
	if (knot_pkt_parse(known, 0) == KNOT_EOK) {
		struct walk walk = { .answers = knot_pkt_section(known, KNOT_ANSWER),
			.owner = knot_pkt_qname(known) };
		must(knot_pkt_qtype(known) == KNOT_RRTYPE_TLSA &&
			knot_pkt_qclass(known) == KNOT_CLASS_IN);
		must(!knot_wire_get_tc(copy));
		must(packet.rcode == knot_wire_get_rcode(copy));
		must(packet_read(&packet, message.data, message.size, ANSWER_TYPE_TLSA,
			expect_same, &walk));
		must(next(&walk) == NULL);
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
