/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A chain of certificates and the records of a name, composed from octets: any string of
 * octets is one, so that whatever a fuzzer does to it, signatures are still good and lengths
 * still right. What the octets mean stands in compose.c, and make_corpus writes the same. */

#pragma once

#include <gnutls/x509.h>

#include "dance.h"

/* What fits through TLS: OpenSSL's limit for a chain, and the larger one of those we know. */
#define COMPOSE_SIZE_MAX 102400
#define COMPOSE_CHAIN_MAX 32
#define COMPOSE_RECORD_MAX 256
#define COMPOSE_NAME_MAX 8

struct composed {
	struct dance_octets chain[COMPOSE_CHAIN_MAX];
	size_t chain_count;
	struct dance_tlsa records[COMPOSE_RECORD_MAX];
	size_t record_count;
	unsigned char digests[COMPOSE_RECORD_MAX][64];
	gnutls_x509_privkey_t key; /* the leaf's; NULL if nobody has it */
	size_t name_count;         /* of the leaf, the first of them: compose_name() */
	bool server;               /* judged as one */
	bool trust;                /* and with CAs for usages 0 and 1 */
};

/* Keys, once. */
void compose_begin(void);

void compose(struct composed *composed, const uint8_t *data, size_t size);
void compose_clear(struct composed *composed);

/* "n0.example.net" and so on. */
void compose_name(size_t number, char name[DANCE_NAME_SIZE]);
