/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * There are few hits: they are moved to make room for one. */

#include "key_hits.h"

#include <string.h>

size_t key_hits_take(struct key_index_hit hits[KEY_INDEX_HIT_MAX], size_t count,
	const struct key_index_hit *hit)
{
	for (size_t i = 0; i < count; i++) {
		if (hits[i].owner == hit->owner) {
			if (!key_index_precedes(hit, &hits[i])) {
				return count;
			}
			count--;
			memmove(&hits[i], &hits[i + 1], (count - i) * sizeof(hits[0]));
			break;
		}
	}
	size_t place = count;
	while (place > 0 && key_index_precedes(hit, &hits[place - 1])) {
		place--;
	}
	if (place == KEY_INDEX_HIT_MAX) {
		return count;
	}
	if (count < KEY_INDEX_HIT_MAX) {
		count++;
	}
	memmove(&hits[place + 1], &hits[place], (count - 1 - place) * sizeof(hits[0]));
	hits[place] = *hit;
	return count;
}
