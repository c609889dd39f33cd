/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a set has exactly the usable records that no stronger digest of their usage and selector
 *   displaces (RFC 7671 9), each once, the strongest usage first, with their own octets, which lie
 *   behind the records in what was allocated; too many records give a set of none that says so.
 * Sources: none
 * Contracts: qsort() sorts; der_is_spki() and der_certificate_spki() are any functions of their
 *   octets.
 * Assumes: a set has at most 2 records instead of 256, SHA2-256 has 2 octets and SHA2-512 3, and
 *   records have at most 4.
 * Unwind: 5
 * Limit: 60 s */

#include "der_certificate.h"
#include "tlsa.h"

#include <stdlib.h>
#include <string.h>

#include "proof.h"

#define RECORDS 2
#define OCTETS 4
#undef TLSA_RECORD_MAX
#define TLSA_RECORD_MAX RECORDS
#undef TLSA_SHA256_SIZE
#define TLSA_SHA256_SIZE 2
#undef TLSA_SHA512_SIZE
#define TLSA_SHA512_SIZE 3

bool __CPROVER_uninterpreted_spki(size_t size, uint32_t octets);
bool __CPROVER_uninterpreted_certificate(size_t size, uint32_t octets);

static uint32_t as_number(struct dance_octets octets)
{
	uint32_t number = 0;
	for (size_t i = 0; i < OCTETS && i < octets.size; i++) {
		number = number << 8 | octets.data[i];
	}
	return number;
}

bool der_is_spki(struct dance_octets octets)
{
	return __CPROVER_uninterpreted_spki(octets.size, as_number(octets));
}

bool der_certificate_spki(struct dance_octets octets, struct dance_octets *spki)
{
	return __CPROVER_uninterpreted_certificate(octets.size, as_number(octets));
}

/* What malloc() gives for so many records: their octets are fewer than a record has. */
static struct {
	struct tlsa_set set;
	unsigned char octets[RECORDS * OCTETS];
} room0;
static struct {
	struct tlsa_set set;
	struct dance_tlsa records[1];
	unsigned char octets[RECORDS * OCTETS];
} room1;
static struct {
	struct tlsa_set set;
	struct dance_tlsa records[2];
	unsigned char octets[RECORDS * OCTETS];
} room2;
static unsigned char *end; /* of what was asked for */

static void *a_room(size_t size)
{
	must(size >= sizeof(struct tlsa_set) &&
			size <= sizeof(struct tlsa_set) +
					RECORDS * (sizeof(struct dance_tlsa) + OCTETS),
		"what it asks for is for at most all records");
	size_t records = (size - sizeof(struct tlsa_set)) / sizeof(struct dance_tlsa);
	void *room = records == 0 ? (void *)&room0 :
		records == 1      ? (void *)&room1 :
				    (void *)&room2;
	end = (unsigned char *)room + size;
	return nondet_bool() ? NULL : room;
}

static inline void *copy(void *to, const void *from, size_t size)
{
	must(can_read(from, size) && (unsigned char *)to + size <= end,
		"it writes what it has asked for");
	for (size_t i = 0; i < size; i++) {
		((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
	}
	return to;
}

static void sort_records(void *base, size_t count, size_t size,
	int (*compare)(const void *, const void *))
{
	struct dance_tlsa *records = base;
	must(size == sizeof(records[0]) && count <= RECORDS, "it sorts the records");
	if (count == 2 && compare(&records[0], &records[1]) > 0) {
		struct dance_tlsa first = records[0];
		records[0] = records[1];
		records[1] = first;
	}
}

#define malloc a_room
#define memcpy copy
#define qsort sort_records
#include "tlsa.c"
#undef malloc

static unsigned char data[RECORDS + 1][OCTETS];
static struct dance_tlsa given[RECORDS + 1];

static bool are_same(const struct dance_tlsa *a, const struct dance_tlsa *b)
{
	return a->usage == b->usage && a->selector == b->selector &&
		a->matching == b->matching && a->size == b->size &&
		memcmp(a->data, b->data, a->size) == 0;
}

/* RFC 6698 4.1 and RFC 7671 9, written down once more. */
static bool is_usable(const struct dance_tlsa *record)
{
	struct dance_octets octets = { record->data, record->size };
	if (record->usage > 3 || record->selector > 1) {
		return false;
	}
	return (record->matching == 0 && record->selector == 0 &&
		       der_certificate_spki(octets, NULL)) ||
		(record->matching == 0 && record->selector == 1 && der_is_spki(octets)) ||
		(record->matching == 1 && record->size == 2) ||
		(record->matching == 2 && record->size == 3);
}

static bool is_wanted(const struct dance_tlsa *record, size_t count)
{
	if (!is_usable(record)) {
		return false;
	}
	for (size_t i = 0; i < RECORDS; i++) {
		if (i < count && record->matching == 1 && is_usable(&given[i]) &&
			given[i].matching == 2 && given[i].usage == record->usage &&
			given[i].selector == record->selector) {
			return false;
		}
	}
	return true;
}

static void judge_layout(const struct tlsa_set *set)
{
	const unsigned char *free_from = (const unsigned char *)&set->records[set->count];
	for (size_t i = 0; i < RECORDS; i++) {
		if (i >= set->count) {
			continue;
		}
		must(set->records[i].data == free_from, "its octets are the next ones");
		free_from += set->records[i].size;
		must(free_from <= end, "and within what was allocated");
	}
}

static void judge_records(const struct tlsa_set *set, size_t count)
{
	for (size_t i = 0; i < RECORDS; i++) {
		unsigned found = 0;
		for (size_t j = 0; j < RECORDS; j++) {
			found += i < count && j < set->count &&
				are_same(&given[i], &set->records[j]);
		}
		must(i >= count || found == is_wanted(&given[i], count),
			"each that counts is there once, and no other is");
	}
	for (size_t j = 0; j < RECORDS; j++) {
		must(j >= set->count || are_same(&set->records[j], &given[0]) ||
				(count > 1 && are_same(&set->records[j], &given[1])),
			"each that is there was given");
	}
	must(set->count < 2 || set->records[0].usage >= set->records[1].usage,
		"the strongest usage is first");
}

void harness(void)
{
	size_t count = any_size(RECORDS + 1);
	any_octets(data);
	any_octets(given);
	for (size_t i = 0; i < RECORDS + 1; i++) {
		given[i].data = data[i];
		assume(given[i].size <= OCTETS);
	}
	struct tlsa_set *set = tlsa_set_new(given, count);
	if (set == NULL) {
		return;
	}
	must(set->too_many == (count > RECORDS), "it says whether there were too many");
	must(!set->too_many || set->count == 0, "of too many none counts");
	must(set->count <= RECORDS, "there are no more than that");
	assume(!set->too_many);
	judge_layout(set);
	judge_records(set, count);
	such_as(set->count == 2);
	end_of_proof();
}
