/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Remembers by digests of certificate and key, not by address: memory that is gone may be reused
 * for another certificate. */

#include "signature_memo.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "certificate.h"
#include "octets.h"

bool signature_hash_key(struct dance_octets spki,
	unsigned char sha256[SIGNATURE_DIGEST_SIZE], struct work *work)
{
	return work_take(work, 8 + (uint32_t)(spki.size / 32)) &&
		gnutls_hash_fast(GNUTLS_DIG_SHA256, spki.data, spki.size, sha256) == 0;
}

enum signature signature_recall(const struct signature_memo *memo,
	const unsigned char *certificate, const unsigned char *key, bool by_one)
{
	enum signature is = SIGNATURE_UNCHECKED;
	for (unsigned i = 0; i < memo->count; i++) {
		const struct signature_known *known = &memo->known[i];
		if (memcmp(known->certificate, certificate, SIGNATURE_DIGEST_SIZE) != 0) {
			continue;
		}
		if (memcmp(known->key, key, SIGNATURE_DIGEST_SIZE) == 0) {
			return known->is;
		}
		if (by_one && known->is == SIGNATURE_GOOD) {
			is = SIGNATURE_WRONG;
		}
	}
	return is;
}

void signature_keep(struct signature_memo *memo, const unsigned char *certificate,
	const unsigned char *key, enum signature is)
{
	if (is == SIGNATURE_UNCHECKED || memo->count == SIGNATURE_MEMO_MAX) {
		return;
	}
	struct signature_known *known = &memo->known[memo->count++];
	memcpy(known->certificate, certificate, SIGNATURE_DIGEST_SIZE);
	memcpy(known->key, key, SIGNATURE_DIGEST_SIZE);
	known->is = is;
}

static enum signature find_out(struct signature_memo *memo, struct certificate *certificate,
	struct signature_key key, struct work *work)
{
	const unsigned char *sha256 = certificate_sha256(certificate, TLSA_CERTIFICATE,
		work);
	if (sha256 == NULL || key.sha256 == NULL ||
		!work_take(work, 1 + memo->count / 16)) {
		return SIGNATURE_UNCHECKED;
	}
	enum signature is = signature_recall(memo, sha256, key.sha256,
		!signature_is_pss(&certificate->signed_part));
	if (is == SIGNATURE_UNCHECKED) {
		is = signature_check(&certificate->signed_part, key.spki, work);
		signature_keep(memo, sha256, key.sha256, is);
	}
	return is;
}

/* For a self-issued certificate its own key is tried first. If many certificates have the same
 * name, the other keys then need not be tried. */
enum signature signature_of(struct signature_memo *memo, struct certificate *certificate,
	struct signature_key key, struct work *work)
{
	if (certificate->self_issued && !octets_equal(certificate->spki, key.spki) &&
		certificate_names_issuer(certificate, certificate, work)) {
		const unsigned char *sha256 = certificate_sha256(certificate, TLSA_SPKI,
			work);
		(void)find_out(memo, certificate,
			(struct signature_key){ certificate->spki, sha256 }, work);
	}
	return find_out(memo, certificate, key, work);
}
