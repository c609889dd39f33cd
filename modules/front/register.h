/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which identity of a front is a name that DNS has proved? Knows nothing of proofs. */

#pragma once

#include <stddef.h>

#include "conf.h"

struct register_of_names;

/* Of identities that stay the caller's and outlive it. NULL when out of memory. */
struct register_of_names *register_new(const struct conf_identity *const *identities,
	size_t count);

/* NULL is fine. */
void register_free(struct register_of_names *names);

/* The identity of exactly this name (lower case, no trailing dot), else that of the longest
 * "*.suffix" above it. NULL if there is none. */
const struct conf_identity *register_find(const struct register_of_names *names,
	const char *name);
