/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * GeneralNames: which are well-formed, which can be understood as a name and which as a base,
 * and what lies in what. */

#include "check.h"
#include "der.h"
#include "general_name.h"
#include "name_writer.h"

#include <string.h>

/* The one name in a text, which stays in `der`. */
static struct general_name one(struct der *der, const char *text)
{
	struct general_name name;
	struct dance_octets names;
	name_put_general(der, text);
	assert_true(der_sequence((struct dance_octets){ der->octets, der->size }, &names));
	check_true(text, general_name_take(&names, &name));
	check_true(text, names.size == 0);
	return name;
}

static void names_are_taken_with_their_forms(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum general_name_form form;
		size_t size;
	} rows[] = {
		{ "srv:_a.b", NAME_OTHER, 18 },
		{ "email:a@b", NAME_EMAIL, 3 },
		{ "dns:a.b", NAME_DNS, 3 },
		{ "x400:3000", NAME_X400, 2 },
		{ "dir:O=A", NAME_DIRECTORY, 14 },
		{ "edi:a1030c0141", NAME_EDI_PARTY, 5 },
		{ "edi:a0030c0142a1030c0141", NAME_EDI_PARTY, 10 },
		{ "uri:x:", NAME_URI, 2 },
		{ "ip:c0000201", NAME_ADDRESS, 4 },
		{ "rid:2a03", NAME_REGISTERED_ID, 2 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der der = { 0 };
		struct general_name name = one(&der, rows[i].text);
		check_true(rows[i].text, name.form == rows[i].form);
		check_true(rows[i].text, name.content.size == rows[i].size);
		der_clear(&der);
	}
}

static void garbled_names_are_not_taken(void **state)
{
	(void)state;
	static const struct {
		const char *row, *octets;
		size_t size;
	} rows[] = {
		{ "nothing", "", 0 },
		{ "unknown form", "\x89\0", 2 },
		{ "universal", "\x02\1a", 3 },
		{ "application", "\x42\1a", 3 },
		{ "dNSName in parts", "\xa2\3\x16\1a", 5 },
		{ "directoryName in one", "\x84\2\x30\0", 4 },
		{ "cut", "\x82\2a", 3 },
		{ "registeredID of no octets", "\x88\0", 2 },
		{ "registeredID that is cut", "\x88\1\x80", 3 },
		{ "no Name", "\xa4\0", 2 },
		{ "two Names", "\xa4\4\x30\0\x30\0", 6 },
		{ "garbled Name", "\xa4\4\x30\2\5\0", 6 },
		{ "ediPartyName without a party", "\xa5\0", 2 },
		{ "only an assigner", "\xa5\5\xa0\3\x0c\1a", 7 },
		{ "behind the party", "\xa5\7\xa1\3\x0c\1a\5\0", 9 },
		{ "otherName without type", "\xa0\4\xa0\2\5\0", 6 },
		{ "otherName of empty type", "\xa0\6\6\0\xa0\2\5\0", 8 },
		{ "otherName without value", "\xa0\3\6\1\x2a", 5 },
		{ "otherName of empty value", "\xa0\5\6\1\x2a\xa0\0", 7 },
		{ "otherName of two values", "\xa0\x09\6\1\x2a\xa0\4\5\0\5\0", 11 },
		{ "behind the value", "\xa0\x09\6\1\x2a\xa0\2\5\0\5\0", 11 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct general_name name;
		struct dance_octets good = { (const unsigned char *)"\x82\1a", 3 };
		struct dance_octets values = { (const unsigned char *)rows[i].octets,
			rows[i].size };
		check_true(rows[i].row, general_name_take(&good, &name));
		check_true(rows[i].row, !general_name_take(&values, &name));
	}
}

static void only_one_type_is_a_utf8_mailbox(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool is;
	} rows[] = { { "utf8mail:a@b", true }, { "srv:_a.b", false },
		{ "email:a@b", false } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der der = { 0 };
		struct general_name name = one(&der, rows[i].text);
		check_true(rows[i].text, general_name_is_utf8_mailbox(&name) == rows[i].is);
		der_clear(&der);
	}
}

static void names_and_bases_are_understood(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool name, base;
	} rows[] = {
		{ "dns:a.example", true, true },
		{ "dns:a.example.", false, false },
		{ "dns:_a.example", true, true },
		{ "dns:", false, true },
		{ "dns:.", false, false },
		{ "dns:..", false, false },
		{ "dns:.a.example", false, true },
		{ "dns:..a.example", false, false },
		{ "dns:.a.example.", false, false },
		{ "dns:a..example", false, false },
		{ "dns:*.example", true, false },
		{ "dns:*.a", true, false },
		{ "dns:*.example.", false, false },
		{ "dns:*", false, false },
		{ "dns:*.", false, false },
		{ "dns:*..example", false, false },
		{ "dns:a*.example", false, false },
		{ "dns:*a.example", false, false },
		{ "dns:*a", false, false },
		{ "dns:a.*.example", false, false },
		{ "dns:*.*.example", false, false },
		{ "dns:.*.example", false, false },
		{ "dns:a b", false, false },
		{ "dns:b\xc3\xbc"
		  "cher.example",
			false, false },
		{ "email:a@b", true, true },
		{ "email:b", false, true },
		{ "email:.b", false, true },
		{ "email:", false, false },
		{ "email:.", false, false },
		{ "email:@b", false, false },
		{ "email:a@.b", false, false },
		{ "email:a@b@c", false, false },
		{ "email:\"a@b\"@c", true, true },
		{ "email:a b", false, false },
		{ "uri:https://a.example/", true, false },
		{ "uri:a.example", false, true },
		{ "uri:.a.example", false, true },
		{ "uri:", false, false },
		{ "uri:.", false, false },
		{ "uri:a.example.", false, false },
		{ "email:b.", false, false },
		{ "uri:urn:a", false, false },
		{ "uri:https://192.0.2.1/", false, false },
		{ "ip:c0000201", true, false },
		{ "ip:20010db8000000000000000000000001", true, false },
		{ "ip:", false, false },
		{ "ip:c00002", false, false },
		{ "ip:c000020100", false, false },
		{ "ip:c0000200ffffff00", false, true },
		{ "ip:c0000200ffffffff", false, true },
		{ "ip:c0000200fffffffe", false, true },
		{ "ip:c0000200ff800000", false, true },
		{ "ip:0000000000000000", false, true },
		{ "ip:c000020080000000", false, true },
		{ "ip:c0000200ffff00ff", false, false },
		{ "ip:c000020000ffffff", false, false },
		{ "ip:c0000200ff00ff00", false, false },
		{ "ip:c0000200ffff7f00", false, false },
		{ "ip:c0000200fffe8000", false, false },
		{ "ip:c0000200ffa00000", false, false },
		{ "ip:c000020100000001", false, false },
		{ "ip:20010db8000000000000000000000000ffffffff000000000000000000000000",
			false, true },
		{ "ip:20010db8000000000000000000000000ffffffff000000000000000000000001",
			false, false },
		{ "ip:c0000200ffffff0000", false, false },
		{ "dir:O=A", true, true },
		{ "dir:", true, true },
		{ "srv:_a.b", false, false },
		{ "x400:3000", false, false },
		{ "edi:a1030c0141", false, false },
		{ "rid:2a03", false, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der der = { 0 };
		struct general_name name = one(&der, rows[i].text);
		unsigned char room[URI_HOST_MAX];
		check_true(rows[i].text, general_name_is_base(&name) == rows[i].base);
		check_true(rows[i].text, general_name_read(&name, room) == rows[i].name);
		der_clear(&der);
	}
}

static void names_lie_inside_or_outside(void **state)
{
	(void)state;
	static const struct {
		const char *name, *base;
		enum general_name_place place;
	} rows[] = {
		{ "dns:a.example", "dns:a.example", PLACE_INSIDE },
		{ "dns:b.a.example", "dns:A.example", PLACE_INSIDE },
		{ "dns:c.b.A.Example", "dns:a.example", PLACE_INSIDE },
		{ "dns:ba.example", "dns:a.example", PLACE_OUTSIDE },
		{ "dns:example", "dns:a.example", PLACE_OUTSIDE },
		{ "dns:a.example", "dns:", PLACE_INSIDE },
		{ "dns:a.example", "dns:.a.example", PLACE_OUTSIDE },
		{ "dns:b.a.example", "dns:.a.example", PLACE_INSIDE },
		{ "dns:ba.example", "dns:.a.example", PLACE_OUTSIDE },
		{ "dns:*.a.example", "dns:a.example", PLACE_INSIDE },
		{ "dns:*.a.example", "dns:.a.example", PLACE_INSIDE },
		{ "dns:*.a.example", "dns:example", PLACE_INSIDE },
		{ "dns:*.a.example", "dns:", PLACE_INSIDE },
		{ "dns:*.a.example", "dns:b.A.example", PLACE_UNCLEAR },
		{ "dns:*.a.example", "dns:.b.a.example", PLACE_OUTSIDE },
		{ "dns:*.a.example", "dns:c.b.a.example", PLACE_OUTSIDE },
		{ "dns:*.a.example", "dns:b.example", PLACE_OUTSIDE },
		{ "dns:*.example", "dns:org", PLACE_OUTSIDE },
		{ "email:a@b.example", "email:a@b.example", PLACE_INSIDE },
		{ "email:a@B.example", "email:a@b.Example", PLACE_INSIDE },
		{ "email:A@b.example", "email:a@b.example", PLACE_OUTSIDE },
		{ "email:\"a\"@b.example", "email:a@b.example", PLACE_UNCLEAR },
		{ "email:a@b.example", "email:B.example", PLACE_INSIDE },
		{ "email:a@c.b.example", "email:b.example", PLACE_OUTSIDE },
		{ "email:a@c.B.example", "email:.b.example", PLACE_INSIDE },
		{ "email:a@b.example", "email:.b.example", PLACE_OUTSIDE },
		{ "email:a@cb.example", "email:.b.example", PLACE_OUTSIDE },
		{ "email:a@cb.example", "email:b.example", PLACE_OUTSIDE },
		{ "email:\"x@b.example\"@c.example", "email:b.example", PLACE_OUTSIDE },
		{ "email:\"x@b.example\"@c.example", "email:c.example", PLACE_INSIDE },
		{ "uri:https://a.example/", "uri:A.example", PLACE_INSIDE },
		{ "uri:https://b.a.example/", "uri:a.example", PLACE_OUTSIDE },
		{ "uri:https://b.a.example/", "uri:.a.example", PLACE_INSIDE },
		{ "uri:https://a.example/", "uri:.a.example", PLACE_OUTSIDE },
		{ "uri:https://a.example@b.example/", "uri:a.example", PLACE_OUTSIDE },
		{ "uri:https://a.example:x@b.example/", "uri:b.example", PLACE_INSIDE },
		{ "uri:https://%61.example:1/", "uri:a.example", PLACE_INSIDE },
		{ "ip:c0000201", "ip:c0000200ffffff00", PLACE_INSIDE },
		{ "ip:c0000301", "ip:c0000200ffffff00", PLACE_OUTSIDE },
		{ "ip:c0000201", "ip:c00002ffffffff00", PLACE_INSIDE },
		{ "ip:c00002ff", "ip:c0000280ffffff80", PLACE_INSIDE },
		{ "ip:c000027f", "ip:c0000280ffffff80", PLACE_OUTSIDE },
		{ "ip:c0000201", "ip:0000000000000000", PLACE_INSIDE },
		{ "ip:20010db8000000000000000000000001",
			"ip:20010db8000000000000000000000000ffffffff000000000000000000000000",
			PLACE_INSIDE },
		{ "ip:20010db9000000000000000000000001",
			"ip:20010db8000000000000000000000000ffffffff000000000000000000000000",
			PLACE_OUTSIDE },
		{ "ip:c0000201",
			"ip:0000000000000000000000000000000000000000000000000000000000000000",
			PLACE_OUTSIDE },
		{ "ip:20010db8000000000000000000000001", "ip:0000000000000000",
			PLACE_OUTSIDE },
		{ "dir:C=NL/O=Acme/CN=a", "dir:C=nl/O=ACME", PLACE_INSIDE },
		{ "dir:C=NL/O=Acme/CN=a", "dir:O=Acme", PLACE_OUTSIDE },
		{ "dir:O=Acme", "dir:", PLACE_INSIDE },
		{ "dir:", "dir:O=Acme", PLACE_OUTSIDE },
		{ "dir:O#efbfbd", "dir:O=Acme", PLACE_UNCLEAR },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der first = { 0 }, second = { 0 };
		struct general_name name = one(&first, rows[i].name);
		struct general_name base = one(&second, rows[i].base);
		unsigned char room[URI_HOST_MAX];
		struct work work;
		work_begin(&work);
		check_true(rows[i].name, general_name_read(&name, room));
		check_true(rows[i].base, general_name_is_base(&base));
		if (general_name_place(&name, &base, &work) != rows[i].place) {
			fail_msg("%s in %s", rows[i].name, rows[i].base);
		}
		work.spent = true;
		check_true(rows[i].name,
			general_name_place(&name, &base, &work) == PLACE_UNCLEAR);
		der_clear(&first);
		der_clear(&second);
	}
}

/* Forms that nobody constrains in a way that is known. */
static void other_forms_lie_nowhere(void **state)
{
	(void)state;
	static const char *const texts[] = { "srv:_a.b", "x400:3000", "edi:a1030c0141",
		"rid:2a03" };
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct der der = { 0 };
		struct general_name name = one(&der, texts[i]);
		struct work work;
		work_begin(&work);
		check_true(texts[i],
			general_name_place(&name, &name, &work) == PLACE_UNCLEAR);
		der_clear(&der);
	}
}

/* To the last octet, and no further. */
static void addresses_are_compared_whole(void **state)
{
	(void)state;
	static const unsigned char base_octets[] = { 192, 0, 2, 0, 255, 255, 255, 0, 255 };
	static const struct {
		unsigned char octets[5];
		enum general_name_place place;
	} rows[] = {
		{ { 192, 0, 2, 1, 0 }, PLACE_INSIDE },
		{ { 193, 0, 2, 1, 255 }, PLACE_OUTSIDE },
		{ { 192, 1, 2, 1, 255 }, PLACE_OUTSIDE },
		{ { 192, 0, 3, 1, 255 }, PLACE_OUTSIDE },
	};
	const struct general_name base = { .form = NAME_ADDRESS,
		.content = { base_octets, sizeof(base_octets) - 1 } };
	assert_true(general_name_is_base(&base));
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct general_name name = { .form = NAME_ADDRESS,
			.content = { rows[i].octets, 4 } };
		struct work work;
		work_begin(&work);
		assert_int_equal(general_name_place(&name, &base, &work), rows[i].place);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_taken_with_their_forms),
		cmocka_unit_test(garbled_names_are_not_taken),
		cmocka_unit_test(only_one_type_is_a_utf8_mailbox),
		cmocka_unit_test(names_and_bases_are_understood),
		cmocka_unit_test(names_lie_inside_or_outside),
		cmocka_unit_test(addresses_are_compared_whole),
		cmocka_unit_test(other_forms_lie_nowhere),
	};
	return cmocka_run_group_tests_name("general_name", tests, NULL, NULL);
}
