/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a PEM file shows of a peer: its certificate or key, or a whole chain. */

#pragma once

#include "dance.h"
#include "peer.h"

/* What a TLSA record can be made of. */
struct credential {
	struct dance_octets certificate; /* empty if the file holds a key only */
	struct dance_octets spki;
	size_t certificates;         /* how many the file holds; the first is taken */
	struct dance_octets decoded; /* owned: what the above point into */
	struct dance_octets made;    /* owned: the SPKI of a private key */
};

/* Takes the first certificate of a PEM text, or if there is none its first public key, or
 * else its first private key. The caller clears it, whatever comes back. */
bool credential_from_pem(struct dance_octets text, struct credential *credential,
	char why[DANCE_ERROR_SIZE]);

/* The same of a file, or of standard input if `path` is "-". */
bool credential_from_file(const char *path, struct credential *credential,
	char why[DANCE_ERROR_SIZE]);

void credential_clear(struct credential *credential);

/* One more than the library looks at, so that it sees and refuses what is too long. */
#define CHAIN_MAX (DANCE_CHAIN_MAX + 1)

struct chain {
	struct dance_octets entries[CHAIN_MAX];
	size_t count;
};

/* Takes the certificates of a PEM text in their order, or its one public key if `raw_key`.
 * They are not looked into. The caller clears it, whatever comes back. */
bool chain_from_pem(struct dance_octets text, bool raw_key, struct chain *chain,
	char why[DANCE_ERROR_SIZE]);

/* The same of a file, or of standard input if `path` is "-". */
bool chain_from_file(const char *path, bool raw_key, struct chain *chain,
	char why[DANCE_ERROR_SIZE]);

void chain_clear(struct chain *chain);
