/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keys, and certificates made to order, right or wrong. Knows nothing of who judges them. */

#pragma once

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dance.h"

enum key_kind {
	KEY_RSA,
	KEY_RSA_PSS,         /* any digest and salt */
	KEY_RSA_PSS_LIMITED, /* with its parameters in the key (RFC 4055 1.2) */
	KEY_P256,
	KEY_P384,
	KEY_ED25519,
	KEY_ED448,
	KEY_KIND_COUNT
};

#define KEY_PER_KIND 4
#define KEY_COUNT    (KEY_KIND_COUNT * KEY_PER_KIND)

/* Made once, as making RSA keys takes long; they are others in every process. */
bool keys_make(void);
void keys_free(void);
EVP_PKEY *keys_get(size_t number); /* below KEY_COUNT */

enum presence {
	PART_RIGHT,
	PART_ABSENT,
	PART_WRONG,
};

#define PLAN_NAME_MAX 3

#define FOR_CLIENT (1u << 0)
#define FOR_SERVER (1u << 1)
#define FOR_MAIL   (1u << 2)
#define FOR_ANY    (1u << 3) /* anyExtendedKeyUsage */

enum key_usage {
	KEY_USAGE_ABSENT,
	KEY_USAGE_RIGHT,
	KEY_USAGE_WRONG, /* key encipherment only */
};

/* What a certificate is to hold. Numbers of keys are those of keys_get(). */
struct plan {
	const char *subject; /* common names */
	const char *issuer;
	size_t key, signer;
	int64_t from, to;
	bool version_1; /* then without any extension */
	bool authority; /* a CA's: what is right depends on it */
	enum presence
		constraints; /* basicConstraints; wrong: cA is the other way round */
	int path_length;     /* -1: none */
	unsigned purposes;   /* FOR_* bits; 0: no such extension */
	enum key_usage key_usage;
	enum presence subject_key; /* subjectKeyIdentifier */
	enum presence issuer_key;  /* authorityKeyIdentifier */
	const char *permitted;     /* a name constraint; NULL: none */
	const char *excluded;
	bool critical; /* an extension that nobody knows */
	bool broken_signature;
	uint64_t serial;
	size_t name_count;
	struct dance_octets names[PLAN_NAME_MAX]; /* dNSNames; not its own */
};

struct specimen {
	struct plan plan;
	unsigned char *der;
	size_t size;
	unsigned char *spki;
	size_t spki_size;
};

/* False, with OpenSSL's error queue filled, if it cannot be made. */
bool specimen_make(struct specimen *specimen, const struct plan *plan);
void specimen_clear(struct specimen *specimen);
