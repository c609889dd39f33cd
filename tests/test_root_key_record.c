/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One record of a trust anchor: its algorithm, its digits, how long it may be, and the forms of a
 * key of RSA. What else may stand in a file is in test_root_key.c. */

#include "root_key_scene.h"

/* Every algorithm with which a root may be signed, and an RSA key. */
static void algorithms_have_lengths(void **state)
{
	(void)state;
	static const struct {
		unsigned algorithm;
		size_t size;
		bool good;
	} rows[] = {
		{ 13, 64, true },
		{ 13, 63, false },
		{ 14, 96, true },
		{ 14, 64, false },
		{ 15, 32, true },
		{ 15, 33, false },
		{ 16, 57, true },
		{ 16, 0, false },
		{ 8, 4 + 128, true },
		{ 8, 3 + 128, false },
		{ 10, 4 + 512, true },
		{ 5, 132, false },
		{ 7, 132, false },
		{ 12, 64, false },
		{ 17, 64, false },
		{ 0, 32, false },
		{ 253, 32, false },
		{ 255, 32, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[2048];
		int used = snprintf(text, sizeof(text), ". IN TYPE48 \\# %zu 010103%02x",
			rows[i].size + 4, rows[i].algorithm);
		for (size_t k = 0; k < rows[i].size; k++) {
			used += snprintf(text + used, sizeof(text) - (size_t)used, "03");
		}
		if (parse(text) != rows[i].good) {
			fail_msg("algorithm %u with %zu octets: '%s'", rows[i].algorithm,
				rows[i].size, why);
		}
	}
	check_true("DS 4", parse(". DS 1 8 4 " DIGEST "00112233445566778899aabbccddeeff"));
}

/* By their names or their numbers. */
static void algorithms_have_names(void **state)
{
	(void)state;
	static const struct {
		unsigned number;
		const char *name;
	} rows[] = { { 8, "RSASHA256" }, { 10, "RsaSha512" }, { 13, "ECDSAP256SHA256" },
		{ 14, "ecdsap384sha384" }, { 15, "ED25519" }, { 16, "ED448" } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[256], passed[256];
		snprintf(text, sizeof(text), ". IN DS 65535 %s 2 " DIGEST, rows[i].name);
		snprintf(passed, sizeof(passed),
			". IN TYPE43 \\# 36 ffff%02x02"
			"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
			rows[i].number);
		check_passed(text, passed);
		snprintf(text, sizeof(text), ". IN DS 65535 %u 2 " DIGEST, rows[i].number);
		check_passed(text, passed);
	}
}

/* Each octet in the place of a digit. */
static void digits_are_those_of_rfc_4648(void **state)
{
	(void)state;
	static const char hex[] = "0123456789abcdefABCDEF";
	static const char base64[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (int octet = 1; octet < 256; octet++) {
		char text[256], passed[256];
		if (strchr(" \t\r\n;()\"\\", octet) != NULL) {
			continue; /* that is the end of a word, or makes another one */
		}
		snprintf(text, sizeof(text),
			". IN DS 4660 13 2 %c"
			"%s",
			octet, &DIGEST[1]);
		const char *digit = strchr(hex, octet);
		assert_int_equal(parse(text), digit != NULL);
		if (digit == NULL) {
			assert_non_null(strstr(why, ": its data is not hexadecimal"));
		} else {
			int value = (int)(digit - hex);
			snprintf(passed, sizeof(passed), "%s", PASSED);
			passed[strlen(". IN TYPE43 \\# 36 12340d02")] =
				hex[value < 16 ? value : value - 6];
			check_passed(text, passed);
		}
		snprintf(text, sizeof(text),
			". IN DNSKEY 257 3 15 %c"
			"%s",
			octet, &KEY[1]);
		digit = strchr(base64, octet);
		assert_int_equal(parse(text), digit != NULL);
		if (digit == NULL) {
			assert_non_null(strstr(why, ": its key is not base64"));
		} else {
			/* Its six bits, and the first two of the next digit. */
			unsigned first = (unsigned)(digit - base64) << 2 | (0x5a & 3);
			snprintf(passed, sizeof(passed),
				". IN TYPE48 \\# 36 0101030f%02x%s", first,
				&PASSED_KEY[strlen(". IN TYPE48 \\# 36 0101030f5a")]);
			check_passed(text, passed);
		}
	}
}

/* So many words of one record are read. */
static void a_record_may_have_256_words(void **state)
{
	(void)state;
	for (size_t words = 256; words <= 257; words++) {
		char text[1024] = ". IN DS 4660 13 2";
		for (size_t i = 5; i < words; i++) {
			strcat(text, " 0");
		}
		assert_false(parse(text));
		assert_non_null(strstr(why,
			words == 257 ? ": it is too long" : ": its data is cut short"));
	}
}

/* So much data is read. */
static void a_key_may_have_2048_octets(void **state)
{
	(void)state;
	for (size_t size = 2048; size <= 2049; size++) {
		char text[8192];
		int used = snprintf(text, sizeof(text), ". IN TYPE48 \\# %zu 01010308",
			size);
		for (size_t i = 4; i < size; i++) {
			used += snprintf(text + used, sizeof(text) - (size_t)used, "%02x",
				(unsigned)(i % 255 + 1) & 0xff);
		}
		assert_int_equal(parse(text), size == 2048);
		if (size == 2048) {
			assert_string_equal(told.first, strchr(text, '.'));
		} else {
			assert_non_null(strstr(why, ": it is too long"));
		}
	}
}

/* RFC 3110 2: an exponent may be long. */
static void rsa_keys_have_two_forms(void **state)
{
	(void)state;
	static const struct {
		const char *head;
		size_t rest;
		bool good;
	} rows[] = {
		{ "03010001", 128, true },
		{ "03010001", 127, false },
		{ "0103", 128, true },
		{ "0103", 127, false },
		{ "0000000103", 0, false },
		{ "00000103", 128, true },
		{ "000001", 0, false },
		{ "00000101", 128, true },
		{ "00000101", 127, false },
		{ "00000001", 128, false },
		{ "00", 0, false },
		{ "0000", 0, false },
		{ "ff", 128, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[1024];
		int used = snprintf(text, sizeof(text), ". IN TYPE48 \\# %zu 01010308%s",
			4 + strlen(rows[i].head) / 2 + rows[i].rest, rows[i].head);
		for (size_t k = 0; k < rows[i].rest; k++) {
			used += snprintf(text + used, sizeof(text) - (size_t)used, "c3");
		}
		check_true(rows[i].head, parse(text) == rows[i].good);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(algorithms_have_lengths),
		cmocka_unit_test(algorithms_have_names),
		cmocka_unit_test(digits_are_those_of_rfc_4648),
		cmocka_unit_test(a_record_may_have_256_words),
		cmocka_unit_test(a_key_may_have_2048_octets),
		cmocka_unit_test(rsa_keys_have_two_forms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
