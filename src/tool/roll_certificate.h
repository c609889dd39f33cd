/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * New keys, and certificates that they sign themselves, as PEM texts. Knows no files. */

#pragma once

#include <stdbool.h>

#include "dance.h"
#include "roll_conf.h"
#include "roll_state.h"

/* The SHA-256 of an SPKI in hex. */
bool roll_certificate_digest(struct dance_octets spki, char digest[ROLL_DIGEST_SIZE]);

/* Makes a key; with an owner name, its certificate follows in the same text. The caller clears
 * the text with file_clear(). False with a reason. */
bool roll_certificate_new_key(enum roll_algorithm algorithm, const char *owner,
	struct dance_octets *text, char why[DANCE_ERROR_SIZE]);

/* Makes the certificate of the private key in a text. */
bool roll_certificate_of_key(struct dance_octets key, const char *owner,
	struct dance_octets *text, char why[DANCE_ERROR_SIZE]);
