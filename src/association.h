/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a TLSA record is compared with (RFC 6698 2.1.2, 2.1.3): a certificate or its
 * SubjectPublicKeyInfo, as sent or as a digest, which is calculated once. Knows no usages. */

#pragma once

#include "tlsa.h"
#include "work.h"

/* Of one certificate or bare key, whose octets it borrows. */
struct association {
	struct dance_octets whole[TLSA_SELECTOR_COUNT]; /* data NULL: there is no such part, or
	                                                 * no more than a digest is known */
	unsigned hashed; /* a bit for each digest that is known */
	unsigned char digests[TLSA_SELECTOR_COUNT][TLSA_MATCHING_COUNT - 1]
			     [TLSA_SHA512_SIZE]; /* from TLSA_SHA256 on */
};

/* The reason for ASSOCIATION_UNKNOWN where it is not one of the work. */
#define ASSOCIATION_UNHASHED "a digest cannot be calculated"

/* Zeroed memory is neither yes nor no. */
enum association_match {
	ASSOCIATION_UNKNOWN = 0, /* it could not be hashed, or the work is spent */
	ASSOCIATION_OTHER,
	ASSOCIATION_SAME,
};

/* There is no SPKI if none can be found in the certificate. */
void association_of_certificate(struct association *of, struct dance_octets certificate);

/* The certificate is missing then. */
void association_of_key(struct association *of, struct dance_octets spki);

/* Of a certificate or key of which only the SHA-256 digests are known; NULL: not even that. */
void association_of_digests(struct association *of, const unsigned char *certificate,
	const unsigned char *key);

/* The bit of a digest in `hashed`. */
static inline unsigned association_bit(enum tlsa_selector selector,
	enum tlsa_matching matching)
{
	return 1u << (selector * TLSA_MATCHING_COUNT + matching);
}

/* Calculates a digest of a part that is there. For association_get(). */
bool association_hash(struct association *of, enum tlsa_selector selector,
	enum tlsa_matching matching, struct work *work);

/* What a record of this selector and matching type must hold to be of it; data NULL if there
 * is no such part. False if that could not be found out. Hashing is paid for from `work`, which
 * is told if it fails; where that is NULL it costs nothing, which is for what is done once for
 * each peer. Inline: every decision asks three times, and hashes once. */
static inline bool association_get(struct association *of, enum tlsa_selector selector,
	enum tlsa_matching matching, struct work *work, struct dance_octets *octets)
{
	*octets = of->whole[selector];
	if (matching == TLSA_FULL) {
		return true;
	}
	if ((of->hashed & association_bit(selector, matching)) == 0) {
		if (octets->data == NULL) {
			return true;
		}
		if (!association_hash(of, selector, matching, work)) {
			return false;
		}
	}
	*octets = (struct dance_octets){ of->digests[selector][matching - 1],
		matching == TLSA_SHA256 ? TLSA_SHA256_SIZE : TLSA_SHA512_SIZE };
	return true;
}

/* Can a record of this selector and matching type be compared with it at all? */
static inline bool association_knows(const struct association *of,
	enum tlsa_selector selector, enum tlsa_matching matching)
{
	return of->whole[selector].data != NULL ||
		(matching != TLSA_SHA512 &&
			(of->hashed & association_bit(selector, TLSA_SHA256)) != 0);
}

/* Is the record of it? Paid for in the same way. */
enum association_match association_compare(struct association *of,
	const struct dance_tlsa *record, struct work *work);

/* The same where only a digest is known: a record with full data is hashed, which is paid for
 * from `work` in any case, since the record's owner chooses how long that takes. */
enum association_match association_compare_digest(struct association *of,
	const struct dance_tlsa *record, struct work *work);

/* Calculates all digests that anybody may ask for: it is then written to no more. */
bool association_hash_all(struct association *of, struct work *work);
