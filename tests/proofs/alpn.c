/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: whatever protocols a client offers, its list is read within its octets; a protocol is
 *   chosen only if it is offered, whole, and one of the front's, and of several the one that the
 *   front prefers; what is given to TLS are the octets that were offered. If none is, the
 *   handshake fails.
 * Sources: none
 * Contracts: none
 * Assumes: a list of at most 6 octets; the front has the protocols "a" and "bc".
 * Unwind: 8
 * Limit: 60 s */

#include "front/alpn.c"

#include "proof.h"

#define SIZE 6

/* What is read lies at its end: an octet too many is out of bounds. */
static unsigned char octets[SIZE];

int memcmp(const void *a, const void *b, size_t size)
{
	must(can_read(a, size) && can_read(b, size) && size <= 2,
		"what is compared is there");
	for (size_t i = 0; i < size; i++) {
		if (((const char *)a)[i] != ((const char *)b)[i]) {
			return 1;
		}
	}
	return 0;
}

void harness(void)
{
	static char first[] = "a", second[] = "bc";
	char *protocols[] = { first, second };
	const struct conf_front conf = { .alpn = protocols, .alpn_count = 2 };
	any_octets(octets);
	unsigned size = (unsigned)any_size(SIZE);
	const unsigned char *offered = octets + (SIZE - size), *out = NULL;
	unsigned char chosen = 0;
	bool has_first = false, has_second = false;
	for (unsigned at = 0; at < size; at += 1u + offered[at]) {
		unsigned rest = size - at - 1;
		has_first |= rest >= 1 && offered[at] == 1 && offered[at + 1] == 'a';
		has_second |= rest >= 2 && offered[at] == 2 && offered[at + 1] == 'b' &&
			offered[at + 2] == 'c';
	}
	int is = choose(NULL, &out, &chosen, offered, size, (void *)(uintptr_t)&conf);
	must((is == SSL_TLSEXT_ERR_OK) == (has_first || has_second), "one that both have");
	must(is == SSL_TLSEXT_ERR_OK || is == SSL_TLSEXT_ERR_ALERT_FATAL, "or none");
	if (is == SSL_TLSEXT_ERR_OK) {
		must(chosen == (has_first ? 1 : 2), "the one that is preferred");
		must(__CPROVER_same_object(out, octets) && can_read(out, chosen) &&
				out > offered && out[-1] == chosen &&
				out[0] == (has_first ? 'a' : 'b'),
			"as it was offered");
	}
	assume(is == SSL_TLSEXT_ERR_OK && !has_first);
	end_of_proof();
}
