/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The certificates that all cases of a test share. */

#include "fixture.h"

#include <stddef.h>

int make_fixtures(void **state)
{
	(void)state;
	for (const struct fixture *at = fixtures; at->made != NULL; at++) {
		make_certificate(at->made, &at->wish);
	}
	return 0;
}

int clear_fixtures(void **state)
{
	(void)state;
	for (const struct fixture *at = fixtures; at->made != NULL; at++) {
		clear_certificate(at->made);
	}
	return 0;
}
