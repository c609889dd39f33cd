/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: for all addresses of all families, a PROXY header is none, 28 or 52 octets of the
 *   specification's form within its bounds, and its source is the address and port that were given
 *   and no others.
 * Sources: modules/front/proxyv2.c
 * Contracts: none
 * Assumes: nothing.
 * Unwind: 17
 * Without: --conversion-check
 *   (octets are cut out of numbers)
 * Limit: 120 s */

#include "proxyv2.h"

#include <netinet/in.h>

#include "proof.h"

/* An address of each family, and of one that is neither. */
struct addresses {
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr other;
};

static struct addresses sources, locals;

static const struct sockaddr *any_address(struct addresses *of)
{
	any_octets(&of->v4);
	of->v4.sin_family = AF_INET;
	of->v6.sin6_family = AF_INET6;
	assume(of->other.sa_family != AF_INET && of->other.sa_family != AF_INET6);
	switch (nondet_unsigned()) {
	case 0:
		return (const struct sockaddr *)&of->v4;
	case 1:
		return (const struct sockaddr *)&of->v6;
	case 2:
		return &of->other;
	default:
		return NULL;
	}
}

static bool is_mapped(const uint8_t *address)
{
	for (size_t i = 0; i < 12; i++) {
		if (address[i] != (i < 10 ? 0 : 0xff)) {
			return false;
		}
	}
	return true;
}

void harness(void)
{
	static const uint8_t signature[12] = "\r\n\r\n\0\r\nQUIT\n";
	uint8_t header[PROXYV2_HEADER_MAX];
	const struct sockaddr *source = any_address(&sources),
			      *local = any_address(&locals);
	uint16_t port = nondet_uint16();
	size_t size = proxyv2_header(header, source, port, local);

	bool v4 = source == (const struct sockaddr *)&sources.v4;
	bool v6 = source == (const struct sockaddr *)&sources.v6;
	must((size != 0) == (v4 || v6), "there is none only for what is neither family");
	if (size == 0) {
		return;
	}
	const uint8_t *given = v4 ? (const uint8_t *)&sources.v4.sin_addr :
				    (const uint8_t *)&sources.v6.sin6_addr;
	if (v6 && is_mapped(given)) {
		given += 12;
		v4 = true;
	}
	size_t octets = v4 ? 4 : 16, at = any_size(15);
	must(size == 16 + 2 * octets + 4, "its size is that of two addresses and ports");
	must(header[12] == 0x21 && header[13] == (v4 ? 0x11 : 0x21),
		"its version and family");
	must(header[14] * 256 + header[15] + 16 == (int)size, "its length");
	must(at >= 12 || header[at] == signature[at], "its signature");
	must(at >= octets || header[16 + at] == given[at], "its source is the one given");
	must(header[16 + 2 * octets] * 256 + header[17 + 2 * octets] == port,
		"its port is too");
	end_of_proof();
}
