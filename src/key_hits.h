/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The first of those that are known by one of several keys, in the order in which they come
 * (key_index_precedes()), each owner once. Knows no index. */

#pragma once

#include "key_index.h"

/* Puts a hit where it belongs, unless its owner is there already and comes earlier, or
 * there is no room for it. Returns how many there are then. */
size_t key_hits_take(struct key_index_hit hits[KEY_INDEX_HIT_MAX], size_t count,
	const struct key_index_hit *hit);
