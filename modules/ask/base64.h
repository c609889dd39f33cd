/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Octets from base64 (RFC 4648 4). */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Decodes a text in its own place, where the octets take less room. False if it is no base64: of
 * other characters, without its padding, or with bits set that count for nothing. What is then
 * left of the text means nothing. */
bool base64_read(char *text, size_t *size);
