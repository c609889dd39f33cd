/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One line each way: nothing that a host leaves out, or that a client smuggles in, makes a
 * yes. */

#include "ask_scene.h"

#define dialect (&dialect_line)

static void a_certificate_comes_whole(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"verify resumption=0 tls=TLS1.3 helo=mta.example.net address=192.0.2.53 "
		"cert=Zm9vYg==\n",
		"verify cert=Zm9vYg== address=192.0.2.53 tls=TLS1.3  helo=mta.example.net "
		"resumption=no\r\n",
	};
	for (size_t i = 0; i < ROWS(texts); i++) {
		const struct question *question = read_one(dialect, texts[i]);
		assert_null(question->fault);
		assert_true(question->over_tls && question->has_version &&
			!question->resumed);
		assert_int_equal(question->tls, 3);
		assert_int_equal(question->der.size, 4);
		assert_memory_equal(question->der.data, "foob", 4);
		assert_string_equal(question->helo, "mta.example.net");
		assert_string_equal(question->remote, "192.0.2.53");
		assert_true(!question->has_key && !question->has_certificate);
	}
}

static void digests_may_come_instead(void **state)
{
	(void)state;
	const struct question *question = read_one(dialect,
		"verify resumption=0 tls=1.3 key-sha256=" DIGEST "\n");
	assert_null(question->fault);
	assert_true(question->has_key && !question->has_certificate);
	assert_string_equal(question->helo, "");
	assert_string_equal(question->remote, "");
	question = read_one(dialect,
		"verify resumption=0 tls=1.3 helo=a.example key-sha256=" DIGEST "\n");
	assert_string_equal(question->helo, "a.example");
	assert_string_equal(question->remote, "");
	question = read_one(dialect,
		"verify resumption=0 tls=1.3 address=192.0.2.1 key-sha256=" DIGEST "\n");
	assert_string_equal(question->helo, "");
	assert_string_equal(question->remote, "192.0.2.1");
	question = read_one(dialect,
		"verify resumption=0 tls=1.3 key-sha256= cert-sha256=" DIGEST "\n");
	assert_null(question->fault);
	assert_true(!question->has_key && question->has_certificate);
	assert_true(is_digest(question->certificate));
}

static void nothing_shown_is_no_fault(void **state)
{
	(void)state;
	const struct question *question = read_one(dialect,
		"verify resumption=0 tls= helo= address= cert=\n");
	assert_null(question->fault);
	assert_true(!question->over_tls);
	assert_int_equal(question->der.size, 0);
}

/* Exim has bits: 16 says that the session was resumed. */
static void a_resumed_session_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool resumed;
		const char *fault;
	} rows[] = { { "0", false, "" }, { "15", false, "" }, { "16", true, "" },
		{ "22", true, "" }, { "30", true, "" }, { "32", false, "" },
		{ "no", false, "" }, { "yes", true, "" },
		{ "", true, "resumption is neither a number nor yes or no" },
		{ "-1", true, "resumption is neither a number nor yes or no" },
		{ "0x0", true, "resumption is neither a number nor yes or no" },
		{ "false", true, "resumption is neither a number nor yes or no" } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[100];
		snprintf(text, sizeof(text), "verify resumption=%s tls=1.3 cert=Zm9v\n",
			rows[i].text);
		check_true(rows[i].text,
			read_one(dialect, text)->resumed == rows[i].resumed);
		assert_string_equal(fault_of(dialect, text), rows[i].fault);
	}
}

static void what_is_left_out_or_smuggled_in_is_a_fault(void **state)
{
	(void)state;
	static const struct {
		const char *text, *fault;
	} rows[] = {
		{ "\n", "it does not begin with 'verify'" },
		{ "hello\n", "it does not begin with 'verify'" },
		{ "verify\n", "resumption is missing" },
		{ "verify tls=1.3 cert=Zm9v\n", "resumption is missing" },
		{ "verify resumption=0 cert=Zm9v\n", "tls is missing" },
		{ "verify resumption=0 tls=1.3\n", "cert is missing, and so are digests" },
		{ "verify resumption=0 tls=1.3 cert=Zm9\n", "cert is no base64" },
		{ "verify resumption=0 tls=1.3 cert=Zm9v other=1\n",
			"it has a word that is not known" },
		{ "verify resumption=0 tls=1.3 cert=Zm9v word\n",
			"it has a word that is not known" },
		/* A HELO name with blanks in it. */
		{ "verify resumption=0 tls=1.3 helo=a key-sha256=" DIGEST " cert=\n",
			"cert cannot stand beside digests" },
		{ "verify tls=1.3 helo=a resumption=0 resumption=16 cert=Zm9v\n",
			"resumption is there twice" },
		{ "verify resumption=0 tls=1.3 helo=a cert=Zm9v cert=\n",
			"cert is there twice" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_string_equal(fault_of(dialect, rows[i].text), rows[i].fault);
	}
	static char nul[] = "verify resumption=0 tls=1.3 cert=\0\n";
	struct question question;
	dialect->read(nul, sizeof(nul) - 1, &question);
	assert_string_equal(question.fault, "it is no text");
}

static void a_line_has_a_bound(void **state)
{
	(void)state;
	static char octets[QUESTION_SIZE_MAX];
	size_t whole;
	memset(octets, 'a', sizeof(octets));
	assert_int_equal(dialect->frame(octets, sizeof(octets) - 1, &whole), QUESTION_PART);
	assert_int_equal(dialect->frame(octets, sizeof(octets), &whole), QUESTION_NONE);
	octets[sizeof(octets) - 1] = '\n';
	assert_int_equal(dialect->frame(octets, sizeof(octets), &whole), QUESTION_WHOLE);
	assert_int_equal(whole, sizeof(octets));
}

static void each_class_has_its_word(void **state)
{
	(void)state;
	const struct question question = { 0 };
	for (unsigned i = 0; i < dance_verdict_count() + 1; i++) {
		enum dance_verdict verdict = (enum dance_verdict)i;
		char expected[100] = "allow mta.example.net\n";
		if (verdict != DANCE_ALLOW) {
			snprintf(expected, sizeof(expected), "%s %s\n",
				dance_verdict_class(verdict) == DANCE_CLASS_FAIL ? "fail" :
										   "deny",
				dance_verdict_name(verdict));
		}
		assert_string_equal(answer_to(dialect, &question, verdict, NULL), expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_comes_whole),
		cmocka_unit_test(digests_may_come_instead),
		cmocka_unit_test(nothing_shown_is_no_fault),
		cmocka_unit_test(a_resumed_session_is_told),
		cmocka_unit_test(what_is_left_out_or_smuggled_in_is_a_fault),
		cmocka_unit_test(a_line_has_a_bound),
		cmocka_unit_test(each_class_has_its_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
