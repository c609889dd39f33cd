/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a test of trust anchors reads, a digest and a key of the root, and what it was told of the
 * records in a text. It knows no file. */

#pragma once

#include "check.h"
#include "root_key.h"

#include <stdio.h>
#include <string.h>

#define DIGEST "00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff"
#define DS "4660 13 2 " DIGEST
#define PASSED \
	". IN TYPE43 \\# 36 12340d02" \
	"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
/* 32 octets of 0x5a. */
#define KEY "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo="
#define PASSED_KEY \
	". IN TYPE48 \\# 36 0101030f" \
	"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"

static char why[DANCE_ERROR_SIZE];
static enum root_key_file worth;

static struct {
	unsigned count;
	bool refuses;
	char first[8192];
	unsigned kept;
	char last_kept[8192];
} told;

static inline bool on_anchor(void *arg, const char *record)
{
	assert_ptr_equal(arg, &told);
	if (told.refuses) {
		return false;
	}
	if (told.count++ == 0) {
		snprintf(told.first, sizeof(told.first), "%s", record);
	}
	return true;
}

static inline bool on_kept(void *arg, const char *record)
{
	assert_ptr_equal(arg, &told);
	told.kept++;
	snprintf(told.last_kept, sizeof(told.last_kept), "%s", record);
	return true;
}

static inline bool parse(const char *text)
{
	const struct dance_octets octets = { (const unsigned char *)text, strlen(text) };
	told.count = told.kept = 0;
	told.first[0] = '\0';
	worth = root_key_parse(octets, on_anchor, on_kept, &told, why);
	return worth == ROOT_KEY_USABLE;
}

static inline void check_passed(const char *text, const char *passed)
{
	if (!parse(text)) {
		fail_msg("'%s': %s", text, why);
	}
	if (told.count != 1 || strcmp(told.first, passed) != 0) {
		fail_msg("'%s': %u, first '%s'", text, told.count, told.first);
	}
}
