/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Threads that allocate at the same time get arenas of their own, and glibc sets 64 MiB of
 * address space aside for each, used or not. Under a limit (RLIMIT_AS) a few of them would
 * leave nothing for handshakes. */

#include "memory.h"

#include <sys/resource.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#define ARENA_SHARE ((rlim_t)1 << 30) /* of address space, for one arena */
#define ARENA_MANY 64                 /* so many need no limit */

void memory_settle(void)
{
#ifdef M_ARENA_MAX
	struct rlimit limit;
	if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
	    limit.rlim_cur / ARENA_SHARE >= ARENA_MANY) {
		return;
	}
	int arenas = (int)(limit.rlim_cur / ARENA_SHARE);
	(void)mallopt(M_ARENA_MAX, arenas > 0 ? arenas : 1);
#endif
}
