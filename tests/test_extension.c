/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Extensions decoded: what they say, and what is none. */

#include "check.h"
#include "extension.h"

#include <string.h>

/* Octets from a string literal. */
#define OCTETS(literal) { (const unsigned char *)(literal), sizeof(literal) - 1 }

static void extensions_are_known_by_their_oids(void **state)
{
	(void)state;
	static const struct {
		struct dance_octets oid;
		enum extension_kind kind;
	} rows[] = {
		{ OCTETS("\x55\x1d\x0e"), EXTENSION_SUBJECT_KEY_ID },
		{ OCTETS("\x55\x1d\x0f"), EXTENSION_KEY_USAGE },
		{ OCTETS("\x55\x1d\x11"), EXTENSION_SUBJECT_ALT_NAME },
		{ OCTETS("\x55\x1d\x13"), EXTENSION_BASIC_CONSTRAINTS },
		{ OCTETS("\x55\x1d\x1e"), EXTENSION_NAME_CONSTRAINTS },
		{ OCTETS("\x55\x1d\x20"), EXTENSION_POLICIES },
		{ OCTETS("\x55\x1d\x21"), EXTENSION_POLICY_MAPPINGS },
		{ OCTETS("\x55\x1d\x23"), EXTENSION_AUTHORITY_KEY_ID },
		{ OCTETS("\x55\x1d\x24"), EXTENSION_POLICY_CONSTRAINTS },
		{ OCTETS("\x55\x1d\x25"), EXTENSION_EXT_KEY_USAGE },
		{ OCTETS("\x55\x1d\x36"), EXTENSION_INHIBIT_ANY },
		{ OCTETS("\x55\x1d\x1f"), EXTENSION_KIND_COUNT }, /* cRLDistributionPoints */
		{ OCTETS("\x55\x1d\x00"), EXTENSION_KIND_COUNT },
		{ OCTETS("\x55\x1e\x13"), EXTENSION_KIND_COUNT },
		{ OCTETS("\x56\x1d\x13"), EXTENSION_KIND_COUNT },
		{ OCTETS("\x55\x1d"), EXTENSION_KIND_COUNT },
		{ OCTETS("\x55\x1d\x13\x00"), EXTENSION_KIND_COUNT },
		{ { NULL, 0 }, EXTENSION_KIND_COUNT },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(extension_kind(rows[i].oid), rows[i].kind);
	}
}

static void a_key_usage_has_bits(void **state)
{
	(void)state;
	static const struct {
		struct dance_octets value;
		bool ok;
		unsigned key_usage;
	} rows[] = {
		{ OCTETS("\x03\x02\x07\x80"), true, KEY_USAGE_DIGITAL_SIGNATURE },
		{ OCTETS("\x03\x02\x00\x80"), true, KEY_USAGE_DIGITAL_SIGNATURE },
		{ OCTETS("\x03\x02\x05\x20"), true, KEY_USAGE_KEY_ENCIPHERMENT },
		{ OCTETS("\x03\x02\x03\x08"), true, KEY_USAGE_KEY_AGREEMENT },
		{ OCTETS("\x03\x02\x02\x04"), true, KEY_USAGE_CERT_SIGN },
		{ OCTETS("\x03\x02\x01\x06"), true, KEY_USAGE_CERT_SIGN | 1 << 6 },
		{ OCTETS("\x03\x03\x07\x08\x80"), true, KEY_USAGE_KEY_AGREEMENT | 1 << 8 },
		{ OCTETS("\x03\x02\x07\xff"), true,
			KEY_USAGE_DIGITAL_SIGNATURE }, /* the others do
		                                                              * not count */
		{ OCTETS("\x03\x05\x00\x00\x00\x00\x01"), true,
			0 }, /* for what nobody knows */
		{ OCTETS("\x03\x05\x00\x06\x00\x00\x01"), true,
			KEY_USAGE_CERT_SIGN | 1 << 6 },
		{ OCTETS("\x03\x04\x00\x06\x00\x01"), true, KEY_USAGE_CERT_SIGN | 1 << 6 },
		{ OCTETS("\x03\x03\x00\x06\x01"), true,
			KEY_USAGE_CERT_SIGN | 1 << 6 | 1 << 15 },
		{ OCTETS("\x03\x03\x07\x01\x80"), true, 1 << 7 | 1 << 8 },
		{ OCTETS("\x03\x04\x07\x00\x00\x7f"), false, 0 },
		{ OCTETS("\x03\x01\x00"), false, 0 },
		{ OCTETS("\x03\x02\x07\x00"), false, 0 },
		{ OCTETS("\x03\x02\x07\x40"), false, 0 },
		{ OCTETS("\x03\x02\x08\x80"), false, 0 },
		{ OCTETS("\x03\x00"), false, 0 },
		{ OCTETS("\x03\x02\x07\x80\x00"), false, 0 },
		{ OCTETS("\x04\x02\x07\x80"), false, 0 },
		{ OCTETS(""), false, 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		unsigned key_usage;
		if (extension_key_usage(rows[i].value, &key_usage) != rows[i].ok ||
			(rows[i].ok && key_usage != rows[i].key_usage)) {
			fail_msg("row %zu: %x", i, key_usage);
		}
	}
}

#define KP "\x06\x08\x2b\x06\x01\x05\x05\x07\x03"

static void purposes_are_those_named(void **state)
{
	(void)state;
	static const struct {
		struct dance_octets value;
		bool ok;
		unsigned purposes;
	} rows[] = {
		{ OCTETS("\x30\x0a" KP "\x02"), true, PURPOSE_CLIENT },
		{ OCTETS("\x30\x0a" KP "\x01"), true, PURPOSE_SERVER },
		{ OCTETS("\x30\x14" KP "\x01" KP "\x02"), true,
			PURPOSE_CLIENT | PURPOSE_SERVER },
		{ OCTETS("\x30\x14" KP "\x04" KP "\x02"), true, PURPOSE_CLIENT },
		{ OCTETS("\x30\x0a" KP "\x03"), true, 0 },
		{ OCTETS("\x30\x06\x06\x04\x55\x1d\x25\x00"), true, 0 }, /* any is none */
		{ OCTETS("\x30\x09\x06\x07\x2b\x06\x01\x05\x05\x07\x03"), true, 0 },
		/* As long, and of another arc. */
		{ OCTETS("\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x04\x02"), true, 0 },
		{ OCTETS("\x30\x00"), false, 0 },
		{ OCTETS("\x30\x02\x06\x00"), false, 0 },
		{ OCTETS("\x30\x0c" KP "\x02\x05\x00"), false, 0 },
		{ OCTETS("\x30\x0b" KP "\x02\x00"), false, 0 },
		{ OCTETS("\x30\x0a" KP "\x02\x00"), false, 0 },
		{ OCTETS("\x31\x0a" KP "\x02"), false, 0 },
		{ OCTETS("\x05\x00"), false, 0 },
		{ OCTETS(""), false, 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		unsigned purposes;
		if (extension_ext_key_usage(rows[i].value, &purposes) != rows[i].ok ||
			(rows[i].ok && purposes != rows[i].purposes)) {
			fail_msg("row %zu: %x", i, purposes);
		}
	}
}

static void basic_constraints_say_who_is_a_ca(void **state)
{
	(void)state;
	static const struct {
		struct dance_octets value;
		bool ok;
		struct basic_constraints basic;
	} rows[] = {
		{ OCTETS("\x30\x00"), true, { false, false, 0 } },
		{ OCTETS("\x30\x03\x01\x01\xff"), true, { true, false, 0 } },
		{ OCTETS("\x30\x03\x01\x01\x01"), true,
			{ true, false, 0 } }, /* X.690 8.2.2 */
		{ OCTETS("\x30\x03\x01\x01\x00"), true, { false, false, 0 } },
		{ OCTETS("\x30\x06\x01\x01\xff\x02\x01\x00"), true, { true, true, 0 } },
		{ OCTETS("\x30\x07\x01\x01\xff\x02\x02\x01\x00"), true,
			{ true, true, 256 } },
		{ OCTETS("\x30\x0c\x01\x01\xff\x02\x07\x01\x00\x00\x00\x00\x00\x00"), true,
			{ true, true, UINT32_MAX } },
		{ OCTETS("\x30\x03\x02\x01\x05"), true, { false, true, 5 } },
		{ OCTETS("\x30\x06\x01\x01\xff\x02\x01\xff"), false, { 0 } },
		{ OCTETS("\x30\x06\x02\x01\x00\x01\x01\xff"), false, { 0 } },
		{ OCTETS("\x30\x05\x01\x01\xff\x05\x00"), false, { 0 } },
		{ OCTETS("\x30\x04\x01\x02\xff\xff"), false, { 0 } },
		{ OCTETS("\x30\x02\x01\x00"), false, { 0 } },
		{ OCTETS("\x30\x03\x01\x01\xff\x00"), false, { 0 } },
		{ OCTETS("\x04\x03\x01\x01\xff"), false, { 0 } },
		{ OCTETS(""), false, { 0 } },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct basic_constraints basic;
		bool ok = extension_basic_constraints(rows[i].value, &basic);
		if (ok != rows[i].ok ||
			(ok &&
				(basic.ca != rows[i].basic.ca ||
					basic.has_path_length !=
						rows[i].basic.has_path_length ||
					basic.path_length != rows[i].basic.path_length))) {
			fail_msg("row %zu", i);
		}
	}
}

static void key_identifiers_are_octets(void **state)
{
	(void)state;
	static const struct {
		struct dance_octets value;
		bool own, of_issuer;
		const char *key_id;
	} rows[] = {
		{ OCTETS("\x04\x03"
			 "abc"),
			true, false, "abc" },
		{ OCTETS("\x04\x03"
			 "abc\x05"),
			false, false, NULL },
		{ OCTETS("\x04\x04"
			 "abc"),
			false, false, NULL },
		{ OCTETS("\x30\x05\x80\x03"
			 "abc"),
			false, true, "abc" },
		{ OCTETS("\x30\x00"), false, true, NULL },
		{ OCTETS("\x30\x07\xa1\x02\x82\x00\x82\x01\x09"), false, true, NULL },
		{ OCTETS("\x30\x0c\x80\x03"
			 "abc\xa1\x02\x82\x00\x82\x01\x09"),
			false, true, "abc" },
		{ OCTETS("\x30\x04\xa1\x02\x8b\x00"), false, false, NULL },
		{ OCTETS("\x30\x02\xa1\x00"), false, false, NULL },
		{ OCTETS("\x30\x05\xa1\x03\x82\x00\x82"), false, false, NULL },
		{ OCTETS("\x30\x02\x82\x00"), false, false, NULL },
		{ OCTETS("\x30\x07\x80\x03"
			 "abc\x05\x00"),
			false, false, NULL },
		{ OCTETS("\x30\x08\x82\x01\x09\x80\x03"
			 "abc"),
			false, false, NULL },
		{ OCTETS("\x30\x05\x80\x03"
			 "abc\x00"),
			false, false, NULL },
		{ OCTETS(""), false, false, NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dance_octets key_id;
		if (extension_subject_key_id(rows[i].value, &key_id) != rows[i].own) {
			fail_msg("own, row %zu", i);
		}
		assert_true(!rows[i].own ||
			(key_id.size == strlen(rows[i].key_id) &&
				memcmp(key_id.data, rows[i].key_id, key_id.size) == 0));
		bool of_issuer = extension_authority_key_id(rows[i].value, &key_id);
		if (of_issuer != rows[i].of_issuer) {
			fail_msg("issuer's, row %zu", i);
		}
		assert_true(!of_issuer ||
			((key_id.data != NULL) == (rows[i].key_id != NULL) &&
				(key_id.size != 0) == (rows[i].key_id != NULL)));
		assert_true(!of_issuer || rows[i].key_id == NULL ||
			memcmp(key_id.data, rows[i].key_id, key_id.size) == 0);
	}
}

static void names_are_of_known_forms(void **state)
{
	(void)state;
	static const struct {
		struct dance_octets value;
		bool ok;
	} rows[] = {
		{ OCTETS("\x30\x03\x82\x01"
			 "a"),
			true },
		{ OCTETS("\x30\x20\xa0\x07\x06\x01\x2a\xa0\x02\x05\x00\x81\x00\x82\x00\xa3\x00"
			 "\xa4\x02\x30\x00\xa5\x04\xa1\x02\x0c\x00\x86\x00\x87\x00\x88\x01\x2a"),
			true },
		{ OCTETS("\x30\x05\xa0\x03\x06\x01\x2a"), false },     /* no value */
		{ OCTETS("\x30\x06\xa0\x04\xa0\x02\x05\x00"), false }, /* no type */
		{ OCTETS("\x30\x04\xa4\x02\x31\x00"), false },
		{ OCTETS("\x30\x02\xa5\x00"), false },
		{ OCTETS("\x30\x02\x88\x00"), false },
		{ OCTETS("\x30\x04\x88\x02\x80\x01"), false },
		{ OCTETS("\x30\x00"), false },
		{ OCTETS("\x30\x02\x89\x00"), false },
		{ OCTETS("\x30\x02\x80\x00"), false },
		{ OCTETS("\x30\x02\xa2\x00"), false },
		{ OCTETS("\x30\x02\x16\x00"), false },
		{ OCTETS("\x30\x03\x82\x02"
			 "a"),
			false },
		{ OCTETS("\x30\x03\x82\x01"
			 "a\x00"),
			false },
		{ OCTETS(""), false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		if (extension_is_names(rows[i].value) != rows[i].ok) {
			fail_msg("row %zu", i);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(extensions_are_known_by_their_oids),
		cmocka_unit_test(a_key_usage_has_bits),
		cmocka_unit_test(purposes_are_those_named),
		cmocka_unit_test(basic_constraints_say_who_is_a_ca),
		cmocka_unit_test(key_identifiers_are_octets),
		cmocka_unit_test(names_are_of_known_forms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
