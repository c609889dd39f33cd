/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Decodes extensions whole: a part that is not understood, or something behind the last part,
 * makes them unreadable. path_check.c knows what follows from them. */

#include "extension.h"

#include <string.h>

#include "der.h"
#include "general_name.h"

enum tag {
	TAG_KEY_ID = 0x80,        /* [0] IMPLICIT OCTET STRING */
	TAG_ISSUER_NAMES = 0xa1,  /* [1] IMPLICIT GeneralNames */
	TAG_ISSUER_SERIAL = 0x82, /* [2] IMPLICIT INTEGER */
};

enum extension_kind extension_kind(struct dance_octets oid)
{
	/* 2.5.29.x */
	static const unsigned char last[EXTENSION_KIND_COUNT] = {
		[EXTENSION_SUBJECT_KEY_ID] = 14,
		[EXTENSION_KEY_USAGE] = 15,
		[EXTENSION_SUBJECT_NAMES] = 17,
		[EXTENSION_BASIC] = 19,
		[EXTENSION_NAME_CONSTRAINTS] = 30,
		[EXTENSION_POLICIES] = 32,
		[EXTENSION_POLICY_MAPPINGS] = 33,
		[EXTENSION_AUTHORITY_KEY_ID] = 35,
		[EXTENSION_POLICY_CONSTRAINTS] = 36,
		[EXTENSION_PURPOSES] = 37,
		[EXTENSION_INHIBIT_ANY] = 54,
	};
	unsigned kind = EXTENSION_KIND_COUNT;
	if (oid.size == 3 && oid.data[0] == 0x55 && oid.data[1] == 0x1d) {
		for (kind = 0; kind < EXTENSION_KIND_COUNT && last[kind] != oid.data[2];
			kind++) {
		}
	}
	return (enum extension_kind)kind;
}

bool extension_key_usage(struct dance_octets value, unsigned *uses)
{
	struct dance_octets bits;
	*uses = 0;
	if (!der_take(&value, DER_BIT_STRING, &bits) || value.size != 0 ||
		!der_is_bits(bits)) {
		return false;
	}
	unsigned char any = 0;
	for (size_t i = 1; i < bits.size; i++) {
		bool last = i + 1 == bits.size;
		unsigned char octet = bits.data[i] & (last ? 0xff << bits.data[0] : 0xff);
		any |= octet;
		for (unsigned bit = 0; i <= 2 && bit < 8; bit++) {
			*uses |= (octet & 0x80 >> bit) != 0 ? 1u << (8 * (i - 1) + bit) : 0;
		}
	}
	return any != 0;
}

bool extension_purposes(struct dance_octets value, unsigned *purposes)
{
	/* id-kp, 1.3.6.1.5.5.7.3: serverAuth is 1, clientAuth 2. */
	static const unsigned char id_kp[] = { 0x2b, 6, 1, 5, 5, 7, 3 };
	struct dance_octets list, oid;
	*purposes = 0;
	if (!der_sequence(value, &list) || list.size == 0) {
		return false;
	}
	while (list.size > 0) {
		if (!der_take(&list, DER_OID, &oid) || !der_is_oid(oid)) {
			return false;
		}
		if (oid.size != sizeof(id_kp) + 1 ||
			memcmp(oid.data, id_kp, sizeof(id_kp)) != 0) {
			continue;
		}
		*purposes |= oid.data[sizeof(id_kp)] == 1 ? PURPOSE_SERVER :
			oid.data[sizeof(id_kp)] == 2      ? PURPOSE_CLIENT :
							    0;
	}
	return true;
}

bool extension_basic(struct dance_octets value, struct basic_constraints *basic)
{
	struct dance_octets list, part;
	*basic = (struct basic_constraints){ .authority = false };
	if (!der_sequence(value, &list)) {
		return false;
	}
	if (der_take(&list, DER_BOOLEAN, &part) && !der_boolean(part, &basic->authority)) {
		return false;
	}
	if (der_take(&list, DER_INTEGER, &part)) {
		basic->limited = true;
		if (!der_unsigned(part, &basic->limit)) {
			return false;
		}
	}
	return list.size == 0;
}

bool extension_subject_key_id(struct dance_octets value, struct dance_octets *key_id)
{
	return der_take(&value, DER_OCTET_STRING, key_id) && value.size == 0;
}

static bool is_names(struct dance_octets list)
{
	struct general_name name;
	if (list.size == 0) {
		return false;
	}
	while (list.size > 0) {
		if (!general_name_take(&list, &name)) {
			return false;
		}
	}
	return true;
}

bool extension_authority_key_id(struct dance_octets value, struct dance_octets *key_id)
{
	struct dance_octets list, part;
	*key_id = (struct dance_octets){ NULL, 0 };
	if (!der_sequence(value, &list)) {
		return false;
	}
	if (der_take(&list, TAG_KEY_ID, &part)) {
		*key_id = part;
	}
	if (der_take(&list, TAG_ISSUER_NAMES, &part) && !is_names(part)) {
		return false;
	}
	if (der_take(&list, TAG_ISSUER_SERIAL, &part) && !der_is_integer(part)) {
		return false;
	}
	return list.size == 0;
}

bool extension_is_names(struct dance_octets value)
{
	struct dance_octets list;
	return der_sequence(value, &list) && is_names(list);
}
