/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Where OpenSSL's objects keep ours. */

#include "place.h"

#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include "handshake.h"
#include "options.h"

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static int indexes[] = { [PLACE_OPTIONS] = -1, [PLACE_HANDSHAKE] = -1 };

static void free_ours(void *parent, void *ours, CRYPTO_EX_DATA *data, int index, long place,
	void *arg)
{
	(void)parent;
	(void)data;
	(void)index;
	(void)arg;
	if (place == PLACE_OPTIONS) {
		options_free(ours);
	} else {
		handshake_free(ours);
	}
}

/* What SSL_dup() makes is another connection. */
static int copy_nothing(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **ours,
	int index, long place, void *arg)
{
	(void)to;
	(void)from;
	(void)index;
	(void)place;
	(void)arg;
	*ours = NULL;
	return 1;
}

static void make_indexes(void)
{
	indexes[PLACE_OPTIONS] = SSL_CTX_get_ex_new_index(PLACE_OPTIONS, NULL, NULL,
		copy_nothing, free_ours);
	indexes[PLACE_HANDSHAKE] = SSL_get_ex_new_index(PLACE_HANDSHAKE, NULL, NULL,
		copy_nothing, free_ours);
}

int place_of(enum place place)
{
	return CRYPTO_THREAD_run_once(&once, make_indexes) ? indexes[place] : -1;
}
