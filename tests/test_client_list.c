/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From the names of PTR records to a list of clients, and when that counts. */

#include "check.h"
#include "client_list.h"

#include <stdlib.h>
#include <string.h>

/* The names of the last answer in wire form, one behind the other. */
#define WIRE(octets) (const uint8_t *)(octets)

static struct resolver_answer secure(const char *wire, size_t count)
{
	return (struct resolver_answer){ .outcome = RESOLVER_SECURE,
		.names = WIRE(wire),
		.count = count,
		.ttl = 300,
		.why = "" };
}

static struct name name_of(const char *text)
{
	struct name name;
	const char *why;
	assert_true(name_from_text(&name, text, strlen(text), &why));
	return name;
}

static bool has(const struct client_list *list, const char *text)
{
	struct name name = name_of(text);
	return client_list_has(list, &name);
}

static void names_are_found_whatever_their_order_and_case(void **state)
{
	(void)state;
	const struct resolver_answer answer = secure("\2NS\7example\0\1a\7example\0"
						     "\2ns\7Example\0\1b\1a\7example",
		4);
	struct client_list *list = client_list_new(&answer);
	assert_non_null(list);
	assert_int_equal(list->count, 3);
	assert_int_equal(list->left_out, 0);
	assert_true(has(list, "ns.example"));
	assert_true(has(list, "a.example"));
	assert_true(has(list, "b.a.example"));
	assert_false(has(list, "example"));
	assert_false(has(list, "c.example"));
	assert_false(has(NULL, "a.example"));
	struct client_list *copy = client_list_copy(list);
	assert_true(client_list_is_same(list, copy));
	assert_false(client_list_is_same(list, NULL));
	assert_null(client_list_copy(NULL));
	free(copy);
	free(list);
}

static void what_is_no_name_of_a_client_is_left_out(void **state)
{
	(void)state;
	static const struct {
		const char *wire, *text, *why;
	} rows[] = {
		{ "", ".", "the name is empty" },
		{ "\1*\7example", "*.example",
			"the name may contain only letters, digits, hyphens and underscores" },
		{ "\3a.b\7example", "a?b.example",
			"the name may contain only letters, digits, hyphens and underscores" },
		{ "\2\1\n\7example", "??.example",
			"the name may contain only letters, digits, hyphens and underscores" },
		{ "\1\377", "?", "the name is not ASCII: write it with A-labels (xn--)" },
		{ "\1@", "@",
			"the name may contain only letters, digits, hyphens and underscores" },
		{ "\6 !~\177\37.", "?!~???",
			"the name may contain only letters, digits, hyphens and underscores" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[DANCE_NAME_SIZE] = "";
		const char *why = "";
		const struct resolver_answer answer = secure(rows[i].wire, 1);
		struct client_list *list = client_list_new(&answer);
		assert_int_equal(list->count, 0);
		assert_int_equal(list->left_out, 1);
		check_true(rows[i].text, client_list_left_out(&answer, text, &why));
		check_true(rows[i].text, strcmp(text, rows[i].text) == 0);
		check_true(rows[i].text, strcmp(why, rows[i].why) == 0);
		free(list);
	}
}

/* 255 octets, of which no text may be longer than its room. */
static void the_longest_name_fits(void **state)
{
	(void)state;
	uint8_t wire[WIRE_NAME_SIZE] = { 0 };
	for (size_t i = 0; i < 3; i++) {
		wire[64 * i] = 63;
		memset(wire + 64 * i + 1, 'a', 63);
	}
	wire[192] = 61;
	memset(wire + 193, 'a', 61);
	for (unsigned odd = 0; odd < 2; odd++) {
		wire[200] = odd != 0 ? ' ' : 'a';
		const struct resolver_answer answer = secure((const char *)wire, 1);
		struct client_list *list = client_list_new(&answer);
		assert_int_equal(list->count, odd != 0 ? 0 : 1);
		char text[DANCE_NAME_SIZE];
		const char *why;
		assert_int_equal(client_list_left_out(&answer, text, &why), odd != 0);
		if (odd != 0) {
			assert_int_equal(strlen(text), DANCE_NAME_SIZE - 1);
		}
		free(list);
	}
}

static void an_answer_is_a_list_or_has_a_verdict(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
	} rows[] = {
		{ RESOLVER_NONE, DANCE_FAIL_NOT_READY },
		{ RESOLVER_SECURE, DANCE_UNDECIDED },
		{ RESOLVER_DENIED, DANCE_UNDECIDED },
		{ RESOLVER_INSECURE, DANCE_DENY_INSECURE },
		{ RESOLVER_BOGUS, DANCE_FAIL_BOGUS },
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP },
		{ RESOLVER_TIMEOUT, DANCE_FAIL_TIMEOUT },
	};
	struct resolver_answer answer = secure("\1a", 1);
	for (size_t i = 0; i < ROWS(rows); i++) {
		answer.outcome = rows[i].outcome;
		check_verdict(client_list_verdict(&answer), rows[i].verdict);
	}
	answer.outcome = RESOLVER_SECURE;
	answer.count = DANCE_LIST_MAX + 1;
	check_verdict(client_list_verdict(&answer), DANCE_DENY_UNUSABLE);
	answer.count = 1;
	answer.names = NULL;
	check_verdict(client_list_verdict(&answer), DANCE_DENY_UNUSABLE);
}

/* Zeroed memory never permits anybody. */
static void what_is_not_known_does_not_count(void **state)
{
	(void)state;
	const struct dance_options options = { .size = sizeof(options),
		.max_stale_s = 100 };
	struct owner list = { .is_list = true };
	struct knowledge *known = knowledge_new(DANCE_UNDECIDED, NULL, 1000, "");
	const char *why;
	bool awaited;
	check_verdict(client_list_counts(&list, NULL, &options, 0, &awaited, &why),
		DANCE_FAIL_NOT_READY);
	assert_true(awaited);
	check_verdict(client_list_counts(&list, known, &options, 0, &awaited, &why),
		DANCE_FAIL_NOT_READY);
	const struct resolver_answer answer = secure("\1a", 1);
	known->names = client_list_new(&answer);
	check_verdict(client_list_counts(&list, known, &options, 999, &awaited, &why),
		DANCE_UNDECIDED);
	list.trouble = DANCE_FAIL_LOOKUP;
	check_verdict(client_list_counts(&list, known, &options, 100999, &awaited, &why),
		DANCE_UNDECIDED);
	check_verdict(client_list_counts(&list, known, &options, 101000, &awaited, &why),
		DANCE_FAIL_LOOKUP);
	list.trouble = DANCE_DENY_UNUSABLE;
	check_verdict(client_list_counts(&list, known, &options, 999, &awaited, &why),
		DANCE_UNDECIDED);
	check_verdict(client_list_counts(&list, known, &options, 1000, &awaited, &why),
		DANCE_DENY_UNUSABLE);
	list.trouble = DANCE_UNDECIDED;
	known->verdict = DANCE_FAIL_BOGUS;
	check_verdict(client_list_counts(&list, known, &options, 0, &awaited, &why),
		DANCE_FAIL_BOGUS);
	knowledge_free(known);
}

static void every_verdict_on_a_list_has_words_and_advice(void **state)
{
	(void)state;
	static const enum dance_verdict verdicts[] = { DANCE_DENY_INSECURE,
		DANCE_DENY_UNUSABLE, DANCE_FAIL_BOGUS, DANCE_FAIL_LOOKUP,
		DANCE_FAIL_TIMEOUT, DANCE_FAIL_NOT_READY, DANCE_FAIL_INTERNAL };
	for (size_t i = 0; i < ROWS(verdicts); i++) {
		assert_true(client_list_text(verdicts[i])[0] != '\0');
		assert_true(client_list_advice(verdicts[i])[0] != '\0');
		assert_null(strstr(client_list_text(verdicts[i]), "TLSA"));
		assert_null(strstr(client_list_advice(verdicts[i]), "client's"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_whatever_their_order_and_case),
		cmocka_unit_test(what_is_no_name_of_a_client_is_left_out),
		cmocka_unit_test(the_longest_name_fits),
		cmocka_unit_test(an_answer_is_a_list_or_has_a_verdict),
		cmocka_unit_test(what_is_not_known_does_not_count),
		cmocka_unit_test(every_verdict_on_a_list_has_words_and_advice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
