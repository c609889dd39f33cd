/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Values of attributes: which texts are the same whatever their types and letters, which are
 * not, and of which it cannot be told. */

#include "check.h"
#include "dn_value.h"

#include <string.h>
#include <unicase.h>

#define UTF8 0x0c
#define NUMERIC 0x12
#define PRINTABLE 0x13
#define TELETEX 0x14
#define IA5 0x16
#define VISIBLE 0x1a
#define UNIVERSAL 0x1c
#define BMP 0x1e

#define VALUE(tag, literal) \
	{ tag, { (const unsigned char *)(literal), sizeof(literal) - 1 } }

static bool has_memory = true;

uint32_t *__real_u32_casefold(const uint32_t *s, size_t n, const char *language,
	uninorm_t form, uint32_t *buffer, size_t *size);
uint32_t *__wrap_u32_casefold(const uint32_t *s, size_t n, const char *language,
	uninorm_t form, uint32_t *buffer, size_t *size);

uint32_t *__wrap_u32_casefold(const uint32_t *s, size_t n, const char *language,
	uninorm_t form, uint32_t *buffer, size_t *size)
{
	return has_memory ? __real_u32_casefold(s, n, language, form, buffer, size) : NULL;
}

struct row {
	const char *row;
	struct dn_value a, b;
	enum dn_answer answer;
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct work work;
		work_begin(&work);
		check_true(rows[i].row,
			dn_value_compare(&rows[i].a, &rows[i].b, &work) == rows[i].answer);
		check_true(rows[i].row,
			dn_value_compare(&rows[i].b, &rows[i].a, &work) == rows[i].answer);
		check_true(rows[i].row,
			dn_value_compare(&rows[i].a, &rows[i].a, &work) == DN_YES);
		check_true(rows[i].row, !work.spent && work.failed == NULL);
	}
}

static void ascii_is_compared_in_any_case_and_type(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "case", VALUE(UTF8, "Acme"), VALUE(UTF8, "aCME"), DN_YES },
		{ "types", VALUE(UTF8, "Acme"), VALUE(PRINTABLE, "Acme"), DN_YES },
		{ "ia5", VALUE(IA5, "example"), VALUE(UTF8, "EXAMPLE"), DN_YES },
		{ "teletex", VALUE(TELETEX, "Acme"), VALUE(PRINTABLE, "acme"), DN_YES },
		{ "visible", VALUE(VISIBLE, "Acme"), VALUE(UTF8, "acme"), DN_YES },
		{ "numeric", VALUE(NUMERIC, "1 2"), VALUE(PRINTABLE, "1  2"), DN_YES },
		{ "bmp", VALUE(BMP, "\0A\0c\0m\0e"), VALUE(UTF8, "acme"), DN_YES },
		{ "universal", VALUE(UNIVERSAL, "\0\0\0A\0\0\0c"), VALUE(IA5, "ac"),
			DN_YES },
		{ "other", VALUE(UTF8, "Acme"), VALUE(UTF8, "Acne"), DN_NO },
		{ "shorter", VALUE(UTF8, "Acme"), VALUE(UTF8, "Acm"), DN_NO },
		{ "nothing", VALUE(UTF8, ""), VALUE(UTF8, "a"), DN_NO },
		{ "nothing twice", VALUE(UTF8, ""), VALUE(PRINTABLE, ""), DN_YES },
		{ "no letter", VALUE(UTF8, "a@"), VALUE(UTF8, "a`"), DN_NO },
		{ "no letter either", VALUE(UTF8, "a["), VALUE(UTF8, "a{"), DN_NO },
		{ "first and last letter", VALUE(UTF8, "AZ"), VALUE(UTF8, "az"), DN_YES },
		{ "bmp other", VALUE(BMP, "\0A\0c"), VALUE(UTF8, "ab"), DN_NO },
	};
	check_rows(rows, ROWS(rows));
}

/* Each octet of ASCII between two letters, read as ASCII and as characters: a space, nothing, or a
 * letter or sign. */
static void each_octet_of_ascii_is_mapped(void **state)
{
	(void)state;
	for (unsigned char c = 0; c < 0x80; c++) {
		const unsigned char octets[] = { 'x', c, 'x' },
				    wide[] = { 0, 'x', 0, c, 0, 'x' };
		const unsigned char lower[] = { 'x',
			c >= 'A' && c <= 'Z' ? (unsigned char)(c + 'a' - 'A') : c, 'x' };
		bool space = c == ' ' || (c >= '\t' && c <= '\r');
		bool nothing = !space && (c < ' ' || c == 0x7f);
		const struct dn_value values[] = { { UTF8, { octets, sizeof(octets) } },
			{ BMP, { wide, sizeof(wide) } } };
		const struct dn_value none = VALUE(IA5, "xx"), one = VALUE(IA5, "x x");
		const struct dn_value other = { IA5, { lower, sizeof(lower) } };
		for (size_t i = 0; i < ROWS(values); i++) {
			struct work work;
			work_begin(&work);
			assert_int_equal(dn_value_compare(&values[i], &none, &work),
				nothing ? DN_YES : DN_NO);
			assert_int_equal(dn_value_compare(&values[i], &one, &work),
				space ? DN_YES : DN_NO);
			assert_int_equal(dn_value_compare(&values[i], &other, &work),
				DN_YES);
		}
	}
}

static void spaces_that_say_nothing_are_left_out(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "before", VALUE(UTF8, "  Acme"), VALUE(UTF8, "Acme"), DN_YES },
		{ "behind", VALUE(UTF8, "Acme  "), VALUE(UTF8, "Acme"), DN_YES },
		{ "between", VALUE(UTF8, "Acme   Inc"), VALUE(UTF8, "Acme Inc"), DN_YES },
		{ "everywhere", VALUE(UTF8, " a  b c   d "), VALUE(IA5, "a b  c d"),
			DN_YES },
		{ "none between", VALUE(UTF8, "AcmeInc"), VALUE(UTF8, "Acme Inc"), DN_NO },
		{ "elsewhere", VALUE(UTF8, "a bc"), VALUE(UTF8, "ab c"), DN_NO },
		{ "only", VALUE(UTF8, "   "), VALUE(UTF8, " "), DN_YES },
		{ "only, and nothing", VALUE(UTF8, "   "), VALUE(UTF8, ""), DN_YES },
		{ "tab and line", VALUE(UTF8, "a\t\r\n\v\fb"), VALUE(UTF8, "a b"), DN_YES },
		{ "controls",
			VALUE(UTF8,
				"\x01"
				"a\0\x1f\x7f"
				"b"),
			VALUE(UTF8, "ab"), DN_YES },
		{ "controls in spaces", VALUE(UTF8, "a \x01 b"), VALUE(UTF8, "a b"),
			DN_YES },
		{ "no-break", VALUE(UTF8, "a\xc2\xa0 b"), VALUE(UTF8, "a b"), DN_YES },
		{ "ideographic",
			VALUE(UTF8,
				"\xe3\x80\x80"
				"a"),
			VALUE(UTF8, "a"), DN_YES },
		{ "next line",
			VALUE(UTF8,
				"a\xc2\x85"
				"b"),
			VALUE(UTF8, "a b"), DN_YES },
		{ "line separator",
			VALUE(UTF8,
				"a\xe2\x80\xa8"
				"b"),
			VALUE(UTF8, "a b"), DN_YES },
		{ "zero width",
			VALUE(UTF8,
				"a\xe2\x80\x8b"
				"b"),
			VALUE(UTF8, "ab"), DN_YES },
		{ "soft hyphen",
			VALUE(UTF8,
				"a\xc2\xad"
				"b"),
			VALUE(UTF8, "ab"), DN_YES },
		{ "variation",
			VALUE(UTF8,
				"a\xef\xb8\x8f"
				"b"),
			VALUE(UTF8, "ab"), DN_YES },
		{ "first variation", VALUE(UTF8, "a\xef\xb8\x80z"), VALUE(UTF8, "az"),
			DN_YES },
		{ "before variations", VALUE(UTF8, "a\xef\xb7\xbfz"), VALUE(UTF8, "az"),
			DN_NO },
		{ "behind variations", VALUE(UTF8, "a\xef\xb8\x90z"), VALUE(UTF8, "az"),
			DN_NO },
		{ "before mongolian variations", VALUE(UTF8, "a\xe1\xa0\x8az"),
			VALUE(UTF8, "az"), DN_NO },
		{ "only c1", VALUE(TELETEX, "\x80"), VALUE(UTF8, ""), DN_YES },
		{ "object",
			VALUE(UTF8,
				"a\xef\xbf\xbc"
				"b"),
			VALUE(UTF8, "ab"), DN_YES },
		{ "joiner",
			VALUE(UTF8,
				"a\xcd\x8f"
				"b"),
			VALUE(UTF8, "ab"), DN_YES },
		{ "mongolian",
			VALUE(UTF8,
				"a\xe1\xa0\x86\xe1\xa0\x8b\xe1\xa0\x8d"
				"b"),
			VALUE(UTF8, "ab"), DN_YES },
		{ "order mark", VALUE(BMP, "\xfe\xff\0a"), VALUE(UTF8, "a"), DN_YES },
		{ "c1",
			VALUE(TELETEX,
				"a\x80\x9f"
				"b"),
			VALUE(UTF8, "ab"), DN_YES },
		{ "a space under a mark", VALUE(UTF8, "a \xcc\x88"),
			VALUE(UTF8, "a\xcc\x88"), DN_NO },
		{ "and one more", VALUE(UTF8, "a \xcc\x88"), VALUE(UTF8, "a   \xcc\x88"),
			DN_NO },
		{ "a mark in third place", VALUE(BMP, "\0a\0b\3\x08"),
			VALUE(BMP, "\0a\0b\3\x09"), DN_NO },
		{ "a space at the end, in second place", VALUE(BMP, "\0a\0 "),
			VALUE(BMP, "\0\0\0a"), DN_YES },
		{ "before letters", VALUE(UTF8, "a  \xc3\xbc"), VALUE(UTF8, "a \xc3\xbc"),
			DN_YES },
		{ "behind letters", VALUE(UTF8, "\xc3\xbc  "), VALUE(UTF8, "\xc3\xbc"),
			DN_YES },
		{ "a lone mark", VALUE(UTF8, "a\xc2\xa8"), VALUE(UTF8, "a \xcc\x88"),
			DN_YES },
	};
	check_rows(rows, ROWS(rows));
}

static void letters_of_all_scripts_are_folded(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "umlaut", VALUE(UTF8, "M\xc3\x9cLLER"), VALUE(UTF8, "m\xc3\xbcller"),
			DN_YES },
		{ "decomposed", VALUE(UTF8, "Mu\xcc\x88ller"), VALUE(UTF8, "m\xc3\xbcller"),
			DN_YES },
		{ "teletex", VALUE(TELETEX, "M\xdcller"), VALUE(UTF8, "m\xc3\xbcller"),
			DN_YES },
		{ "bmp", VALUE(BMP, "\0M\0\xdc"), VALUE(UTF8, "m\xc3\xbc"), DN_YES },
		{ "universal", VALUE(UNIVERSAL, "\0\1\4\0"),
			VALUE(UTF8, "\xf0\x90\x90\xa8"), DN_YES },
		{ "no umlaut", VALUE(UTF8, "M\xc3\xbcller"), VALUE(UTF8, "Muller"), DN_NO },
		{ "no transcription", VALUE(UTF8, "M\xc3\xbcller"), VALUE(UTF8, "Mueller"),
			DN_NO },
		{ "sharp s",
			VALUE(UTF8,
				"Stra\xc3\x9f"
				"e"),
			VALUE(IA5, "STRASSE"), DN_YES },
		{ "large sharp s", VALUE(UTF8, "\xe1\xba\x9e"), VALUE(UTF8, "\xc3\x9f"),
			DN_YES },
		{ "sigma", VALUE(UTF8, "\xce\xa3\xcf\x82"), VALUE(UTF8, "\xcf\x83\xcf\x83"),
			DN_YES },
		{ "cyrillic", VALUE(UTF8, "\xd0\x90"), VALUE(UTF8, "\xd0\xb0"), DN_YES },
		{ "cyrillic a", VALUE(UTF8, "\xd0\xb0"), VALUE(UTF8, "a"), DN_NO },
		{ "full width", VALUE(UTF8, "\xef\xbc\xa1"), VALUE(UTF8, "a"), DN_YES },
		{ "ligature", VALUE(UTF8, "\xef\xac\x81"), VALUE(UTF8, "FI"), DN_YES },
		{ "telephone sign", VALUE(UTF8, "\xe2\x84\xa1"), VALUE(UTF8, "tel"),
			DN_YES },
		{ "mathematical", VALUE(UTF8, "\xf0\x9d\x90\x80"), VALUE(UTF8, "a"),
			DN_YES },
		{ "angstrom", VALUE(UTF8, "\xe2\x84\xab"), VALUE(UTF8, "\xc3\xa5"), DN_YES },
		{ "order of marks", VALUE(UTF8, "a\xcc\x88\xcc\xa3"),
			VALUE(UTF8, "a\xcc\xa3\xcc\x88"), DN_YES },
		{ "dotted i", VALUE(UTF8, "\xc4\xb0"), VALUE(UTF8, "i"), DN_NO },
		{ "dotless i", VALUE(UTF8, "\xc4\xb1"), VALUE(UTF8, "I"), DN_NO },
		{ "hangul", VALUE(UTF8, "\xea\xb0\x80"),
			VALUE(UTF8, "\xe1\x84\x80\xe1\x85\xa1"), DN_YES },
		{ "han", VALUE(UTF8, "\xe4\xb8\xad"), VALUE(BMP, "\x4e\x2d"), DN_YES },
		{ "other han", VALUE(UTF8, "\xe4\xb8\xad"), VALUE(BMP, "\x4e\x2e"), DN_NO },
	};
	check_rows(rows, ROWS(rows));
}

/* An encoding that is identical is equal all the same, as check_rows() sees to. */
static void what_is_no_text_cannot_be_told(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "not UTF-8", VALUE(UTF8, "a\xff"), VALUE(UTF8, "a"), DN_UNCLEAR },
		{ "latin", VALUE(UTF8, "M\xfcller"), VALUE(UTF8, "M\xc3\xbcller"),
			DN_UNCLEAR },
		{ "cut", VALUE(UTF8, "a\xc3"), VALUE(UTF8, "a"), DN_UNCLEAR },
		{ "overlong", VALUE(UTF8, "\xc1\x81"), VALUE(UTF8, "A"), DN_UNCLEAR },
		{ "not UTF-8 behind nothing", VALUE(UTF8, "\xc2\xad\xff"), VALUE(UTF8, ""),
			DN_UNCLEAR },
		{ "odd bmp behind nothing", VALUE(BMP, "\0\xad\0"), VALUE(UTF8, ""),
			DN_UNCLEAR },
		{ "first surrogate", VALUE(UNIVERSAL, "\0\0\xd8\0"), VALUE(UTF8, "a"),
			DN_UNCLEAR },
		{ "surrogates", VALUE(UTF8, "\xed\xa0\x80"), VALUE(UTF8, "a"), DN_UNCLEAR },
		{ "too large", VALUE(UTF8, "\xf4\x90\x80\x80"), VALUE(UTF8, "a"),
			DN_UNCLEAR },
		{ "bmp surrogates", VALUE(BMP, "\xd8\1\xdc\0"),
			VALUE(UTF8, "\xf0\x90\x90\x80"), DN_UNCLEAR },
		{ "odd bmp", VALUE(BMP, "\0a\0"), VALUE(UTF8, "a"), DN_UNCLEAR },
		{ "odd universal", VALUE(UNIVERSAL, "\0\0\0a\0\0"), VALUE(UTF8, "a"),
			DN_UNCLEAR },
		{ "universal surrogate", VALUE(UNIVERSAL, "\0\0\xdf\xff"), VALUE(UTF8, "a"),
			DN_UNCLEAR },
		{ "universal too large", VALUE(UNIVERSAL, "\0\x11\0\0"), VALUE(UTF8, "a"),
			DN_UNCLEAR },
		{ "printable", VALUE(PRINTABLE, "M\xfc"), VALUE(UTF8, "a"), DN_UNCLEAR },
		{ "ia5", VALUE(IA5, "M\xfc"), VALUE(TELETEX, "M\xfc"), DN_UNCLEAR },
		{ "numeric", VALUE(NUMERIC, "1\xff"), VALUE(UTF8, "1"), DN_UNCLEAR },
		{ "visible", VALUE(VISIBLE, "M\x80"), VALUE(UTF8, "m"), DN_UNCLEAR },
		{ "private use", VALUE(UTF8, "\xee\x80\x80"), VALUE(UTF8, "a"), DN_UNCLEAR },
		{ "no character", VALUE(UTF8, "\xef\xbf\xbe"), VALUE(UTF8, "a"),
			DN_UNCLEAR },
		{ "replacement", VALUE(UTF8, "\xef\xbf\xbd"), VALUE(UTF8, "a"), DN_UNCLEAR },
		{ "both", VALUE(UTF8, "\xff"), VALUE(UTF8, "\xfe"), DN_UNCLEAR },
		{ "types that are no text", VALUE(0x02, "\5"), VALUE(UTF8, "5"),
			DN_UNCLEAR },
		{ "parts", VALUE(0x2c, "\x0c\1a"), VALUE(UTF8, "a"), DN_UNCLEAR },
		{ "two of them", VALUE(0x02, "\5"), VALUE(0x0a, "\5"), DN_UNCLEAR },
		{ "numbers", VALUE(0x02, "\5"), VALUE(0x02, "\6"), DN_NO },
		{ "bits", VALUE(0x03, "\0a"), VALUE(0x03, "\0A"), DN_NO },
	};
	check_rows(rows, ROWS(rows));
}

static void long_texts_are_compared_up_to_a_bound(void **state)
{
	(void)state;
	unsigned char a[2 * DN_TEXT_MAX + 2], b[sizeof(a)];
	for (size_t i = 0; i < sizeof(a); i += 2) {
		memcpy(a + i, "\xc3\xbc", 2);
		memcpy(b + i, "\xc3\x9c", 2);
	}
	struct work work;
	work_begin(&work);
	struct dn_value first = { UTF8, { a, 2 * DN_TEXT_MAX } };
	struct dn_value second = { UTF8, { b, 2 * DN_TEXT_MAX } };
	assert_int_equal(dn_value_compare(&first, &second, &work), DN_YES);
	first.content.size += 2;
	second.content.size += 2;
	assert_int_equal(dn_value_compare(&first, &second, &work), DN_UNCLEAR);
	/* ASCII needs no room. */
	memset(a, 'a', sizeof(a));
	memset(b, 'A', sizeof(b));
	a[0] = b[0] = '~';
	assert_int_equal(dn_value_compare(&first, &second, &work), DN_YES);
	b[sizeof(b) - 1] = 'b';
	assert_int_equal(dn_value_compare(&first, &second, &work), DN_NO);
	assert_false(work.spent);
}

/* Also those that are left out before the texts are compared. */
static void octets_are_paid_for(void **state)
{
	(void)state;
	unsigned char a[2000], b[sizeof(a)];
	memset(a, 'a', sizeof(a));
	memset(b, 'A', sizeof(b));
	struct work work;
	work_begin(&work);
	struct dn_value first = { TELETEX, { a, sizeof(a) } },
			second = { TELETEX, { b, sizeof(b) } };
	assert_int_equal(dn_value_compare(&first, &second, &work), DN_YES);
	assert_int_equal(work.left, WORK_MAX - 2 * sizeof(a) / 16);
	/* What stands behind is not looked at. */
	a[1600] = b[1600] = 0xff;
	first.content.size = second.content.size = 1600;
	work_begin(&work);
	assert_int_equal(dn_value_compare(&first, &second, &work), DN_YES);
	assert_int_equal(work.left, WORK_MAX - 2 * 1600 / 16);
	first.content.size = second.content.size = sizeof(a);
	memset(a, 0xad, sizeof(a) - 1); /* soft hyphens */
	memset(b, 'A', sizeof(b));
	work_begin(&work);
	assert_int_equal(dn_value_compare(&first, &second, &work), DN_NO);
	assert_int_equal(work.left, WORK_MAX - 2 * sizeof(a) / 8);
	memset(b, 0xad, sizeof(b) - 1);
	work_begin(&work);
	assert_int_equal(dn_value_compare(&first, &second, &work), DN_YES);
	assert_int_equal(work.left, WORK_MAX - 2 * sizeof(a) / 8);
	assert_int_equal(dn_value_compare(&first, &first, &work), DN_YES);
	assert_int_equal(work.left, WORK_MAX - 2 * sizeof(a) / 8);
	work = (struct work){ .left = 2 * sizeof(a) / 8 - 1 };
	assert_int_equal(dn_value_compare(&first, &second, &work), DN_UNCLEAR);
	assert_true(work.spent);
}

static void folding_is_paid_for(void **state)
{
	(void)state;
	struct dn_value a = VALUE(UTF8, "\xc3\xbc"), b = VALUE(UTF8, "\xc3\x9c");
	struct dn_value ascii = VALUE(UTF8, "a");
	/* Two rounds for each of two, and the second of more where more has come of it. */
	struct work work = { .left = 20 };
	assert_int_equal(dn_value_compare(&a, &b, &work), DN_YES);
	assert_int_equal(work.left, 0);
	for (uint32_t left = 0; left < 20; left++) {
		work = (struct work){ .left = left };
		assert_int_equal(dn_value_compare(&a, &b, &work), DN_UNCLEAR);
		assert_true(work.spent);
	}
	assert_int_equal(dn_value_compare(&a, &a, &work), DN_YES);
	assert_int_equal(dn_value_compare(&a, &ascii, &work), DN_UNCLEAR);
	struct dn_value phrase = VALUE(UTF8, "\xef\xb7\xba");
	work_begin(&work);
	assert_int_equal(dn_value_compare(&phrase, &ascii, &work), DN_NO);
	assert_int_equal(work.left, WORK_MAX - 5 - 56);
}

static void without_memory_nothing_can_be_told(void **state)
{
	(void)state;
	struct dn_value a = VALUE(UTF8, "\xc3\xbc"), b = VALUE(UTF8, "\xc3\x9c");
	struct dn_value ascii = VALUE(UTF8, "a");
	struct work work;
	work_begin(&work);
	has_memory = false;
	assert_int_equal(dn_value_compare(&a, &b, &work), DN_UNCLEAR);
	assert_int_equal(dn_value_compare(&a, &ascii, &work), DN_UNCLEAR);
	assert_string_equal(work.failed, "names cannot be compared: out of memory");
	assert_int_equal(dn_value_compare(&ascii, &ascii, &work), DN_YES);
	has_memory = true;
	work_begin(&work);
	assert_int_equal(dn_value_compare(&a, &b, &work), DN_YES);
	assert_null(work.failed);
}

/* Of as many octets as its characters have. */
static void a_text_is_whole(void **state)
{
	(void)state;
	static const struct {
		struct dn_value value;
		bool whole;
	} values[] = {
		{ { UTF8, { NULL, 0 } }, true },
		{ VALUE(UTF8, "a"), true },
		{ VALUE(UTF8, "\xff"), false },
		{ VALUE(UTF8, "\xc3"), false },
		{ VALUE(UTF8, "\xc3\xbc"), true },
		{ VALUE(BMP, ""), true },
		{ VALUE(BMP, "\0"), false },
		{ VALUE(BMP, "\0a"), true },
		{ VALUE(BMP, "\0a\0"), false },
		{ VALUE(BMP, "\0a\0b"), true },
		{ VALUE(UNIVERSAL, ""), true },
		{ VALUE(UNIVERSAL, "\0\0\0"), false },
		{ VALUE(UNIVERSAL, "\0\0\0a"), true },
		{ VALUE(UNIVERSAL, "\0\0\0a\0"), false },
		{ VALUE(UNIVERSAL, "\0\0\0a\0\0"), false },
		{ VALUE(PRINTABLE, "\xff"), true },
	};
	for (size_t i = 0; i < ROWS(values); i++) {
		if (dn_value_is_whole(&values[i].value) != values[i].whole) {
			fail_msg("value %zu", i);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii_is_compared_in_any_case_and_type),
		cmocka_unit_test(each_octet_of_ascii_is_mapped),
		cmocka_unit_test(spaces_that_say_nothing_are_left_out),
		cmocka_unit_test(letters_of_all_scripts_are_folded),
		cmocka_unit_test(what_is_no_text_cannot_be_told),
		cmocka_unit_test(long_texts_are_compared_up_to_a_bound),
		cmocka_unit_test(octets_are_paid_for),
		cmocka_unit_test(folding_is_paid_for),
		cmocka_unit_test(without_memory_nothing_can_be_told),
		cmocka_unit_test(a_text_is_whole),
	};
	return cmocka_run_group_tests_name("dn_value", tests, NULL, NULL);
}
