/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The keys that validation begins with (RFC 4035 4.4), as files hold them. */

#pragma once

#include <stdbool.h>

#include "dance.h"

/* A larger file holds something else. */
#define ROOT_KEY_FILE_MAX 65536

/* Told of one anchor, as a record that libunbound takes ("OWNER IN TYPE43 \# 36 4f66...").
 * False: it does not take it. */
typedef bool (*root_key_each)(void *arg, const char *record);

/* What a file is worth. */
enum root_key_file {
	ROOT_KEY_UNUSABLE = 0, /* no anchor of the root can be used */
	ROOT_KEY_USABLE,
	ROOT_KEY_REVOKED, /* the same, and it says of one that it is revoked (RFC 5011 2.1) */
};

/* Reads a file as `unbound` reads a trust-anchor-file: zone file format, DS and DNSKEY records,
 * also one that it keeps up to date itself (RFC 5011), of which only keys that are valid or
 * missing count. Tells `each` of every anchor that can be used: it has a known algorithm, a
 * DS a known digest of the right length, a DNSKEY a whole zone key that is not revoked. Tells
 * `kept`, which may be NULL, of every one of these of which whoever keeps the file says that it
 * is new or missing: `each` is told of missing ones too, and not yet of new ones.
 *
 * If not one of these is of the root, there is a sentence in `why`: then nothing could be
 * proved, not even that a name is not signed. */
enum root_key_file root_key_read(const char *path, root_key_each each, root_key_each kept,
	void *arg, char why[DANCE_ERROR_SIZE]);

/* The same of octets; `why` is then without the file's name. */
enum root_key_file root_key_parse(struct dance_octets octets, root_key_each each,
	root_key_each kept, void *arg, char why[DANCE_ERROR_SIZE]);
