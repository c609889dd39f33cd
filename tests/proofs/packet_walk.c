/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: the records of every message are gone through within its octets, and this ends: each that
 *   is given is within the message, whole, with its fields as they stand there, behind the one
 *   before and in the section that the header's counts say; unless a message is malformed, as many
 *   are given as it counts.
 * Sources: src/packet.c
 * Contracts: a name takes up any part of what may be read, as wire_name proves.
 * Assumes: 34 octets, in which two records fit, or too few for a header.
 * Unwind: 6
 * Without: --conversion-check (numbers are made of octets)
 * Limit: 60 s */

#include "packet.h"
#include "wire_name.h"

#include "proof.h"

#define SIZE 34  /* two records fit */
#define SHORT 11 /* one octet of a header is missing */

static uint8_t octets[SIZE];
static const uint8_t *message;
static size_t size, at = 12;
static unsigned given;

size_t wire_name_read(uint8_t name[WIRE_NAME_SIZE], const uint8_t *of, size_t from,
	size_t end)
{
	must(of == message && from <= end && end == size && name == NULL,
		"a name is looked for within the message");
	if (from >= end || nondet_bool()) {
		return 0;
	}
	return 1 + any_size(end - from - 1);
}

bool wire_name_is_same(const uint8_t *a, const uint8_t *b)
{
	must(a == NULL && b == NULL, "names do not count");
	return false;
}

static unsigned number(size_t place)
{
	return message[place] * 256u + message[place + 1];
}

/* The section of the record that is given next. */
static unsigned section(void)
{
	unsigned behind = number(6);
	if (given < behind) {
		return PACKET_ANSWER;
	}
	return given < behind + number(8) ? PACKET_AUTHORITY : PACKET_ADDITIONAL;
}

static void visit(void *arg, const struct packet_entry *entry)
{
	must(arg == &given, "the argument is passed on");
	must(__CPROVER_same_object(entry->data, octets), "its data are in the message");
	size_t data = (size_t)(entry->data - message);
	must(entry->owner >= at && data >= entry->owner + 11,
		"its fields are behind its name");
	must(data <= size && entry->size <= size - data, "it is whole");
	must(entry->type == number(data - 10) && entry->class == number(data - 8),
		"its type and class");
	must(entry->ttl == ((uint32_t)number(data - 6) << 16 | number(data - 4)),
		"its TTL");
	must(entry->size == number(data - 2), "its size is as it says");
	must(entry->section == section(), "its section");
	at = data + entry->size;
	given++;
}

void harness(void)
{
	any_octets(octets);
	if (nondet_bool()) {
		size = SHORT;
		message = octets + (SIZE - SHORT);
		must(!packet_walk(message, size, visit, &given) && given == 0,
			"a message has a header");
		return;
	}
	size = SIZE;
	message = octets;
	bool is_whole = packet_walk(message, size, visit, &given);
	unsigned count = number(6) + number(8) + number(10);
	must(is_whole ? given == count : given < count || given == 0, "all are given");
	assume(is_whole && given == 2 && number(4) == 0);
	end_of_proof();
}
