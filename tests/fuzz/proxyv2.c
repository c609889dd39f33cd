/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A PROXY header. Input: a port, then the address of the identity and that of the listener:
 * a family, a port, octets. What is written is read again as a server would, and is what it
 * was made from. */

#include "proxyv2.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "input.h"
#include "target.h"

static const uint8_t signature[12] = { 13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10 };

/* An address as it was given, and as octets. */
struct given {
	struct sockaddr_storage socket;
	uint8_t octets[16];
	size_t size; /* 0: neither IPv4 nor IPv6 */
	uint16_t port;
};

static struct given read_address(struct input *input)
{
	struct given given = { .port = 0 };
	uint8_t family = input_octet(input);
	given.port = (uint16_t)input_number(input);
	for (size_t i = 0; i < sizeof(given.octets); i++) {
		given.octets[i] = input_octet(input);
	}
	struct sockaddr_in *v4 = (struct sockaddr_in *)&given.socket;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&given.socket;
	given.socket.ss_family = family;
	if (family == AF_INET) {
		given.size = 4;
		v4->sin_port = htons(given.port);
		memcpy(&v4->sin_addr, given.octets, given.size);
	} else if (family == AF_INET6) {
		given.size = 16;
		v6->sin6_port = htons(given.port);
		memcpy(&v6->sin6_addr, given.octets, given.size);
	}
	return given;
}

static unsigned number_at(const uint8_t *octets)
{
	return (unsigned)octets[0] << 8 | octets[1];
}

/* An IPv4-mapped address counts as IPv4, where both are IPv4 then. */
static void unmap(struct given *given)
{
	static const uint8_t prefix[12] = { [10] = 255, [11] = 255 };
	if (given->size == 16 && memcmp(given->octets, prefix, sizeof(prefix)) == 0) {
		given->size = 4;
		memmove(given->octets, given->octets + 12, given->size);
	}
}

static void check_header(const uint8_t *header, size_t size, const struct given *identity,
	uint16_t port, const struct given *local)
{
	must(size == 16 + 2 * identity->size + 4);
	must(memcmp(header, signature, sizeof(signature)) == 0);
	must(header[12] == 0x21);
	must(header[13] == (identity->size == 4 ? 0x11 : 0x21));
	must(number_at(header + 14) == size - 16);
	const struct given *to = local->size == identity->size ? local : identity;
	must(memcmp(header + 16, identity->octets, identity->size) == 0);
	must(memcmp(header + 16 + identity->size, to->octets, identity->size) == 0);
	must(number_at(header + size - 4) == port);
	must(number_at(header + size - 2) == (local->size != 0 ? local->port : port));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	uint16_t port = (uint16_t)input_number(&input);
	struct given identity = read_address(&input), local = read_address(&input);
	input_end(&input);

	uint8_t *header = malloc(PROXYV2_HEADER_MAX);
	must(header != NULL);
	size_t written = proxyv2_header(header, (const struct sockaddr *)&identity.socket,
		port, (const struct sockaddr *)&local.socket);
	if (identity.size == 0) {
		must(written == 0);
	} else {
		unmap(&identity);
		if (identity.size == 4) {
			unmap(&local);
		}
		check_header(header, written, &identity, port, &local);
	}
	free(header);
	return 0;
}
