/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A skip list of owners. What a writer changes is one pointer at a time, and each of them leads to
 * what comes later. */

#include "key_holders.h"

#include <stdlib.h>

static unsigned levels_of(const struct key_holders *holders)
{
	return holders->upper != NULL ? KEY_HOLDERS_LEVEL_MAX : 1;
}

uint8_t key_holders_level(struct key_holders *holders, uint64_t *random)
{
	if (holders->first == NULL) {
		return 1;
	}
	if (holders->upper == NULL) {
		struct key_index_entry **upper = calloc(KEY_HOLDERS_LEVEL_MAX - 1,
			sizeof(upper[0]));
		if (upper == NULL) {
			return 1;
		}
		rcu_assign_pointer(holders->upper, upper);
	}
	/* xorshift64 (Marsaglia, 2003): nobody gains by foreseeing it. */
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	uint8_t levels = 1;
	for (uint64_t bits = *random >> 32;
		(bits & 3) == 0 && levels < KEY_HOLDERS_LEVEL_MAX; bits >>= 2) {
		levels++;
	}
	return levels;
}

/* Where the next one on a level stands: of an entry, or of all if that is NULL. */
static struct key_index_entry **slot_of(struct key_holders *holders,
	struct key_index_entry *entry, unsigned level)
{
	if (entry != NULL) {
		return &entry->after[level];
	}
	return level == 0 ? &holders->first : &holders->upper[level - 1];
}

static bool precedes(const struct key_index_entry *a, const struct key_index_entry *b)
{
	const struct key_index_hit left = key_holders_hit(a), right = key_holders_hit(b);
	return key_index_precedes(&left, &right);
}

void key_holders_enter(struct key_holders *holders, struct key_index_entry *entry)
{
	struct key_index_entry **slots[KEY_HOLDERS_LEVEL_MAX], *at = NULL;
	for (unsigned level = levels_of(holders); level-- > 0;) {
		while (*(slots[level] = slot_of(holders, at, level)) != NULL &&
			precedes(*slots[level], entry)) {
			at = *slots[level];
		}
	}
	for (unsigned level = 0; level < entry->levels; level++) {
		entry->after[level] = *slots[level];
	}
	for (unsigned level = 0; level < entry->levels; level++) {
		rcu_assign_pointer(*slots[level], entry);
	}
}

/* For a moment an owner may have two entries of one key, which are equal: on the entry's own levels
 * it stands behind or before the other one, on those above it must not be passed by. */
void key_holders_strike(struct key_holders *holders, struct key_index_entry *entry)
{
	struct key_index_entry **slot, *at = NULL;
	for (unsigned level = levels_of(holders); level-- > 0;) {
		bool is_here = level < entry->levels;
		while (*(slot = slot_of(holders, at, level)) != NULL && *slot != entry &&
			(precedes(*slot, entry) || (is_here && !precedes(entry, *slot)))) {
			at = *slot;
		}
		if (*slot == entry) {
			rcu_assign_pointer(*slot, entry->after[level]);
		}
	}
}

const struct key_index_entry *key_holders_find_after(const struct key_holders *holders,
	const struct key_index_hit *after)
{
	struct key_index_entry **upper = rcu_dereference(holders->upper);
	const struct key_index_entry *at = NULL, *next = NULL;
	for (unsigned level = upper != NULL ? KEY_HOLDERS_LEVEL_MAX : 1; level-- > 0;) {
		for (;;) {
			struct key_index_entry *const *slot = at != NULL ?
				&at->after[level] :
				level == 0 ? &holders->first :
					     &upper[level - 1];
			next = rcu_dereference(*slot);
			if (next == NULL) {
				break;
			}
			const struct key_index_hit hit = key_holders_hit(next);
			if (key_index_precedes(after, &hit)) {
				break;
			}
			at = next;
		}
	}
	return next;
}

void key_holders_clear(struct key_holders *holders)
{
	free(holders->upper);
	*holders = (struct key_holders){ 0 };
}
