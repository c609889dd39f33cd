/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Where answers end: an answer is written as a word, a letter for each record and a bar
 * between two messages, and it is over with its last letter and not before. */

#include "check.h"
#include "dns_writer.h"
#include "pending_queries.h"

#include <stdlib.h>

#define ANSWER 0x8000
#define REFUSED 5
#define NOTIFY (4 << 11)
#define OLD 7 /* the serial that a client of IXFR has */

static struct pending_queries pending;

static void ask(struct dns_message message)
{
	pending_queries_add(&pending, message.octets, message.size);
}

/* Reads a copy of just that size, so that a sanitizer sees a step over its end. */
static bool answer(struct dns_message message, size_t size)
{
	uint8_t *copy = malloc(size);
	assert_true(copy != NULL || size == 0);
	memcpy(copy, message.octets, size);
	bool first = pending_queries_answer(&pending, copy, size);
	free(copy);
	return first;
}

static void expect(bool none)
{
	assert_int_equal(pending_queries_is_none(&pending), none);
	pending_queries_clear(&pending);
	assert_true(pending_queries_is_none(&pending));
}

/* Letters: a digit is the zone's SOA record with that serial, a an A record, c a SOA record
 * of a child zone. */
static void put_letter(struct dns_message *message, char letter)
{
	static const uint8_t child[] = "\xc0\x0c\xc0\x0c"
				       "\0\0\0\11"
				       "0123456789abcdef";
	if (letter == 'a') {
		dns_filling(message);
	} else if (letter == 'c') {
		dns_record(message, 1, "\1c\xc0\x0c", 4, DNS_SOA, child, sizeof(child) - 1);
	} else {
		dns_soa(message, 1, (uint32_t)(letter - '0'));
	}
}

/* Gives the whole word; true if it is over with its last message and was not before. */
static bool ends(uint16_t type, const char *word)
{
	ask(dns_query(1, type, OLD));
	bool over = false, early = false;
	for (const char *at = word; *at != '\0'; at += *at == '|') {
		early = early || over;
		struct dns_message message = dns_begin(1, ANSWER, type);
		for (; *at != '\0' && *at != '|'; at++) {
			put_letter(&message, *at);
		}
		check_true(word,
			answer(message, message.size) ==
				(strchr(word, '|') == NULL || at == strchr(word, '|')));
		over = pending_queries_is_none(&pending);
	}
	pending_queries_clear(&pending);
	return over && !early;
}

static void a_transfer_ends_with_its_second_SOA_record(void **state)
{
	(void)state;
	static const char *const whole[] = { "9aa9", "9|a|a|9", "9aa|a9", "99", "9a|9",
		"9aac|ac|a9", "9a8" };
	static const char *const more[] = { "9", "9a", "9a|a", "9|a|a", "9ac", "9a|ca",
		"9a9a", "a9", "9aa9|9" };
	for (size_t i = 0; i < ROWS(whole); i++) {
		check_true(whole[i], ends(DNS_AXFR, whole[i]));
	}
	for (size_t i = 0; i < ROWS(more); i++) {
		check_true(more[i], !ends(DNS_AXFR, more[i]));
	}
}

static void changes_end_with_the_newest_SOA_record_in_its_place(void **state)
{
	(void)state;
	static const char *const whole[] = {
		"7",
		"6", /* nothing newer */
		"9aaa9",
		"9|aaa|9", /* the whole zone instead */
		"9a8",
		"97a9a9",
		"9|7a|9a|9", /* one change */
		"9799",
		"97a9a9", /* nothing new, or nothing left out */
		"97a8a8a9a9",
		"97a8|a8a9a|9",
		"9|7|8|8|9|9",
	};
	static const char *const more[] = {
		"9", /* newer, and so more is to come */
		"97a9a",
		"97a9",
		"97a8a8a9a",
		"97a8a8a9",
		"97|9",
		"9|7",
		"9aaa",
		"9|a",
	};
	for (size_t i = 0; i < ROWS(whole); i++) {
		check_true(whole[i], ends(DNS_IXFR, whole[i]));
	}
	for (size_t i = 0; i < ROWS(more); i++) {
		check_true(more[i], !ends(DNS_IXFR, more[i]));
	}
}

static void a_zone_is_one_whatever_the_case_of_its_letters(void **state)
{
	(void)state;
	static const char upper[] = "\7EXAMPLE\3com";
	for (int i = 0; i < 2; i++) {
		struct dns_message query = dns_query(1, DNS_AXFR, 0);
		struct dns_message message = dns_begin(1, ANSWER, DNS_AXFR);
		memcpy((i == 0 ? &query : &message)->octets + 12, upper, sizeof(upper));
		dns_soa(&message, 1, 9);
		dns_soa(&message, 1, 9);
		ask(query);
		assert_true(answer(message, message.size));
		expect(true);
	}
}

static struct dns_message of_root(uint16_t flags)
{
	struct dns_message message = dns_begin(1, flags, DNS_AXFR);
	message.size = 12;
	dns_put(&message, "\0\0\374\0\1", 5); /* ".", AXFR, IN */
	return message;
}

/* Whose name is the shortest. */
static void the_root_is_a_zone(void **state)
{
	(void)state;
	static const uint8_t data[22] = { 0 };
	struct dns_message message = of_root(ANSWER);
	dns_record(&message, 1, "", 1, DNS_SOA, data, sizeof(data));
	dns_record(&message, 1, "", 1, DNS_SOA, data, sizeof(data));
	ask(of_root(0));
	assert_true(answer(message, message.size));
	expect(true);
}

/* One SOA record may be all only for a client that has said what it has. */
static void without_a_version_more_is_to_come(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct dns_message query = dns_begin(1, 0, DNS_IXFR);
		if (i == 1) { /* not in its place */
			dns_soa(&query, 1, 7);
			dns_soa(&query, 2, 7);
		}
		ask(query);
		struct dns_message message = dns_begin(1, ANSWER, DNS_IXFR);
		dns_soa(&message, 1, i == 1 ? 7 : 0x90000000);
		assert_true(answer(message, message.size));
		expect(false);
	}
}

static void all_else_is_answered_by_one_message(void **state)
{
	(void)state;
	ask(dns_query(1, DNS_SOA, 0));
	struct dns_message message = dns_begin(1, ANSWER, DNS_SOA);
	assert_false(pending_queries_is_none(&pending));
	assert_true(answer(message, message.size));
	expect(true);
	/* Also where there is nothing in it, and no question. */
	ask(dns_begin(2, NOTIFY, DNS_SOA));
	message = dns_begin(2, ANSWER | NOTIFY, DNS_SOA);
	message.octets[5] = 0;
	assert_true(answer(message, 12));
	expect(true);
}

static void a_refusal_ends_a_transfer(void **state)
{
	(void)state;
	ask(dns_query(1, DNS_AXFR, 0));
	struct dns_message message = dns_begin(1, ANSWER | REFUSED, DNS_AXFR);
	assert_true(answer(message, message.size));
	expect(true);
	/* In its midst too. */
	ask(dns_query(1, DNS_AXFR, 0));
	struct dns_message begun = dns_begin(1, ANSWER, DNS_AXFR);
	dns_soa(&begun, 1, 9);
	assert_true(answer(begun, begun.size));
	assert_false(answer(message, message.size));
	expect(true);
	/* An answer without any record is none yet. */
	ask(dns_query(1, DNS_AXFR, 0));
	message = dns_begin(1, ANSWER, DNS_AXFR);
	assert_true(answer(message, message.size));
	expect(false);
}

static void answers_belong_to_queries_by_their_ids(void **state)
{
	(void)state;
	ask(dns_query(1, DNS_AXFR, 0));
	ask(dns_query(2, DNS_SOA, 0));
	struct dns_message begun = dns_begin(1, ANSWER, DNS_AXFR);
	dns_soa(&begun, 1, 9);
	assert_true(answer(begun, begun.size));
	struct dns_message other = dns_begin(2, ANSWER, DNS_SOA);
	dns_soa(&other, 1, 9);
	assert_true(answer(other,
		other.size)); /* first of its own, and no SOA of the AXFR */
	assert_false(pending_queries_is_none(&pending));
	assert_false(answer(begun, begun.size));
	expect(true);
	/* An id is free again afterwards. */
	ask(dns_query(1, DNS_SOA, 0));
	other.octets[1] = 1;
	assert_true(answer(other, other.size));
	expect(true);
}

static void what_is_not_understood_is_never_over(void **state)
{
	(void)state;
	struct dns_message soa = dns_begin(1, ANSWER, DNS_SOA);
	/* Two queries of one id. */
	ask(dns_query(1, DNS_SOA, 0));
	ask(dns_query(1, DNS_AXFR, 0));
	assert_true(pending.lost);
	assert_true(answer(soa, soa.size));
	expect(false);
	/* An answer to nobody, or that is none. */
	assert_false(answer(soa, soa.size));
	expect(false);
	ask(dns_query(1, DNS_SOA, 0));
	soa.octets[2] = 0;
	assert_false(answer(soa, soa.size));
	expect(false);
	ask(dns_query(1, DNS_SOA, 0));
	assert_false(answer(soa, 11));
	expect(false);
	/* No query. */
	ask((struct dns_message){ .octets = "no", .size = 2 });
	expect(false);
	/* More than are followed. */
	for (uint16_t i = 0; i <= PENDING_QUERIES_MAX; i++) {
		assert_int_equal(pending_queries_is_full(&pending),
			i == PENDING_QUERIES_MAX);
		ask(dns_query(i, DNS_SOA, 0));
	}
	assert_false(pending_queries_is_full(&pending)); /* it makes no difference any more */
	for (uint16_t i = 0; i <= PENDING_QUERIES_MAX; i++) {
		soa = dns_begin(i, ANSWER, DNS_SOA);
		assert_true(answer(soa, soa.size) == (i < PENDING_QUERIES_MAX));
	}
	expect(false);
}

/* Wherever it is cut, nothing is over and no octet behind it is read. */
static void a_part_of_an_answer_is_never_its_end(void **state)
{
	(void)state;
	struct dns_message whole = dns_begin(1, ANSWER, DNS_AXFR);
	dns_soa(&whole, 1, 9);
	dns_filling(&whole);
	dns_soa(&whole, 1, 9);
	for (size_t size = 0; size < whole.size; size++) {
		ask(dns_query(1, DNS_AXFR, 0));
		(void)answer(whole, size);
		expect(false);
	}
	ask(dns_query(1, DNS_AXFR, 0));
	(void)answer(whole, whole.size);
	expect(true);
}

static void without_the_clients_version_one_SOA_record_is_no_end(void **state)
{
	(void)state;
	ask(dns_begin(1, 0, DNS_IXFR));
	struct dns_message message = dns_begin(1, ANSWER, DNS_IXFR);
	dns_soa(&message, 1, OLD);
	assert_true(answer(message, message.size));
	expect(false);
}

static void versions_go_round(void **state)
{
	(void)state;
	ask(dns_query(1, DNS_IXFR, UINT32_C(0xfffffff0)));
	struct dns_message message = dns_begin(1, ANSWER, DNS_IXFR);
	dns_soa(&message, 1, 5); /* newer */
	assert_true(answer(message, message.size));
	expect(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_transfer_ends_with_its_second_SOA_record),
		cmocka_unit_test(changes_end_with_the_newest_SOA_record_in_its_place),
		cmocka_unit_test(a_zone_is_one_whatever_the_case_of_its_letters),
		cmocka_unit_test(the_root_is_a_zone),
		cmocka_unit_test(without_a_version_more_is_to_come),
		cmocka_unit_test(all_else_is_answered_by_one_message),
		cmocka_unit_test(a_refusal_ends_a_transfer),
		cmocka_unit_test(answers_belong_to_queries_by_their_ids),
		cmocka_unit_test(what_is_not_understood_is_never_over),
		cmocka_unit_test(a_part_of_an_answer_is_never_its_end),
		cmocka_unit_test(without_the_clients_version_one_SOA_record_is_no_end),
		cmocka_unit_test(versions_go_round),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
