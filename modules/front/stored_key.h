/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A key in a store that may go away and come back while connections are served: it is opened again
 * for the next handshake after one that it could not sign. Does not know what a store is. */

#pragma once

#include <stdbool.h>

#include <openssl/ssl.h>

#define STORED_KEY_RETRY_MS 1000 /* it is not tried more often */

/* The SSL_CTX has the key of this URI by now, and keeps the watch until it is freed. `section` and
 * `id` are for the log. False when out of memory. */
bool stored_key_watch(SSL_CTX *ctx, const char *section, const char *id, const char *uri);

/* For an info callback (SSL_CTX_set_info_callback()), or to be one. */
void stored_key_heard(const SSL *ssl, int where, int code);

/* What to do, if this handshake has failed for want of the key; else NULL. */
const char *stored_key_advice(const SSL *ssl);

/* Is it watched? Then a handshake with it takes as long as its store. */
bool stored_key_is_in(const SSL_CTX *ctx);
