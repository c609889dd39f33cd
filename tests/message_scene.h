/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DNS messages, made by hand. How they are read knows the test. */

#pragma once

#include "check.h"
#include "message.h"

#define SOA 6
#define A 1
#define OPT 41
#define TSIG 250
#define IXFR 251
#define AXFR 252

#define IN 1
#define CH 3
#define ANY 255

#define QUERY 0
#define NOTIFY 4
#define UPDATE 5

#define EXAMPLE "\7example\3com"
#define ID 0xbeef

/* A message that grows. Kept in memory of its size when it is used. */
struct message {
	uint8_t octets[MESSAGE_MAX];
	size_t size;
};

void put(struct message *message, const void *octets, size_t size);

/* Header and question. RD, AD and CD are set: what of them comes back is looked at. */
void begin(struct message *message, unsigned opcode, const char *name, unsigned type,
	unsigned class);

/* A record in a section: 1 answer, 2 authority, 3 additional. */
void put_record(struct message *message, unsigned section, const char *name, unsigned type,
	unsigned class, unsigned ttl, const char *data, size_t size);

void put_opt(struct message *message, unsigned flags);
void put_tsig(struct message *message);
void put_soa(struct message *message);
