/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Writes DER, right or wrong as the test wishes, for what no library would write. */

#pragma once

#include <stddef.h>

#include "der_certificate.h"

struct der {
	unsigned char *octets;
	size_t size;
};

/* Appends octets as they are. */
void der_append(struct der *to, const void *octets, size_t size);

/* Appends a value with its minimal length. */
void der_put(struct der *to, unsigned char tag, const void *content, size_t size);

/* The same of content that is written already, and is then cleared. */
void der_wrap(struct der *to, unsigned char tag, struct der *content);

void der_clear(struct der *der);
