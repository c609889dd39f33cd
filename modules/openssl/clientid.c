/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The body of the TLS extension dane_clientid. */

#include "clientid.h"

#include <string.h>

bool clientid_read(const unsigned char *body, size_t body_size, const unsigned char **name,
	size_t *size)
{
	if (body_size == 0 || body_size - 1 != body[0]) {
		return false;
	}
	*name = body + 1;
	*size = body[0];
	return true;
}

/* Not isalnum(): that depends on the locale. */
static bool is_name_octet(unsigned char octet)
{
	return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
		(octet >= '0' && octet <= '9') || octet == '-' || octet == '_' ||
		octet == '.';
}

bool clientid_is_name(const unsigned char *name, size_t size)
{
	if (size == 0 || size > CLIENTID_NAME_MAX) {
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		if (!is_name_octet(name[i])) {
			return false;
		}
	}
	return true;
}

size_t clientid_write(unsigned char body[1 + CLIENTID_NAME_MAX], const char *name,
	size_t size)
{
	body[0] = (unsigned char)size;
	memcpy(body + 1, name, size);
	return 1 + size;
}
