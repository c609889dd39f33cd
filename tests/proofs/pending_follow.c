/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: names, questions and records are stepped over within every message, and a serial is read
 *   within its record. An answer of one message ends with it, and so does one that is an error. A
 *   transfer begins with a SOA record at the apex of its zone and never ends with that, unless the
 *   client of an IXFR has this version or a newer one; it ends with a later SOA record there: an
 *   AXFR, or an IXFR that has another record second, with the next one, and an IXFR of differences
 *   with one of the newest serial in the place of an older version; and only if nothing stands
 *   behind it in the message. What breaks off, or has anything behind its end, is lost.
 * Sources: none
 * Contracts: libknot says whether a name is that of the zone. The records of a message are any,
 *   of any serials, or break off; that they are read within it is shown by itself.
 * Assumes: a message of at most 24 octets to step over, and of at most 2 records to follow,
 *   after any number of records before.
 * Edit: modules/front/pending_queries.c 's/^static bool
 *   (skip_questions|take_record|read_serial|is_at_apex)\(/static bool \1_itself(/'
 * Without: --conversion-check (serials are compared as RFC 1982 says)
 * Unwind: 14 skip_questions_itself.0:7 follow.0:3
 * Limit: 60 s */

#include "pending_queries.h"

struct rest;
struct record;
struct pending_query;
static bool skip_questions(struct rest *rest);
static bool take_record(struct rest *rest, struct record *record);
static bool read_serial(const uint8_t *message, const struct record *record,
	uint32_t *serial);
static bool is_at_apex(const struct pending_query *query, const uint8_t *message,
	size_t size, const struct record *record);

#include "front/pending_queries.c"

#include "proof.h"

#define SIZE 24
#define RECORDS 2

static uint8_t octets[SIZE];

/* --- within the message ------------------------------------------------------------------ */

int knot_dname_wire_check(const uint8_t *name, const uint8_t *end, const uint8_t *packet)
{
	must(__CPROVER_same_object(name, octets) && name < end && end == octets + SIZE &&
			__CPROVER_same_object(packet, octets),
		"a name is looked for within the message");
	return nondet_int();
}

int knot_dname_unpack(uint8_t *to, const knot_dname_t *name, size_t size,
	const uint8_t *packet)
{
	must(can_write(to, size) && can_read(name, 1), "there is room for a name");
	return nondet_int();
}

void knot_dname_to_lower(knot_dname_t *name)
{
}

bool knot_dname_is_equal(const knot_dname_t *a, const knot_dname_t *b)
{
	return nondet_bool();
}

/* What is read lies at its end: an octet too many is out of bounds. */
static void step_over(void)
{
	any_octets(octets);
	size_t size = any_size(SIZE);
	assume(size >= MESSAGE_HEADER);
	struct rest rest = { octets + (SIZE - size), MESSAGE_HEADER, size };
	if (nondet_bool()) {
		must(!skip_questions_itself(&rest) || rest.at <= size,
			"questions are in it");
		return;
	}
	rest.at = any_size(size);
	size_t at = rest.at;
	struct record record;
	if (take_record_itself(&rest, &record)) {
		must(record.owner == at && rest.at <= size, "a record is in it");
		must(record.data >= at + 1 + RECORD_FIXED &&
				record.data + record.data_size == rest.at,
			"to its end");
		(void)is_at_apex_itself(NULL, rest.message, size, &record);
	}
}

static void read_a_serial(void)
{
	any_octets(octets);
	struct record record = { .data = any_size(SIZE) };
	uint32_t serial = 0;
	record.data_size = SIZE - record.data;
	if (read_serial_itself(octets, &record, &serial)) {
		must(record.data_size >= 2 + SOA_NUMBERS, "two names stand before it");
		must(serial >> 24 == octets[SIZE - SOA_NUMBERS] &&
				(serial & 0xff) == octets[SIZE - SOA_NUMBERS + 3],
			"it is the first number");
	}
}

/* --- one message after the other --------------------------------------------------------- */

static struct {
	bool is_soa, at_apex, is_whole;
	uint32_t serial;
} records[RECORDS];
static size_t taken;
static bool has_questions;

static bool skip_questions(struct rest *rest)
{
	must(rest->message == octets && rest->at == MESSAGE_HEADER, "questions come first");
	return has_questions;
}

static bool take_record(struct rest *rest, struct record *record)
{
	must(taken < RECORDS, "no record too many is taken");
	record->owner = taken;
	record->type = records[taken].is_soa ? KNOT_RRTYPE_SOA : KNOT_RRTYPE_A;
	taken++;
	return records[record->owner].is_whole;
}

static bool read_serial(const uint8_t *message, const struct record *record,
	uint32_t *serial)
{
	*serial = records[record->owner].serial;
	return true;
}

static bool is_at_apex(const struct pending_query *query, const uint8_t *message,
	size_t size, const struct record *record)
{
	return records[record->owner].at_apex;
}

/* What is to be expected, said once more: of the query as it was, and the place of the record at
 * which its answer ends; RECORDS, if it does not. */
static size_t end_of(struct pending_query was, size_t count)
{
	for (size_t i = 0; i < RECORDS && i < count; i++) {
		bool soa = records[i].is_soa && records[i].at_apex;
		was.records++;
		if (was.records == 1) {
			was.newest = records[i].serial;
			continue;
		}
		if (was.records == 2 && was.form == FORM_IXFR) {
			was.form = soa ? FORM_INCREMENTAL : FORM_AXFR;
		}
		was.soas += soa;
		if (soa &&
			(was.form == FORM_AXFR ||
				(was.soas % 2 == 1 && records[i].serial == was.newest))) {
			return i;
		}
	}
	return RECORDS;
}

static void follow_a_message(void)
{
	struct pending_query query;
	size_t count = any_size(RECORDS);
	octets[3] = nondet_uint8();
	octets[6] = 0;
	octets[7] = (uint8_t)count;
	any_octets(records);
	has_questions = nondet_bool();
	taken = 0;
	assume((unsigned)query.form <= FORM_INCREMENTAL && query.records < SIZE_MAX / 2 &&
		query.soas < query.records + 1);
	/* What the second record shows is known from then on, and not before. */
	assume(query.records > 1 || query.form == FORM_IXFR || query.form == FORM_AXFR ||
		query.form == FORM_ONE);
	assume(query.records < 2 || query.form != FORM_IXFR);
	struct pending_query was = query;
	enum progress progress = follow(&query, octets, SIZE);
	if (was.form == FORM_ONE || (octets[3] & 15) != 0) {
		must(progress == PROGRESS_END, "one message, or an error, is all");
		return;
	}
	size_t end = end_of(was, count);
	bool is_whole = has_questions;
	for (size_t i = 0; i < RECORDS; i++) {
		is_whole = is_whole && (i >= count || records[i].is_whole);
	}
	bool begins = was.records > 0 || count == 0 ||
		(records[0].is_soa && records[0].at_apex);
	bool is_new = was.form == FORM_IXFR && was.records + count == 1 && was.has_serial &&
		(int32_t)((was.records == 1 ? was.newest : records[0].serial) -
			was.serial) <= 0;
	bool ends = end < RECORDS ? end + 1 == count : is_new;
	must((progress == PROGRESS_LOST) ==
			(!is_whole || !begins || (end < RECORDS && end + 1 < count)),
		"what breaks off or goes on behind its end is lost");
	must(progress == PROGRESS_LOST || (progress == PROGRESS_END) == ends,
		"it ends where it ends");
	such_as(end == 1 && was.records > 0);
	end_of_proof();
}

void harness(void)
{
	switch (nondet_int()) {
	case 0:
		step_over();
		break;
	case 1:
		read_a_serial();
		break;
	default:
		follow_a_message();
	}
}
