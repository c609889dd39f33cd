/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DNS messages, made and read by hand: what is asked, and the answers of a front. */

#include "check.h"
#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOA 6
#define A 1
#define OPT 41
#define TSIG 250
#define IXFR 251
#define AXFR 252

#define IN 1
#define CH 3
#define ANY 255

#define QUERY 0
#define NOTIFY 4
#define UPDATE 5

#define EXAMPLE "\7example\3com"
#define ID 0xbeef

/* A message that grows. Kept in memory of its size when it is used. */
struct message {
	uint8_t octets[MESSAGE_MAX];
	size_t size;
};

static void put(struct message *message, const void *octets, size_t size)
{
	assert_true(message->size + size <= sizeof(message->octets));
	memcpy(message->octets + message->size, octets, size);
	message->size += size;
}

static void put16(struct message *message, unsigned number)
{
	const uint8_t octets[] = { (uint8_t)(number >> 8), (uint8_t)number };
	put(message, octets, 2);
}

static unsigned get16(const uint8_t *octets)
{
	return (unsigned)octets[0] << 8 | octets[1];
}

/* Header and question. RD, AD and CD are set: what of them comes back is looked at. */
static void begin(struct message *message, unsigned opcode, const char *name, unsigned type,
	unsigned class)
{
	message->size = 0;
	put16(message, ID);
	put16(message, opcode << 11 | 0x0130);
	put16(message, 1);
	put(message, "\0\0\0\0\0", 6);
	put(message, name, strlen(name) + 1);
	put16(message, type);
	put16(message, class);
}

/* A record in a section: 1 answer, 2 authority, 3 additional. */
static void put_record(struct message *message, unsigned section, const char *name,
	unsigned type, unsigned class, unsigned ttl, const char *data, size_t size)
{
	uint8_t *count = message->octets + 4 + 2 * section;
	count[1]++;
	put(message, name, strlen(name) + 1);
	put16(message, type);
	put16(message, class);
	put16(message, ttl >> 16);
	put16(message, ttl & 0xffff);
	put16(message, (unsigned)size);
	put(message, data, size);
}

static void put_opt(struct message *message, unsigned flags)
{
	static const char cookie[] = "\0\x0a\0\x08"
				     "01234567";
	put_record(message, 3, "", OPT, 4096, flags, cookie, sizeof(cookie) - 1);
}

static void put_tsig(struct message *message)
{
	static const char data[] = "\x0bhmac-sha256\0"
				   "\0\0\x60\0\0\0"
				   "\1\x2c"
				   "\0\x10"
				   "0123456789abcdef"
				   "\xbe\xef"
				   "\0\0"
				   "\0\0";
	put_record(message, 3, "\3key", TSIG, ANY, 0, data, sizeof(data) - 1);
}

static void put_soa(struct message *message)
{
	static const char data[] = "\2ns\xc0\x0c"
				   "\4mail\xc0\x0c"
				   "\0\0\0\1\0\0\0\2\0\0\0\3"
				   "\0\0\0\4\0\0\0\5";
	put_record(message, 2, EXAMPLE, SOA, IN, 0, data, sizeof(data) - 1);
}

/* Reads a copy of just that size, so that a sanitizer sees a step over its end. */
static struct message_question read_octets(const uint8_t *octets, size_t size)
{
	struct message_question question;
	memset(&question, 0xee, sizeof(question));
	uint8_t *copy = malloc(size);
	assert_true(copy != NULL || size == 0);
	memcpy(copy, octets, size);
	message_read(copy, size, &question);
	free(copy);
	return question;
}

static struct message_question read_message(const struct message *message)
{
	return read_octets(message->octets, message->size);
}

/* What is asked decides, and only in class IN a transfer is one. */
static void a_kind_follows_from_opcode_type_and_class(void **state)
{
	(void)state;
	static const struct {
		unsigned opcode, type, class;
		enum message_kind kind;
		const char *type_name;
	} rows[] = {
		{ QUERY, SOA, IN, MESSAGE_TRANSFER, "SOA" },
		{ QUERY, AXFR, IN, MESSAGE_TRANSFER, "AXFR" },
		{ QUERY, IXFR, IN, MESSAGE_TRANSFER, "IXFR" },
		{ QUERY, AXFR, CH, MESSAGE_QUERY, "AXFR" },
		{ QUERY, SOA, ANY, MESSAGE_QUERY, "SOA" },
		{ QUERY, IXFR, 0, MESSAGE_QUERY, "IXFR" },
		{ QUERY, A, IN, MESSAGE_QUERY, "A" },
		{ QUERY, ANY, IN, MESSAGE_QUERY, "ANY" },
		{ QUERY, 65280, IN, MESSAGE_QUERY, "TYPE65280" },
		{ QUERY, 0, IN, MESSAGE_QUERY, "TYPE0" },
		{ NOTIFY, SOA, IN, MESSAGE_NOTIFY, "NOTIFY" },
		{ UPDATE, SOA, IN, MESSAGE_UPDATE, "UPDATE" },
		{ 1, SOA, IN, MESSAGE_OTHER, "OPCODE1" },
		{ 2, SOA, IN, MESSAGE_OTHER, "OPCODE2" },
		{ 6, AXFR, IN, MESSAGE_OTHER, "OPCODE6" },
		{ 15, A, IN, MESSAGE_OTHER, "OPCODE15" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct message message;
		begin(&message, rows[i].opcode, EXAMPLE, rows[i].type, rows[i].class);
		const struct message_question question = read_message(&message);
		if (question.kind != rows[i].kind || question.type != rows[i].type ||
			strcmp(question.type_name, rows[i].type_name) != 0 ||
			strcmp(question.name, "example.com.") != 0) {
			fail_msg("row %zu: kind %d, '%s', '%s'", i, (int)question.kind,
				question.name, question.type_name);
		}
	}
}

static void what_follows_the_question_is_the_servers(void **state)
{
	(void)state;
	struct message message;
	begin(&message, QUERY, EXAMPLE, IXFR, IN);
	put_soa(&message);
	put_opt(&message, 0);
	put_tsig(&message);
	assert_int_equal(read_message(&message).kind, MESSAGE_TRANSFER);
	put(&message, "junk", 4);
	assert_int_equal(read_message(&message).kind, MESSAGE_TRANSFER);
	assert_string_equal(read_message(&message).type_name, "IXFR");
}

static void a_name_is_printable(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "", "." },
		{ "\3COM", "com." },
		{ "\4a.b\\\1c", "a\\.b\\\\.c." },
		{ "\4\x1b[0m", "\\027\\[0m." },
		{ "\3a\nb\2\"'", "a\\010b.\\\"\\'." },
		{ "\2\xff\x7f\1 ", "\\255\\127.\\032." },
		{ "\x0b_xfr-client\x09*.example", "_xfr-client.*\\.example." },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct message message;
		begin(&message, QUERY, rows[i][0], AXFR, IN);
		const struct message_question question = read_message(&message);
		check_true(rows[i][1], question.kind == MESSAGE_TRANSFER);
		assert_string_equal(question.name, rows[i][1]);
	}
}

/* Of 255 octets; each escaped, it would be of a thousand characters. */
static void a_long_name_is_cut(void **state)
{
	(void)state;
	char name[255 + 1] = "";
	for (size_t at = 0, label = 63; at < 254; at += label + 1) {
		label = at == 192 ? 61 : 63;
		name[at] = (char)label;
		memset(name + at + 1, 'x', label);
	}
	struct message message;
	begin(&message, QUERY, name, AXFR, IN);
	struct message_question question = read_message(&message);
	assert_int_equal(question.kind, MESSAGE_TRANSFER);
	assert_int_equal(strlen(question.name), 254);
	assert_string_equal(question.name + 252, "x.");

	for (size_t i = MESSAGE_HEADER; i < MESSAGE_HEADER + 254; i++) {
		message.octets[i] = message.octets[i] == 'x' ? 1 : message.octets[i];
	}
	question = read_message(&message);
	assert_int_equal(question.kind, MESSAGE_TRANSFER);
	assert_int_equal(strlen(question.name), 255);
	assert_string_equal(question.name + 248, "\\001...");
}

static void check_malformed(const char *what, const uint8_t *octets, size_t size)
{
	const struct message_question question = read_octets(octets, size);
	check_true(what, question.kind == MESSAGE_MALFORMED);
	check_true(what, question.type == 0);
	check_true(what, strcmp(question.name, "message") == 0);
	check_true(what, strcmp(question.type_name, "malformed") == 0);
}

static void what_is_cut_is_malformed(void **state)
{
	(void)state;
	struct message message;
	begin(&message, QUERY, EXAMPLE, AXFR, IN);
	for (size_t size = 0; size < message.size; size++) {
		check_malformed("cut", message.octets, size);
	}
}

static void what_has_no_single_question_is_malformed(void **state)
{
	(void)state;
	struct message message;
	for (unsigned count = 0; count < 4; count++) {
		begin(&message, QUERY, EXAMPLE, AXFR, IN);
		put(&message, EXAMPLE "\0\0\xfc\0\1", 17);
		message.octets[5] = (uint8_t)count;
		message.octets[4] = count == 3;
		if (count != 1) {
			check_malformed("count", message.octets, message.size);
		}
	}
	begin(&message, QUERY, EXAMPLE, AXFR, IN);
	message.octets[2] |= 0x80;
	check_malformed("a response", message.octets, message.size);
	begin(&message, QUERY, "\xc0", 0x0c00, IN);
	check_malformed("a pointer to itself", message.octets, message.size);
	begin(&message, QUERY, "\3com\xc0", 0x0c00, IN);
	check_malformed("a pointer back", message.octets, message.size);
	begin(&message, QUERY, "\x40x", AXFR, IN);
	check_malformed("a label of another type", message.octets, message.size);
	begin(&message, QUERY, EXAMPLE, AXFR, IN);
	check_malformed("more than a message", message.octets, MESSAGE_MAX + 1);
}

/* A name of 256 octets. */
static void what_has_too_long_a_name_is_malformed(void **state)
{
	(void)state;
	char name[256 + 1] = "";
	for (size_t at = 0, label = 63; at < 255; at += label + 1) {
		label = at == 192 ? 62 : 63;
		name[at] = (char)label;
		memset(name + at + 1, 'x', label);
	}
	struct message message;
	begin(&message, QUERY, name, AXFR, IN);
	check_malformed("too long", message.octets, message.size);
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
	assert_true(get16(opt + 3) >= 512);
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
	struct answer answer = refuse(&message, 16, MESSAGE_NO_EDE, NULL);
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
	for (message.size = 0; message.size < MESSAGE_HEADER; message.size++) {
		assert_int_equal(refuse(&message, 1, 0, "no").size, 0);
		assert_int_equal(message_truncate(message.octets, message.size, answer, 512),
			0);
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
	} rows[] = { { 0, 512 }, { 511, 512 }, { 513, 513 }, { 1232, 1232 }, { 4096, 4096 },
		{ 65535, MESSAGE_UDP_MAX } };
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
		cmocka_unit_test(a_kind_follows_from_opcode_type_and_class),
		cmocka_unit_test(what_follows_the_question_is_the_servers),
		cmocka_unit_test(a_name_is_printable),
		cmocka_unit_test(a_long_name_is_cut),
		cmocka_unit_test(what_is_cut_is_malformed),
		cmocka_unit_test(what_has_no_single_question_is_malformed),
		cmocka_unit_test(what_has_too_long_a_name_is_malformed),
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
