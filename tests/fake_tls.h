/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In the place of GnuTLS sessions: what a handshake has proved, as the test made it up. Link with
 * the options of fake_tls in meson.build. */

#pragma once

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "dance.h"

#define FAKE_TLS_CHAIN_MAX 40

struct fake_tls {
	unsigned char random[32]; /* the server's */
	unsigned random_size;
	gnutls_protocol_t version;
	bool resumed;
	bool proved; /* the client has signed the handshake (CertificateVerify) */
	gnutls_certificate_type_t type;
	gnutls_datum_t chain[FAKE_TLS_CHAIN_MAX];
	unsigned chain_count;
	bool odd; /* a chain is there where its count is 0, and none where it is not */
	void *database;
	int expiration;      /* seconds, of tickets; 0: not set */
	unsigned tickets;    /* that were sent */
	int sent_expiration; /* of the last one */
};

/* A full TLS 1.3 handshake of a client without a certificate; no two have the same random. */
void fake_tls_init(struct fake_tls *tls);

/* The client shows this certificate, or key, and proves that it has the key. */
void fake_tls_show(struct fake_tls *tls, const struct dance_octets *certificate);

gnutls_session_t fake_tls_session(struct fake_tls *tls);

/* The default lifetime of tickets, seconds. */
void fake_tls_set_default_expiration(int seconds);
