/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the parts of the false knotd know of an instance of a module. */

#pragma once

#include "fake_knotd.h"

#include <stdlib.h>

#define FAKE_STATS_MAX 80
#define FAKE_ITEMS_MAX 16

struct knotd_mod {
	bool used;
	const knot_dname_t *zone;
	const char *section;
	void *ctx;
	knotd_mod_hook_f begin, end;
	struct {
		const char *name;
		uint32_t count;
		knotd_mod_idx_to_str_f id_of;
		_Atomic uint64_t values[FAKE_STATS_MAX];
	} items[FAKE_ITEMS_MAX];
	unsigned item_count;
};

/* Stops the program where a test asks for what there is no room for or what is not known. */
static inline void must(bool condition)
{
	if (!condition) {
		abort();
	}
}

/* Forgets the configuration. */
void fake_conf_reset(void);
