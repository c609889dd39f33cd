/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The keys that validation begins with, as a file has them, and as it has them later on: whoever
 * keeps the file (RFC 5011) replaces keys in it while we run. One thread uses it. Knows files and
 * keys, and no lookups. */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "root_key.h"

/* The file is looked at no more often than this: while keys of it are in force, and while none
 * are. */
#define TRUST_ANCHOR_LOOK_MS 2000
#define TRUST_ANCHOR_AGAIN_MS 500

#define TRUST_ANCHOR_AGING_SIZE 64

enum trust_anchor_news {
	TRUST_ANCHOR_NO_NEWS = 0,
	TRUST_ANCHOR_CHANGED, /* other keys are in force than before */
	TRUST_ANCHOR_BROKEN, /* the file cannot be used; the keys of before stay in force */
	TRUST_ANCHOR_MENDED, /* it can be used again, and has the keys that are in force */
};

struct trust_anchor {
	char *path;
	char *keys; /* in force, as root_key_each is told of them, each with its NUL; NULL: none */
	size_t size;
	char *kept; /* in the same form, those that its keeper calls new or missing */
	size_t kept_size;
	uint32_t count; /* of the times that they were replaced; the first ones make it 1 */
	uint32_t read;  /* of the times that the file was read and could be used */
	char why[DANCE_ERROR_SIZE]; /* why the file cannot be used as it is; empty: it can */
	char aging[TRUST_ANCHOR_AGING_SIZE]; /* what of the root's keys it does not follow, as
	                                      * resolver.c has found out; empty: nothing */

	/* Of the newest look. */
	uint64_t looked;  /* clock_ms(); 0: never */
	struct stat file; /* as it was then; st_nlink 0: it was not there */
	bool settled;     /* it was so at the look before, too, and is not read again */
	unsigned broken;  /* so often in a row the file could not be used */
};

/* The path is copied; NULL is the default. False when out of memory. */
bool trust_anchor_begin(struct trust_anchor *anchor, const char *path);
void trust_anchor_clear(struct trust_anchor *anchor);

/* Looks whether the file has changed, if that is due, and reads it if it has. A file that cannot
 * be used leaves in force what was; one that says of the root's keys that they are revoked, and
 * has no others, does not. */
enum trust_anchor_news trust_anchor_look(struct trust_anchor *anchor);

/* What a host is told of it. */
enum dance_anchor trust_anchor_is(const struct trust_anchor *anchor);

/* Tells `each` of every key in force. False if it takes none of the root. */
bool trust_anchor_each(const struct trust_anchor *anchor, root_key_each each, void *arg);

/* Tells `each` of the keys that whoever keeps the file calls new or missing. */
void trust_anchor_each_kept(const struct trust_anchor *anchor, root_key_each each,
	void *arg);
