/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Did this key sign this certificate? The algorithm is read here and the one that GnuTLS is then
 * asked for is exactly that. Knows no names, no dates and no paths. */

#pragma once

#include "dance.h"
#include "work.h"

enum signature {
	SIGNATURE_UNCHECKED = 0, /* the work is spent, or something failed: it says which */
	SIGNATURE_GOOD,
	SIGNATURE_WRONG,
	SIGNATURE_UNKNOWN,   /* its algorithm, or the parameters of that */
	SIGNATURE_WEAK,      /* its algorithm is not fit for certificates any more: SHA-1 */
	SIGNATURE_UNFIT_KEY, /* the key is none that such signatures are checked with here */
};

/* What stands signed in a certificate (RFC 5280 4.1.1). */
struct signed_octets {
	struct dance_octets tbs;       /* what was signed */
	struct dance_octets algorithm; /* AlgorithmIdentifier */
	struct dance_octets signature; /* BIT STRING, its content */
};

/* By the key of this SubjectPublicKeyInfo. Paid for before the key is used. */
enum signature signature_check(const struct signed_octets *of, struct dance_octets spki,
	struct work *work);

/* The same by any algorithm that is known at all: for a root that signed itself, on whose
 * signature nothing rests. */
enum signature signature_check_any(const struct signed_octets *of, struct dance_octets spki,
	struct work *work);

/* Is it of RSASSA-PSS? Then two SubjectPublicKeyInfos may be of the key that made it: one as
 * rsaEncryption and one as id-RSASSA-PSS (RFC 4055 1.2). */
bool signature_is_pss(const struct signed_octets *of);
