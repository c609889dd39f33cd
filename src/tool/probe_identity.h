/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is shown to a server that is proved, and to no other. */

#pragma once

#include <openssl/ssl.h>

#include "probe.h"

struct identity;

/* Reads the key and certificate that the request names. NULL with a sentence in `why`. */
struct identity *identity_new(const struct probe_request *request,
	char why[DANCE_ERROR_SIZE]);
void identity_free(struct identity *identity);

/* What a server sees, for dance_judge(). Belongs to the identity. */
const struct dance_peer *identity_peer(const struct identity *identity);

/* An SSL_CTX that shows it only to a server that DNS proves during the handshake, or whose key is
 * --server-key. NULL with a sentence in `why`. Belongs to the identity. */
SSL_CTX *identity_armed(struct identity *identity, const struct probe_request *request,
	char why[DANCE_ERROR_SIZE]);
