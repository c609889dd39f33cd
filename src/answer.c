/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From libunbound's answers to outcomes, records and reasons. */

#include "answer.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "packet.h"
#include "wire_name.h"

/* Whole records come first, those that are too short last. */
struct filling {
	struct dance_tlsa *records;
	unsigned char *data;
	size_t whole, broken, count;
};

static void add_record(void *arg, const uint8_t *data, size_t size)
{
	struct filling *filling = arg;
	unsigned char *copy = filling->data;
	memcpy(copy, data, size);
	filling->data += size;
	if (size >= 3) {
		filling->records[filling->whole++] = (struct dance_tlsa){ copy[0], copy[1],
			copy[2], copy + 3, size - 3 };
	} else {
		filling->records[filling->count - ++filling->broken] = (struct dance_tlsa){
			UINT8_MAX, UINT8_MAX, UINT8_MAX, copy, size
		};
	}
}

static void read_signatures(struct resolver_answer *told, const struct packet *packet)
{
	int64_t now = ((int64_t)clock_ms() + clock_wall_ahead()) / 1000;
	uint32_t quarter = packet->signatures_span / 4;
	if (packet->is_signed) {
		told->signatures_end = packet_moment(packet->signatures_end, now);
		told->signatures_late = told->signatures_end -
			(quarter < RESOLVER_LATE_S ? quarter : RESOLVER_LATE_S);
	}
}

/* All that the answer has, also if that is more than a set may have. */
static void read_records(struct answer *answer, const struct packet *packet,
	const void *octets, size_t size)
{
	size_t room = packet->count * sizeof(struct dance_tlsa);
	struct packet again;
	answer->records = malloc(room + packet->octets);
	if (answer->records == NULL) {
		answer->told.why = "out of memory";
		return;
	}
	struct filling filling = { .records = answer->records,
		.count = packet->count,
		.data = (unsigned char *)answer->records + room };
	(void)packet_read(&again, octets, size, ANSWER_TYPE_TLSA, add_record, &filling);
	answer->told.outcome = RESOLVER_SECURE;
	answer->told.records = filling.records;
	answer->told.count = packet->count;
	answer->told.broken = filling.broken;
	answer->told.ttl = packet->ttl;
	read_signatures(&answer->told, packet);
}

/* The names of PTR records, which may be compressed (RFC 1035 3.3.12, 4.1.4). */
struct naming {
	const uint8_t *octets; /* the message */
	uint8_t *names;
	bool malformed;
};

static void add_name(void *arg, const uint8_t *data, size_t size)
{
	struct naming *naming = arg;
	size_t at = (size_t)(data - naming->octets);
	size_t taken = wire_name_read(naming->names, naming->octets, at, at + size);
	if (taken == 0 || taken != size || naming->malformed) {
		naming->malformed = true;
		return;
	}
	naming->names += wire_name_size(naming->names);
}

/* Of more names than anybody takes only the count is told. */
static void read_names(struct answer *answer, const struct packet *packet,
	const void *octets, size_t size)
{
	struct packet again;
	struct naming naming = { .octets = octets };
	if (packet->count <= RESOLVER_NAME_MAX) {
		answer->records = malloc(packet->count * WIRE_NAME_SIZE);
		if (answer->records == NULL) {
			answer->told.why = "out of memory";
			return;
		}
		naming.names = answer->records;
		(void)packet_read(&again, octets, size, ANSWER_TYPE_PTR, add_name, &naming);
	}
	if (naming.malformed) {
		answer->told.why = "no usable answer";
		return;
	}
	answer->told.outcome = RESOLVER_SECURE;
	answer->told.names = answer->records;
	answer->told.count = packet->count;
	answer->told.ttl = packet->ttl;
}

static const char *rcode_text(unsigned rcode)
{
	switch (rcode) {
	case PACKET_SERVFAIL:
		return "SERVFAIL";
	case PACKET_REFUSED:
		return "REFUSED";
	default:
		return "no usable answer";
	}
}

/* The next word and the blank behind it. */
static size_t word_size(const char *text)
{
	size_t size = strcspn(text, " ");
	return size + (text[size] == ' ');
}

static bool is_word(const char *text, const char *word)
{
	size_t size = strcspn(text, " ");
	return size == strlen(word) && memcmp(text, word, size) == 0;
}

static bool is_same_word(const char *a, const char *b)
{
	size_t size = strcspn(a, " ");
	return size == strcspn(b, " ") && memcmp(a, b, size) == 0;
}

/* Is this one of the words between here and there? */
static bool is_among(const char *word, const char *from, const char *to)
{
	for (; from < to; from += word_size(from)) {
		if (is_same_word(word, from)) {
			return true;
		}
	}
	return false;
}

/* Copies libunbound's reason, each server of a list like "from A and B and A" once. */
static void put_reason(struct answer *answer, const char *text)
{
	size_t used = 0;
	const char *servers = NULL; /* of the list at hand */
	bool is_server = false;     /* the next word */
	while (*text != '\0') {
		size_t size = word_size(text);
		const char *next = text + size;
		if (servers != NULL && is_word(text, "and")) {
			if (is_among(next, servers, text)) {
				text = next + word_size(next);
				continue;
			}
			is_server = true;
		} else if (is_word(text, "from")) {
			servers = next;
			is_server = true;
		} else {
			servers = is_server ? servers : NULL;
			is_server = false;
		}
		if (used + size >= sizeof(answer->why)) {
			break;
		}
		memcpy(answer->why + used, text, size);
		used += size;
		text = next;
	}
	while (used > 0 && answer->why[used - 1] == ' ') {
		used--;
	}
	answer->why[used] = '\0';
	answer->told.why = answer->why;
}

/* Of a whole message that is not bogus. */
static void read_packet(struct answer *answer, uint16_t type, const struct packet *packet,
	bool secure, const void *octets, size_t size)
{
	bool is_list = type == ANSWER_TYPE_PTR;
	struct resolver_answer *told = &answer->told;
	if (packet->rcode != PACKET_NOERROR && packet->rcode != PACKET_NXDOMAIN) {
		told->why = rcode_text(packet->rcode);
	} else if (!secure) {
		told->outcome = RESOLVER_INSECURE;
		told->ttl = packet->ttl;
		if (is_list) {
			told->why = "not DNSSEC-signed";
		} else {
			told->why = packet->count > 0 ?
				"the TLSA records are not DNSSEC-signed" :
				"there is no TLSA record, and the name is not in a signed zone";
		}
	} else if (packet->count == 0) {
		told->outcome = RESOLVER_DENIED;
		told->ttl = packet->ttl;
		told->why = packet->rcode == PACKET_NXDOMAIN ? "no such name" :
			is_list ? "the name has no PTR record" :
				  "the name has no TLSA record";
	} else if (is_list) {
		read_names(answer, packet, octets, size);
	} else {
		read_records(answer, packet, octets, size);
	}
}

static void read_answer(struct answer *answer, uint16_t type, int rcode, const void *packet,
	int size, int security, const char *why_bogus)
{
	struct resolver_answer *told = &answer->told;
	struct packet read;
	*told = (struct resolver_answer){ .outcome = RESOLVER_FAILED, .why = "" };
	answer->records = NULL;
	if (security == ANSWER_BOGUS) {
		told->outcome = RESOLVER_BOGUS;
		put_reason(answer, why_bogus != NULL ? why_bogus : "");
	} else if (rcode != PACKET_NOERROR) {
		told->why = rcode_text((unsigned)rcode);
	} else if (packet == NULL || size <= 0 ||
		!packet_read(&read, packet, (size_t)size, type, NULL, NULL)) {
		told->why = "no usable answer";
	} else {
		read_packet(answer, type, &read, security == ANSWER_SECURE, packet,
			(size_t)size);
	}
}

void answer_read(struct answer *answer, int rcode, const void *packet, int size,
	int security, const char *why_bogus)
{
	read_answer(answer, ANSWER_TYPE_TLSA, rcode, packet, size, security, why_bogus);
}

void answer_read_names(struct answer *answer, int rcode, const void *packet, int size,
	int security, const char *why_bogus)
{
	read_answer(answer, ANSWER_TYPE_PTR, rcode, packet, size, security, why_bogus);
}

void answer_clear(struct answer *answer)
{
	free(answer->records);
	answer->records = NULL;
}
