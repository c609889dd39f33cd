/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What message_scene.h promises. */

#include "message_scene.h"

#include <string.h>

void put(struct message *message, const void *octets, size_t size)
{
	assert_true(message->size + size <= sizeof(message->octets));
	memcpy(message->octets + message->size, octets, size);
	message->size += size;
}

static void put16(struct message *message, unsigned number)
{
	const uint8_t octets[] = { (uint8_t)(number >> 8), (uint8_t)number };
	put(message, octets, 2);
}

void begin(struct message *message, unsigned opcode, const char *name, unsigned type,
	unsigned class)
{
	message->size = 0;
	put16(message, ID);
	put16(message, opcode << 11 | 0x0130);
	put16(message, 1);
	put(message, "\0\0\0\0\0", 6);
	put(message, name, strlen(name) + 1);
	put16(message, type);
	put16(message, class);
}

void put_record(struct message *message, unsigned section, const char *name, unsigned type,
	unsigned class, unsigned ttl, const char *data, size_t size)
{
	uint8_t *count = message->octets + 4 + 2 * section;
	count[1]++;
	put(message, name, strlen(name) + 1);
	put16(message, type);
	put16(message, class);
	put16(message, ttl >> 16);
	put16(message, ttl & 0xffff);
	put16(message, (unsigned)size);
	put(message, data, size);
}

void put_opt(struct message *message, unsigned flags)
{
	static const char cookie[] = "\0\x0a\0\x08"
				     "01234567";
	put_record(message, 3, "", OPT, 4096, flags, cookie, sizeof(cookie) - 1);
}

void put_tsig(struct message *message)
{
	static const char data[] = "\x0bhmac-sha256\0"
				   "\0\0\x60\0\0\0"
				   "\1\x2c"
				   "\0\x10"
				   "0123456789abcdef"
				   "\xbe\xef"
				   "\0\0"
				   "\0\0";
	put_record(message, 3, "\3key", TSIG, ANY, 0, data, sizeof(data) - 1);
}

void put_soa(struct message *message)
{
	static const char data[] = "\2ns\xc0\x0c"
				   "\4mail\xc0\x0c"
				   "\0\0\0\1\0\0\0\2\0\0\0\3"
				   "\0\0\0\4\0\0\0\5";
	put_record(message, 2, EXAMPLE, SOA, IN, 0, data, sizeof(data) - 1);
}
