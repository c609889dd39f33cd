/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Remembers by digests of certificate and key, not by address: memory that is gone may be reused
 * for another certificate. */

#include "signature_memo.h"

#include <string.h>

#include "certificate.h"
#include "octets.h"

enum signature signature_memo_recall(const struct signature_memo *memo,
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

void signature_memo_keep(struct signature_memo *memo, const unsigned char *certificate,
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
	struct association *key, struct work *work)
{
	struct dance_octets of_certificate, of_key;
	if (!association_get(certificate_association(certificate), TLSA_CERTIFICATE,
		    TLSA_SHA256, work, &of_certificate) ||
		!association_get(key, TLSA_SPKI, TLSA_SHA256, work, &of_key) ||
		!work_take(work, 1 + memo->count / 16)) {
		return SIGNATURE_UNCHECKED;
	}
	enum signature is = signature_memo_recall(memo, of_certificate.data, of_key.data,
		!signature_is_pss(&certificate->signed_part));
	if (is == SIGNATURE_UNCHECKED) {
		is = signature_check(&certificate->signed_part, key->whole[TLSA_SPKI],
			work);
		signature_memo_keep(memo, of_certificate.data, of_key.data, is);
	}
	return is;
}

/* For a self-issued certificate its own key is tried first. If many certificates have the same
 * name, the other keys then need not be tried. */
enum signature signature_memo_check(struct signature_memo *memo,
	struct certificate *certificate, struct association *key, struct work *work)
{
	if (certificate->self_issued &&
		!octets_equal(certificate->spki, key->whole[TLSA_SPKI]) &&
		certificate_names_issuer(certificate, certificate, work)) {
		(void)find_out(memo, certificate, certificate_association(certificate),
			work);
	}
	return find_out(memo, certificate, key, work);
}
