/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a front answers itself: refusals, what is malformed, and answers that are cut. */

#include "message_scene.h"

#include <stdlib.h>
#include <string.h>

static unsigned get16(const uint8_t *octets)
{
	return (unsigned)octets[0] << 8 | octets[1];
}

struct answer {
	uint8_t octets[512 + 1];
	size_t size;
};

/* An answer, and a question that is as it was before. */
static struct answer refuse(const struct message *message, unsigned rcode, int ede,
	const char *text)
{
	struct answer answer;
	memset(&answer, 0xee, sizeof(answer));
	uint8_t *copy = malloc(message->size);
	assert_true(copy != NULL || message->size == 0);
	memcpy(copy, message->octets, message->size);
	answer.size = message_refuse(copy, message->size, (uint8_t)rcode, ede, text,
		answer.octets, 512);
	assert_memory_equal(copy, message->octets, message->size);
	free(copy);
	assert_true(answer.size <= 512);
	assert_int_equal(answer.octets[512], 0xee);
	return answer;
}

static void check_head(const struct answer *answer, unsigned flags, unsigned questions,
	unsigned additional)
{
	assert_true(answer->size >= MESSAGE_HEADER);
	assert_int_equal(get16(answer->octets), ID);
	assert_int_equal(get16(answer->octets + 2), flags);
	assert_int_equal(get16(answer->octets + 4), questions);
	assert_int_equal(get16(answer->octets + 6), 0);
	assert_int_equal(get16(answer->octets + 8), 0);
	assert_int_equal(get16(answer->octets + 10), additional);
}

#define QUESTION_SIZE (sizeof(EXAMPLE) + 4)
#define QR 0x8000
#define TC 0x0200
#define RD_CD 0x0110 /* these come back */
#define DO 0x8000

static void a_refusal_has_header_and_question(void **state)
{
	(void)state;
	struct message message;
	begin(&message, QUERY, "\7eXaMpLe\3com", AXFR, IN);
	put_tsig(&message);
	struct answer answer = refuse(&message, 5, 18, "no");
	check_head(&answer, QR | RD_CD | 5, 1, 0);
	assert_int_equal(answer.size, MESSAGE_HEADER + QUESTION_SIZE);
	assert_memory_equal(answer.octets + MESSAGE_HEADER, message.octets + MESSAGE_HEADER,
		QUESTION_SIZE);

	begin(&message, NOTIFY, EXAMPLE, SOA, IN);
	answer = refuse(&message, 2, MESSAGE_NO_EDE, NULL);
	check_head(&answer, QR | NOTIFY << 11 | RD_CD | 2, 1, 0);
	begin(&message, UPDATE, EXAMPLE, SOA, IN);
	put_record(&message, 2, EXAMPLE, A, ANY, 0, "", 0);
	put_record(&message, 1, EXAMPLE, ANY, ANY, 0, "", 0);
	answer = refuse(&message, 5, MESSAGE_NO_EDE, NULL);
	check_head(&answer, QR | UPDATE << 11 | RD_CD | 5, 1, 0);
	assert_int_equal(answer.size, MESSAGE_HEADER + QUESTION_SIZE);
}

/* The OPT record of an answer: root, type, size, flags, and the extended error as said. */
static void check_opt(const struct answer *answer, size_t at, unsigned flags, int ede,
	const char *text)
{
	const uint8_t *opt = answer->octets + at;
	size_t said = ede < 0 ? 0 : 6 + strlen(text);
	assert_int_equal(answer->size, at + 11 + said);
	assert_memory_equal(opt, "\0\0\x29", 3);
	assert_int_equal(get16(opt + 3), 1232);
	assert_int_equal(get16(opt + 5), 0);
	assert_int_equal(get16(opt + 7), flags);
	assert_int_equal(get16(opt + 9), said);
	if (ede >= 0) {
		assert_int_equal(get16(opt + 11), 15);
		assert_int_equal(get16(opt + 13), said - 4);
		assert_int_equal(get16(opt + 15), ede);
		assert_memory_equal(opt + 17, text, strlen(text));
	}
}

#define TEXT_128 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void a_refusal_says_why_to_whom_understands(void **state)
{
	(void)state;
	static const struct {
		unsigned flags, answered;
		int ede;
		const char *text, *said;
	} rows[] = {
		{ 0, 0, 18, "mismatch", "mismatch" },
		{ DO, DO, 18, "mismatch", "mismatch" },
		{ 0x7fff, 0, 0, "", "" },
		{ 0, 0, 65535, NULL, "" },
		{ 0, 0, MESSAGE_NO_EDE, "nothing", "" },
		{ 0x00010000, 0, 21, "a\nb\x7f\xc3\xa4~ ", "a?b?\?\?~ " }, /* version 1 */
		{ 0, 0, 22, TEXT_128, TEXT_128 },
		{ 0, 0, 22, TEXT_128 "x", TEXT_128 },
		{ 0, 0, 22, TEXT_128 TEXT_128 TEXT_128 TEXT_128 TEXT_128, TEXT_128 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct message message;
		begin(&message, QUERY, EXAMPLE, IXFR, IN);
		put_soa(&message);
		put_opt(&message, rows[i].flags);
		if (i % 2 == 0) {
			put_tsig(&message);
		}
		struct answer answer = refuse(&message, 2, rows[i].ede, rows[i].text);
		check_head(&answer, QR | RD_CD | 2, 1, 1);
		check_opt(&answer, MESSAGE_HEADER + QUESTION_SIZE, rows[i].answered,
			rows[i].ede, rows[i].said);
	}
}

/* The longest of all: it has to fit. */
static void the_longest_refusal_fits(void **state)
{
	(void)state;
	char name[255 + 1] = "";
	for (size_t at = 0; at < 254; at += 2) {
		memcpy(name + at, "\1x", 2);
	}
	struct message message;
	begin(&message, QUERY, name, AXFR, IN);
	put_opt(&message, 0);
	struct answer answer = refuse(&message, 5, 18, TEXT_128 TEXT_128);
	check_head(&answer, QR | RD_CD | 5, 1, 1);
	check_opt(&answer, MESSAGE_HEADER + 255 + 4, 0, 18, TEXT_128);
}

/* RFC 6891 6.1.3: four bits of it stand in the header, eight in the OPT record. */
static void a_long_rcode_never_looks_like_success(void **state)
{
	(void)state;
	struct message message;
	begin(&message, QUERY, EXAMPLE, AXFR, IN);
	struct answer answer = refuse(&message, 15, MESSAGE_NO_EDE, NULL);
	check_head(&answer, QR | RD_CD | 15, 1, 0);
	answer = refuse(&message, 16, MESSAGE_NO_EDE, NULL);
	check_head(&answer, QR | RD_CD | 2, 1, 0);
	put_opt(&message, 0);
	answer = refuse(&message, 0x17, MESSAGE_NO_EDE, NULL);
	check_head(&answer, QR | RD_CD | 7, 1, 1);
	assert_int_equal(answer.octets[MESSAGE_HEADER + QUESTION_SIZE + 5], 1);
}

static void what_is_malformed_is_answered_without_its_question(void **state)
{
	(void)state;
	struct message message;
	begin(&message, QUERY, EXAMPLE, AXFR, IN);
	put_opt(&message, 0);
	size_t whole = message.size, question = MESSAGE_HEADER + QUESTION_SIZE;
	for (size_t size = MESSAGE_HEADER; size < whole; size++) {
		message.size = size;
		struct answer answer = refuse(&message, 1, 0, "no");
		bool has_question = size >= question;
		check_head(&answer, QR | RD_CD | 1, has_question, 0);
		assert_int_equal(answer.size, has_question ? question : MESSAGE_HEADER);
	}
	message.size = whole;
	for (unsigned count = 0; count < 300; count += 100) {
		message.octets[4] = (uint8_t)(count >> 8);
		message.octets[5] = (uint8_t)count;
		struct answer answer = refuse(&message, 1, MESSAGE_NO_EDE, NULL);
		check_head(&answer, QR | RD_CD | 1, 0, 0);
		assert_int_equal(answer.size, MESSAGE_HEADER);
	}
}

static void some_are_not_answered(void **state)
{
	(void)state;
	struct message message;
	begin(&message, QUERY, EXAMPLE, AXFR, IN);
	uint8_t answer[512];
	assert_int_equal(message_refuse(message.octets, message.size, 5, 18, "", answer,
				 511),
		0);
	assert_int_equal(message_refuse(message.octets, MESSAGE_MAX + 1, 5, 18, "", answer,
				 512),
		0);
	message.octets[2] |= 0x80;
	assert_int_equal(refuse(&message, 1, 0, "no").size, 0);
	assert_int_equal(message_truncate(message.octets, message.size, answer, 512), 0);
	message.octets[2] &= 0x7f;
	memset(answer, 0, sizeof(answer));
	for (message.size = 0; message.size < MESSAGE_HEADER; message.size++) {
		assert_int_equal(refuse(&message, 1, 0, "no").size, 0);
		assert_int_equal(message_truncate(message.octets, message.size, answer, 512),
			0);
		assert_int_equal(answer[2], 0);
	}
}

static void a_truncated_answer_asks_to_come_again(void **state)
{
	(void)state;
	struct message message;
	begin(&message, QUERY, EXAMPLE, SOA, IN);
	struct answer answer;
	answer.size = message_truncate(message.octets, message.size, answer.octets, 512);
	check_head(&answer, QR | TC | RD_CD, 1, 0);
	put_opt(&message, DO);
	answer.size = message_truncate(message.octets, message.size, answer.octets, 512);
	check_head(&answer, QR | TC | RD_CD, 1, 1);
	check_opt(&answer, MESSAGE_HEADER + QUESTION_SIZE, DO, MESSAGE_NO_EDE, "");
}

static void an_answer_over_udp_has_a_size(void **state)
{
	(void)state;
	static const struct {
		uint16_t offered;
		size_t most;
	} rows[] = { { 0, 512 }, { 511, 512 }, { 513, 513 }, { 1232, 1232 },
		{ MESSAGE_UDP_MAX - 1, MESSAGE_UDP_MAX - 1 },
		{ MESSAGE_UDP_MAX, MESSAGE_UDP_MAX },
		{ MESSAGE_UDP_MAX + 1, MESSAGE_UDP_MAX }, { 65535, MESSAGE_UDP_MAX } };
	struct message message;
	begin(&message, QUERY, EXAMPLE, SOA, IN);
	assert_int_equal(message_udp_max(message.octets, message.size), 512);
	size_t opt = message.size;
	put_opt(&message, 0);
	for (size_t i = 0; i < ROWS(rows); i++) {
		message.octets[opt + 3] = (uint8_t)(rows[i].offered >> 8);
		message.octets[opt + 4] = (uint8_t)rows[i].offered;
		assert_int_equal(message_udp_max(message.octets, message.size),
			rows[i].most);
	}
	assert_int_equal(message_udp_max(message.octets, message.size - 1), 512);
	assert_int_equal(message_udp_max(message.octets, 5), 512);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_has_header_and_question),
		cmocka_unit_test(a_refusal_says_why_to_whom_understands),
		cmocka_unit_test(the_longest_refusal_fits),
		cmocka_unit_test(a_long_rcode_never_looks_like_success),
		cmocka_unit_test(what_is_malformed_is_answered_without_its_question),
		cmocka_unit_test(some_are_not_answered),
		cmocka_unit_test(a_truncated_answer_asks_to_come_again),
		cmocka_unit_test(an_answer_over_udp_has_a_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
