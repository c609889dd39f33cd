/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From the names of PTR records to a list of clients, and when that counts. */

#include "check.h"
#include "client_list.h"

#include "resolver_answer.h"

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
	/* Another one in any place is another list. */
	for (size_t i = 0; i < list->count; i++) {
		copy = client_list_copy(list);
		copy->names[i] = name_of("z.example");
		assert_false(client_list_is_same(list, copy));
		free(copy);
	}
	free(list);
}

static void a_name_counts_once(void **state)
{
	(void)state;
	static const char names[] = "\1a\0\1A\0\1a\0\1b\0\1B";
	for (size_t count = 1; count <= 5; count++) {
		const struct resolver_answer answer = secure(names, count);
		struct client_list *list = client_list_new(&answer);
		assert_int_equal(list->count, count <= 3 ? 1 : 2);
		free(list);
	}
}

static void of_too_many_names_none_is_read(void **state)
{
	(void)state;
	static uint8_t many[3 * (CLIENT_LIST_MAX + 1)];
	for (size_t i = 0; i <= CLIENT_LIST_MAX; i++) {
		memcpy(many + 3 * i, "\1a", 3);
	}
	for (size_t count = CLIENT_LIST_MAX; count <= CLIENT_LIST_MAX + 1; count++) {
		const struct resolver_answer answer = secure((const char *)many, count);
		struct client_list *list = client_list_new(&answer);
		assert_int_equal(list->count, count == CLIENT_LIST_MAX);
		assert_int_equal(list->left_out, 0);
		free(list);
	}
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
	static const struct {
		enum dance_verdict trouble;
		uint64_t now;
		enum dance_verdict verdict;
		const char *why;
	} rows[] = {
		{ DANCE_UNDECIDED, 999, DANCE_UNDECIDED, "" },
		/* A lookup that began before the end may not have failed yet. */
		{ DANCE_UNDECIDED, 1000, DANCE_UNDECIDED, "" },
		{ DANCE_UNDECIDED, 999 + RESOLVER_DEADLINE_MS, DANCE_UNDECIDED, "" },
		{ DANCE_UNDECIDED, 1000 + RESOLVER_DEADLINE_MS, DANCE_FAIL_NOT_READY,
			"expired, and is being looked up again" },
		{ DANCE_FAIL_LOOKUP, 100999, DANCE_UNDECIDED, "" },
		{ DANCE_FAIL_LOOKUP, 101000, DANCE_FAIL_LOOKUP, "the lookup failed" },
		{ DANCE_DENY_UNUSABLE, 999, DANCE_UNDECIDED, "" },
		{ DANCE_DENY_UNUSABLE, 1000, DANCE_DENY_UNUSABLE, "more than 200 names" },
	};
	struct owner list = { .is_list = true };
	struct knowledge *known = knowledge_new(DANCE_UNDECIDED, NULL, 1000, "");
	const char *why;
	bool awaited;
	check_verdict(client_list_counts(&list, NULL, &options, 0, &awaited, &why),
		DANCE_FAIL_NOT_READY);
	assert_true(awaited);
	assert_string_equal(why, "not looked up yet");
	check_verdict(client_list_counts(&list, known, &options, 0, &awaited, &why),
		DANCE_FAIL_NOT_READY);
	assert_false(awaited);
	const struct resolver_answer answer = secure("\1a", 1);
	known->names = client_list_new(&answer);
	for (size_t i = 0; i < ROWS(rows); i++) {
		list.trouble = rows[i].trouble;
		for (int brief = 0; brief < 2; brief++) {
			known->brief = brief;
			why = NULL;
			check_verdict(client_list_counts(&list, known, &options,
					      rows[i].now, &awaited, &why),
				rows[i].verdict);
			assert_int_equal(awaited,
				brief && rows[i].verdict == DANCE_FAIL_NOT_READY);
			assert_string_equal(why != NULL ? why : "", rows[i].why);
		}
	}
	/* One that has never been known says what has happened. */
	list.trouble = DANCE_UNDECIDED;
	known->verdict = DANCE_FAIL_BOGUS;
	check_verdict(client_list_counts(&list, known, &options, 0, &awaited, &why),
		DANCE_FAIL_BOGUS);
	assert_string_equal(why, "DNSSEC validation failed");
	assert_false(awaited);
	knowledge_free(known);
	known = knowledge_new(DANCE_FAIL_BOGUS, NULL, 1000, "forged");
	check_verdict(client_list_counts(&list, known, &options, 0, &awaited, &why),
		DANCE_FAIL_BOGUS);
	assert_string_equal(why, "forged");
	knowledge_free(known);
}

static void every_verdict_on_a_list_has_words_and_advice(void **state)
{
	(void)state;
	static const char open_port[] = "open outgoing port 53 or set 'resolver'; else check "
					"the name servers of the list's zone";
	static const struct {
		enum dance_verdict verdict;
		const char *text, *advice; /* NULL: those of any name */
	} rows[] = {
		{ DANCE_DENY_INSECURE, "not DNSSEC-signed", "sign the zone of the list" },
		{ DANCE_DENY_UNUSABLE, "more than 200 names",
			"divide it into lists of at most 200 names" },
		{ DANCE_FAIL_BOGUS, "DNSSEC validation failed",
			"sign the zone of the list again" },
		{ DANCE_FAIL_LOOKUP, "the lookup failed", open_port },
		{ DANCE_FAIL_TIMEOUT, "the lookup took too long", open_port },
		{ DANCE_FAIL_NOT_READY, "not looked up yet", NULL },
		{ DANCE_FAIL_INTERNAL, NULL, NULL },
		{ DANCE_DENY_CREDENTIAL, NULL, NULL },
		{ DANCE_DENY_NAME, NULL, NULL },
		{ DANCE_DENY_CHAIN, NULL, NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum dance_verdict verdict = rows[i].verdict;
		assert_string_equal(client_list_text(verdict),
			rows[i].text != NULL ? rows[i].text : dance_verdict_text(verdict));
		assert_string_equal(client_list_advice(verdict),
			rows[i].advice != NULL ?
				rows[i].advice :
				dance_verdict_advice(verdict, DANCE_CLIENT));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_whatever_their_order_and_case),
		cmocka_unit_test(a_name_counts_once),
		cmocka_unit_test(of_too_many_names_none_is_read),
		cmocka_unit_test(what_is_no_name_of_a_client_is_left_out),
		cmocka_unit_test(the_longest_name_fits),
		cmocka_unit_test(an_answer_is_a_list_or_has_a_verdict),
		cmocka_unit_test(what_is_not_known_does_not_count),
		cmocka_unit_test(every_verdict_on_a_list_has_words_and_advice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
