/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A certificate that may stand in a path: its octets, what GnuTLS reads in it, and whether
 * a record is of it or a key signed it. Knows no paths. */

#pragma once

#include <gnutls/x509.h>

#include "dance.h"
#include "tlsa.h"

/* Larger ones are in no path: what it costs to judge one is bounded by its size. */
#define CERTIFICATE_SIZE_MAX 16384

/* Larger keys, and RSA keys with a longer exponent, are not worked with: the peer chooses
 * them, and how long one signature takes to check. */
#define CERTIFICATE_KEY_BITS_MAX 8192
#define CERTIFICATE_EXPONENT_MAX 4 /* octets */

struct certificate {
	gnutls_x509_crt_t gnutls;
	struct dance_octets der; /* borrowed */
	bool root;               /* the operator trusts it, and it signed itself */
	unsigned usages;         /* a bit for each usage whose paths it may be in; anchor.c's */
	unsigned hashed;         /* a bit for each digest that is known */
	unsigned char digests[TLSA_SELECTOR_COUNT][TLSA_MATCHING_COUNT][TLSA_SHA512_SIZE];
};

/* False if GnuTLS cannot read it or it is too large. */
bool certificate_read(struct certificate *certificate, struct dance_octets der);
void certificate_clear(struct certificate *certificate);

/* Is the record of this certificate (RFC 6698 2.1.2, 2.1.3)? */
bool certificate_is_of(struct certificate *certificate, const struct dance_tlsa *record);

/* Hashes all that certificate_is_of() may ask for: it then writes nothing any more. */
bool certificate_hash(struct certificate *certificate);

/* Could `issuer` have issued it, by names and key identifiers (RFC 5280 4.1.2.4)? */
bool certificate_names_issuer(const struct certificate *certificate,
	const struct certificate *issuer);

/* Did the key of `issuer` sign it, with an algorithm fit for certificates? */
bool certificate_is_signed_by(const struct certificate *certificate,
	const struct certificate *issuer);

/* Did this key, a SubjectPublicKeyInfo? */
bool certificate_is_signed_by_key(const struct certificate *certificate,
	struct dance_octets spki);

/* Did it sign itself? The algorithm may be any: nothing rests on that signature. */
bool certificate_is_self_signed(const struct certificate *certificate);
