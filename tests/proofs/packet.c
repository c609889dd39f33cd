/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: an answer from DNS is read within its octets, and the reading ends: each record that is
 *   given is within it, with its fields as they stand there. An answer counts only if it is not
 *   truncated and answers one question, for this type and class; a record is given only if it is
 *   of this type, in class IN, and has the owner that was asked for or that aliases led to; it
 *   holds no longer than its shortest TTL, and a TTL with the highest bit holds for nothing.
 * Sources: src/packet.c
 * Contracts: a name takes up any part of what may be read, as wire_name proves; whether two
 *   names are the same is anything.
 * Assumes: 30 octets, or too few for a header.
 * Unwind: 4
 * Without: --conversion-check (numbers are made of octets)
 * Limit: 60 s */

#include "packet.h"
#include "wire_name.h"

#include "proof.h"

#define SIZE 30 /* one record fits */
#define SHORT 5 /* the header's own counts are missing */

static uint8_t octets[SIZE];
static const uint8_t *message;
static size_t size;
static uint16_t type;
static bool is_same;
static size_t given;
static uint32_t shortest = UINT32_MAX;

size_t wire_name_read(uint8_t name[WIRE_NAME_SIZE], const uint8_t *of, size_t at,
	size_t end)
{
	must(of == message && end <= size, "a name is looked for within the message");
	if (at >= end || nondet_bool()) {
		return 0;
	}
	return 1 + any_size(end - at - 1);
}

bool wire_name_is_same(const uint8_t *a, const uint8_t *b)
{
	is_same = nondet_bool();
	return is_same;
}

/* The ten octets before the data. */
static void judge_record(const uint8_t *data, size_t count)
{
	must(__CPROVER_same_object(data, octets) && data >= message + 12 + 11 &&
			data + count <= octets + SIZE,
		"a record is within the message");
	must(data[-2] * 256u + data[-1] == count, "its size is as it says");
}

static void each(void *arg, const uint8_t *data, size_t count)
{
	judge_record(data, count);
	must(arg == &given && is_same, "it is of the owner");
	must(data[-10] * 256u + data[-9] == type && data[-8] == 0 && data[-7] == 1,
		"it is of the type and class");
	uint32_t ttl = (uint32_t)data[-6] << 24 | (uint32_t)data[-5] << 16 |
		(uint32_t)data[-4] << 8 | data[-3];
	ttl = ttl >> 31 != 0 ? 0 : ttl;
	shortest = ttl < shortest ? ttl : shortest;
	given++;
}

void harness(void)
{
	struct packet packet;
	any_octets(octets);
	size = SIZE;
	message = octets;
	type = nondet_uint16();
	if (nondet_bool()) {
		size = SHORT;
		message = octets + (SIZE - SHORT);
		must(!packet_read(&packet, message, size, type, each, &given),
			"a message has a header");
		return;
	}
	bool is_answer = packet_read(&packet, message, size, type, each, &given);
	must(packet.count == given, "what is given is counted");
	if (!is_answer) {
		return;
	}
	must((message[2] & 2) == 0 && message[4] == 0 && message[5] == 1,
		"it is whole and has one question");
	must(given == 0 || packet.ttl <= shortest, "it holds no longer than its records");
	must(packet.rcode == (message[3] & 15u), "its code is that of the message");
	assume(given == 1);
	end_of_proof();
}
