/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: for every body of dane_clientid, what is read is exactly the body, a name is 1 to 253
 *   octets of the alphabet, and what is written is what was read.
 * Sources: modules/openssl/clientid.c
 * Contracts: none
 * Assumes: nothing; the octet of its length keeps a body to 256 octets, and a longer one is read no
 *   further.
 * Unwind: 257
 * Limit: 120 s */

#include "clientid.h"

#include <stdlib.h>

#include "proof.h"

#define BODY 257 /* one more than a body can have */

static bool is_of_alphabet(unsigned char octet)
{
	return (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') ||
		(octet >= 'A' && octet <= 'Z') || octet == '-' || octet == '_' ||
		octet == '.';
}

void harness(void)
{
	size_t size = any_size(BODY), name_size;
	const unsigned char *body = malloc(size), *name;
	assume(body != NULL);
	such_as(size == 2);
	if (!clientid_read(body, size, &name, &name_size)) {
		must(size == 0 || size != body[0] + (size_t)1, "no body is refused");
		return;
	}
	must(name == body + 1 && name_size + 1 == size, "it is exactly the body");
	size_t i = any_size(BODY);
	assume(i < name_size);
	if (!clientid_is_name(name, name_size)) {
		return;
	}
	must(name_size <= CLIENTID_NAME_MAX, "its size is that of a name");
	must(is_of_alphabet(name[i]), "its octets are of the alphabet");

	unsigned char again[1 + CLIENTID_NAME_MAX];
	must(clientid_write(again, (const char *)name, name_size) == size,
		"its size again");
	must(again[0] == body[0] && again[1 + i] == body[1 + i], "its octets again");
	end_of_proof();
}
