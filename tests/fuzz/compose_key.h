/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The keys of composed chains: two of each kind that signatures are checked with. */

#pragma once

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdbool.h>

#include "../der_writer.h"

struct compose_key {
	gnutls_x509_privkey_t pair; /* NULL: nothing can be signed with it */
	gnutls_privkey_t private;   /* the same */
	gnutls_sign_algorithm_t algorithm;
	struct der spki;
	struct der signature_algorithm;
	size_t signature_size; /* of one that is made up */
};

/* Makes them, once. */
void compose_keys_make(void);

const struct compose_key *compose_key(uint8_t number);

/* Appends a BIT STRING, the signature of these octets; with `garbage` it does not verify. The same
 * ones are signed once. */
void compose_key_sign(struct der *to, const struct compose_key *key, const struct der *tbs,
	bool garbage);
