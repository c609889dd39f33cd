/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A key and its certificate in files: making the next ones, and which key a file holds. Knows no
 * steps and no DNS. */

#pragma once

#include <stdbool.h>

#include "dance.h"
#include "roll_conf.h"
#include "roll_state.h"

/* The private key in a file. False with a reason, also if it has none. */
bool roll_pair_key(const char *path, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE]);

/* The key of the first certificate in a file. */
bool roll_pair_certificate(const char *path, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE]);

/* The key in use, by the files of the configuration: key and certificate must belong together. */
bool roll_pair_in_use(const struct roll_key *key, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE]);

/* Sees to the files of the next key beside those in use: "KEY-FILE.next", "CERT-FILE.next". What
 * is already there stays. They have owner, group and mode of the files in use. */
bool roll_pair_make(const struct roll_key *key, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE]);

/* Puts the next key into the place of the one in use, which stays as "KEY-FILE.old". If this is
 * interrupted between a key and its certificate, it must be called again. `next` is the key that
 * must be in the files. */
bool roll_pair_switch(const struct roll_key *key, const char *current, const char *next,
	char why[DANCE_ERROR_SIZE]);

/* Deletes the files of the next key, or of the old one. That there are none is fine. */
bool roll_pair_delete_next(const struct roll_key *key, char why[DANCE_ERROR_SIZE]);
bool roll_pair_delete_old(const struct roll_key *key, char why[DANCE_ERROR_SIZE]);
