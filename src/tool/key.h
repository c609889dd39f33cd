/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From a private key to the SubjectPublicKeyInfo that its certificates contain. */

#pragma once

#include "dance.h"

enum key_form {
	KEY_PKCS8, /* RFC 5958 */
	KEY_RSA,   /* RFC 8017 A.1.2 */
	KEY_EC,    /* RFC 5915 */
};

/* Makes the SPKI of a private key. The caller frees it with pem_clear(). False, with the reason
 * in *why, also if its certificates may contain other octets. */
bool key_spki(enum key_form form, struct dance_octets key, struct dance_octets *spki,
	const char **why);
