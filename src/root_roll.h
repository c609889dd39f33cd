/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Whether the root is about to replace a key that validation begins with (RFC 5011): its keys
 * against those of the trust anchor. Makes no lookups and reads no files. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trust_anchor.h"

/* More keys than the root ever has. */
#define ROOT_ROLL_MAX 16
#define ROOT_ROLL_KEY_MAX 2048 /* octets of one */

/* The keys of the root that sign keys (RFC 4034 2.1.1). */
struct root_roll {
	bool cut; /* not all of them are here */
	size_t count;
	struct root_roll_key {
		uint16_t tag; /* RFC 4034 appendix B; without the flag of a revoked key */
		bool revoked;
		bool gone;          /* the root had it, and has it no more */
		uint8_t sha256[32]; /* as DS records have it (RFC 4034 5.1.4), also without */
		uint8_t sha384[48];
		bool trusted; /* the trust anchor has it */
		bool kept; /* whoever keeps the anchor's file knows what is becoming of it */
	} keys[ROOT_ROLL_MAX];
};

/* What the trust anchor does not follow. */
enum root_roll_news {
	ROOT_ROLL_NONE = 0,
	ROOT_ROLL_NEW,     /* the root has a key that the anchor lacks */
	ROOT_ROLL_REVOKED, /* it revokes one that the anchor has */
	ROOT_ROLL_GONE,    /* it has one of these no more */
};

/* Takes one DNSKEY record of the root, if it is a key that signs keys; `arg` is the struct
 * root_roll, zeroed at first. */
void root_roll_take(void *arg, const uint8_t *data, size_t size);

/* These are the keys after those of before, which are remembered as gone if they are. A key that
 * the root has never had is not: it may be published later on. */
void root_roll_follow(struct root_roll *roll, const struct root_roll *before);

/* Compares the keys with the anchor's. `tag` is of the key that the news is about. */
enum root_roll_news root_roll_judge(struct root_roll *roll,
	const struct trust_anchor *anchor, unsigned *tag);

/* The same as a sentence about the file, without a full stop. Empty: no news. */
void root_roll_text(enum root_roll_news news, unsigned tag,
	char text[TRUST_ANCHOR_AGING_SIZE]);
