/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a record is of a certificate or key exactly if its data are the octets of the part that it
 *   selects, or their digest; what could not be hashed or paid for is never the same.
 * Sources: src/association.c src/work.c
 * Contracts: gnutls_hash_fast() fails or gives any digest; der_certificate_spki() is not called.
 * Assumes: parts and records of at most 4 octets, and records of a digest's size; a digest is
 *   compared in its first and last octets.
 * Unwind: 5
 * Limit: 120 s */

#include "association.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "proof.h"

#define SIZE 4

static unsigned char parts[TLSA_SELECTOR_COUNT][SIZE], data[TLSA_SHA512_SIZE];
static unsigned char sha256_last, sha512_last;
static size_t hashed;
static const void *hashed_part;

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *left = a, *right = b;
	must(size > 0 && can_read(a, size) && can_read(b, size),
		"memcmp() reads what is there");
	for (size_t i = 0; i < SIZE; i++) {
		if (i < size && left[i] != right[i]) {
			return left[i] - right[i];
		}
	}
	return left[size - 1] - right[size - 1];
}

/* Of any digest the octets that are compared here. */
static void digest_of(unsigned char *digest, size_t size)
{
	for (size_t i = 0; i < SIZE; i++) {
		digest[i] = (unsigned char)(i + 1);
	}
	digest[size - 1] = size == TLSA_SHA256_SIZE ? sha256_last : sha512_last;
}

int gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *text, size_t size,
	void *digest)
{
	bool is_sha256 = algorithm == GNUTLS_DIG_SHA256;
	size_t wide = is_sha256 ? TLSA_SHA256_SIZE : TLSA_SHA512_SIZE;
	must(is_sha256 || algorithm == GNUTLS_DIG_SHA512, "it is one of two digests");
	must(can_read(text, size) && can_write(digest, wide), "there is room for it");
	hashed++;
	hashed_part = text;
	if (nondet_bool()) {
		return -1;
	}
	digest_of(digest, wide);
	return 0;
}

static bool is_data(const unsigned char *octets, size_t size, size_t record_size)
{
	return size == record_size && memcmp(octets, data, size) == 0;
}

void harness(void)
{
	struct association of = { .hashed = 0 };
	struct work work = { .left = nondet_unsigned(), .spent = nondet_bool() };
	struct dance_tlsa record = { .selector = nondet_uint8(),
		.matching = nondet_uint8() };
	any_octets(parts);
	any_octets(data);
	sha256_last = nondet_uint8();
	sha512_last = nondet_uint8();
	assume(record.selector < TLSA_SELECTOR_COUNT &&
		record.matching < TLSA_MATCHING_COUNT);
	record.data = data;
	record.size = nondet_size();
	assume((record.size > 0 && record.size <= SIZE) ||
		record.size == TLSA_SHA256_SIZE || record.size == TLSA_SHA512_SIZE);
	for (size_t i = 0; i < TLSA_SELECTOR_COUNT; i++) {
		size_t size = any_size(SIZE);
		of.whole[i] = (struct dance_octets){ size > 0 ? parts[i] : NULL, size };
	}
	struct dance_octets part = of.whole[record.selector];
	bool pays = nondet_bool();

	enum association_match match = association_compare(&of, &record,
		pays ? &work : NULL);
	unsigned char digest[TLSA_SHA512_SIZE] = { 0 };
	size_t wide = record.matching == TLSA_SHA256 ? TLSA_SHA256_SIZE : TLSA_SHA512_SIZE;
	digest_of(digest, wide);
	bool is_same = part.size > 0 &&
		(record.matching == TLSA_FULL ? is_data(part.data, part.size, record.size) :
						is_data(digest, wide, record.size));
	must(match != ASSOCIATION_SAME || is_same, "only the same octets are the same");
	must(match != ASSOCIATION_OTHER || !is_same, "only others are others");
	must(hashed <= 1 && (hashed == 0 || hashed_part == part.data),
		"it hashes that part");
	must(match != ASSOCIATION_UNKNOWN || hashed == 1 || (pays && work.spent),
		"it is unknown only if something failed");
	end_of_proof();
}
