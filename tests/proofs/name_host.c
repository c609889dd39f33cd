/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: name_to_host() cuts nothing off, or a port of digits and a protocol of letters, both to
 *   their last octet and behind an underscore, and takes the rest over.
 * Sources: src/name.c
 * Contracts: memmove() is called with what can be read and written.
 * Assumes: a well-formed name of any size.
 * Unwind: 66
 * Limit: 120 s */

#include "name.h"

#include <string.h>

#include "proof.h"

static const void *moved_from;
static void *moved_to;
static size_t moved;

void *memmove(void *to, const void *from, size_t size)
{
	must(can_read(from, size) && can_write(to, size),
		"memmove() stays within the names");
	moved_from = from;
	moved_to = to;
	moved = size;
	return to;
}

void harness(void)
{
	struct name owner, host;
	/* Of the labels behind the first two nothing counts but whether there are any. */
	uint8_t port = owner.wire[0];
	assume(port <= 63);
	size_t second = port > 0 ? port + (size_t)1 : 0;
	uint8_t protocol = port > 0 ? owner.wire[second] : 0;
	assume(protocol <= 63);
	size_t third = second + (protocol > 0 ? protocol + (size_t)1 : 0);
	assume(owner.size > third);

	name_to_host(&owner, &host);
	size_t cut = (size_t)owner.size - host.size, at = any_size(63);
	if (cut == 0) {
		return;
	}
	must(cut == third && protocol > 0 && owner.wire[third] > 0,
		"two labels of three are cut");
	must(owner.wire[1] == '_' && owner.wire[second + 1] == '_',
		"both have an underscore");
	must(port > 1 && protocol > 1, "and something behind it");
	must(at < 2 || at > port || (owner.wire[at] >= '0' && owner.wire[at] <= '9'),
		"a port is digits to its last octet");
	must(at < 2 || at > protocol ||
			(owner.wire[second + at] >= 'a' && owner.wire[second + at] <= 'z'),
		"a protocol is letters to its last octet");
	must(moved_from == owner.wire + cut && moved_to == host.wire && moved == host.size,
		"the rest is taken over");
	end_of_proof();
}
