/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a usable record is of a known kind and has exactly the size of its digest; digest agility
 *   keeps full data and the strongest digest of each usage and selector; the order of records is a
 *   total one, with the strongest usage first.
 * Sources: none
 * Contracts: der_is_spki() and der_certificate_spki() are any functions of their octets.
 * Assumes: 4 records of any size; data that differ do so in their first octet.
 * Unwind: 6
 * Limit: 60 s */

#include "der_certificate.h"
#include "tlsa.h"

#include "proof.h"

#define RECORDS 4

bool __CPROVER_uninterpreted_spki(unsigned char first, size_t size);
bool __CPROVER_uninterpreted_certificate(unsigned char first, size_t size);

bool der_is_spki(struct dance_octets octets)
{
	return octets.size > 0 && __CPROVER_uninterpreted_spki(octets.data[0], octets.size);
}

bool der_certificate_spki(struct dance_octets octets, struct dance_octets *spki)
{
	return octets.size > 0 &&
		__CPROVER_uninterpreted_certificate(octets.data[0], octets.size);
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *left = a, *right = b;
	must(size > 0, "there are octets to compare");
	return *left - *right;
}

#include "tlsa.c"

static unsigned char data[RECORDS];
static struct dance_tlsa records[RECORDS];

static bool is_same(const struct dance_tlsa *a, const struct dance_tlsa *b)
{
	return a->usage == b->usage && a->selector == b->selector &&
		a->matching == b->matching && a->size == b->size &&
		a->data[0] == b->data[0];
}

/* RFC 7671 9, written down once more. */
static bool has_stronger(const struct dance_tlsa *record, size_t count)
{
	for (size_t i = 0; i < RECORDS; i++) {
		if (i < count && tlsa_is_usable(&records[i]) &&
			records[i].usage == record->usage &&
			records[i].selector == record->selector &&
			records[i].matching == TLSA_SHA512) {
			return record->matching == TLSA_SHA256;
		}
	}
	return false;
}

static void judge(const struct dance_tlsa *record, size_t count,
	const struct agility *agility)
{
	if (!tlsa_is_usable(record)) {
		return;
	}
	must(record->usage <= 3 && record->selector <= 1 && record->matching <= 2,
		"a usable record is of a known kind");
	must(record->matching != TLSA_SHA256 || record->size == 32,
		"SHA2-256 has 32 octets");
	must(record->matching != TLSA_SHA512 || record->size == 64,
		"SHA2-512 has 64 octets");
	must(is_kept(agility, record) == !has_stronger(record, count),
		"it is kept unless a stronger digest is there");
}

static void judge_order(void)
{
	const struct dance_tlsa *a = &records[0], *b = &records[1], *c = &records[2];
	int ab = compare(a, b), ba = compare(b, a);
	must((ab < 0) == (ba > 0) && (ab == 0) == (ba == 0), "the order is antisymmetric");
	must(ab > 0 || compare(b, c) > 0 || compare(a, c) <= 0, "the order is transitive");
	must((ab == 0) == is_same(a, b), "only the same records are equal");
	must(ab > 0 || a->usage >= b->usage, "the strongest usage is first");
}

void harness(void)
{
	struct agility agility;
	size_t count = any_size(RECORDS);
	any_octets(data);
	any_octets(records);
	for (size_t i = 0; i < RECORDS; i++) {
		records[i].data = &data[i];
		assume(records[i].size > 0);
	}
	survey(&agility, records, count);
	for (size_t i = 0; i < RECORDS; i++) {
		if (i < count) {
			judge(&records[i], count, &agility);
		}
	}
	judge_order();
	end_of_proof();
}
