/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The table. What cannot be decoded refuses, critical or not, if it is of those extensions
 * that RFC 5280 4.2 has everybody recognize, or if it stands there twice. */

#include "odd.h"

#define KEY_USAGE "2.5.29.15"
#define PURPOSES "2.5.29.37"
#define BASIC "2.5.29.19"
#define SUBJECT_KEY "2.5.29.14"
#define ISSUER_KEY "2.5.29.35"
#define NAMES "2.5.29.17"
#define CONSTRAINTS "2.5.29.30"
#define POLICIES "2.5.29.32"
#define MAPPINGS "2.5.29.33"
#define LIMITS "2.5.29.36"
#define NO_ANY "2.5.29.54"
#define POINTS "2.5.29.31"
#define UNKNOWN "2.999.1"

#define OCTETS(literal) (const unsigned char *)(literal), sizeof(literal) - 1

#define NO false, false, false
#define YES true, true, false

const struct odd odds[] = {
	{ "no purpose", ODD_PURPOSES, PURPOSES, OCTETS("\x30\x00"), false, false, NO },
	{ "purposes: NULL", ODD_PURPOSES, PURPOSES, OCTETS("\x05\x00"), false, false, NO },
	{ "purposes: nothing", ODD_PURPOSES, PURPOSES, OCTETS(""), true, false, NO },
	{ "purposes: a NULL more", ODD_PURPOSES, PURPOSES,
		OCTETS("\x30\x0c\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02\x05\x00"), false,
		false, NO },
	{ "purposes twice", ODD_PURPOSES, PURPOSES,
		OCTETS("\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02"
		       "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01"),
		false, true, NO },

	{ "key usage: no bit", ODD_KEY_USAGE, KEY_USAGE, OCTETS("\x03\x01\x00"), true,
		false, NO },
	{ "key usage: zero bits", ODD_KEY_USAGE, KEY_USAGE, OCTETS("\x03\x02\x07\x00"),
		true, false, NO },
	{ "key usage: octets", ODD_KEY_USAGE, KEY_USAGE, OCTETS("\x04\x01\x84"), false,
		false, NO },
	{ "key usage: NULL", ODD_KEY_USAGE, KEY_USAGE, OCTETS("\x05\x00"), true, false, NO },
	{ "key usage: eight bits not used", ODD_KEY_USAGE, KEY_USAGE,
		OCTETS("\x03\x02\x08\x84"), true, false, NO },
	{ "key usage: zeros behind", ODD_KEY_USAGE, KEY_USAGE, OCTETS("\x03\x02\x00\x84"),
		true, false, YES },
	{ "key usage: decipherOnly besides", ODD_KEY_USAGE, KEY_USAGE,
		OCTETS("\x03\x03\x07\x84\x80"), true, false, YES },

	{ "basic: another true", ODD_BASIC, BASIC, OCTETS("\x30\x03\x01\x01\x01"), true,
		false, YES },
	{ "basic: a long path length", ODD_BASIC, BASIC,
		OCTETS("\x30\x0e\x01\x01\xff\x02\x09\x7f\0\0\0\0\0\0\0\0"), true, false,
		YES },
	{ "basic: only a path length", ODD_BASIC, BASIC, OCTETS("\x30\x03\x02\x01\x00"),
		true, false, true, false, false },
	{ "basic: a negative path length", ODD_BASIC, BASIC,
		OCTETS("\x30\x06\x01\x01\xff\x02\x01\xff"), true, false, NO },
	{ "basic: only a negative path length", ODD_BASIC, BASIC,
		OCTETS("\x30\x03\x02\x01\xff"), false, false, NO },
	{ "basic: NULL", ODD_BASIC, BASIC, OCTETS("\x05\x00"), true, false, NO },
	{ "basic: the other way round", ODD_BASIC, BASIC,
		OCTETS("\x30\x06\x02\x01\x05\x01\x01\xff"), true, false, NO },
	{ "basic twice", ODD_BASIC, BASIC, OCTETS("\x30\x03\x01\x01\xff"), true, true, NO },

	{ "subject key: another", ODD_SUBJECT_KEY, SUBJECT_KEY,
		OCTETS("\x04\x03"
		       "any"),
		false, false, true, true, true },
	{ "subject key: critical", ODD_SUBJECT_KEY, SUBJECT_KEY,
		OCTETS("\x04\x03"
		       "any"),
		true, false, NO },
	{ "subject key: NULL", ODD_SUBJECT_KEY, SUBJECT_KEY, OCTETS("\x05\x00"), false,
		false, NO },
	{ "issuer key: nothing said", ODD_ISSUER_KEY, ISSUER_KEY, OCTETS("\x30\x00"), false,
		false, YES },
	{ "issuer key: critical", ODD_ISSUER_KEY, ISSUER_KEY, OCTETS("\x30\x00"), true,
		false, NO },
	{ "issuer key: an issuer and a serial number", ODD_ISSUER_KEY, ISSUER_KEY,
		OCTETS("\x30\x14\xa1\x0f\xa4\x0d\x30\x0b\x31\x09\x30\x07\x06\x03\x55\x04\x03"
		       "\x13\x00\x82\x01\x05"),
		false, false, YES },
	{ "issuer key: NULL", ODD_ISSUER_KEY, ISSUER_KEY, OCTETS("\x05\x00"), false, false,
		NO },
	{ "issuer key: cut", ODD_ISSUER_KEY, ISSUER_KEY, OCTETS("\x30\x05\x80\x08"), false,
		false, NO },

	{ "an unknown extension", ODD_BESIDE, UNKNOWN, OCTETS("what"), false, false, YES },
	{ "an empty unknown extension", ODD_BESIDE, UNKNOWN, OCTETS(""), false, false, YES },
	{ "an unknown extension twice", ODD_BESIDE, UNKNOWN, OCTETS("what"), false, true,
		NO },
	{ "where lists of the withdrawn are, critical", ODD_BESIDE, POINTS,
		OCTETS("\x30\x0d\x30\x0b\xa0\x09\xa0\x07\x86\x05ldap:"), true, false, NO },
	{ "where lists of the withdrawn are", ODD_BESIDE, POINTS,
		OCTETS("\x30\x0d\x30\x0b\xa0\x09\xa0\x07\x86\x05ldap:"), false, false, YES },
	{ "alternative names: NULL", ODD_BESIDE, NAMES, OCTETS("\x05\x00"), false, false,
		NO },
	{ "alternative names: a form of no kind", ODD_BESIDE, NAMES,
		OCTETS("\x30\x03\x89\x01"
		       "a"),
		false, false, NO },

	{ "constraints: NULL", ODD_BESIDE, CONSTRAINTS, OCTETS("\x05\x00"), true, false,
		NO },
	{ "constraints: no subtree", ODD_BESIDE, CONSTRAINTS, OCTETS("\x30\x02\xa0\x00"),
		true, false, NO },
	{ "constraints: no base", ODD_BESIDE, CONSTRAINTS,
		OCTETS("\x30\x04\xa1\x02\x30\x00"), false, false, NO },
	{ "constraints: cut", ODD_BESIDE, CONSTRAINTS,
		OCTETS("\x30\x07\xa0\x05\x30\x03\x82\x03"
		       "a"),
		true, false, NO },

	{ "policies: none", ODD_BESIDE, POLICIES, OCTETS("\x30\x00"), false, false, NO },
	{ "policies: one twice", ODD_BESIDE, POLICIES,
		OCTETS("\x30\x0e\x30\x05\x06\x03\x88\x37\x41\x30\x05\x06\x03\x88\x37\x41"),
		false, false, NO },
	{ "mappings: none", ODD_BESIDE, MAPPINGS, OCTETS("\x30\x00"), true, false, NO },
	{ "mappings: half a pair", ODD_BESIDE, MAPPINGS,
		OCTETS("\x30\x07\x30\x05\x06\x03\x88\x37\x41"), true, false, NO },
	{ "policy constraints: none", ODD_BESIDE, LIMITS, OCTETS("\x30\x00"), true, false,
		NO },
	{ "policy constraints: negative", ODD_BESIDE, LIMITS,
		OCTETS("\x30\x03\x80\x01\xff"), true, false, NO },
	{ "inhibitAnyPolicy: negative", ODD_BESIDE, NO_ANY, OCTETS("\x02\x01\xff"), true,
		false, NO },
	{ "inhibitAnyPolicy: NULL", ODD_BESIDE, NO_ANY, OCTETS("\x05\x00"), true, false,
		NO },

	{ "from: the 13th month", ODD_FROM, NULL,
		OCTETS("\x17\x0d"
		       "201301000000Z"),
		false, false, NO },
	{ "from: with an offset", ODD_FROM, NULL,
		OCTETS("\x17\x11"
		       "200101000000+0000"),
		false, false, NO },
	{ "from: with a fraction", ODD_FROM, NULL,
		OCTETS("\x18\x11"
		       "20200101000000.5Z"),
		false, false, NO },
};

const size_t odd_count = sizeof(odds) / sizeof(odds[0]);
