/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What libunbound is told about how to look up and to validate. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The trust anchor where the host names none: the build says where the distribution has it. */
#define RESOLVER_TRUST_ANCHOR DANCE_TRUST_ANCHOR

struct ub_ctx;

struct resolver_option {
	const char *name;
	const char *value;
	bool required; /* a libunbound that does not know it cannot be used */
};

extern const struct resolver_option resolver_options[];
extern const size_t resolver_option_count;

/* What libunbound is to have room for: as options of a context (dance.h), 0 for their defaults. */
struct resolver_sizes {
	unsigned in_flight;
	unsigned remembered;
};

/* Sets the sizes that follow from these, in a context that was not asked yet. libunbound's error,
 * and the name of the option in *what. */
int resolver_sizes_set(struct ub_ctx *context, const struct resolver_sizes *sizes,
	const char **what);

/* Sets them in a context that was not asked yet. libunbound's error, and the name of the
 * option in *what; 0 if all are set but those that this libunbound does not know and that
 * are not required. */
int resolver_options_set(struct ub_ctx *context, const struct resolver_option *options,
	size_t count, const char **what);
