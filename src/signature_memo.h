/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which key signed which certificate, so far as it is known in one decision: found out, and paid
 * for, once, however many records and names are tried. */

#pragma once

#include "association.h"
#include "signature.h"

#define SIGNATURE_DIGEST_SIZE TLSA_SHA256_SIZE

struct signature_memo {
	unsigned count;
	struct signature_known {
		unsigned char certificate[SIGNATURE_DIGEST_SIZE]; /* SHA-256 of all of it */
		unsigned char key[SIGNATURE_DIGEST_SIZE];         /* of the SPKI */
		enum signature is;
	} known[SIGNATURE_MEMO_MAX];
};

struct certificate;

/* Did the SPKI of `key` sign this certificate? Recalls it, or else checks it, pays for it and
 * keeps it. */
enum signature signature_memo_check(struct signature_memo *memo,
	struct certificate *certificate, struct association *key, struct work *work);

/* What is known of it. SIGNATURE_UNCHECKED: nothing. With `by_one` the signature is by one key
 * only: if another one is known to have made it, this one has not. */
enum signature signature_memo_recall(const struct signature_memo *memo,
	const unsigned char *certificate, const unsigned char *key, bool by_one);

/* A full memo keeps nothing more. SIGNATURE_UNCHECKED is never kept. */
void signature_memo_keep(struct signature_memo *memo, const unsigned char *certificate,
	const unsigned char *key, enum signature is);
