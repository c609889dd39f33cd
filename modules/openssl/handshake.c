/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is remembered of one handshake. */

#include "handshake.h"

#include <openssl/crypto.h>
#include <string.h>

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static int index_in_ssl = -1;

static void free_with_ssl(void *ssl, void *handshake, CRYPTO_EX_DATA *data, int index,
	long number, void *arg)
{
	(void)ssl;
	(void)data;
	(void)index;
	(void)number;
	(void)arg;
	if (handshake != NULL) {
		handshake_undecide(handshake);
	}
	OPENSSL_free(handshake);
}

/* What SSL_dup() makes is another connection. */
static int copy_nothing(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **handshake,
	int index, long number, void *arg)
{
	(void)to;
	(void)from;
	(void)index;
	(void)number;
	(void)arg;
	*handshake = NULL;
	return 1;
}

static void make_index(void)
{
	index_in_ssl = SSL_get_ex_new_index(0, NULL, NULL, copy_nothing, free_with_ssl);
}

/* For SSL_get_ex_data(); -1 if OpenSSL has none for us. */
static int ex_index(void)
{
	return CRYPTO_THREAD_run_once(&once, make_index) ? index_in_ssl : -1;
}

static void read_random(const SSL *ssl, unsigned char client_random[SSL3_RANDOM_SIZE])
{
	memset(client_random, 0, SSL3_RANDOM_SIZE);
	(void)SSL_get_client_random(ssl, client_random, SSL3_RANDOM_SIZE);
}

struct handshake *handshake_find(const SSL *ssl)
{
	unsigned char client_random[SSL3_RANDOM_SIZE];
	int index = ex_index();
	struct handshake *handshake = index >= 0 ? SSL_get_ex_data(ssl, index) : NULL;
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
	int index = ex_index();
	struct handshake *handshake = handshake_find(ssl);
	if (handshake != NULL || index < 0) {
		return handshake;
	}
	handshake = SSL_get_ex_data(ssl, index);
	if (handshake == NULL) {
		handshake = OPENSSL_malloc(sizeof(*handshake));
		if (handshake == NULL || !SSL_set_ex_data(ssl, index, handshake)) {
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
