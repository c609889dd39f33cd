/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Certificates made to order, right or wrong. Knows nothing of who judges them. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dance.h"
#include "keys.h"
#include "naming.h"
#include "odd.h"

enum presence {
	PART_RIGHT,
	PART_ABSENT,
	PART_WRONG,
};

#define PLAN_NAME_MAX 3

#define FOR_CLIENT (1u << 0)
#define FOR_SERVER (1u << 1)
#define FOR_MAIL (1u << 2)
#define FOR_ANY (1u << 3) /* anyExtendedKeyUsage */

enum key_usage {
	KEY_USAGE_ABSENT,
	KEY_USAGE_RIGHT,
	KEY_USAGE_WRONG, /* key encipherment only */
};

/* Of the signature of a certificate; Ed25519 and Ed448 have their own. */
enum digest {
	DIGEST_SHA256,
	DIGEST_SHA384,
	DIGEST_SHA512,
	DIGEST_SHA1,
};

/* Policies 'A', 'B', 'C' and anyPolicy. */
#define POLICY_ANY (1u << 3)
#define POLICY_COUNT 4

struct policy_plan {
	bool there;                   /* certificatePolicies */
	unsigned policies;            /* a bit for each */
	int from, to;                 /* a mapping of numbers; from -1: none */
	int require, no_maps, no_any; /* numbers of certificates; -1: not there */
};

#define PLAN_BOUND_MAX 2
#define PLAN_EXTRA_MAX 2

/* What a certificate is to hold. Numbers of keys are those of keys_get(). */
struct plan {
	const char *subject; /* common names */
	const char *issuer;
	size_t key, signer;
	int64_t from, to;
	bool version_1;            /* then without any extension */
	bool authority;            /* a CA's: what is right depends on it */
	enum presence constraints; /* basicConstraints; wrong: cA is the other way round */
	int path_length;           /* -1: none */
	unsigned purposes;         /* FOR_* bits; 0: no such extension */
	enum key_usage key_usage;
	enum presence subject_key; /* subjectKeyIdentifier */
	enum presence issuer_key;  /* authorityKeyIdentifier */
	const char *permitted;     /* a name constraint; NULL: none */
	const char *excluded;
	bool critical; /* an extension that nobody knows */
	bool broken_signature;
	uint64_t serial;
	unsigned serial_octets; /* more in front of it */
	bool serial_negative;
	enum digest digest;
	enum org org, issuer_org; /* before the common names */
	/* At their ends; NULL: none. */
	const struct bearing *mailbox, *issuer_mailbox;
	size_t extra_count;
	const struct bearing *extra[PLAN_EXTRA_MAX]; /* more alternative names */
	size_t bound_count;
	struct bound bounds[PLAN_BOUND_MAX]; /* name constraints, if there is no other */
	struct policy_plan policy;
	const struct odd *odd; /* something strange; NULL: nothing */
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
