/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is remembered of one connection. */

#include "connection.h"

#include <openssl/crypto.h>
#include <string.h>

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static int place = -1;

static void free_connection(void *parent, void *connection, CRYPTO_EX_DATA *data, int index,
	long number, void *arg)
{
	(void)parent;
	(void)data;
	(void)index;
	(void)number;
	(void)arg;
	if (connection != NULL) {
		connection_undecide(connection);
	}
	OPENSSL_free(connection);
}

/* What SSL_dup() makes is another connection. */
static int copy_nothing(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **connection,
	int index, long number, void *arg)
{
	(void)to;
	(void)from;
	(void)index;
	(void)number;
	(void)arg;
	*connection = NULL;
	return 1;
}

static void make_place(void)
{
	place = SSL_get_ex_new_index(0, NULL, NULL, copy_nothing, free_connection);
}

static bool has_place(void)
{
	return CRYPTO_THREAD_run_once(&once, make_place) && place >= 0;
}

static void read_handshake(const SSL *ssl, unsigned char handshake[SSL3_RANDOM_SIZE])
{
	memset(handshake, 0, SSL3_RANDOM_SIZE);
	(void)SSL_get_client_random(ssl, handshake, SSL3_RANDOM_SIZE);
}

struct connection *connection_find(const SSL *ssl)
{
	unsigned char handshake[SSL3_RANDOM_SIZE];
	struct connection *connection = has_place() ? SSL_get_ex_data(ssl, place) : NULL;
	if (connection == NULL) {
		return NULL;
	}
	read_handshake(ssl, handshake);
	bool same = memcmp(connection->handshake, handshake, sizeof(handshake)) == 0;
	return same ? connection : NULL;
}

struct connection *connection_get(SSL *ssl)
{
	struct connection *connection = connection_find(ssl);
	if (connection != NULL || !has_place()) {
		return connection;
	}
	connection = SSL_get_ex_data(ssl, place);
	if (connection == NULL) {
		connection = OPENSSL_malloc(sizeof(*connection));
		if (connection == NULL || !SSL_set_ex_data(ssl, place, connection)) {
			OPENSSL_free(connection);
			return NULL;
		}
	} else {
		connection_undecide(connection);
	}
	memset(connection, 0, sizeof(*connection));
	read_handshake(ssl, connection->handshake);
	return connection;
}

void connection_decide(struct connection *connection, X509 *certificate, EVP_PKEY *key,
	const struct dance_result *result, const struct dance_roster *by, uint64_t began)
{
	connection_undecide(connection);
	if (certificate != NULL && X509_up_ref(certificate)) {
		connection->certificate = certificate;
	}
	if (key != NULL && EVP_PKEY_up_ref(key)) {
		connection->key = key;
	}
	result_cache_put(&connection->decided, result, by, began);
}

void connection_undecide(struct connection *connection)
{
	X509_free(connection->certificate);
	EVP_PKEY_free(connection->key);
	connection->certificate = NULL;
	connection->key = NULL;
	connection->decided = (struct result_cache){ 0 };
}
