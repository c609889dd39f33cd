/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A list of queries, found by their ids (RFC 7766 7), and of each transfer how far it
 * is. The records of an answer are stepped over; of the SOA records at the zone's apex
 * the serials are read. Anything unusual makes the connection lost: it never counts as
 * idle then. */

#include "pending_queries.h"

#include <stdlib.h>
#include <string.h>

#include <libknot/libknot.h>

#include "message.h"

#define RECORD_FIXED 10 /* octets of type, class, TTL and length */
#define SOA_NUMBERS 20  /* octets at the end of a SOA record's data, the serial first */
#define POINTER 0xc0    /* RFC 1035 4.1.4 */

enum form {
	FORM_ONE,         /* one message is the whole answer */
	FORM_AXFR,        /* a SOA record, the others, the SOA record again */
	FORM_IXFR,        /* whether this or the next: the second record shows */
	FORM_INCREMENTAL, /* after the first SOA record pairs of them, then it again */
};

struct pending_query {
	struct pending_query *next;
	uint16_t id;
	enum form form;
	bool answered;   /* in part */
	bool has_serial; /* an IXFR says which version its client has */
	uint32_t serial;
	size_t records;  /* of the answer so far */
	size_t soas;     /* of them at the apex, without the first */
	uint32_t newest; /* the serial in the first */
	uint8_t zone[];  /* in lower case */
};

/* What is left of a message. */
struct rest {
	const uint8_t *message;
	size_t at, size;
};

struct record {
	size_t owner; /* where it stands */
	uint16_t type;
	size_t data, data_size;
};

static bool skip_name(struct rest *rest)
{
	while (rest->at < rest->size) {
		uint8_t label = rest->message[rest->at];
		bool is_pointer = (label & POINTER) == POINTER;
		rest->at += is_pointer ? 2 : 1 + (size_t)label;
		if (is_pointer || label == 0) {
			return rest->at <= rest->size;
		}
	}
	return false;
}

static bool skip_questions(struct rest *rest)
{
	uint16_t count = knot_wire_get_qdcount(rest->message);
	for (uint16_t i = 0; i < count; i++) {
		if (!skip_name(rest) || rest->size - rest->at < 4) {
			return false;
		}
		rest->at += 4;
	}
	return true;
}

static bool take_record(struct rest *rest, struct record *record)
{
	record->owner = rest->at;
	if (!skip_name(rest) || rest->size - rest->at < RECORD_FIXED) {
		return false;
	}
	record->type = knot_wire_read_u16(rest->message + rest->at);
	record->data_size = knot_wire_read_u16(rest->message + rest->at + RECORD_FIXED - 2);
	record->data = rest->at + RECORD_FIXED;
	rest->at = record->data + record->data_size;
	return rest->at <= rest->size;
}

/* Two names, then the serial (RFC 1035 3.3.13). */
static bool read_serial(const uint8_t *message, const struct record *record,
	uint32_t *serial)
{
	struct rest data = { message, record->data, record->data + record->data_size };
	if (!skip_name(&data) || !skip_name(&data) || data.size - data.at != SOA_NUMBERS) {
		return false;
	}
	*serial = knot_wire_read_u32(message + data.at);
	return true;
}

static bool is_at_apex(const struct pending_query *query, const uint8_t *message,
	size_t size, const struct record *record)
{
	knot_dname_storage_t owner;
	const uint8_t *start = message + record->owner;
	if (knot_dname_wire_check(start, message + size, message) <= 0 ||
		knot_dname_unpack(owner, start, sizeof(owner), message) <= 0) {
		return false;
	}
	knot_dname_to_lower(owner);
	return knot_dname_is_equal(owner, query->zone);
}

/* --- queries --------------------------------------------------------------------------- */

/* Whatever its class: some servers would transfer that too. */
static enum form form_of(const struct message_question *question)
{
	if (question->kind != MESSAGE_TRANSFER && question->kind != MESSAGE_QUERY) {
		return FORM_ONE;
	}
	return question->type == KNOT_RRTYPE_AXFR  ? FORM_AXFR :
		question->type == KNOT_RRTYPE_IXFR ? FORM_IXFR :
						     FORM_ONE;
}

/* The SOA record in the authority section (RFC 1995 3). */
static void read_version(struct pending_query *query, const uint8_t *message, size_t size)
{
	struct rest rest = { message, MESSAGE_HEADER, size };
	struct record record;
	query->has_serial = knot_wire_get_ancount(message) == 0 &&
		knot_wire_get_nscount(message) == 1 && skip_questions(&rest) &&
		take_record(&rest, &record) && record.type == KNOT_RRTYPE_SOA &&
		read_serial(message, &record, &query->serial);
}

static struct pending_query *query_new(const uint8_t *message, size_t size)
{
	struct message_question question;
	message_read(message, size, &question);
	if (question.kind == MESSAGE_MALFORMED) {
		return NULL;
	}
	size_t zone_size = knot_dname_size(message + MESSAGE_HEADER);
	struct pending_query *query = calloc(1, sizeof(*query) + zone_size);
	if (query == NULL) {
		return NULL;
	}
	query->id = knot_wire_get_id(message);
	query->form = form_of(&question);
	memcpy(query->zone, message + MESSAGE_HEADER, zone_size);
	knot_dname_to_lower(query->zone);
	if (query->form == FORM_IXFR) {
		read_version(query, message, size);
	}
	return query;
}

/* Where one of this id hangs, or the end of the list. */
static struct pending_query **find(struct pending_queries *pending, uint16_t id)
{
	struct pending_query **at = &pending->first;
	while (*at != NULL && (*at)->id != id) {
		at = &(*at)->next;
	}
	return at;
}

void pending_queries_add(struct pending_queries *pending, const uint8_t *message,
	size_t size)
{
	struct pending_query *query = pending->lost ||
			pending->count == PENDING_QUERIES_MAX ?
		NULL :
		query_new(message, size);
	struct pending_query **at = query != NULL ? find(pending, query->id) : NULL;
	if (query == NULL || *at != NULL) { /* two of one id: whose are the answers? */
		free(query);
		pending->lost = true;
		return;
	}
	*at = query;
	pending->count++;
}

/* --- answers ----------------------------------------------------------------------------- */

enum progress {
	PROGRESS_MORE,
	PROGRESS_END,
	PROGRESS_LOST,
};

/* A SOA record at the apex that is not the first of all. */
static enum progress on_later_soa(struct pending_query *query, uint32_t serial)
{
	query->soas++;
	if (query->form == FORM_AXFR) {
		return PROGRESS_END;
	}
	/* What is left out begins with the version before, what is new with that after it:
	 * in the place of another version before stands the newest, and that is the end. */
	bool in_place_of_old = query->soas % 2 == 1;
	return in_place_of_old && serial == query->newest ? PROGRESS_END : PROGRESS_MORE;
}

static enum progress on_record(struct pending_query *query, const uint8_t *message,
	size_t size, const struct record *record)
{
	bool first = query->records++ == 0;
	uint32_t serial = 0;
	bool soa = record->type == KNOT_RRTYPE_SOA &&
		is_at_apex(query, message, size, record);
	if ((first && !soa) || (soa && !read_serial(message, record, &serial))) {
		return PROGRESS_LOST;
	}
	if (first) {
		query->newest = serial;
		return PROGRESS_MORE;
	}
	if (query->form == FORM_IXFR) {
		query->form = soa ? FORM_INCREMENTAL : FORM_AXFR;
	}
	return soa ? on_later_soa(query, serial) : PROGRESS_MORE;
}

/* The one SOA record of a server that has nothing newer (RFC 1995 4). */
static bool is_up_to_date(const struct pending_query *query)
{
	return query->form == FORM_IXFR && query->records == 1 && query->has_serial &&
		(int32_t)(query->newest - query->serial) <= 0;
}

static enum progress follow(struct pending_query *query, const uint8_t *message,
	size_t size)
{
	if (query->form == FORM_ONE || knot_wire_get_rcode(message) != KNOT_RCODE_NOERROR) {
		return PROGRESS_END;
	}
	struct rest rest = { message, MESSAGE_HEADER, size };
	if (!skip_questions(&rest)) {
		return PROGRESS_LOST;
	}
	enum progress progress = PROGRESS_MORE;
	uint16_t count = knot_wire_get_ancount(message);
	for (uint16_t i = 0; i < count; i++) {
		struct record record;
		if (progress != PROGRESS_MORE || !take_record(&rest, &record)) {
			return PROGRESS_LOST;
		}
		progress = on_record(query, message, size, &record);
	}
	return progress == PROGRESS_MORE && is_up_to_date(query) ? PROGRESS_END : progress;
}

bool pending_queries_answer(struct pending_queries *pending, const uint8_t *message,
	size_t size)
{
	struct pending_query **at = size >= MESSAGE_HEADER && knot_wire_get_qr(message) ?
		find(pending, knot_wire_get_id(message)) :
		NULL;
	if (at == NULL || *at == NULL) {
		pending->lost = true;
		return false;
	}
	struct pending_query *query = *at;
	bool first = !query->answered;
	query->answered = true;
	enum progress progress = follow(query, message, size);
	pending->lost = pending->lost || progress == PROGRESS_LOST;
	if (progress == PROGRESS_END) {
		*at = query->next;
		pending->count--;
		free(query);
	}
	return first;
}

bool pending_queries_is_full(const struct pending_queries *pending)
{
	return pending->count == PENDING_QUERIES_MAX && !pending->lost;
}

bool pending_queries_is_none(const struct pending_queries *pending)
{
	return pending->count == 0 && !pending->lost;
}

void pending_queries_clear(struct pending_queries *pending)
{
	while (pending->first != NULL) {
		struct pending_query *query = pending->first;
		pending->first = query->next;
		free(query);
	}
	*pending = (struct pending_queries){ 0 };
}
