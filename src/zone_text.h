/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The text form of resource records (RFC 1035 5.1). Knows words, not what is in them. */

#pragma once

#include <stdbool.h>

#include "dance.h"

/* Words of one record beyond these are counted, not kept. */
#define ZONE_TEXT_WORD_MAX 256

/* An owner name in presentation form, every octet of it escaped, with its NUL. */
#define ZONE_TEXT_NAME_SIZE 1024

struct zone_text {
	const unsigned char *at, *end;
	unsigned line;                    /* the next one */
	char origin[ZONE_TEXT_NAME_SIZE]; /* absolute; empty: not readable */
	char owner[ZONE_TEXT_NAME_SIZE];  /* of the newest record, the same */
	bool owned;                       /* one has been written */
};

/* Lives as long as the text, and its owner until the next one. */
struct zone_record {
	unsigned line;
	const char *owner; /* absolute: it ends with a dot; empty: not readable */
	struct dance_octets directive; /* "$INCLUDE" or so, which has no owner; else empty */
	struct dance_octets words[ZONE_TEXT_WORD_MAX]; /* TTL, class, type, data */
	size_t count;                                  /* of all its words, kept or not */
	struct dance_octets comment; /* the first one in it, without its semicolon */
};

/* Begins at the root, as libunbound does. A byte order mark is skipped. */
void zone_text_begin(struct zone_text *text, struct dance_octets octets);

/* The next record. "$ORIGIN" is followed; other directives are given back like records, for
 * the caller to follow or not. False at the end. */
bool zone_text_next(struct zone_text *text, struct zone_record *record);

/* Is it this word, whatever the case of its letters? */
bool zone_word_is(const struct dance_octets *word, const char *text);

/* Is it a TTL: digits, perhaps with units ("1h30m")? */
bool zone_word_is_ttl(const struct dance_octets *word);

/* A decimal number of up to `max`. */
bool zone_word_number(const struct dance_octets *word, unsigned max, unsigned *number);
