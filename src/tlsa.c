/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which records of a TLSA set count: usable ones, and of the digests the strongest of
 * each kind. The order in which DNS gave the records makes no difference. */

#include "tlsa.h"

#include <stdlib.h>
#include <string.h>

#include "der.h"

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

struct tlsa_set *tlsa_set_new(const struct dance_tlsa *records, size_t count)
{
	if (count > TLSA_RECORD_MAX) {
		count = 0;
	}

	struct agility agility;
	survey(&agility, records, count);

	size_t kept = 0, octets = 0;
	for (size_t i = 0; i < count; i++) {
		if (tlsa_is_usable(&records[i]) && is_kept(&agility, &records[i])) {
			kept++;
			octets += records[i].size;
		}
	}

	struct tlsa_set *set =
		malloc(sizeof(*set) + kept * sizeof(set->records[0]) + octets);
	if (set == NULL) {
		return NULL;
	}
	set->count = 0;
	unsigned char *data = (unsigned char *)&set->records[kept];
	for (int usage = TLSA_DANE_EE; usage >= TLSA_PKIX_TA; usage--) {
		for (size_t i = 0; i < count; i++) {
			if (records[i].usage != usage || !tlsa_is_usable(&records[i]) ||
			    !is_kept(&agility, &records[i])) {
				continue;
			}
			struct dance_tlsa *record = &set->records[set->count++];
			*record = records[i];
			record->data = data;
			memcpy(data, records[i].data, records[i].size);
			data += records[i].size;
		}
	}
	return set;
}
