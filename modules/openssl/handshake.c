/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is remembered of one handshake. */

#include "handshake.h"

#include <openssl/crypto.h>
#include <string.h>

#include "kept.h"

static void read_random(const SSL *ssl, unsigned char client_random[SSL3_RANDOM_SIZE])
{
	memset(client_random, 0, SSL3_RANDOM_SIZE);
	(void)SSL_get_client_random(ssl, client_random, SSL3_RANDOM_SIZE);
}

struct handshake *handshake_find(const SSL *ssl)
{
	unsigned char client_random[SSL3_RANDOM_SIZE];
	struct handshake *handshake = kept_find(ssl, KEPT_HANDSHAKE);
	if (handshake == NULL) {
		return NULL;
	}
	read_random(ssl, client_random);
	bool same = memcmp(handshake->client_random, client_random,
			    sizeof(client_random)) == 0;
	return same ? handshake : NULL;
}

struct handshake *handshake_get(SSL *ssl)
{
	struct handshake *handshake = handshake_find(ssl);
	if (handshake != NULL) {
		return handshake;
	}
	handshake = kept_find(ssl, KEPT_HANDSHAKE);
	if (handshake == NULL) {
		handshake = OPENSSL_malloc(sizeof(*handshake));
		if (handshake == NULL || !kept_put(ssl, KEPT_HANDSHAKE, handshake)) {
			OPENSSL_free(handshake);
			return NULL;
		}
	} else {
		handshake_undecide(handshake);
	}
	memset(handshake, 0, sizeof(*handshake));
	handshake->server.size = sizeof(handshake->server);
	read_random(ssl, handshake->client_random);
	return handshake;
}

void handshake_decide(struct handshake *handshake, X509 *certificate, EVP_PKEY *key,
	const struct dance_result *result, const struct dance_roster *by, uint64_t began)
{
	handshake_undecide(handshake);
	if (certificate != NULL && X509_up_ref(certificate)) {
		handshake->certificate = certificate;
	}
	if (key != NULL && EVP_PKEY_up_ref(key)) {
		handshake->key = key;
	}
	handshake->decided = OPENSSL_zalloc(sizeof(*handshake->decided));
	if (handshake->decided != NULL) {
		result_cache_put(handshake->decided, result, by, began);
	}
}

void handshake_undecide(struct handshake *handshake)
{
	X509_free(handshake->certificate);
	EVP_PKEY_free(handshake->key);
	handshake->certificate = NULL;
	handshake->key = NULL;
	OPENSSL_free(handshake->decided);
	handshake->decided = NULL;
}

void handshake_free(struct handshake *handshake)
{
	if (handshake != NULL) {
		handshake_undecide(handshake);
		OPENSSL_free(handshake);
	}
}
