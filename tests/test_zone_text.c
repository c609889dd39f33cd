/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Zone file text as records of words. */

#include "check.h"
#include "zone_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct dance_octets octets_of(const char *text)
{
	return (struct dance_octets){ (const unsigned char *)text, strlen(text) };
}

/* All records of a text, one a line: "LINE OWNER [WORD] [WORD] ;COMMENT". */
static void put_all(const char *text, char *to, size_t size)
{
	struct zone_text zone;
	struct zone_record record;
	size_t used = 0;
	/* What stands behind it is not of it. */
	unsigned char *copy = malloc(strlen(text) + 1);
	assert_non_null(copy);
	memcpy(copy, text, strlen(text));
	copy[strlen(text)] = 'x';
	to[0] = '\0';
	zone_text_begin(&zone, (struct dance_octets){ copy, strlen(text) });
	while (zone_text_next(&zone, &record)) {
		assert_int_equal(record.directive.data != NULL, record.directive.size != 0);
		assert_true(record.comment.data != NULL || record.comment.size == 0);
		used += (size_t)snprintf(to + used, size - used, "%u %s%.*s", record.line,
			record.owner, (int)record.directive.size,
			record.directive.size > 0 ? (const char *)record.directive.data :
						    "");
		for (size_t i = 0; i < record.count && i < ZONE_TEXT_WORD_MAX; i++) {
			used += (size_t)snprintf(to + used, size - used, " [%.*s]",
				(int)record.words[i].size,
				(const char *)record.words[i].data);
		}
		if (record.comment.data != NULL) {
			used += (size_t)snprintf(to + used, size - used, " ;%.*s",
				(int)record.comment.size,
				(const char *)record.comment.data);
		}
		used += (size_t)snprintf(to + used, size - used, "\n");
	}
	free(copy);
}

static void records_are_words(void **state)
{
	(void)state;
	static const struct {
		const char *text, *records;
	} rows[] = {
		{ "", "" },
		{ "\n \n;x\n\t;y\n", "" },
		{ "$", "1 $\n" },
		{ "a NS", "1 a. [NS]\n" },
		{ ". IN NS a.", "1 . [IN] [NS] [a.]\n" },
		{ "\n. IN\tNS  a. \r\n", "2 . [IN] [NS] [a.]\n" },
		{ "a NS b\\", "1 a. [NS] [b\\]\n" },
		{ "a NS b ;c", "1 a. [NS] [b] ;c\n" },
		{ "a NS b\\;", "1 a. [NS] [b\\;]\n" },
		{ "a NS b;c;d\nb NS c", "1 a. [NS] [b] ;c;d\n2 b. [NS] [c]\n" },
		{ "a NS b\n  TXT c\n", "1 a. [NS] [b]\n2 a. [TXT] [c]\n" },
		{ " TXT c\n", "1 . [TXT] [c]\n" },
		{ " TXT c\n$ORIGIN b.\n TXT d\na TXT e\n TXT f\n",
			"1 . [TXT] [c]\n3 b. [TXT] [d]\n4 a.b. [TXT] [e]\n5 a.b. [TXT] [f]\n" },
		{ "a SOA ( b ; one\n c ) ; two\nb NS c",
			"1 a. [SOA] [b] [c] ; one\n3 b. [NS] [c]\n" },
		{ "a SOA ((b\n) c\n) d", "1 a. [SOA] [b] [c] [d]\n" },
		{ "a SOA b(c)d", "1 a. [SOA] [b] [c] [d]\n" },
		{ "(a\n) NS b\n)c", "1 . [a] [NS] [b]\n3 . [c]\n" },
		{ "a SOA )b\nb NS c", "1 a. [SOA] [b]\n2 b. [NS] [c]\n" },
		{ "a SOA (b", "1 a. [SOA] [b]\n" },
		{ "a TXT \"b ; ( c\" d", "1 a. [TXT] [\"b ; ( c\"] [d]\n" },
		{ "a TXT \"b\nb TXT c", "1 a. [TXT] [\"b]\n2 b. [TXT] [c]\n" },
		{ "a TXT b\\;c\\ d", "1 a. [TXT] [b\\;c\\ d]\n" },
		{ "a TXT b\\", "1 a. [TXT] [b\\]\n" },
		{ "a TXT b\\\nb TXT c", "1 a. [TXT] [b\\]\n2 b. [TXT] [c]\n" },
		{ "$TTL 3600\n$Include x", "1 $TTL [3600]\n2 $Include [x]\n" },
		{ "a NS b\n$TTL 1\n NS c", "1 a. [NS] [b]\n2 $TTL [1]\n3 a. [NS] [c]\n" },
		{ "$ORIGIN b.\na NS c\n@ NS d\n$origin c\ne NS f\n$ORIGIN\ng NS h\n",
			"2 a.b. [NS] [c]\n3 b. [NS] [d]\n5 e.c.b. [NS] [f]\n7 g.c.b. [NS] [h]\n" },
		{ "a. NS b\na\\. NS b\na\\\\. NS b\n",
			"1 a. [NS] [b]\n2 a\\.. [NS] [b]\n3 a\\\\. [NS] [b]\n" },
		{ "$ORIGIN \xc3\xa4.\n@ NS b\na NS b\nc. NS d\n$ORIGIN e\nf NS g\n",
			"2  [NS] [b]\n3  [NS] [b]\n4 c. [NS] [d]\n6  [NS] [g]\n" },
		{ "a\\ b NS c\n!~ NS d", "1  [NS] [c]\n2 !~. [NS] [d]\n" },
		{ "\"a b\" NS c\n\xc3\xa4 NS c", "1  [NS] [c]\n2  [NS] [c]\n" },
		{ "\xef\xbb\xbf. NS a", "1 . [NS] [a]\n" },
		{ "\xef\xbb", "" },
		{ "alone\n", "" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char records[1024];
		put_all(rows[i].text, records, sizeof(records));
		if (strcmp(records, rows[i].records) != 0) {
			fail_msg("'%s':\n%s", rows[i].text, records);
		}
	}
}

static void a_record_may_have_more_words_than_are_kept(void **state)
{
	(void)state;
	char text[4096] = "a";
	for (unsigned i = 0; i < ZONE_TEXT_WORD_MAX + 10; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %u", i);
	}
	strcat(text, "\nb NS c");
	struct zone_text zone;
	struct zone_record record;
	zone_text_begin(&zone, octets_of(text));
	assert_true(zone_text_next(&zone, &record));
	assert_int_equal(record.count, ZONE_TEXT_WORD_MAX + 10);
	for (unsigned i = 0; i < ZONE_TEXT_WORD_MAX; i++) {
		unsigned number;
		assert_true(zone_word_number(&record.words[i], ZONE_TEXT_WORD_MAX, &number));
		assert_int_equal(number, i);
	}
	assert_true(zone_text_next(&zone, &record));
	assert_int_equal(record.count, 2);
	assert_string_equal(record.owner, "b.");
}

static void names_have_a_bound(void **state)
{
	(void)state;
	char text[3 * ZONE_TEXT_NAME_SIZE], label[ZONE_TEXT_NAME_SIZE];
	static const size_t sizes[] = { ZONE_TEXT_NAME_SIZE - 3, ZONE_TEXT_NAME_SIZE - 2,
		ZONE_TEXT_NAME_SIZE - 1 };
	for (size_t i = 0; i < ROWS(sizes); i++) {
		struct zone_text zone;
		struct zone_record record;
		memset(label, 'a', sizes[i]);
		label[sizes[i]] = '\0';
		snprintf(text, sizeof(text), "%s NS b\n", label);
		zone_text_begin(&zone, octets_of(text));
		assert_true(zone_text_next(&zone, &record));
		assert_int_equal(strlen(record.owner), i == 0 ? sizes[i] + 1 : 0);
		/* And with an origin. */
		snprintf(text, sizeof(text), "$ORIGIN %s\na NS b\n", label);
		zone_text_begin(&zone, octets_of(text));
		assert_true(zone_text_next(&zone, &record));
		assert_string_equal(record.owner, "");
	}
}

static void words_are_compared_and_counted(void **state)
{
	(void)state;
	struct dance_octets word = octets_of("iN");
	assert_true(zone_word_is(&word, "IN"));
	assert_false(zone_word_is(&word, "I"));
	assert_false(zone_word_is(&word, "INN"));
	static const struct {
		const char *word;
		bool ttl, number;
		unsigned is;
	} rows[] = {
		{ "0", true, true, 0 },
		{ "9", true, true, 9 },
		{ "19", true, true, 19 },
		{ "1h30M", true, false },
		{ "h", false, false },
		{ "1x", false, false },
		{ "/", false, false },
		{ ":", false, false },
		{ "1/", false, false },
		{ "1:", false, false },
		{ "6553:", false, false },
		{ "65534", true, true, 65534 },
		{ "", false, false },
		{ "65535", true, true, 65535 },
		{ "65536", true, false },
		{ "99999999999999999999", true, false },
		{ "+1", false, false },
		{ "-1", false, false },
		{ "007", true, true, 7 },
		{ "S", false, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		unsigned number;
		word = octets_of(rows[i].word);
		check_true(rows[i].word, zone_word_is_ttl(&word) == rows[i].ttl);
		check_true(rows[i].word,
			zone_word_number(&word, 65535, &number) == rows[i].number);
		check_true(rows[i].word, !rows[i].number || number == rows[i].is);
	}
}

static void a_number_has_a_bound(void **state)
{
	(void)state;
	unsigned number;
	struct dance_octets word = octets_of("00");
	assert_true(zone_word_number(&word, 0, &number));
	word = octets_of("10");
	assert_true(zone_word_number(&word, 10, &number));
	assert_false(zone_word_number(&word, 9, &number));
	assert_false(zone_word_number(&word, 0, &number));
	/* What stands behind an empty word is not of it. */
	word.size = 0;
	assert_false(zone_word_is_ttl(&word));
	assert_false(zone_word_number(&word, 10, &number));
}

/* A file may have any octets. */
static void a_nul_is_in_no_owner(void **state)
{
	(void)state;
	static const unsigned char text[] = "a NS b\n\0 NS c";
	struct zone_text zone;
	struct zone_record record;
	zone_text_begin(&zone, (struct dance_octets){ text, sizeof(text) - 1 });
	assert_true(zone_text_next(&zone, &record));
	assert_true(zone_text_next(&zone, &record));
	assert_string_equal(record.owner, "");
	assert_int_equal(record.count, 2);
	assert_false(zone_text_next(&zone, &record));
}

static void a_nul_is_no_number(void **state)
{
	(void)state;
	unsigned number;
	const struct dance_octets word = { (const unsigned char *)"1\0", 2 };
	assert_false(zone_word_is_ttl(&word));
	assert_false(zone_word_number(&word, 65535, &number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_words),
		cmocka_unit_test(a_record_may_have_more_words_than_are_kept),
		cmocka_unit_test(names_have_a_bound),
		cmocka_unit_test(words_are_compared_and_counted),
		cmocka_unit_test(a_number_has_a_bound),
		cmocka_unit_test(a_nul_is_in_no_owner),
		cmocka_unit_test(a_nul_is_no_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
