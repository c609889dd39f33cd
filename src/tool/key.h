/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From a private key to the SubjectPublicKeyInfo that its certificates bear. */

#pragma once

#include "dance.h"

enum key_form {
	KEY_PKCS8, /* RFC 5958 */
	KEY_RSA,   /* RFC 8017 A.1.2 */
	KEY_EC,    /* RFC 5915 */
};

/* Makes the SPKI of a private key, the parameters of its algorithm kept as they stand in
 * the key. The caller gives it
 * to asn1_clear(). False, with the reason in *why. */
bool key_spki(enum key_form form, struct dance_octets key, struct dance_octets *spki,
	const char **why);

/* May the certificates of this key bear another SPKI? The parameters of RSA-PSS can be
 * written with or without a NULL (RFC 4055 2.1), and not all keep to the key's way. */
bool key_spki_varies(struct dance_octets spki);
