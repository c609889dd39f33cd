/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Distinguished names: RDN by RDN, and each as a set. */

#include "check.h"
#include "dn.h"
#include "name_writer.h"

#include <stdio.h>
#include <string.h>

static struct dance_octets octets(const struct der *der)
{
	return (struct dance_octets){ der->octets, der->size };
}

/* The names of a row, and what is said of them. */
static void check_names(const char *name, const char *base, enum dn_answer place,
	bool equal)
{
	struct der first = { 0 }, second = { 0 };
	struct work work;
	work_begin(&work);
	name_put_dn(&first, name);
	name_put_dn(&second, base);
	check_true(name, dn_is_readable(octets(&first)));
	check_true(base, dn_is_readable(octets(&second)));
	if (dn_is_within(octets(&first), octets(&second), &work) != place) {
		fail_msg("%s in %s: not %d", name, base, place);
	}
	check_true(name, dn_is_equal(octets(&first), octets(&second), &work) == equal);
	check_true(name, dn_is_equal(octets(&second), octets(&first), &work) == equal);
	check_true(name, dn_is_equal(octets(&first), octets(&first), &work));
	check_true(name, !work.spent);
	der_clear(&first);
	der_clear(&second);
}

static void names_lie_below_their_first_rdns(void **state)
{
	(void)state;
	static const struct {
		const char *name, *base;
		enum dn_answer place;
		bool equal;
	} rows[] = {
		{ "C=NL/O=Acme/CN=a", "C=NL/O=Acme/CN=a", DN_YES, true },
		{ "C=NL/O=Acme/CN=a", "C=NL/O=Acme", DN_YES, false },
		{ "C=NL/O=Acme/CN=a", "C=NL", DN_YES, false },
		{ "C=NL/O=Acme", "", DN_YES, false },
		{ "", "", DN_YES, true },
		{ "", "C=NL", DN_NO, false },
		{ "C=NL/O=Acme", "C=NL/O=Acme/CN=a", DN_NO, false },
		{ "C=NL/O=Acme", "O=Acme", DN_NO, false },
		{ "C=NL/O=Acme", "O=Acme/C=NL", DN_NO, false },
		{ "C=NL/O=Acme", "C=NL/O=Acme Inc", DN_NO, false },
		{ "C=NL/O=Acme", "C=NL/OU=Acme", DN_NO, false },
		{ "C=NL/O=Acme", "C=BE/O=Acme", DN_NO, false },
		{ "C=NL/O=ACME  inc /CN=a", "C:p=nl/O:p=acme Inc", DN_YES, false },
		{ "C=NL/O=ACME  inc ", "C:p=nl/O:b#00410063006d006500200049006e0063",
			DN_YES, true },
		{ "DC:i=example/DC:i=NET", "DC:i=EXAMPLE/DC:i=net", DN_YES, true },
		{ "E:i=Me@Example.net", "E:i=me@example.NET", DN_YES, true },
		{ "O=M\xc3\xbcller", "O:t#4ddc4c4c4552", DN_YES, true },
		{ "CN=a+OU=b", "OU=B+CN=A", DN_YES, true },
		{ "CN=a+OU=b/O=c", "OU=b+CN=A", DN_YES, false },
		{ "CN=a+OU=b", "CN=a", DN_NO, false },
		{ "CN=a", "CN=a+OU=b", DN_NO, false },
		{ "CN=a+OU=b", "CN=a/OU=b", DN_NO, false },
		{ "CN=a+OU=b", "CN=b+OU=a", DN_NO, false },
		{ "OU=a+OU=a", "OU=A+OU=b", DN_NO, false },
		{ "OU=a+OU=b", "OU=B+OU=b", DN_NO, false },
		{ "OU=a+OU=b+OU=a", "OU=B+OU=A+OU=a", DN_YES, true },
		{ "CN:x#05", "CN:x#06", DN_NO, false },
		{ "CN:x#05", "CN=5", DN_UNCLEAR, false },
		{ "O#efbfbd/CN=a", "O#ee8080", DN_UNCLEAR, false },
		{ "O#efbfbd/CN=a", "O#efbfbd", DN_YES, false },
		{ "O#efbfbd/CN=A", "O#efbfbd/CN=a", DN_YES, true },
		{ "O#efbfbd/CN=a", "O#ee8080/CN=b", DN_NO, false },
		{ "CN=a/O#efbfbd", "CN=b/O#ee8080", DN_NO, false },
		{ "O#efbfbd", "O#ee8080/CN=a", DN_NO, false },
		{ "O#efbfbd", "OU#ee8080", DN_NO, false },
		{ "O#efbfbd+CN=a", "O#efbfbd+CN=A", DN_YES, true },
		{ "O#efbfbd+CN=a", "CN=a+O#ee8080", DN_UNCLEAR, false },
		{ "O#efbfbd+CN=a", "CN=b+O#ee8080", DN_NO, false },
		{ "CN=a+CN#efbfbd", "CN=b+CN=a", DN_UNCLEAR, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		check_names(rows[i].name, rows[i].base, rows[i].place, rows[i].equal);
	}
}

/* As many attributes as `count`, the first one on its own. */
static void put_wide(char *text, size_t size, const char *first, unsigned count)
{
	size_t at = (size_t)snprintf(text, size, "OU=%s", first);
	for (unsigned i = 1; i < count; i++) {
		at += (size_t)snprintf(text + at, size - at, "+OU=%u", i);
	}
}

static void wide_rdns_are_compared_up_to_a_bound(void **state)
{
	(void)state;
	char name[32 * DN_ATTRIBUTE_MAX], base[sizeof(name)];
	put_wide(name, sizeof(name), "a", DN_ATTRIBUTE_MAX);
	put_wide(base, sizeof(base), "A", DN_ATTRIBUTE_MAX);
	check_names(name, base, DN_YES, true);
	put_wide(name, sizeof(name), "a", DN_ATTRIBUTE_MAX + 1);
	put_wide(base, sizeof(base), "A", DN_ATTRIBUTE_MAX + 1);
	check_names(name, base, DN_UNCLEAR, false);
	check_names(name, name, DN_YES, true);
	check_names(name, "OU=a", DN_UNCLEAR, false);
}

static void what_is_garbled_is_no_name(void **state)
{
	(void)state;
	static const struct {
		const char *row, *octets;
		size_t size;
	} rows[] = {
		{ "nothing", "", 0 },
		{ "a set", "\x31\0", 2 },
		{ "cut", "\x30\1", 2 },
		{ "behind it", "\x30\0\0", 3 },
		{ "no RDN", "\x30\2\x30\0", 4 },
		{ "an empty RDN", "\x30\2\x31\0", 4 },
		{ "no attribute", "\x30\4\x31\2\5\0", 6 },
		{ "an empty attribute", "\x30\4\x31\2\x30\0", 6 },
		{ "no value", "\x30\x07\x31\5\x30\3\6\1\x55", 9 },
		{ "an empty type", "\x30\x09\x31\7\x30\5\6\0\x0c\1a", 11 },
		{ "a type not minimal", "\x30\x0b\x31\x09\x30\7\6\2\x80\1\x0c\1a", 13 },
		{ "a type cut", "\x30\x0a\x31\x08\x30\6\6\1\x81\x0c\1a", 12 },
		{ "behind the value", "\x30\x0c\x31\x0a\x30\x08\6\1\x55\x0c\1a\5\0", 14 },
		{ "behind the attribute", "\x30\x0b\x31\x09\x30\6\6\1\x55\x0c\1a\0", 13 },
	};
	struct der good = { 0 };
	name_put_dn(&good, "C=NL");
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct work work;
		work_begin(&work);
		struct dance_octets bad = { (const unsigned char *)rows[i].octets,
			rows[i].size };
		check_true(rows[i].row, !dn_is_readable(bad));
		check_true(rows[i].row, !dn_is_equal(bad, octets(&good), &work));
		check_true(rows[i].row,
			dn_is_within(octets(&good), bad, &work) == DN_UNCLEAR);
		check_true(rows[i].row,
			dn_is_within(bad, octets(&good), &work) == DN_UNCLEAR);
	}
	der_clear(&good);
}

static void comparing_is_paid_for(void **state)
{
	(void)state;
	struct der a = { 0 }, b = { 0 };
	name_put_dn(&a, "C=NL/O=Acme");
	name_put_dn(&b, "C=NL/O=acme");
	struct work work = { 0 };
	assert_false(dn_is_equal(octets(&a), octets(&b), &work));
	assert_int_equal(dn_is_within(octets(&a), octets(&a), &work), DN_UNCLEAR);
	assert_true(dn_is_equal(octets(&a), octets(&a), &work));
	work = (struct work){ .left = 1 };
	assert_false(dn_is_equal(octets(&a), octets(&b), &work));
	work_begin(&work);
	assert_true(dn_is_equal(octets(&a), octets(&b), &work));
	assert_true(work.left >= WORK_MAX - 10 && work.left <= WORK_MAX - 2);
	der_clear(&a);
	der_clear(&b);
}

/* A base whose last RDN is an octet only, behind those of the name. */
static void a_base_is_read_to_its_end(void **state)
{
	(void)state;
	static const unsigned char whole[] = "\x30\x0a\x31\x08\x30\6\6\1\x55\x0c\1a";
	static const unsigned char more[] = "\x30\x0b\x31\x08\x30\6\6\1\x55\x0c\1a\x31";
	const struct dance_octets name = { more, sizeof(more) - 1 };
	const struct dance_octets base = { whole, sizeof(whole) - 1 };
	struct work work;
	work_begin(&work);
	assert_true(dn_is_readable(base));
	assert_false(dn_is_readable(name));
	assert_int_equal(dn_is_within(name, base, &work), DN_YES);
	assert_int_equal(dn_is_within(name, name, &work), DN_UNCLEAR);
}

/* Where the work is spent in the midst of it, nothing is known. */
static void what_is_not_paid_for_is_unclear(void **state)
{
	(void)state;
	struct der a = { 0 }, b = { 0 };
	name_put_dn(&a, "C=NL+O=Acme");
	name_put_dn(&b, "C=NL+O=Acne");
	enum dn_answer answer = DN_UNCLEAR;
	for (uint32_t left = 0; answer != DN_NO; left++) {
		struct work work = { .left = left };
		answer = dn_is_within(octets(&a), octets(&b), &work);
		assert_int_equal(answer, work.spent ? DN_UNCLEAR : DN_NO);
	}
	der_clear(&a);
	der_clear(&b);
}

/* One RDN has as many attributes as it has, whatever the one before it had. */
static void an_rdn_ends_with_its_last_attribute(void **state)
{
	(void)state;
	struct der two = { 0 }, other = { 0 }, name = { 0 }, base = { 0 };
	name_put_dn(&two, "C=NL+O=Acme");
	name_put_dn(&other, "C=NL+O=acme");
	name_put_dn(&name, "O=acme");
	name_put_dn(&base, "C=NL");
	struct work work;
	work_begin(&work);
	assert_int_equal(dn_is_within(octets(&two), octets(&other), &work), DN_YES);
	assert_int_equal(dn_is_within(octets(&name), octets(&base), &work), DN_NO);
	der_clear(&two);
	der_clear(&other);
	der_clear(&name);
	der_clear(&base);
}

/* One of sixteen attributes is compared with up to as many. */
static void each_pair_of_an_rdn_is_paid_for(void **state)
{
	(void)state;
	char forward[16 * 70] = "", backward[sizeof(forward)] = "", *to = forward,
			  *end = backward;
	for (int i = 0; i < DN_ATTRIBUTE_MAX; i++) {
		const char *plus = i > 0 ? "+" : "";
		to += sprintf(to, "%sOU=%060d%c", plus, 0, 'a' + i);
		end += sprintf(end, "%sOU=%060d%c", plus, 0,
			'A' + DN_ATTRIBUTE_MAX - 1 - i);
	}
	struct der a = { 0 }, b = { 0 };
	name_put_dn(&a, forward);
	name_put_dn(&b, backward);
	struct work work;
	work_begin(&work);
	assert_true(dn_is_equal(octets(&a), octets(&b), &work));
	unsigned pairs = DN_ATTRIBUTE_MAX * (DN_ATTRIBUTE_MAX + 1) / 2;
	assert_true(WORK_MAX - work.left >= pairs * (1 + 2 * 61 / 16));
	der_clear(&a);
	der_clear(&b);
}

static void characters_are_whole(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool whole;
	} rows[] = {
		{ "O#c3bc", true },
		{ "O#", true },
		{ "O#c3", false },
		{ "O#ff", false },
		{ "O#c0af", false },
		{ "O#eda080", false },
		{ "O:b#0041", true },
		{ "O:b#004100", false },
		{ "O:w#00000041", true },
		{ "O:w#000041", false },
		{ "O:t#ff", true },
		{ "O:p#ff", true },
		{ "O:x#00ff", true },
		{ "CN=a/O=b+OU#ff", false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der name = { 0 };
		name_put_dn(&name, rows[i].name);
		check_true(rows[i].name, dn_is_readable(octets(&name)) == rows[i].whole);
		der_clear(&name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_lie_below_their_first_rdns),
		cmocka_unit_test(wide_rdns_are_compared_up_to_a_bound),
		cmocka_unit_test(what_is_garbled_is_no_name),
		cmocka_unit_test(characters_are_whole),
		cmocka_unit_test(comparing_is_paid_for),
		cmocka_unit_test(each_pair_of_an_rdn_is_paid_for),
		cmocka_unit_test(a_base_is_read_to_its_end),
		cmocka_unit_test(what_is_not_paid_for_is_unclear),
		cmocka_unit_test(an_rdn_ends_with_its_last_attribute),
	};
	return cmocka_run_group_tests_name("dn", tests, NULL, NULL);
}
