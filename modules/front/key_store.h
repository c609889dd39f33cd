/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keys and certificates in a store that OpenSSL opens by a URI (OSSL_STORE), such as those of a
 * PKCS#11 token. Nobody is ever asked for a PIN. Knows nothing of TLS. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

/* Nothing in OpenSSL or its providers asks anybody at a terminal from now on. */
void key_store_ask_nobody(void);

/* Is this a URI, and not a path? It is if its scheme is `pkcs11` or `file`, or if a provider that
 * is loaded opens this scheme. */
bool key_store_is_uri(const char *text);

/* The one private key at this URI. May block for as long as the store does. NULL with a sentence
 * in `error`, which has no PIN. */
EVP_PKEY *key_store_key(const char *uri, char *error, size_t error_size);

/* All certificates at this URI, in the order of the store; at least one. */
STACK_OF(X509) * key_store_certificates(const char *uri, char *error, size_t error_size);
