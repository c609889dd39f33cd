/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is kept with an SSL, and goes with it. */

#pragma once

#include <stdbool.h>

#include <openssl/ssl.h>

enum kept {
	KEPT_HANDSHAKE, /* struct handshake */
	KEPT_NO_WAIT,   /* struct no_wait */
	KEPT_COUNT,     /* not one */
};

/* NULL: there is none. */
void *kept_find(const SSL *ssl, enum kept kept);

/* Takes it. False when out of memory: it is still the caller's. */
bool kept_put(SSL *ssl, enum kept kept, void *data);
