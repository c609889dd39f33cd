/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The extensions of a certificate that are processed (RFC 5280 4.2.1), and what stands in those
 * of them that limit the use of a key or help to find an issuer. */

#pragma once

#include "dance.h"

enum extension_kind {
	EXTENSION_SUBJECT_KEY_ID,
	EXTENSION_KEY_USAGE,
	EXTENSION_SUBJECT_ALT_NAME,
	EXTENSION_BASIC_CONSTRAINTS,
	EXTENSION_NAME_CONSTRAINTS,
	EXTENSION_POLICIES,
	EXTENSION_POLICY_MAPPINGS,
	EXTENSION_AUTHORITY_KEY_ID,
	EXTENSION_POLICY_CONSTRAINTS,
	EXTENSION_EXT_KEY_USAGE,
	EXTENSION_INHIBIT_ANY,
	EXTENSION_KIND_COUNT, /* any other */
};

/* Which extension has this OID? Takes the content of the OID. */
enum extension_kind extension_kind(struct dance_octets oid);

/* Bits of keyUsage (RFC 5280 4.2.1.3). */
enum {
	KEY_USAGE_DIGITAL_SIGNATURE = 1 << 0,
	KEY_USAGE_KEY_ENCIPHERMENT = 1 << 2,
	KEY_USAGE_KEY_AGREEMENT = 1 << 4,
	KEY_USAGE_CERT_SIGN = 1 << 5,
};

/* Bits of an extended key usage: which kinds of peers it permits. */
enum purpose {
	PURPOSE_CLIENT = 1 << 0,
	PURPOSE_SERVER = 1 << 1,
};

struct basic_constraints {
	bool ca;
	bool has_path_length;
	uint32_t path_length; /* of CAs below */
};

/* Each takes the value of an extension, and is false if that is not well-formed. */

/* KEY_USAGE_* bits, and others. At least one has to be set (4.2.1.3). */
bool extension_key_usage(struct dance_octets value, unsigned *key_usage);

/* PURPOSE_* bits; 0 if it names none of these. It stands for the purposes that it names and no
 * others (4.2.1.12); anyExtendedKeyUsage is one of its own. It must name at least one. */
bool extension_ext_key_usage(struct dance_octets value, unsigned *purposes);

bool extension_basic_constraints(struct dance_octets value,
	struct basic_constraints *basic);
bool extension_subject_key_id(struct dance_octets value, struct dance_octets *key_id);

/* `key_id` is NULL if there is none. */
bool extension_authority_key_id(struct dance_octets value, struct dance_octets *key_id);

/* Is it a list of names of known forms (4.2.1.6), one at least? What their texts say is not
 * looked at. */
bool extension_is_names(struct dance_octets value);
