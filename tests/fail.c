/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The linker's --wrap sends the library's own calls here; what the libraries below it
 * call among themselves goes its own way. */

#include "fail.h"

#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <search.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unicase.h>

static pthread_t here;
static atomic_uint calls, chosen, chosen_in;
static atomic_bool lasting;
static atomic_long blocks;
static const char *_Atomic failed;

void fail_at(unsigned n, enum fail_in threads, bool from_then_on)
{
	here = pthread_self();
	atomic_store(&chosen_in, threads);
	atomic_store(&chosen, n);
	atomic_store(&lasting, from_then_on);
	atomic_store(&calls, 0);
}

unsigned fail_calls(void)
{
	return atomic_load(&calls);
}

const char *fail_name(void)
{
	return atomic_load(&failed);
}

long fail_blocks(void)
{
	return atomic_load(&blocks);
}

static atomic_bool no_threads;

void fail_threads(bool failing)
{
	atomic_store(&no_threads, failing);
}

static bool fails(const char *name)
{
	bool is_here = pthread_equal(pthread_self(), here);
	if (is_here != (atomic_load(&chosen_in) == FAIL_HERE)) {
		return false;
	}
	unsigned call = atomic_fetch_add(&calls, 1) + 1, n = atomic_load(&chosen);
	if (call == n) {
		atomic_store(&failed, name);
	}
	return n != 0 && (call == n || (call > n && atomic_load(&lasting)));
}

static void *got(void *block)
{
	if (block != NULL) {
		atomic_fetch_add(&blocks, 1);
	}
	return block;
}

/* Declares the function as it is and as the linker knows it. */
#define WRAP(type, name, parameters) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type __wrap_##name parameters

/* A function that may fail with this value. */
#define FALLIBLE(type, name, parameters, arguments, failure) \
	WRAP(type, name, parameters) \
	{ \
		return fails(#name) ? (failure) : __real_##name arguments; \
	}

WRAP(void *, malloc, (size_t size))
{
	return fails("malloc") ? NULL : got(__real_malloc(size));
}

WRAP(void *, calloc, (size_t count, size_t size))
{
	return fails("calloc") ? NULL : got(__real_calloc(count, size));
}

WRAP(char *, strdup, (const char *text))
{
	return fails("strdup") ? NULL : got(__real_strdup(text));
}

WRAP(void *, realloc, (void *block, size_t size))
{
	if (fails("realloc")) {
		return NULL;
	}
	void *moved = __real_realloc(block, size);
	return block == NULL ? got(moved) : moved;
}

WRAP(void, free, (void *block))
{
	if (block != NULL) {
		atomic_fetch_sub(&blocks, 1);
	}
	__real_free(block);
}

WRAP(int, pthread_create,
	(pthread_t * thread, const pthread_attr_t *attributes, void *(*begin)(void *),
		void *arg))
{
	return atomic_load(&no_threads) || fails("pthread_create") ?
		EAGAIN :
		__real_pthread_create(thread, attributes, begin, arg);
}

FALLIBLE(void *, tsearch,
	(const void *key, void **root, int (*compare)(const void *, const void *)),
	(key, root, compare), NULL)
FALLIBLE(int, gnutls_rnd, (gnutls_rnd_level_t level, void *data, size_t size),
	(level, data, size), GNUTLS_E_RANDOM_FAILED)
FALLIBLE(int, gnutls_hash_fast,
	(gnutls_digest_algorithm_t algorithm, const void *text, size_t size, void *digest),
	(algorithm, text, size, digest), GNUTLS_E_HASH_FAILED)
FALLIBLE(int, gnutls_hash_init,
	(gnutls_hash_hd_t * hash, gnutls_digest_algorithm_t algorithm), (hash, algorithm),
	GNUTLS_E_MEMORY_ERROR)
FALLIBLE(int, gnutls_hash, (gnutls_hash_hd_t hash, const void *text, size_t size),
	(hash, text, size), GNUTLS_E_HASH_FAILED)
FALLIBLE(int, gnutls_pubkey_init, (gnutls_pubkey_t * key), (key), GNUTLS_E_MEMORY_ERROR)
FALLIBLE(int, gnutls_pubkey_import,
	(gnutls_pubkey_t key, const gnutls_datum_t *data, gnutls_x509_crt_fmt_t format),
	(key, data, format), GNUTLS_E_MEMORY_ERROR)
FALLIBLE(int, gnutls_pubkey_verify_data2,
	(gnutls_pubkey_t key, gnutls_sign_algorithm_t algorithm, unsigned flags,
		const gnutls_datum_t *data, const gnutls_datum_t *signature),
	(key, algorithm, flags, data, signature), GNUTLS_E_MEMORY_ERROR)

WRAP(uint32_t *, u32_casefold,
	(const uint32_t *text, size_t size, const char *language, uninorm_t form,
		uint32_t *buffer, size_t *folded_size))
{
	if (fails("u32_casefold")) {
		errno = ENOMEM;
		return NULL;
	}
	return got(__real_u32_casefold(text, size, language, form, buffer, folded_size));
}
