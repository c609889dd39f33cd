/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Memory that nobody may look at for a while: whoever walks a list on which something of it stands
 * ends the test. So a test sees that a list is not walked without asking how long that takes. */

#pragma once

#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

struct untouched {
	void *memory;
	size_t size;
};

static inline struct untouched untouched_new(size_t size)
{
	struct untouched made = { .size = size };
	made.memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0);
	if (made.memory == MAP_FAILED) {
		abort();
	}
	return made;
}

static inline void untouched_begin(const struct untouched *untouched)
{
	if (mprotect(untouched->memory, untouched->size, PROT_NONE) != 0) {
		abort();
	}
}

static inline void untouched_end(const struct untouched *untouched)
{
	if (mprotect(untouched->memory, untouched->size, PROT_READ | PROT_WRITE) != 0) {
		abort();
	}
}

static inline void untouched_free(struct untouched *untouched)
{
	(void)munmap(untouched->memory, untouched->size);
}
