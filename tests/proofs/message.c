/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: message_read() stays within every message, and calls only a request with exactly one whole
 *   question anything but malformed; a transfer is a QUERY for SOA, AXFR or IXFR in class IN; what
 *   it gives the log are strings.
 * Sources: modules/front/message.c
 * Contracts: libknot reads a name within the message, and writes strings of up to 7 octets into the
 *   room it is given.
 * Assumes: at most 24 octets of message.
 * Unwind: 13
 * Without: --conversion-check (octets are kept as characters)
 * Limit: 120 s */

#include "message.h"

#include <ctype.h>
#include <libknot/libknot.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proof.h"

#define SIZE 24
#define TEXT 8
#define LOOK 12 /* octets in which a string ends */

/* What is read lies at its end: an octet too many is out of bounds. */
static uint8_t octets[SIZE];
static int name_size;

int knot_dname_wire_check(const uint8_t *name, const uint8_t *end, const uint8_t *packet)
{
	must(__CPROVER_same_object(name, octets) && name <= end && end == octets + SIZE,
		"a name is looked for within the message");
	must(packet == NULL, "a name in a question has nothing to point to");
	name_size = nondet_int();
	assume(name_size <= end - name && name_size >= -100);
	return name_size;
}

char *knot_dname_to_str(char *text, const knot_dname_t *name, size_t size)
{
	must(size >= TEXT && can_write(text, size), "there is room for a name");
	if (nondet_bool()) {
		return NULL;
	}
	char written[TEXT];
	written[any_size(TEXT - 1)] = '\0';
	memcpy(text, written, TEXT);
	return text;
}

int knot_rrtype_to_string(uint16_t type, char *text, size_t size)
{
	must(size >= 2 && can_write(text, size), "there is room for a type");
	text[0] = 'A';
	text[1] = '\0';
	return nondet_int();
}

int snprintf(char *text, size_t size, const char *format, ...)
{
	must(size >= 2 && can_write(text, size), "snprintf() has room");
	text[0] = 'X';
	text[1] = '\0';
	return nondet_int();
}

int tolower(int c)
{
	must(c >= 0 && c <= 255, "it is an octet");
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool ends(const char *text, size_t size)
{
	for (size_t i = 0; i < LOOK && i < size; i++) {
		if (text[i] == '\0') {
			return true;
		}
	}
	return false;
}

void harness(void)
{
	any_octets(octets);
	size_t size = any_size(SIZE);
	const uint8_t *message = octets + (SIZE - size);
	struct message_question question;

	message_read(message, size, &question);
	must(ends(question.name, sizeof(question.name)), "its name is a string");
	must(ends(question.type_name, sizeof(question.type_name)), "its type is a string");
	if (question.kind == MESSAGE_MALFORMED) {
		return;
	}
	must(size >= MESSAGE_HEADER && (message[2] & 0x80) == 0, "it is a request");
	must(message[4] == 0 && message[5] == 1, "it has one question");
	must(name_size > 0 && MESSAGE_HEADER + (size_t)name_size + 4 <= size,
		"a whole one");
	const uint8_t *behind = message + MESSAGE_HEADER + name_size;
	unsigned opcode = (message[2] >> 3) & 15, type = behind[0] * 256u + behind[1];
	bool is_transfer = (type == 6 || type == 251 || type == 252) && behind[2] == 0 &&
		behind[3] == 1;
	must(question.type == type, "its type is that of the question");
	must((question.kind == MESSAGE_TRANSFER) == (opcode == 0 && is_transfer),
		"a transfer");
	must((question.kind == MESSAGE_QUERY) == (opcode == 0 && !is_transfer), "a query");
	must((question.kind == MESSAGE_NOTIFY) == (opcode == 4), "a NOTIFY");
	must((question.kind == MESSAGE_UPDATE) == (opcode == 5), "an UPDATE");
	end_of_proof();
}
