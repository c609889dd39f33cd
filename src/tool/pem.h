/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The textual form of certificates and keys (RFC 7468). */

#pragma once

#include "dance.h"

struct pem_block {
	struct dance_octets label; /* "CERTIFICATE", say */
	struct dance_octets body;  /* the lines between */
};

/* Takes the next block off the front of `text`, and the text before it. False at the end,
 * or with a reason in *why (else NULL) if a block is not whole. */
bool pem_next(struct dance_octets *text, struct pem_block *block, const char **why);

bool pem_has_label(const struct pem_block *block, const char *label);

/* Is the body encrypted in the way that older keys are, with a header that says so? */
bool pem_is_encrypted(const struct pem_block *block);

/* The octets of a block, which are not judged. The caller clears them. False, with the
 * reason in *why, if the body is not base64. */
bool pem_decode(const struct pem_block *block, struct dance_octets *der, const char **why);

/* Forgets what was decoded, which may have been a private key. */
void pem_clear(struct dance_octets *der);
