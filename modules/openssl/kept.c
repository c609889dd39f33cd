/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * OpenSSL's indices for application data. */

#include "kept.h"

#include <openssl/crypto.h>

#include "handshake.h"
#include "no_wait.h"

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static int indices[KEPT_COUNT]; /* -1: OpenSSL has none for us */

static void free_with_ssl(void *ssl, void *data, CRYPTO_EX_DATA *all, int index,
	long number, void *arg)
{
	(void)ssl;
	(void)all;
	(void)number;
	(void)arg;
	if (index == indices[KEPT_HANDSHAKE]) {
		handshake_free(data);
	} else {
		no_wait_free(data);
	}
}

/* What SSL_dup() makes is another connection, and has no host that could be woken. */
static int copy_nothing(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **data,
	int index, long number, void *arg)
{
	(void)to;
	(void)from;
	(void)index;
	(void)number;
	(void)arg;
	*data = NULL;
	return 1;
}

static void make_indices(void)
{
	for (size_t i = 0; i < KEPT_COUNT; i++) {
		indices[i] = SSL_get_ex_new_index(0, NULL, NULL, copy_nothing,
			free_with_ssl);
	}
}

static int index_of(enum kept kept)
{
	return CRYPTO_THREAD_run_once(&once, make_indices) ? indices[kept] : -1;
}

void *kept_find(const SSL *ssl, enum kept kept)
{
	int index = index_of(kept);
	return index >= 0 ? SSL_get_ex_data(ssl, index) : NULL;
}

bool kept_put(SSL *ssl, enum kept kept, void *data)
{
	int index = index_of(kept);
	return index >= 0 && SSL_set_ex_data(ssl, index, data) == 1;
}
