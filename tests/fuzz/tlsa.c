/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A record set. Input: records to the end, each usage, selector, matching type, data. What
 * is kept is what RFC 7671 9 says, each once, strongest usage first; and whatever the order
 * in which they came, in one order. */

#include "tlsa.h"

#include <string.h>

#include "input.h"
#include "target.h"

#define COUNT_MAX (TLSA_RECORD_MAX + 8)

static bool is_same(const struct dance_tlsa *a, const struct dance_tlsa *b)
{
	return a->usage == b->usage && a->selector == b->selector &&
		a->matching == b->matching && a->size == b->size &&
		(a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

static size_t count_of(const struct dance_tlsa *record, const struct dance_tlsa *among,
	size_t count)
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++) {
		found += is_same(record, &among[i]);
	}
	return found;
}

/* Usable, and no stronger digest about the same? */
static bool is_to_keep(const struct dance_tlsa *record, const struct dance_tlsa *records,
	size_t count)
{
	bool stronger = false;
	for (size_t i = 0; i < count; i++) {
		stronger |= records[i].usage == record->usage &&
			records[i].selector == record->selector &&
			records[i].matching > record->matching &&
			tlsa_is_usable(&records[i]);
	}
	return count <= TLSA_RECORD_MAX && tlsa_is_usable(record) &&
		(record->matching == TLSA_FULL || !stronger);
}

static void check(const struct tlsa_set *set, const struct dance_tlsa *records,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		must(count_of(&records[i], set->records, set->count) ==
			is_to_keep(&records[i], records, count));
	}
	for (size_t i = 0; i < set->count; i++) {
		must(count_of(&set->records[i], records, count) > 0);
		must(i == 0 || set->records[i - 1].usage >= set->records[i].usage);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct dance_tlsa records[COUNT_MAX], reversed[COUNT_MAX];
	size_t count = 0;
	for (; input.size > 0 && count < COUNT_MAX; count++) {
		struct dance_tlsa *record = &records[count];
		record->usage = input_octet(&input);
		record->selector = input_octet(&input);
		record->matching = input_octet(&input);
		struct dance_octets octets = input_octets(&input);
		record->data = octets.data;
		record->size = octets.size;
	}
	for (size_t i = 0; i < count; i++) {
		reversed[i] = records[count - 1 - i];
	}

	struct tlsa_set *set = tlsa_set_new(records, count);
	struct tlsa_set *mirrored = tlsa_set_new(reversed, count);
	must(set != NULL && mirrored != NULL);
	check(set, records, count);
	must(set->count == mirrored->count);
	for (size_t i = 0; i < set->count; i++) {
		must(is_same(&set->records[i], &mirrored->records[i]));
	}

	input_end(&input); /* a set lives by itself */
	for (size_t i = 0; i < set->count; i++) {
		must(tlsa_is_usable(&set->records[i]));
	}
	free(mirrored);
	free(set);
	return 0;
}
