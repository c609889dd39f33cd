/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A client of a front whose query cannot be decided about, because there is no memory for a result:
 * the connection is closed, and nothing is passed on. */

#include "check.h"

#include "scene.h"
#include "server_scene.h"

#include <stdatomic.h>
#include <stdlib.h>

/* So many results get their memory; negative: all. */
static atomic_int results_left = -1;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	if (count == 1 && size == sizeof(struct dance_result) &&
		atomic_load(&results_left) >= 0 &&
		atomic_fetch_sub(&results_left, 1) <= 0) {
		atomic_store(&results_left, 0);
		return NULL;
	}
	return __real_calloc(count, size);
}

static int end(void **state)
{
	atomic_store(&results_left, -1);
	return front_scene_end(state);
}

static void a_query_without_memory_is_not_decided_about(void **state)
{
	(void)state;
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	atomic_store(&results_left, 0);
	const struct dns_message query = dns_query(1, DNS_SOA, 0);
	say(query.octets, query.size);
	leave(true);
	/* And as soon as there is memory, all goes on. */
	atomic_store(&results_left, -1);
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	leave(false);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, server_scene_begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_query_without_memory_is_not_decided_about),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
