/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Takes the SPKI as it stands in the certificate, since a record is of those octets; GnuTLS
 * calculates the digests. */

#include "association.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "der_certificate.h"
#include "octets.h"

void association_of_certificate(struct association *of, struct dance_octets certificate)
{
	of->hashed = 0;
	of->whole[TLSA_CERTIFICATE] = certificate;
	if (!der_certificate_spki(certificate, &of->whole[TLSA_SPKI])) {
		of->whole[TLSA_SPKI] = (struct dance_octets){ NULL, 0 };
	}
}

void association_of_key(struct association *of, struct dance_octets spki)
{
	of->hashed = 0;
	of->whole[TLSA_CERTIFICATE] = (struct dance_octets){ NULL, 0 };
	of->whole[TLSA_SPKI] = spki;
}

static void know(struct association *of, enum tlsa_selector selector,
	const unsigned char *digest)
{
	of->whole[selector] = (struct dance_octets){ NULL, 0 };
	if (digest != NULL) {
		memcpy(of->digests[selector][TLSA_SHA256 - 1], digest, TLSA_SHA256_SIZE);
		of->hashed |= association_bit(selector, TLSA_SHA256);
	}
}

void association_of_digests(struct association *of, const unsigned char *certificate,
	const unsigned char *key)
{
	of->hashed = 0;
	know(of, TLSA_CERTIFICATE, certificate);
	know(of, TLSA_SPKI, key);
}

/* Hashing takes a step for 32 octets. */
static bool hash(struct dance_octets whole, enum tlsa_matching matching,
	unsigned char *digest, struct work *work)
{
	gnutls_digest_algorithm_t algorithm = matching == TLSA_SHA256 ? GNUTLS_DIG_SHA256 :
									GNUTLS_DIG_SHA512;
	if (work != NULL && !work_take(work, 8 + (uint32_t)(whole.size / 32))) {
		return false;
	}
	bool hashed = gnutls_hash_fast(algorithm, whole.data, whole.size, digest) == 0;
	if (!hashed && work != NULL) {
		work_fail(work, ASSOCIATION_UNHASHED);
	}
	return hashed;
}

bool association_hash(struct association *of, enum tlsa_selector selector,
	enum tlsa_matching matching, struct work *work)
{
	unsigned char *digest = of->digests[selector][matching - 1];
	if (!hash(of->whole[selector], matching, digest, work)) {
		return false;
	}
	of->hashed |= association_bit(selector, matching);
	return true;
}

enum association_match association_compare(struct association *of,
	const struct dance_tlsa *record, struct work *work)
{
	const struct dance_octets data = { record->data, record->size };
	struct dance_octets own;
	if (!association_get(of, record->selector, record->matching, work, &own)) {
		return ASSOCIATION_UNKNOWN;
	}
	if (own.data == NULL || own.size != data.size) {
		return ASSOCIATION_OTHER;
	}
	/* A digest is paid for already. */
	if (record->matching == TLSA_FULL && work != NULL) {
		bool equal = work_equal(work, own, data);
		return equal        ? ASSOCIATION_SAME :
			work->spent ? ASSOCIATION_UNKNOWN :
				      ASSOCIATION_OTHER;
	}
	return octets_equal(own, data) ? ASSOCIATION_SAME : ASSOCIATION_OTHER;
}

enum association_match association_compare_digest(struct association *of,
	const struct dance_tlsa *record, struct work *work)
{
	if (record->matching != TLSA_FULL) {
		return association_compare(of, record, work);
	}
	const struct dance_octets data = { record->data, record->size };
	unsigned char digest[TLSA_SHA256_SIZE];
	struct dance_octets own;
	if (!association_get(of, record->selector, TLSA_SHA256, work, &own)) {
		return ASSOCIATION_UNKNOWN;
	}
	if (own.data == NULL) {
		return ASSOCIATION_OTHER;
	}
	if (!hash(data, TLSA_SHA256, digest, work)) {
		return ASSOCIATION_UNKNOWN;
	}
	return memcmp(own.data, digest, sizeof(digest)) == 0 ? ASSOCIATION_SAME :
							       ASSOCIATION_OTHER;
}

bool association_hash_all(struct association *of, struct work *work)
{
	struct dance_octets octets;
	return association_get(of, TLSA_CERTIFICATE, TLSA_SHA256, work, &octets) &&
		association_get(of, TLSA_CERTIFICATE, TLSA_SHA512, work, &octets) &&
		association_get(of, TLSA_SPKI, TLSA_SHA256, work, &octets) &&
		association_get(of, TLSA_SPKI, TLSA_SHA512, work, &octets);
}
