/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * OpenSSL connections in memory: both ends, their certificates, what an ill-mannered end says
 * as dane_clientid, and the alerts. Knows nothing of libdance-openssl. */

#pragma once

#include <openssl/ssl.h>

#include "make_certificate.h"

/* A context with this certificate and key (NULL: none) and one more certificate above it (NULL:
 * none). It verifies nobody. */
SSL_CTX *tls_new(const struct credential *own, const struct credential *above);

/* Both ends may show raw public keys rather than certificates. */
void tls_prefer_raw_keys(SSL_CTX *ctx);

/* The body of dane_clientid: a server's in its CertificateRequest, a client's in this entry of
 * Certificate. NULL: none. */
struct tls_word {
	const void *body;
	size_t size;
	size_t entry;
};

/* From now on, this is said as the extension of that number. The word may change. */
void tls_say(SSL_CTX *ctx, unsigned extension, const struct tls_word *word);

struct tls_end {
	SSL *ssl;
	int alert; /* sent, its number; -1: none */
	int said;  /* octets of dane_clientid that were read of the peer; -1: none */
};

struct tls_pair {
	struct tls_end client, server;
};

/* Two ends that have said nothing yet. */
void tls_begin(struct tls_pair *pair, SSL_CTX *client, SSL_CTX *server);

/* Both shake hands, and an octet goes either way, if they can. Were both satisfied? */
bool tls_shake(struct tls_pair *pair);

/* The same from the beginning. */
bool tls_connect(struct tls_pair *pair, SSL_CTX *client, SSL_CTX *server);

void tls_end(struct tls_pair *pair);
