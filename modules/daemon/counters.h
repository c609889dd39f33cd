/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counters, and where those live that have labels. They are found again by the same words after a
 * reload, and stay until the process ends: a count never goes back. There are as many as
 * configurations have named, and no peer makes one. Any thread. */

#pragma once

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct counter {
	atomic_uint_fast64_t count;
};

/* `size` octets of counters, or of a struct of such, for these words, which are all zero the first
 * time. The same size goes with the same `kind`. NULL when out of memory. */
void *counters_get(const char *kind, const char *section, const char *name, size_t size);

static inline void counter_add(struct counter *counter, uint64_t count)
{
	atomic_fetch_add_explicit(&counter->count, count, memory_order_relaxed);
}

/* Of what comes and goes, or is a moment. */
static inline void counter_take_one(struct counter *counter)
{
	atomic_fetch_sub_explicit(&counter->count, 1, memory_order_relaxed);
}

static inline void counter_set(struct counter *counter, uint64_t value)
{
	atomic_store_explicit(&counter->count, value, memory_order_relaxed);
}

static inline uint64_t counter_read(struct counter *counter)
{
	return atomic_load_explicit(&counter->count, memory_order_relaxed);
}
