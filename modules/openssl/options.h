/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What an SSL_CTX was armed with: the options, checked and made ready for the handshake.
 * They belong to the SSL_CTX and go with it. */

#pragma once

#include "clientid.h"
#include "dance_openssl.h"

#define OPTIONS_ALPN_MAX 255 /* octets of a protocol's name (RFC 7301 3.1) */

struct options {
	struct dance_openssl_options given; /* `extension` is never 0 */
	bool client;                        /* armed for one */
	size_t server_name_size;            /* without a trailing dot */
	size_t body_size;                   /* of our dane_clientid; 0: none is sent */
	unsigned char body[1 + CLIENTID_NAME_MAX];
	size_t alpn_size;                         /* 0: ALPN is not touched */
	unsigned char alpn[1 + OPTIONS_ALPN_MAX]; /* as OpenSSL takes a list of one */
};

/* Checks the options (NULL: the defaults), and gives them to the SSL_CTX. NULL with OpenSSL's
 * error queue telling why, also when the SSL_CTX has some already. */
struct options *options_give(SSL_CTX *ctx, const struct dance_openssl_options *given);

/* NULL: the SSL_CTX has none. */
const struct options *options_find(const SSL_CTX *ctx);
