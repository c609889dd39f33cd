/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The socketmap: netstrings with a fingerprint. */

#include "ask_scene.h"

#define dialect (&dialect_socketmap)

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static void a_key_is_a_fingerprint_of_either_kind(void **state)
{
	(void)state;
	static const char *const texts[] = { "70:relay " HEX ",", "101:relay " DIGEST "," };
	for (size_t i = 0; i < ROWS(texts); i++) {
		const struct question *question = read_one(dialect, texts[i]);
		assert_null(question->fault);
		assert_true(question->over_tls && !question->has_version);
		assert_true(question->has_key && question->has_certificate);
		assert_true(question->is_either);
		assert_true(is_digest(question->key) && is_digest(question->certificate));
	}
	const struct question *question = read_one(dialect,
		"38:relay 000102030405060708090a0b0c0d0e0f,");
	assert_null(question->fault);
	assert_int_equal(question->digest_size, 16);
	assert_true(!question->has_key && !question->has_certificate);
}

static void what_is_no_key_is_told(void **state)
{
	(void)state;
	assert_string_equal(fault_of(dialect, "0:,"), "it has no key");
	assert_string_equal(fault_of(dialect, "5:relay,"), "it has no key");
	assert_string_equal(fault_of(dialect, "6:relay ,"), "it has no key");
	assert_string_equal(fault_of(dialect, "11:relay a@b.c,"), "key is no fingerprint");
}

static void only_netstrings_are_questions(void **state)
{
	(void)state;
	static const char *const texts[] = { "x", ":", ",", "00:,", "01:a,",
		"12345:", "1025:", "3;abc,", "3:abcd", "3:abc.", "-1:a," };
	for (size_t i = 0; i < ROWS(texts); i++) {
		size_t whole;
		check_true(texts[i],
			dialect->frame(texts[i], strlen(texts[i]), &whole) == QUESTION_NONE);
	}
	char text[1100] = "1024:";
	memset(text + 5, 'a', 1024);
	text[5 + 1024] = ',';
	size_t whole;
	assert_int_equal(dialect->frame(text, 5 + 1024, &whole), QUESTION_PART);
	assert_int_equal(dialect->frame(text, 5 + 1024 + 1, &whole), QUESTION_WHOLE);
	assert_int_equal(whole, 5 + 1024 + 1);
}

static void an_answer_is_a_netstring_too(void **state)
{
	(void)state;
	const struct question question = { 0 };
	assert_string_equal(answer_to(dialect, &question, DANCE_ALLOW, NULL),
		"21:OK OK mta.example.net,");
	for (unsigned i = 0; i < dance_verdict_count() + 1; i++) {
		enum dance_verdict verdict = (enum dance_verdict)i;
		const char *text = answer_to(dialect, &question, verdict, NULL);
		size_t whole;
		assert_int_equal(dialect->frame(text, strlen(text), &whole),
			QUESTION_WHOLE);
		assert_int_equal(whole, strlen(text));
		switch (dance_verdict_class(verdict)) {
		case DANCE_CLASS_ALLOW:
			assert_int_equal(verdict, DANCE_ALLOW);
			break;
		case DANCE_CLASS_DENY:
			assert_string_equal(text, "9:NOTFOUND ,");
			break;
		case DANCE_CLASS_FAIL:
			assert_non_null(strstr(text, ":TEMP DANE client lookup failed ("));
			assert_non_null(strstr(text, dance_verdict_name(verdict)));
			break;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_a_fingerprint_of_either_kind),
		cmocka_unit_test(what_is_no_key_is_told),
		cmocka_unit_test(only_netstrings_are_questions),
		cmocka_unit_test(an_answer_is_a_netstring_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
