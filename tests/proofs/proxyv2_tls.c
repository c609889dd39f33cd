/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a PROXY header says that a client is verified exactly for the verdict ALLOW with a name; it
 *   stays within its bounds; its lengths are those of what it holds; and the common name in it is
 *   the name that was proved, whole and nothing else.
 * Sources: none
 * Contracts: none
 * Assumes: names of at most 5 octets instead of 253; cipher suites of at most 3 instead of
 *   64, and longer ones of up to 5; an IPv4 or IPv6 address that is zero, or neither.
 * Edit: src/dance.h 's/DANCE_NAME_SIZE 254/DANCE_NAME_SIZE 6/'
 * Unwind: 30
 * Without: --conversion-check
 *   (octets are cut out of numbers)
 * Limit: 60 s */

#include "proxyv2.h"

#include <netinet/in.h>
#include <string.h>

#include "proof.h"

#undef PROXYV2_CIPHER_MAX
#define PROXYV2_CIPHER_MAX 3

/* Octet by octet: not an object of which a part changes. */
#define memcpy copy
static inline void *copy(void *to, const void *from, size_t size)
{
	must(can_read(from, size) && can_write(to, size), "it copies what is there");
	for (size_t i = 0; i < size; i++) {
		((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
	}
	return to;
}

#include "front/proxyv2.c" /* not the proof of that name */

#define START 16 /* octets before the addresses */
#define CIPHER (PROXYV2_CIPHER_MAX + 3)

static struct sockaddr_in v4;
static struct sockaddr_in6 v6;
static struct sockaddr other;
static struct dance_result proved;
static char cipher[CIPHER];
static uint8_t header[PROXYV2_TLS_HEADER_MAX];

static const struct sockaddr *any_source(void)
{
	v4.sin_family = AF_INET;
	v6.sin6_family = AF_INET6;
	other.sa_family = AF_UNIX;
	switch (nondet_unsigned()) {
	case 0:
		return (const struct sockaddr *)&v4;
	case 1:
		return (const struct sockaddr *)&v6;
	default:
		return &other;
	}
}

static size_t number_at(size_t at)
{
	return header[at] * 256u + header[at + 1];
}

static size_t length(const char *text)
{
	size_t size = 0;
	while (text[size] != '\0') {
		size++;
	}
	return size;
}

/* A value of this type and this text stands there. Where the next one does. */
static size_t judge_text(size_t at, uint8_t type, const char *text, size_t size)
{
	must(header[at] == type && number_at(at + 1) == size, "its type and length");
	size_t i = nondet_size();
	must(i >= size || header[at + 3 + i] == (uint8_t)text[i], "and its octets");
	return at + 3 + size;
}

void harness(void)
{
	const struct sockaddr *source = any_source();
	proved.verdict = (enum dance_verdict)nondet_unsigned();
	for (size_t i = 0; i < DANCE_NAME_SIZE - 1; i++) {
		proved.name[i] = (char)nondet_uint8();
	}
	size_t cipher_size = any_size(CIPHER - 1);
	for (size_t i = 0; i < CIPHER - 1; i++) {
		cipher[i] = i < cipher_size ? 'A' : '\0';
	}
	size_t size = proxyv2_tls_header(header, source, nondet_uint16(), source, &proved,
		cipher);

	size_t name_size = length(proved.name);
	bool wanted = proved.verdict == DANCE_ALLOW && name_size > 0 &&
		cipher_size <= PROXYV2_CIPHER_MAX && source != &other;
	must((size != 0) == wanted, "there is one for a client that is allowed by name");
	if (size == 0) {
		return;
	}
	must(size <= sizeof(header), "it is within its bounds");
	must(number_at(START - 2) == size - START, "its length");
	size_t at = START + (source == (const struct sockaddr *)&v4 ? 12 : 36);
	must(header[at] == 0x20 && number_at(at + 1) == size - at - 3,
		"what it says of TLS is all that follows");
	must(header[at + 3] == 7, "over TLS, with a certificate");
	must(header[at + 4] == 0 && header[at + 5] == 0 && header[at + 6] == 0 &&
			header[at + 7] == 0,
		"which is verified");
	at = judge_text(at + 8, 0x21, "TLSv1.3", 7);
	at = judge_text(at, 0x22, proved.name, name_size);
	at = judge_text(at, 0x23, cipher, cipher_size);
	must(at == size, "and nothing else");
	end_of_proof();
}
