/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Digests as text. */

#pragma once

#include <stddef.h>

#include "dance.h"

#define FINGERPRINT_SIZE_MAX 64 /* octets: SHA-512 */

/* Reads pairs of hexadecimal digits, with a colon between all of them or none. Returns how many
 * octets they are, 0 if the text is something else. The first DANCE_SHA256_SIZE of them are
 * written, as far as there are so many. */
size_t fingerprint_read(const char *text, unsigned char digest[DANCE_SHA256_SIZE]);
