/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a peer showed, out of OpenSSL's objects, as the octets that libdance judges. */

#pragma once

#include "dance_openssl.h"

struct shown {
	struct dance_peer peer;     /* without a client_id */
	struct dance_octets *chain; /* the peer's */
	unsigned char **der;        /* the same octets, ours */
	const char *why;            /* a sentence on DANCE_DENY_CREDENTIAL */
};

/* These fill a zeroed `shown`, to be cleared in any case. DANCE_UNDECIDED: it was taken;
 * DANCE_DENY_CREDENTIAL: nothing was shown, or too much; or DANCE_FAIL_INTERNAL. */

/* A leaf, NULL if the chain begins with it, and a chain, NULL if there is none. */
enum dance_verdict shown_take_chain(struct shown *shown, const X509 *leaf,
	const STACK_OF(X509) * chain);

/* NULL: there is none. */
enum dance_verdict shown_take_key(struct shown *shown, const EVP_PKEY *key);

/* What OpenSSL asks its verify callback about. */
enum dance_verdict shown_take_asked(struct shown *shown, const X509_STORE_CTX *asked);

void shown_clear(struct shown *shown);
