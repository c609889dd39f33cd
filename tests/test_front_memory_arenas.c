/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many arenas malloc() may have, by the address space that there is. */

#include "check.h"
#include "memory.h"

#include <malloc.h>
#include <stdbool.h>
#include <sys/resource.h>

#define GIB ((rlim_t)1 << 30)

static rlim_t space;
static bool is_unknown;
static int arenas; /* 0: nothing was said of them */

int __wrap_getrlimit(int resource, struct rlimit *limit);
int __wrap_getrlimit(int resource, struct rlimit *limit)
{
	assert_int_equal(resource, RLIMIT_AS);
	*limit = (struct rlimit){ .rlim_cur = space, .rlim_max = RLIM_INFINITY };
	return is_unknown ? -1 : 0;
}

/* By one name or the other, as the C library has it for large files. */
int __wrap_getrlimit64(int resource, struct rlimit *limit);
int __wrap_getrlimit64(int resource, struct rlimit *limit)
{
	return __wrap_getrlimit(resource, limit);
}

int __wrap_mallopt(int what, int value);
int __wrap_mallopt(int what, int value)
{
	assert_int_equal(what, M_ARENA_MAX);
	arenas = value;
	return 1;
}

static void each_arena_has_its_share(void **state)
{
	(void)state;
	static const struct {
		rlim_t space;
		int arenas;
	} rows[] = { { 0, 1 }, { GIB - 1, 1 }, { GIB, 1 }, { 2 * GIB - 1, 1 },
		{ 2 * GIB, 2 }, { 63 * GIB, 63 }, { 64 * GIB - 1, 63 }, { 64 * GIB, 0 },
		{ RLIM_INFINITY, 0 } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		space = rows[i].space;
		arenas = 0;
		memory_settle();
		assert_int_equal(arenas, rows[i].arenas);
	}
	space = GIB;
	is_unknown = true;
	arenas = 0;
	memory_settle();
	assert_int_equal(arenas, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_arena_has_its_share),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
