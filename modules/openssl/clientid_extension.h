/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dane_clientid in the handshake: OpenSSL's callbacks for a custom extension, `arg` always
 * being the options of the SSL_CTX. Knows the rules of the draft's sections 7 and 8 about
 * what is asked, answered and refused, and no names. */

#pragma once

#include "options.h"

/* Has OpenSSL call those below. */
bool clientid_extension_add(SSL_CTX *ctx, struct options *options);

/* What we write: as a server in the CertificateRequest, as a client in its first entry of
 * Certificate, if it was asked and knows the server by then. */
int clientid_extension_write(SSL *ssl, unsigned type, unsigned context,
	const unsigned char **out, size_t *size, X509 *certificate, size_t entry,
	int *alert, void *arg);

/* Reads what the peer says; violations get the alert handshake_failure. */
int clientid_extension_read(SSL *ssl, unsigned type, unsigned context,
	const unsigned char *in, size_t size, X509 *certificate, size_t entry, int *alert,
	void *arg);
