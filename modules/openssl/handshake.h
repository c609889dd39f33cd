/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is remembered of one handshake, also after its end. It belongs to the SSL and goes
 * with it; a handshake that the SSL is used for later finds nothing of it. */

#pragma once

#include "../result_cache.h"
#include "clientid.h"
#include "dance_openssl.h"

struct handshake {
	unsigned char client_random[SSL3_RANDOM_SIZE]; /* the one this is about: its client's
	                                            * random octets */
	bool asked;       /* dane_clientid was in the CertificateRequest */
	size_t name_size; /* that the client sent in its dane_clientid; 0: it did not */
	char name[CLIENTID_NAME_MAX];
	struct dance_result server; /* a client's: what was decided about the server */
	/* A server's: what was decided about the client, and the certificate or key, with a
	 * reference, that it was decided about; NULL: there is no decision. */
	struct result_cache *decided;
	X509 *certificate;
	EVP_PKEY *key;
};

/* NULL when nothing is remembered of the handshake that the SSL is in or was through. */
struct handshake *handshake_find(const SSL *ssl);

/* The same, remembering nothing yet; NULL only when out of memory. */
struct handshake *handshake_get(SSL *ssl);

/* A server's: remembers what was decided about a client that showed this certificate, or this
 * key; `began` as for result_cache_put(). */
void handshake_decide(struct handshake *handshake, X509 *certificate, EVP_PKEY *key,
	const struct dance_result *result, const struct dance_roster *by, uint64_t began);

/* Remembers no decision about the client. */
void handshake_undecide(struct handshake *handshake);

/* NULL is fine. */
void handshake_free(struct handshake *handshake);
