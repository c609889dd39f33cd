/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The octets of a transfer's query, and what the messages of its answer say. packet.c finds
 * the records in them. */

#include "probe_transfer.h"

#include <stdio.h>
#include <string.h>

#include "packet.h"

#define HEADER_SIZE 12
#define TYPE_SOA 6
#define TYPE_OPT 41
#define TYPE_AXFR 252
#define CLASS_IN 1
#define OPTION_EDE 15
#define UDP_SIZE 1232
#define SOA_SIZE 22 /* two root names and five numbers */
#define FLAG_QR 0x80
#define OPCODE_BITS 0x78

static uint16_t number16(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

static uint8_t *put16(uint8_t *to, unsigned number)
{
	to[0] = (uint8_t)(number >> 8);
	to[1] = (uint8_t)number;
	return to + 2;
}

/* --- the question ------------------------------------------------------------------------ */

static const char *fault_of(const char *text, size_t size)
{
	size_t label = 0;
	if (size == 0) {
		return "the name is empty";
	}
	if (size > WIRE_NAME_SIZE - 2) {
		return "the name is too long";
	}
	for (size_t i = 0; i < size; i++) {
		if (text[i] <= ' ' || text[i] > '~' ||
			strchr("\\\"()@;$", text[i]) != NULL) {
			return "write the name in printable ASCII, without escapes";
		}
		if (text[i] == '.' && label == 0) {
			return "a label is empty";
		}
		label = text[i] == '.' ? 0 : label + 1;
		if (label > WIRE_LABEL_SIZE) {
			return "a label is too long";
		}
	}
	return label == 0 ? "a label is empty" : NULL;
}

/* Each label behind an octet with its length, which takes the place of the dot before it. */
static void put_zone(struct transfer *transfer, const char *text, size_t size)
{
	size_t length = 0;
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '.') {
			length = i + 1;
			continue;
		}
		transfer->zone[length]++;
		transfer->zone[i + 1] = (uint8_t)text[i];
	}
	transfer->zone_size = size + 2;
	(void)snprintf(transfer->zone_text, sizeof(transfer->zone_text), "%.*s.", (int)size,
		text);
}

bool transfer_init(struct transfer *transfer, const char *zone, const char **why)
{
	size_t size = strlen(zone);
	*transfer = (struct transfer){ .ede = TRANSFER_NO_EDE };
	if (strcmp(zone, ".") == 0) {
		transfer->zone_size = 1;
		strcpy(transfer->zone_text, ".");
		return true;
	}
	if (*zone != '\0' && zone[size - 1] == '.') {
		size--;
	}
	*why = fault_of(zone, size);
	if (*why == NULL) {
		put_zone(transfer, zone, size);
	}
	return *why == NULL;
}

static void forget(struct transfer *transfer)
{
	transfer->begun = false;
	transfer->rcode = 0;
	transfer->ede = TRANSFER_NO_EDE;
	transfer->ede_text[0] = '\0';
	transfer->serial = 0;
	transfer->messages = transfer->records = transfer->octets = 0;
}

size_t transfer_ask(struct transfer *transfer, uint8_t query[TRANSFER_QUERY_SIZE])
{
	uint8_t *at = query;
	forget(transfer);
	at = put16(at, ++transfer->id);
	at = put16(at, 0);
	at = put16(at, 1);
	at = put16(at, 0);
	at = put16(at, 0);
	at = put16(at, 1);
	memcpy(at, transfer->zone, transfer->zone_size);
	at = put16(at + transfer->zone_size, TYPE_AXFR);
	at = put16(at, CLASS_IN);
	/* RFC 6891: without it there is no room for the reason of a refusal (RFC 8914 2). */
	*at++ = 0;
	at = put16(at, TYPE_OPT);
	at = put16(at, UDP_SIZE);
	at = put16(at, 0);
	at = put16(at, 0);
	at = put16(at, 0);
	return (size_t)(at - query);
}

/* --- the answer -------------------------------------------------------------------------- */

struct reading {
	struct transfer *transfer;
	const uint8_t *message;
	size_t size;
	bool wrong;
	bool ended; /* by the SOA record that comes last (RFC 5936 2.2) */
};

/* RFC 8914 2: a number, and a text that need not be there. */
static void take_extended_error(struct transfer *transfer, const uint8_t *data, size_t size)
{
	if (size < 2) {
		return;
	}
	transfer->ede = number16(data);
	data += 2;
	size -= 2;
	while (size > 0 && data[size - 1] == '\0') {
		size--;
	}
	size = size < TRANSFER_EDE_SIZE ? size : TRANSFER_EDE_SIZE - 1;
	for (size_t i = 0; i < size; i++) {
		bool printable = data[i] >= ' ' && data[i] <= '~';
		transfer->ede_text[i] = (char)(printable ? data[i] : '?');
	}
	transfer->ede_text[size] = '\0';
}

/* RFC 6891 6.1.2, 6.1.3. The first extended error counts. */
static void take_opt(struct reading *reading, const struct packet_entry *entry)
{
	struct transfer *transfer = reading->transfer;
	const uint8_t *at = entry->data;
	size_t left = entry->size;
	transfer->rcode |= entry->ttl >> 24 << 4;
	while (left >= 4) {
		size_t size = number16(at + 2);
		if (size > left - 4) {
			reading->wrong = true;
			return;
		}
		if (number16(at) == OPTION_EDE && transfer->ede == TRANSFER_NO_EDE) {
			take_extended_error(transfer, at + 4, size);
		}
		at += 4 + size;
		left -= 4 + size;
	}
}

static bool is_zones(const struct reading *reading, const struct packet_entry *entry)
{
	uint8_t owner[WIRE_NAME_SIZE];
	return entry->class == CLASS_IN &&
		wire_name_read(owner, reading->message, entry->owner, reading->size) > 0 &&
		wire_name_is_same(owner, reading->transfer->zone);
}

/* The serial stands before the last four numbers. */
static uint32_t serial_of(const struct packet_entry *entry)
{
	const uint8_t *at = entry->data + entry->size - 20;
	return (uint32_t)number16(at) << 16 | number16(at + 2);
}

static void take_answer(struct reading *reading, const struct packet_entry *entry)
{
	struct transfer *transfer = reading->transfer;
	bool first = transfer->records++ == 0;
	bool soa = entry->type == TYPE_SOA && is_zones(reading, entry);
	reading->wrong = reading->wrong || reading->ended || (first && !soa) ||
		(soa && entry->size < SOA_SIZE);
	if (reading->wrong) {
		return;
	}
	if (first) {
		transfer->serial = serial_of(entry);
	} else if (soa) {
		reading->ended = true;
	}
}

static void visit(void *arg, const struct packet_entry *entry)
{
	struct reading *reading = arg;
	if (entry->section == PACKET_ANSWER) {
		take_answer(reading, entry);
	} else if (entry->section == PACKET_ADDITIONAL && entry->type == TYPE_OPT) {
		take_opt(reading, entry);
	}
}

enum transfer_state transfer_take(struct transfer *transfer, const uint8_t *message,
	size_t size)
{
	struct reading reading = { .transfer = transfer, .message = message, .size = size };
	if (size < HEADER_SIZE || number16(message) != transfer->id ||
		(message[2] & (FLAG_QR | OPCODE_BITS)) != FLAG_QR) {
		return TRANSFER_MALFORMED;
	}
	transfer->messages++;
	transfer->octets += size;
	transfer->rcode = message[3] & 0x0f;
	uint64_t before = transfer->records;
	if (!packet_walk(message, size, visit, &reading) || reading.wrong) {
		return TRANSFER_MALFORMED;
	}
	if (transfer->rcode != PACKET_NOERROR || transfer->records == before) {
		return TRANSFER_REFUSED;
	}
	transfer->begun = true;
	return reading.ended ? TRANSFER_WHOLE : TRANSFER_MORE;
}

void transfer_rcode_name(unsigned rcode, char name[TRANSFER_RCODE_SIZE])
{
	static const char *const known[] = { "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
		"NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH",
		"NOTZONE" };
	if (rcode < sizeof(known) / sizeof(known[0])) {
		(void)snprintf(name, TRANSFER_RCODE_SIZE, "%s", known[rcode]);
	} else {
		(void)snprintf(name, TRANSFER_RCODE_SIZE, "RCODE%u", rcode);
	}
}
