/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which records of a TLSA set count: usable ones, and of the digests the strongest of
 * each kind. The order in which DNS gave the records makes no difference. */

#include "tlsa.h"

#include <stdlib.h>
#include <string.h>

#include "der_certificate.h"

static bool is_full_data(enum tlsa_selector selector, struct dance_octets data)
{
	struct dance_octets spki;
	return selector == TLSA_SPKI ? der_is_spki(data) :
				       der_certificate_spki(data, &spki);
}

bool tlsa_is_usable(const struct dance_tlsa *record)
{
	if (record->usage >= TLSA_USAGE_COUNT || record->selector >= TLSA_SELECTOR_COUNT) {
		return false;
	}
	switch (record->matching) {
	case TLSA_FULL:
		return is_full_data(record->selector,
			(struct dance_octets){ record->data, record->size });
	case TLSA_SHA256:
		return record->size == TLSA_SHA256_SIZE;
	case TLSA_SHA512:
		return record->size == TLSA_SHA512_SIZE;
	default:
		return false;
	}
}

/* The strongest digest seen of each usage and selector. */
struct agility {
	uint8_t strongest[TLSA_USAGE_COUNT][TLSA_SELECTOR_COUNT];
};

/* RFC 7671 9: a digest counts only if no stronger one of its usage and selector is there;
 * full data always counts. SHA2-512 is numbered above SHA2-256 and is the stronger. */
static bool is_kept(const struct agility *agility, const struct dance_tlsa *record)
{
	return record->matching == TLSA_FULL ||
		record->matching == agility->strongest[record->usage][record->selector];
}

static void survey(struct agility *agility, const struct dance_tlsa *records, size_t count)
{
	memset(agility, 0, sizeof(*agility));
	for (size_t i = 0; i < count; i++) {
		if (!tlsa_is_usable(&records[i])) {
			continue;
		}
		uint8_t *strongest =
			&agility->strongest[records[i].usage][records[i].selector];
		if (records[i].matching > *strongest) {
			*strongest = records[i].matching;
		}
	}
}

/* The strongest statement first (RFC 7671 5: usage 3, then 2, 1, 0), and otherwise any order
 * that does not depend on the one in which they came: searches that have a limit must find
 * the same in the same set. */
static int compare(const void *a, const void *b)
{
	const struct dance_tlsa *left = a, *right = b;
	if (left->usage != right->usage) {
		return left->usage > right->usage ? -1 : 1;
	}
	if (left->selector != right->selector) {
		return left->selector < right->selector ? -1 : 1;
	}
	if (left->matching != right->matching) {
		return left->matching < right->matching ? -1 : 1;
	}
	if (left->size != right->size) {
		return left->size < right->size ? -1 : 1;
	}
	return memcmp(left->data, right->data, left->size);
}

/* Sorts them and drops those that are there twice. */
static size_t sort(struct dance_tlsa *records, size_t count)
{
	size_t kept = 0;
	qsort(records, count, sizeof(records[0]), compare);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || compare(&records[kept - 1], &records[i]) != 0) {
			records[kept++] = records[i];
		}
	}
	return kept;
}

struct tlsa_set *tlsa_set_new(const struct dance_tlsa *records, size_t count)
{
	bool too_many = count > TLSA_RECORD_MAX;
	if (too_many) {
		count = 0;
	}

	struct agility agility;
	survey(&agility, records, count);

	struct dance_tlsa picked[TLSA_RECORD_MAX];
	size_t kept = 0, octets = 0;
	for (size_t i = 0; i < count; i++) {
		if (tlsa_is_usable(&records[i]) && is_kept(&agility, &records[i])) {
			picked[kept++] = records[i];
		}
	}
	kept = sort(picked, kept);
	for (size_t i = 0; i < kept; i++) {
		octets += picked[i].size;
	}

	struct tlsa_set *set = malloc(sizeof(*set) + kept * sizeof(set->records[0]) +
		octets);
	if (set == NULL) {
		return NULL;
	}
	set->count = kept;
	set->too_many = too_many;
	unsigned char *data = (unsigned char *)&set->records[kept];
	for (size_t i = 0; i < kept; i++) {
		set->records[i] = picked[i];
		set->records[i].data = data;
		memcpy(data, picked[i].data, picked[i].size);
		data += picked[i].size;
	}
	return set;
}
