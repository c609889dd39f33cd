/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Hexadecimal digits. */

#include "fingerprint.h"

#include <stdbool.h>

static int value_of(char digit)
{
	if (digit >= '0' && digit <= '9') {
		return digit - '0';
	}
	if (digit >= 'a' && digit <= 'f') {
		return digit - 'a' + 10;
	}
	return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

size_t fingerprint_read(const char *text, unsigned char digest[DANCE_SHA256_SIZE])
{
	size_t size = 0;
	bool colons = false;
	while (*text != '\0') {
		int high = value_of(text[0]);
		int low = high < 0 ? -1 : value_of(text[1]);
		if (low < 0 || size == FINGERPRINT_SIZE_MAX) {
			return 0;
		}
		if (size < DANCE_SHA256_SIZE) {
			digest[size] = (unsigned char)(high << 4 | low);
		}
		text += 2;
		colons = size == 0 ? *text == ':' : colons;
		size++;
		if (*text != '\0' && colons) {
			if (*text != ':' || text[1] == '\0') {
				return 0;
			}
			text++;
		}
	}
	return size;
}
