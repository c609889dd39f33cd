/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-roll.conf as values: which keys are rolled, and how. Opens no other file. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dance.h"
#include "roll_text.h"

#define ROLL_KEY_MAX 256
#define ROLL_NAME_MAX 8 /* names at which one key is published */

enum roll_algorithm {
	ROLL_ECDSA_P256,
	ROLL_ED25519,
	ROLL_RSA_3072,
};

/* How records come into the zone. */
enum roll_way {
	ROLL_UPDATE, /* dynamic update (RFC 2136), signed with TSIG */
	ROLL_KNOTC,  /* knotc zone-set */
	ROLL_HOOK,   /* a program of the operator's */
};

struct roll_key {
	char *id;
	char *names[ROLL_NAME_MAX]; /* lower case, no trailing dot */
	size_t name_count;
	char *key_file;
	char *cert_file; /* NULL: a key alone; the same as key_file: both in one file */
	unsigned algorithm;
	unsigned way;
	unsigned every_s; /* a roll begins so long after the last one ended; 0: by --now only */
	unsigned keep_s; /* the old record stays so long after the switch */
	unsigned ttl;    /* of a record that has no other beside it */
	char *server;    /* ROLL_UPDATE: "ADDRESS" or "ADDRESS@PORT" */
	char *tsig_file;
	char *update; /* the program, nsupdate or knsupdate */
	char *knotc;  /* commands are words, separated by blanks */
	char *hook;
	char *reload; /* NULL: nothing is run when the key is switched */
	size_t line;
};

struct roll_conf {
	char *state; /* folder */
	char *trust_anchor, *root_hints;
	char *forwarders[DANCE_FORWARDER_MAX];
	struct roll_key *keys;
	size_t key_count;
};

/* Reads a text, which may be written to. False with "FILE:LINE: sentence" in `why`; the caller
 * clears `conf`, whatever comes back. */
bool roll_conf_parse(struct roll_conf *conf, const char *file, char *text,
	char why[ROLL_TEXT_ERROR_SIZE]);

/* The same of a file. */
bool roll_conf_read(struct roll_conf *conf, const char *path,
	char why[ROLL_TEXT_ERROR_SIZE]);

void roll_conf_clear(struct roll_conf *conf);
