/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From the octets of a DNS message to the records that were asked for and their TTL. Each
 * octet is read a bounded number of times, and nothing is allocated. */

#include "packet.h"

#include "wire_name.h"

#define HEADER_SIZE 12
#define RECORD_SIZE 10 /* type, class, TTL and length, behind the owner name */
#define SOA_SIZE 22    /* two root names and five numbers */
#define FLAG_TC 0x02   /* in octet 2 */
#define CLASS_IN 1
#define TYPE_CNAME 5
#define TYPE_SOA 6
#define TYPE_RRSIG 46
#define RRSIG_SIZE 18 /* what stands before the signer's name (RFC 4034 3.1) */
#define RRSIG_EXPIRATION 8
#define RRSIG_INCEPTION 12

struct reader {
	const uint8_t *octets;
	size_t size, at;
	uint8_t owner[WIRE_NAME_SIZE]; /* of the records, after aliases */
	uint16_t type;
	uint32_t ttl;
	struct packet *packet;
	packet_record each;
	void *arg;
};

struct record {
	size_t owner; /* where it begins */
	uint16_t type, class;
	uint32_t ttl;
	size_t data, size;
};

static uint16_t number16(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

static uint32_t number32(const uint8_t *octets)
{
	return (uint32_t)number16(octets) << 16 | number16(octets + 2);
}

static bool take_question(struct reader *reader)
{
	size_t size = wire_name_read(reader->owner, reader->octets, reader->at,
		reader->size);
	if (size == 0 || reader->size - reader->at - size < 4) {
		return false;
	}
	reader->at += size + 4;
	const uint8_t *numbers = reader->octets + reader->at - 4;
	return number16(numbers) == reader->type && number16(numbers + 2) == CLASS_IN;
}

static bool take_record(struct reader *reader, struct record *record)
{
	size_t size = wire_name_read(NULL, reader->octets, reader->at, reader->size);
	if (size == 0 || reader->size - reader->at - size < RECORD_SIZE) {
		return false;
	}
	const uint8_t *numbers = reader->octets + reader->at + size;
	*record = (struct record){ .owner = reader->at,
		.type = number16(numbers),
		.class = number16(numbers + 2),
		.ttl = number32(numbers + 4),
		.data = reader->at + size + RECORD_SIZE,
		.size = number16(numbers + 8) };
	if (record->size > reader->size - record->data) {
		return false;
	}
	if (record->ttl > INT32_MAX) { /* RFC 2181 8 */
		record->ttl = 0;
	}
	reader->at = record->data + record->size;
	return true;
}

static bool is_of_owner(const struct reader *reader, const struct record *record)
{
	uint8_t owner[WIRE_NAME_SIZE];
	return record->class == CLASS_IN &&
		wire_name_read(owner, reader->octets, record->owner, reader->size) > 0 &&
		wire_name_is_same(owner, reader->owner);
}

/* False if the alias leads to no name. */
static bool follow(struct reader *reader, const struct record *record)
{
	size_t size = wire_name_read(reader->owner, reader->octets, record->data,
		record->data + record->size);
	return size > 0 && size == record->size;
}

/* An answer is proved as long as all its RRsets are. Moments are compared by RFC 1982 3.2. */
static void note_signature(struct packet *packet, const uint8_t *data, size_t size)
{
	if (size <= RRSIG_SIZE) {
		return;
	}
	uint32_t end = number32(data + RRSIG_EXPIRATION);
	if (!packet->is_signed || (int32_t)(end - packet->signatures_end) < 0) {
		packet->signatures_end = end;
		packet->signatures_span = end - number32(data + RRSIG_INCEPTION);
	}
	packet->is_signed = true;
}

static bool read_answers(struct reader *reader, unsigned count)
{
	struct record record;
	while (count-- > 0) {
		if (!take_record(reader, &record)) {
			return false;
		}
		reader->ttl = record.ttl < reader->ttl ? record.ttl : reader->ttl;
		if (record.type == TYPE_RRSIG && record.class == CLASS_IN) {
			note_signature(reader->packet, reader->octets + record.data,
				record.size);
		}
		if ((record.type != TYPE_CNAME && record.type != reader->type) ||
			!is_of_owner(reader, &record)) {
			continue;
		}
		if (record.type == reader->type) {
			reader->packet->count++;
			reader->packet->octets += record.size;
			if (reader->each != NULL) {
				reader->each(reader->arg, reader->octets + record.data,
					record.size);
			}
		} else if (reader->packet->count == 0 && !follow(reader, &record)) {
			return false;
		}
	}
	return true;
}

/* A denial holds for the shortest TTL among its proofs, and no longer than the SOA record's
 * MINIMUM (RFC 2308 5). */
static bool read_authorities(struct reader *reader, unsigned count)
{
	struct record record;
	while (count-- > 0) {
		if (!take_record(reader, &record) ||
			(record.type == TYPE_SOA && record.size < SOA_SIZE)) {
			return false;
		}
		if (record.type == TYPE_SOA) {
			uint32_t minimum = number32(reader->octets + record.data +
				record.size - 4);
			record.ttl = minimum < record.ttl ? minimum : record.ttl;
		}
		reader->ttl = record.ttl < reader->ttl ? record.ttl : reader->ttl;
	}
	return true;
}

bool packet_read(struct packet *packet, const uint8_t *octets, size_t size, uint16_t type,
	packet_record each, void *arg)
{
	struct reader reader = { .octets = octets,
		.size = size,
		.at = HEADER_SIZE,
		.type = type,
		.ttl = UINT32_MAX,
		.packet = packet,
		.each = each,
		.arg = arg };
	*packet = (struct packet){ 0 };
	if (size < HEADER_SIZE || (octets[2] & FLAG_TC) != 0 || number16(octets + 4) != 1 ||
		!take_question(&reader) || !read_answers(&reader, number16(octets + 6))) {
		return false;
	}
	if (packet->count == 0 && !read_authorities(&reader, number16(octets + 8))) {
		return false;
	}
	packet->rcode = octets[3] & 0x0f;
	packet->ttl = reader.ttl != UINT32_MAX ? reader.ttl : 0;
	return true;
}

static bool skip_questions(struct reader *reader, unsigned count)
{
	while (count-- > 0) {
		size_t size = wire_name_read(NULL, reader->octets, reader->at,
			reader->size);
		if (size == 0 || reader->size - reader->at - size < 4) {
			return false;
		}
		reader->at += size + 4;
	}
	return true;
}

bool packet_walk(const uint8_t *octets, size_t size, packet_visit visit, void *arg)
{
	struct reader reader = { .octets = octets, .size = size, .at = HEADER_SIZE };
	struct record record;
	if (size < HEADER_SIZE || !skip_questions(&reader, number16(octets + 4))) {
		return false;
	}
	for (unsigned section = PACKET_ANSWER; section <= PACKET_ADDITIONAL; section++) {
		unsigned count = number16(octets + 6 + 2 * section);
		while (count-- > 0) {
			if (!take_record(&reader, &record)) {
				return false;
			}
			const struct packet_entry entry = { .section = section,
				.owner = record.owner,
				.type = record.type,
				.class = record.class,
				.ttl = number32(octets + record.data - 6),
				.data = octets + record.data,
				.size = record.size };
			visit(arg, &entry);
		}
	}
	return true;
}
