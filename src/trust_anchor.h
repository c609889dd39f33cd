/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The file with the keys that validation begins with (RFC 4033 4.4). */

#pragma once

#include <stdbool.h>

#include "dance.h"

/* Does the file hold a DS or DNSKEY record? If not, `why` says what is wrong with it.
 * libunbound takes an empty one for "validate nothing", which would make every name look
 * unsigned. */
bool trust_anchor_check(const char *path, char why[DANCE_ERROR_SIZE]);
