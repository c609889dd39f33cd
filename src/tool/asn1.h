/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DER values (X.690), taken apart and put together: as much of it as private keys need. */

#pragma once

#include "dance.h"

enum asn1_tag {
	ASN1_INTEGER = 0x02,
	ASN1_BIT_STRING = 0x03,
	ASN1_OCTET_STRING = 0x04,
	ASN1_OID = 0x06,
	ASN1_SEQUENCE = 0x30,
	ASN1_CONTEXT_0 = 0xa0, /* [0], constructed */
	ASN1_CONTEXT_1 = 0xa1,
	ASN1_BITS_1 = 0x81, /* [1] IMPLICIT, primitive */
};

struct asn1_value {
	struct dance_octets whole;
	struct dance_octets content;
};

/* Takes the next value off the front of `in` if it has this tag. Definite, minimal
 * lengths only. */
bool asn1_take(struct dance_octets *in, enum asn1_tag tag, struct asn1_value *value);

/* Like asn1_take(); nothing may follow the value. */
bool asn1_only(struct dance_octets in, enum asn1_tag tag, struct asn1_value *value);

/* One value of this tag, its content put together of these parts. The caller clears it.
 * False when out of memory or too large. */
bool asn1_make(enum asn1_tag tag, const struct dance_octets *parts, size_t count,
	struct dance_octets *value);

/* Frees what asn1_make() made. */
void asn1_clear(struct dance_octets *value);
