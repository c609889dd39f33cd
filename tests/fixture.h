/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The certificates that all cases of a test share: a table of them, made before the first case
 * and gone after the last. */

#pragma once

#include "make_certificate.h"

struct fixture {
	struct credential *made; /* NULL ends the table */
	struct wish wish;        /* an issuer stands in the table before */
};

/* The test's own. */
extern const struct fixture fixtures[];

/* For cmocka, around the group. */
int make_fixtures(void **state);
int clear_fixtures(void **state);
