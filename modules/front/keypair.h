/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The key of a front, and its certificate. Knows nothing of peers. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <openssl/ssl.h>

/* Puts a PEM key, and a PEM certificate chain with the leaf first, into an SSL_CTX. Either may
 * also be a URI (key_store_is_uri()), which may block; then the leaf is the certificate of the
 * key, wherever it stands. Without `cert_file` it makes a self-signed certificate, of which DANE
 * reads only the key (RFC 7671 5.1). False with a sentence in `error`. */
bool keypair_load(SSL_CTX *ctx, const char *cert_file, const char *key_file, char *error,
	size_t error_size);

/* The SHA-256 of its public key in hex, as in TLSA 3 1 1; "" when there is none. */
#define KEYPAIR_DIGEST_SIZE 65
void keypair_digest(SSL_CTX *ctx, char digest[KEYPAIR_DIGEST_SIZE]);
