/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Four characters for three octets. */

#include "base64.h"

#include <stdint.h>
#include <string.h>

static int value_of(char character)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = character != '\0' ? strchr(alphabet, character) : NULL;
	return at != NULL ? (int)(at - alphabet) : -1;
}

bool base64_read(char *text, size_t *size)
{
	size_t length = strlen(text), written = 0;
	size_t padding = length >= 2 && text[length - 1] == '=' ?
		1 + (text[length - 2] == '=') :
		0;
	if (length % 4 != 0) {
		return false;
	}
	for (size_t at = 0; at < length; at += 4) {
		size_t missing = at + 4 == length ? padding : 0;
		uint32_t bits = 0;
		for (size_t i = 0; i < 4; i++) {
			int value = i < 4 - missing ? value_of(text[at + i]) : 0;
			if (value < 0) {
				return false;
			}
			bits = bits << 6 | (uint32_t)value;
		}
		if ((bits & ((UINT32_C(1) << 8 * missing) - 1)) != 0) {
			return false;
		}
		for (size_t i = 0; i < 3 - missing; i++) {
			text[written++] = (char)(bits >> (16 - 8 * i));
		}
	}
	*size = written;
	return true;
}
