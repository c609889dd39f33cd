/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A key, its certificate and the name that goes with them, in an SSL_CTX that libdance-openssl
 * has armed: it decides about the server before any of them is sent. */

#include "probe_identity.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "dance_openssl.h"
#include "keypair.h"

struct identity {
	SSL_CTX *ctx;
	struct dance_context *context;
	struct dance_roster *roster;
	unsigned char *der[DANCE_CHAIN_MAX + 1];
	struct dance_octets chain[DANCE_CHAIN_MAX + 1];
	struct dance_peer peer;
};

static bool keep(struct identity *identity, unsigned char *der, int size)
{
	size_t at = identity->peer.chain_count;
	if (size <= 0) {
		return false;
	}
	identity->der[at] = der;
	identity->chain[at] = (struct dance_octets){ der, (size_t)size };
	identity->peer.chain_count++;
	return true;
}

static bool keep_key(struct identity *identity)
{
	unsigned char *der = NULL;
	int size = i2d_PUBKEY(SSL_CTX_get0_privatekey(identity->ctx), &der);
	return keep(identity, der, size);
}

static bool keep_certificate(struct identity *identity, const X509 *certificate)
{
	unsigned char *der = NULL;
	int size = i2d_X509(certificate, &der);
	return keep(identity, der, size);
}

/* One more than a peer may show, so that the library sees and refuses what is too long. */
static bool keep_chain(struct identity *identity)
{
	STACK_OF(X509) *above = NULL;
	if (!keep_certificate(identity, SSL_CTX_get0_certificate(identity->ctx)) ||
		!SSL_CTX_get0_chain_certs(identity->ctx, &above)) {
		return false;
	}
	for (int i = 0; i < sk_X509_num(above) && i < DANCE_CHAIN_MAX; i++) {
		if (!keep_certificate(identity, sk_X509_value(above, i))) {
			return false;
		}
	}
	return true;
}

struct identity *identity_new(const struct probe_request *request,
	char why[DANCE_ERROR_SIZE])
{
	struct identity *identity = calloc(1, sizeof(*identity));
	(void)snprintf(why, DANCE_ERROR_SIZE, "out of memory");
	if (identity == NULL) {
		return NULL;
	}
	identity->peer = (struct dance_peer){ .size = sizeof(identity->peer),
		.chain = identity->chain,
		.raw_key = request->raw_key };
	identity->ctx = SSL_CTX_new(TLS_client_method());
	if (identity->ctx != NULL &&
		keypair_load(identity->ctx, request->cert_file, request->key_file, why,
			DANCE_ERROR_SIZE)) {
		(void)snprintf(why, DANCE_ERROR_SIZE, "out of memory");
		if (request->raw_key ? keep_key(identity) : keep_chain(identity)) {
			return identity;
		}
	}
	ERR_clear_error();
	identity_free(identity);
	return NULL;
}

void identity_free(struct identity *identity)
{
	if (identity == NULL) {
		return;
	}
	SSL_CTX_free(identity->ctx);
	dance_roster_free(identity->roster);
	dance_context_free(identity->context);
	for (size_t i = 0; i < identity->peer.chain_count; i++) {
		OPENSSL_free(identity->der[i]);
	}
	free(identity);
}

const struct dance_peer *identity_peer(const struct identity *identity)
{
	return &identity->peer;
}

/* Whom the server has to be. */
static bool watch(struct identity *identity, const struct probe_request *request,
	char why[DANCE_ERROR_SIZE])
{
	const char *const names[] = { request->server_owner };
	const struct dance_options options = { .size = sizeof(options),
		.role = DANCE_SERVER,
		.timeout_ms = request->timeout_ms };
	(void)snprintf(why, DANCE_ERROR_SIZE, "out of memory");
	identity->context = dance_context_new(&request->where);
	if (identity->context != NULL) {
		identity->roster = dance_roster_new(identity->context, names, 1, &options,
			why);
	}
	return identity->roster != NULL;
}

SSL_CTX *identity_armed(struct identity *identity, const struct probe_request *request,
	char why[DANCE_ERROR_SIZE])
{
	bool named = request->server_owner[0] != '\0';
	if (named && !watch(identity, request, why)) {
		return NULL;
	}
	const struct dance_openssl_options options = { .size = sizeof(options),
		.alpn = "dot",
		.roster = identity->roster,
		.name = request->name[0] != '\0' ? request->name : NULL,
		.server_name = named ? request->server_owner : NULL,
		.server_key = request->has_server_key ? request->server_key : NULL };
	if (!dance_openssl_arm_client(identity->ctx, &options, request->raw_key)) {
		const char *text = ERR_reason_error_string(ERR_peek_error());
		(void)snprintf(why, DANCE_ERROR_SIZE, "OpenSSL: %s",
			text != NULL ? text : "unknown error");
		ERR_clear_error();
		return NULL;
	}
	return identity->ctx;
}
