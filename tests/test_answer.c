/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What libunbound may call back with, made up here, in our words. */

#include "answer.h"
#include "check.h"
#include "dns_writer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void an_answer_has_one_outcome(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		int error, rcode, records, security;
		enum resolver_outcome outcome;
		uint32_t ttl;
		const char *why;
	} rows[] = {
		{ "error", 2, 0, 1, 2, RESOLVER_FAILED, 0, "SERVFAIL" },
		{ "error, no name", 3, 3, 0, 2, RESOLVER_FAILED, 0, "no usable answer" },
		{ "SERVFAIL", 0, 2, 0, 0, RESOLVER_FAILED, 0, "SERVFAIL" },
		{ "SERVFAIL, secure", 0, 2, 1, 2, RESOLVER_FAILED, 0, "SERVFAIL" },
		{ "REFUSED", 0, 5, 0, 0, RESOLVER_FAILED, 0, "REFUSED" },
		{ "NOTIMP", 0, 4, 0, 2, RESOLVER_FAILED, 0, "no usable answer" },
		{ "bogus", 0, 0, 1, 1, RESOLVER_BOGUS, 0, "the reason" },
		{ "bogus error", 2, 0, 1, 1, RESOLVER_BOGUS, 0, "the reason" },
		{ "bogus SERVFAIL", 0, 2, 0, 1, RESOLVER_BOGUS, 0, "the reason" },
		{ "insecure", 0, 0, 1, 0, RESOLVER_INSECURE, 60,
			"the TLSA records are not DNSSEC-signed" },
		{ "insecure, no data", 0, 0, 0, 0, RESOLVER_INSECURE, 4,
			"there is no TLSA record, and the name is not in a signed zone" },
		{ "insecure, no name", 0, 3, 0, 0, RESOLVER_INSECURE, 4,
			"there is no TLSA record, and the name is not in a signed zone" },
		{ "no data", 0, 0, 0, 2, RESOLVER_DENIED, 4, "the name has no TLSA record" },
		{ "no name", 0, 3, 0, 2, RESOLVER_DENIED, 4, "no such name" },
		{ "records", 0, 0, 1, 2, RESOLVER_SECURE, 60, "" },
		{ "a number that nobody knows", 0, 0, 1, 3, RESOLVER_INSECURE, 60,
			"the TLSA records are not DNSSEC-signed" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_message message = dns_begin(0,
			(uint16_t)(0x8180 | rows[i].rcode), DNS_TLSA);
		if (rows[i].records > 0) {
			dns_record(&message, 1, "\xc0\x0c", 2, DNS_TLSA, "\3\1\1\x5a", 4);
		}
		dns_soa(&message, 2, 1); /* of which the minimum is 4 */
		struct answer answer;
		answer_read(&answer, rows[i].error, message.octets, (int)message.size,
			rows[i].security, rows[i].security == 1 ? "the reason" : NULL);
		check_true(rows[i].row, answer.told.outcome == rows[i].outcome);
		check_true(rows[i].row, answer.told.ttl == rows[i].ttl);
		check_true(rows[i].row, strcmp(answer.told.why, rows[i].why) == 0);
		check_true(rows[i].row,
			answer.told.count == (rows[i].outcome == RESOLVER_SECURE ? 1 : 0));
		answer_clear(&answer);
	}
}

/* Whatever is said of it. */
static void what_cannot_be_read_is_a_failure(void **state)
{
	(void)state;
	const struct dns_message message = dns_begin(0, 0x8180, DNS_TLSA);
	const struct {
		const char *row;
		const void *octets;
		int size;
	} rows[] = {
		{ "none", NULL, 0 },
		{ "none, with a size", NULL, 100 },
		{ "empty", message.octets, 0 },
		{ "less", message.octets, -1 },
		{ "half", message.octets, 20 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (int security = 0; security < 3; security += 2) {
			struct answer answer;
			answer_read(&answer, 0, rows[i].octets, rows[i].size, security,
				NULL);
			check_true(rows[i].row, answer.told.outcome == RESOLVER_FAILED);
			check_true(rows[i].row,
				strcmp(answer.told.why, "no usable answer") == 0);
			answer_clear(&answer);
		}
	}
}

/* Short ones are no records of usage 0, and stand behind the others. All are copies: what
 * libunbound passed is its own. */
static void records_are_whole_or_broken(void **state)
{
	(void)state;
	struct dns_message message = dns_begin(0, 0x8180, DNS_TLSA);
	dns_record(&message, 1, "\xc0\x0c", 2, DNS_TLSA, "\0\1", 2);
	dns_record(&message, 1, "\xc0\x0c", 2, DNS_TLSA, "\0\1\2\x5a", 4);
	dns_record(&message, 1, "\xc0\x0c", 2, DNS_TLSA, "", 0);
	dns_record(&message, 1, "\xc0\x0c", 2, DNS_TLSA, "\3\1\2", 3);
	struct answer answer;
	answer_read(&answer, 0, message.octets, (int)message.size, ANSWER_SECURE, NULL);
	memset(message.octets, 0xff, message.size);
	assert_int_equal(answer.told.count, 4);
	assert_int_equal(answer.told.broken, 2);
	const struct dance_tlsa *records = answer.told.records;
	assert_int_equal(records[0].usage, 0);
	assert_int_equal(records[0].selector, 1);
	assert_int_equal(records[0].matching, 2);
	assert_int_equal(records[0].size, 1);
	assert_memory_equal(records[0].data, "\x5a", 1);
	assert_int_equal(records[1].usage, 3);
	assert_int_equal(records[1].matching, 2);
	assert_int_equal(records[1].size, 0);
	for (size_t i = 2; i < 4; i++) {
		assert_int_equal(records[i].usage, UINT8_MAX);
		assert_int_equal(records[i].selector, UINT8_MAX);
		assert_int_equal(records[i].matching, UINT8_MAX);
	}
	assert_int_equal(records[2].size + records[3].size, 2);
	answer_clear(&answer);
}

static struct dns_message signed_for(uint32_t begin, uint32_t end)
{
	struct dns_message data = { .size = 0 }, message = dns_begin(0, 0x8180, DNS_TLSA);
	dns_record(&message, 1, "\xc0\x0c", 2, DNS_TLSA, "\3\1\1\x5a", 4);
	dns_put(&data, "\0\x34\x0d\2\0\0\0\x3c", 8);
	dns_put_number(&data, end, 4);
	dns_put_number(&data, begin, 4);
	dns_put(&data, "\0\1\0sig", 6);
	if (end != 0) {
		dns_record(&message, 1, "\xc0\x0c", 2, DNS_RRSIG, data.octets, data.size);
	}
	return message;
}

/* Of what was validated, and of nothing else. They are late for three days, or in the last quarter
 * of shorter lives. */
static void the_end_of_signatures_comes_with_secure_records(void **state)
{
	(void)state;
	const uint32_t end = (uint32_t)time(NULL) + 1000;
	static const struct {
		uint32_t span, late;
	} rows[] = { { 30 * 86400, 259200 }, { 12 * 86400, 259200 }, { 2 * 86400, 43200 },
		{ 100, 25 } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct dns_message message = signed_for(end - rows[i].span, end);
		for (int security = 0; security <= 2; security++) {
			struct answer answer;
			answer_read(&answer, 0, message.octets, (int)message.size, security,
				NULL);
			bool secure = security == ANSWER_SECURE;
			assert_int_equal(answer.told.signatures_end, secure ? end : 0);
			assert_int_equal(answer.told.signatures_late,
				secure ? end - rows[i].late : 0);
			answer_clear(&answer);
		}
	}
	const struct dns_message bare = signed_for(0, 0);
	struct answer answer;
	answer_read(&answer, 0, bare.octets, (int)bare.size, ANSWER_SECURE, NULL);
	assert_int_equal(answer.told.signatures_end, 0);
	answer_clear(&answer);
}

static bool starving;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return starving ? NULL : __real_malloc(size);
}

static void without_memory_it_is_a_failure(void **state)
{
	(void)state;
	struct dns_message message = dns_begin(0, 0x8180, DNS_TLSA);
	dns_record(&message, 1, "\xc0\x0c", 2, DNS_TLSA, "\3\1\1\x5a", 4);
	struct answer answer;
	starving = true;
	answer_read(&answer, 0, message.octets, (int)message.size, ANSWER_SECURE, NULL);
	starving = false;
	assert_int_equal(answer.told.outcome, RESOLVER_FAILED);
	assert_int_equal(answer.told.count, 0);
	assert_string_equal(answer.told.why, "out of memory");
	answer_clear(&answer);
}

/* As libunbound tells of servers that a set came from. */
static void check_reason(const char *said, const char *told)
{
	struct answer answer;
	answer_read(&answer, 0, NULL, 0, ANSWER_BOGUS, said);
	assert_int_equal(answer.told.outcome, RESOLVER_BOGUS);
	if (strcmp(answer.told.why, told) != 0) {
		fail_msg("'%s': '%s'", said, answer.told.why);
	}
	answer_clear(&answer);
}

static void servers_are_named_once(void **state)
{
	(void)state;
	static const struct {
		const char *said, *told;
	} rows[] = {
		{ "", "" },
		{ "x from A and A and A for key k while building",
			"x from A for key k while building" },
		{ "from A and B and A and B and C", "from A and B and C" },
		{ "from A and A", "from A" },
		{ "from A and AA and A", "from A and AA" },
		{ "from A for B and B and A", "from A for B and B and A" },
		{ "signed by A and A", "signed by A and A" },
		{ "from A and A for key from B and B and A", "from A for key from B and A" },
		{ "from", "from" },
		{ "from A and", "from A and" },
		{ "from and and and", "from and" },
		{ " ", "" },
		{ "a ", "a" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		check_reason(rows[i].said, rows[i].told);
	}
	char *endless = malloc(100000);
	assert_non_null(endless);
	memset(endless, 'a', 99999);
	endless[99999] = '\0';
	memcpy(endless, "from B and ", 11);
	check_reason(endless, "from B and");
	free(endless);

	/* The longest that fits, and the first that does not. */
	char longest[DANCE_ERROR_SIZE + 1];
	memset(longest, 'a', sizeof(longest));
	longest[DANCE_ERROR_SIZE - 1] = '\0';
	check_reason(longest, longest);
	memset(longest, 'a', sizeof(longest));
	longest[DANCE_ERROR_SIZE] = '\0';
	check_reason(longest, "");

	struct answer answer;
	answer_read(&answer, 0, NULL, 0, ANSWER_BOGUS, NULL);
	assert_string_equal(answer.told.why, "");
	answer_clear(&answer);
}

/* Whole names, whatever pointers they are written with. */
static void the_names_of_a_list_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *row, *data;
		size_t size;
		const char *name; /* NULL: the answer cannot be used */
		size_t name_size;
	} rows[] = {
#define PTR(row, data, name) { row, data, sizeof(data) - 1, name, sizeof(name) }
#define WRONG(row, data) { row, data, sizeof(data) - 1, NULL, 0 }
		PTR("whole", "\3NS2\3net\0", "\3NS2\3net"),
		PTR("a pointer", "\1a\xc0\x0c", "\1a" DNS_ZONE),
		PTR("the zone", "\xc0\x0c", DNS_ZONE),
		PTR("the root", "\0", ""),
		PTR("no letters", "\3*.\n\0", "\3*.\n"),
		WRONG("nothing", ""),
		WRONG("half a label", "\3ab"),
		WRONG("no end", "\1a"),
		WRONG("more behind it", "\1a\0\0"),
		WRONG("a pointer ahead", "\xc0\x60"),
		WRONG("half a pointer", "\xc0"),
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_message message = dns_begin(0, 0x8180, DNS_PTR);
		dns_record(&message, 1, "\xc0\x0c", 2, DNS_PTR, "\1x\0", 3);
		dns_record(&message, 1, "\xc0\x0c", 2, DNS_PTR, rows[i].data, rows[i].size);
		struct answer answer;
		answer_read_names(&answer, 0, message.octets, (int)message.size, 2, NULL);
		bool read = answer.told.outcome == RESOLVER_SECURE;
		check_true(rows[i].row, read == (rows[i].name != NULL));
		check_true(rows[i].row, answer.told.records == NULL);
		if (read) {
			assert_int_equal(answer.told.count, 2);
			assert_int_equal(answer.told.ttl, 60);
			check_true(rows[i].row,
				memcmp(answer.told.names, "\1x\0", 3) == 0 &&
					memcmp(answer.told.names + 3, rows[i].name,
						rows[i].name_size) == 0);
		} else {
			check_true(rows[i].row,
				answer.told.outcome == RESOLVER_FAILED &&
					answer.told.count == 0 &&
					strcmp(answer.told.why, "no usable answer") == 0);
		}
		answer_clear(&answer);
	}
}

/* So many names are read; of more only the number is told. */
static void a_list_may_have_so_many_names(void **state)
{
	(void)state;
	for (size_t count = RESOLVER_NAME_MAX; count <= RESOLVER_NAME_MAX + 1; count++) {
		static uint8_t octets[8192];
		static const uint8_t record[] = "\xc0\x0c\0\x0c\0\1\0\0\0\x3c\0\3\1x";
		const struct dns_message head = dns_begin(0, 0x8180, DNS_PTR);
		size_t size = head.size;
		memcpy(octets, head.octets, size);
		for (size_t i = 0; i < count; i++, size += sizeof(record)) {
			memcpy(octets + size, record, sizeof(record));
		}
		octets[6] = (uint8_t)(count >> 8);
		octets[7] = (uint8_t)count;
		struct answer answer;
		answer_read_names(&answer, 0, octets, (int)size, ANSWER_SECURE, NULL);
		assert_int_equal(answer.told.outcome, RESOLVER_SECURE);
		assert_int_equal(answer.told.count, count);
		assert_int_equal(answer.told.ttl, 60);
		assert_int_equal(answer.told.names != NULL, count == RESOLVER_NAME_MAX);
		answer_clear(&answer);
		assert_null(answer.records);
		answer_clear(&answer);
	}
}

static void what_is_said_of_a_list_has_its_own_words(void **state)
{
	(void)state;
	static const struct {
		int rcode, records, security;
		enum resolver_outcome outcome;
		const char *why;
	} rows[] = {
		{ 0, 1, 0, RESOLVER_INSECURE, "not DNSSEC-signed" },
		{ 3, 0, 0, RESOLVER_INSECURE, "not DNSSEC-signed" },
		{ 0, 0, 2, RESOLVER_DENIED, "the name has no PTR record" },
		{ 3, 0, 2, RESOLVER_DENIED, "no such name" },
		{ 0, 1, 2, RESOLVER_SECURE, "" },
		{ 2, 1, 2, RESOLVER_FAILED, "SERVFAIL" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_message message = dns_begin(0,
			(uint16_t)(0x8180 | rows[i].rcode), DNS_PTR);
		if (rows[i].records > 0) {
			dns_record(&message, 1, "\xc0\x0c", 2, DNS_PTR, "\1a\0", 3);
		}
		dns_soa(&message, 2, 1);
		struct answer answer;
		answer_read_names(&answer, 0, message.octets, (int)message.size,
			rows[i].security, NULL);
		assert_int_equal(answer.told.outcome, rows[i].outcome);
		assert_string_equal(answer.told.why, rows[i].why);
		answer_clear(&answer);
	}
	/* Records of another type are no answer. */
	struct dns_message message = dns_begin(0, 0x8180, DNS_TLSA);
	struct answer answer;
	answer_read_names(&answer, 0, message.octets, (int)message.size, 2, NULL);
	assert_int_equal(answer.told.outcome, RESOLVER_FAILED);
	answer_clear(&answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_has_one_outcome),
		cmocka_unit_test(the_names_of_a_list_are_read),
		cmocka_unit_test(a_list_may_have_so_many_names),
		cmocka_unit_test(what_is_said_of_a_list_has_its_own_words),
		cmocka_unit_test(what_cannot_be_read_is_a_failure),
		cmocka_unit_test(records_are_whole_or_broken),
		cmocka_unit_test(the_end_of_signatures_comes_with_secure_records),
		cmocka_unit_test(without_memory_it_is_a_failure),
		cmocka_unit_test(servers_are_named_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
