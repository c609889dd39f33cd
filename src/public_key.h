/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a SubjectPublicKeyInfo says of its key: the kind, the size, the parameters (RFC 3279,
 * 4055, 5480, 8410). Read here before a library reads it, so that what that costs is known. */

#pragma once

#include "peer_limits.h"

/* 112 bits of strength: weaker keys are in no path. */
#define PUBLIC_KEY_RSA_BITS_MIN 2048
#define PUBLIC_KEY_EC_BITS_MIN 224
#define PUBLIC_KEY_RSA_BITS_MIN_TEXT LIMIT_TEXT(PUBLIC_KEY_RSA_BITS_MIN)
#define PUBLIC_KEY_EC_BITS_MIN_TEXT LIMIT_TEXT(PUBLIC_KEY_EC_BITS_MIN)

enum public_key_kind {
	PUBLIC_KEY_OTHER, /* one of which nothing is known */
	PUBLIC_KEY_RSA,
	PUBLIC_KEY_RSA_PSS, /* for RSASSA-PSS only (RFC 4055 1.2) */
	PUBLIC_KEY_EC,
	PUBLIC_KEY_ED25519,
	PUBLIC_KEY_ED448,
};

enum public_key_curve {
	PUBLIC_KEY_CURVE_OTHER,
	PUBLIC_KEY_P224,
	PUBLIC_KEY_P256,
	PUBLIC_KEY_P384,
	PUBLIC_KEY_P521,
};

struct public_key {
	enum public_key_kind kind;
	enum public_key_curve curve; /* of an EC key */
	bool explicit_curve; /* its parameters are written out, or come from elsewhere */
	unsigned bits;       /* RSA: of the modulus; EC: about those of the field */
	uint32_t exponent;   /* RSA; 0: longer than PUBLIC_KEY_EXPONENT_MAX */
	struct dance_octets parameters; /* of the algorithm, whole; data NULL: none */
	struct dance_octets octets;     /* subjectPublicKey */
};

/* False if it is not well-formed, or is not what a key of its kind has to be. */
bool public_key_read(struct public_key *key, struct dance_octets spki);

/* Why the key can be in no path; NULL: it can. */
const char *public_key_fault(struct dance_octets spki);
