/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The body of the TLS extension dane_clientid: one octet of length and a name of so many
 * (draft-ietf-dance-client-auth 7). Knows octets only, no TLS library. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define CLIENTID_NAME_MAX \
	253 /* octets of a name without its trailing dot (RFC 1035 2.3.4) */

/* A body from the peer. True: it is `size` octets of name at `name`, inside of it, and
 * `size` may be zero. False: it is none. */
bool clientid_read(const unsigned char *body, size_t body_size, const unsigned char **name,
	size_t *size);

/* Letters, digits, hyphens, underscores and dots only, at least one and at most
 * CLIENTID_NAME_MAX of them (draft 7). Whether these make a DNS name libdance knows. */
bool clientid_is_name(const unsigned char *name, size_t size);

/* Writes the body for a name, which has to be one, and returns its size. */
size_t clientid_write(unsigned char body[1 + CLIENTID_NAME_MAX], const char *name,
	size_t size);
