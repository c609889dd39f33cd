/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A digest in base64, as Knot DNS prints the key that it uses. */

#pragma once

#include <string.h>

#include "roll_state.h"

#define ROLL_PIN_SIZE sizeof("8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/8=")

/* `digest` is of 64 hex digits in lower case; of anything else the pin is empty. */
static inline void roll_pin_of(const char *digest, char pin[ROLL_PIN_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, count = 0;
	size_t used = 0;
	pin[0] = '\0';
	if (strlen(digest) != ROLL_DIGEST_SIZE - 1 || digest[strspn(digest, hex)] != '\0') {
		return;
	}
	for (; *digest != '\0'; digest++) {
		bits = bits << 4 | (unsigned)(strchr(hex, *digest) - hex);
		count += 4;
		if (count >= 6) {
			count -= 6;
			pin[used++] = letters[bits >> count & 0x3f];
		}
	}
	pin[used++] = letters[bits << (6 - count) & 0x3f]; /* 256 bits leave four */
	pin[used++] = '=';
	pin[used] = '\0';
}
