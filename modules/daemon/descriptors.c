/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * RLIMIT_NOFILE, which a service manager sets low for programs that use select(2). */

#include "descriptors.h"

#include <sys/resource.h>

#include "log.h"

#define FEWEST 256 /* beside those of connections */

void descriptors_raise(unsigned connections, unsigned each, unsigned lookups)
{
	struct rlimit limit;
	/* Four for each lookup: as many may linger, and as many again are of names with records. */
	rlim_t others = 4 * (rlim_t)lookups;
	rlim_t wanted = each * (rlim_t)connections + (others > FEWEST ? others : FEWEST);
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) {
		return;
	}
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted) {
		struct log_line line;
		log_line_begin(&line, "too few open files");
		log_line_key(&line, "limit", "max-connections");
		log_line_key(&line, "needed", "%lu", (unsigned long)wanted);
		log_line_key(&line, "available", "%lu",
			(unsigned long)(limit.rlim_cur > before ? limit.rlim_cur : before));
		log_composed(LEVEL_WARNING, &line,
			"raise LimitNOFILE, or lower 'max-connections'");
	}
}
