/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dane_clientid in the handshake. */

#include "clientid_extension.h"

#include <openssl/err.h>
#include <string.h>

#include "handshake.h"

/* An entry for a certificate, or the one for a raw public key (RFC 8446 4.4.2). */
#define IN_CERTIFICATE (SSL_EXT_TLS1_3_CERTIFICATE | SSL_EXT_TLS1_3_RAW_PUBLIC_KEY)
#define WHERE (SSL_EXT_TLS1_3_ONLY | SSL_EXT_TLS1_3_CERTIFICATE_REQUEST | IN_CERTIFICATE)

static int ask(SSL *ssl, const unsigned char **out, size_t *size, int *alert)
{
	static const unsigned char no_name[] = { 0 };
	struct handshake *handshake = handshake_get(ssl);
	if (handshake == NULL) {
		*alert = SSL_AD_INTERNAL_ERROR;
		return -1;
	}
	/* Asked once more after the handshake, the client answers anew. */
	handshake_undecide(handshake);
	handshake->asked = true;
	handshake->name_size = 0;
	*out = no_name;
	*size = sizeof(no_name);
	return 1;
}

static int answer(SSL *ssl, const struct options *options, const unsigned char **out,
	size_t *size, int *alert)
{
	const struct handshake *handshake = handshake_find(ssl);
	if (options->body_size == 0 || handshake == NULL || !handshake->asked) {
		return 0;
	}
	/* A host that makes OpenSSL continue with a refused server still sends it no name. */
	if (handshake->server.verdict != DANCE_ALLOW) {
		*alert = SSL_AD_HANDSHAKE_FAILURE;
		return -1;
	}
	*out = options->body;
	*size = options->body_size;
	return 1;
}

int clientid_extension_write(SSL *ssl, unsigned type, unsigned context,
	const unsigned char **out, size_t *size, X509 *certificate, size_t entry,
	int *alert, void *arg)
{
	(void)type;
	(void)certificate;
	if (SSL_is_server(ssl)) {
		return (context & SSL_EXT_TLS1_3_CERTIFICATE_REQUEST) != 0 ?
			ask(ssl, out, size, alert) :
			0;
	}
	return (context & IN_CERTIFICATE) != 0 && entry == 0 ?
		answer(ssl, arg, out, size, alert) :
		0;
}

/* The server asks, and has no name to tell (draft 7). */
static bool hear_question(SSL *ssl, size_t size)
{
	struct handshake *handshake = size == 0 ? handshake_get(ssl) : NULL;
	if (handshake == NULL) {
		return false;
	}
	handshake->asked = true;
	return true;
}

/* A client's name: sent once, with its own certificate or key, and only when asked (RFC 8446
 * 4.2). */
static bool hear_name(SSL *ssl, const unsigned char *name, size_t size, size_t entry)
{
	struct handshake *handshake = handshake_find(ssl);
	if (handshake == NULL || !handshake->asked || handshake->name_size > 0 ||
		entry != 0 || !clientid_is_name(name, size)) {
		return false;
	}
	memcpy(handshake->name, name, size);
	handshake->name_size = size;
	return true;
}

int clientid_extension_read(SSL *ssl, unsigned type, unsigned context,
	const unsigned char *in, size_t size, X509 *certificate, size_t entry, int *alert,
	void *arg)
{
	const unsigned char *name;
	size_t name_size;
	bool heard = false;
	(void)type;
	(void)certificate;
	(void)arg;
	/* No client offers it in ClientHello, so no server has it to answer (RFC 8446 4.2). */
	if (!SSL_is_server(ssl) && (context & IN_CERTIFICATE) != 0) {
		*alert = SSL_AD_UNSUPPORTED_EXTENSION;
		return 0;
	}
	*alert = SSL_AD_HANDSHAKE_FAILURE;
	if (!clientid_read(in, size, &name, &name_size)) {
		return 0;
	}
	if (SSL_is_server(ssl)) {
		heard = (context & IN_CERTIFICATE) != 0 &&
			hear_name(ssl, name, name_size, entry);
	} else if ((context & SSL_EXT_TLS1_3_CERTIFICATE_REQUEST) != 0) {
		heard = hear_question(ssl, name_size);
	}
	return heard ? 1 : 0;
}

bool clientid_extension_add(SSL_CTX *ctx, struct options *options)
{
	if (!SSL_CTX_add_custom_ext(ctx, options->given.extension, WHERE,
		    clientid_extension_write, NULL, options, clientid_extension_read,
		    options)) {
		ERR_raise_data(ERR_LIB_SSL, ERR_R_PASSED_INVALID_ARGUMENT,
			"dane_clientid cannot have the number %u",
			options->given.extension);
		return false;
	}
	return true;
}
