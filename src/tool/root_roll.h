/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Whether the root is about to replace a key that validation begins with (RFC 5011): its keys
 * against those of the trust anchor. Makes no lookups. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* More keys than the root ever has. */
#define ROOT_ROLL_MAX 16
#define ROOT_ROLL_KEY_MAX 2048

struct root_roll {
	size_t count;
	struct root_roll_key {
		uint8_t data[ROOT_ROLL_KEY_MAX]; /* of a DNSKEY record */
		size_t size;
		bool trusted; /* the trust anchor has it */
	} keys[ROOT_ROLL_MAX];
};

/* Takes one DNSKEY record of the root, if it is a key that signs keys (RFC 4034 2.1.1); `arg`
 * is the struct root_roll, zeroed at first. */
void root_roll_take(void *arg, const uint8_t *data, size_t size);

/* Compares the keys with the anchors in this file. Writes a sentence and returns true if one of
 * them is missing there, or if one that is there is being revoked. */
bool root_roll_is_due(struct root_roll *roll, const char *path, char *sentence,
	size_t size);
