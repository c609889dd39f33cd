/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is remembered of one handshake. */

#include "handshake.h"

#include <openssl/crypto.h>
#include <string.h>

#include "place.h"

void handshake_free(struct handshake *handshake)
{
	if (handshake != NULL) {
		handshake_undecide(handshake);
	}
	OPENSSL_free(handshake);
}

static void read_random(const SSL *ssl, unsigned char client_random[SSL3_RANDOM_SIZE])
{
	memset(client_random, 0, SSL3_RANDOM_SIZE);
	(void)SSL_get_client_random(ssl, client_random, SSL3_RANDOM_SIZE);
}

struct handshake *handshake_find(const SSL *ssl)
{
	unsigned char client_random[SSL3_RANDOM_SIZE];
	int place = place_of(PLACE_HANDSHAKE);
	struct handshake *handshake = place >= 0 ? SSL_get_ex_data(ssl, place) : NULL;
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
	int place = place_of(PLACE_HANDSHAKE);
	struct handshake *handshake = handshake_find(ssl);
	if (handshake != NULL || place < 0) {
		return handshake;
	}
	handshake = SSL_get_ex_data(ssl, place);
	if (handshake == NULL) {
		handshake = OPENSSL_malloc(sizeof(*handshake));
		if (handshake == NULL || !SSL_set_ex_data(ssl, place, handshake)) {
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
	result_cache_put(&handshake->decided, result, by, began);
}

void handshake_undecide(struct handshake *handshake)
{
	X509_free(handshake->certificate);
	EVP_PKEY_free(handshake->key);
	handshake->certificate = NULL;
	handshake->key = NULL;
	handshake->decided = (struct result_cache){ 0 };
}
