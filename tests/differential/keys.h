/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keys of each kind, made once: making RSA keys takes long. They are others in every process. */

#pragma once

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

enum key_kind {
	KEY_RSA,
	KEY_RSA_PSS,         /* any digest and salt */
	KEY_RSA_PSS_LIMITED, /* with its parameters in the key (RFC 4055 1.2) */
	KEY_P256,
	KEY_P384,
	KEY_ED25519,
	KEY_ED448,
	KEY_P521,
	KEY_P224,
	KEY_RSA_3072,
	KEY_COMMON_COUNT, /* those above are fit for a path */
	KEY_RSA_1024 = KEY_COMMON_COUNT,
	KEY_RSA_2040,
	KEY_P192,
	KEY_EXPLICIT, /* P-256 with its parameters written out */
	KEY_KIND_COUNT
};

#define KEY_PER_KIND 4
#define KEY_COUNT (KEY_KIND_COUNT * KEY_PER_KIND)
#define KEY_COMMON (KEY_COMMON_COUNT * KEY_PER_KIND)

bool keys_make(void);
void keys_free(void);
EVP_PKEY *keys_get(size_t number); /* below KEY_COUNT */

static inline enum key_kind key_kind(size_t number)
{
	return (enum key_kind)(number / KEY_PER_KIND);
}

/* Ed25519 and Ed448 take no digest, the PSS keys here SHA-256. */
static inline bool key_has_own_digest(size_t number)
{
	enum key_kind kind = key_kind(number);
	return kind == KEY_ED25519 || kind == KEY_ED448 || kind == KEY_RSA_PSS ||
		kind == KEY_RSA_PSS_LIMITED;
}

/* Has it 112 bits of strength, and no parameters of its own (RFC 5480 2.1.1)? */
static inline bool key_is_fit(size_t number)
{
	return number < KEY_COMMON;
}
