/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which identity of a front is a name that DNS has proved? Knows nothing of proofs. */

#pragma once

#include <stddef.h>

#include "conf/conf.h"
#include "dance.h"

struct identity_map;

/* The identities stay the caller's and must outlive it. NULL when out of memory. */
struct identity_map *identity_map_new(const struct conf_identity *const *identities,
	size_t count);

/* NULL is fine. */
void identity_map_free(struct identity_map *names);

/* The identity of exactly this name (lower case, no trailing dot), else that of the longest
 * "*.suffix" above it. NULL if there is none. */
const struct conf_identity *identity_map_find(const struct identity_map *names,
	const char *name);

/* The identity that permits a proved client: the one of the result's entry, which a list is found
 * by too. */
const struct conf_identity *identity_map_find_result(const struct identity_map *names,
	const struct dance_result *result);
