/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counts the signatures that the library checks. */

#include "count_signatures.h"

#include <gnutls/abstract.h>
#include <stdatomic.h>

static atomic_uint count;

unsigned count_signatures(void)
{
	return atomic_load(&count);
}

void count_signatures_from_zero(void)
{
	atomic_store(&count, 0);
}

int __real_gnutls_pubkey_verify_data2(gnutls_pubkey_t key,
	gnutls_sign_algorithm_t algorithm, unsigned flags, const gnutls_datum_t *data,
	const gnutls_datum_t *signature);
int __wrap_gnutls_pubkey_verify_data2(gnutls_pubkey_t key,
	gnutls_sign_algorithm_t algorithm, unsigned flags, const gnutls_datum_t *data,
	const gnutls_datum_t *signature);

int __wrap_gnutls_pubkey_verify_data2(gnutls_pubkey_t key,
	gnutls_sign_algorithm_t algorithm, unsigned flags, const gnutls_datum_t *data,
	const gnutls_datum_t *signature)
{
	atomic_fetch_add(&count, 1);
	return __real_gnutls_pubkey_verify_data2(key, algorithm, flags, data, signature);
}
