/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DNS messages, made by hand: what is asked. The answers of a front has
 * test_front_message_refusal.c. */

#include "message_scene.h"

#include <stdlib.h>
#include <string.h>

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

	/* A dot within a label is escaped: the last name that fits, and the first that does not. */
	message.octets[MESSAGE_HEADER + 1] = '.';
	question = read_message(&message);
	assert_int_equal(strlen(question.name), 255);
	assert_memory_equal(question.name, "\\.x", 3);
	assert_string_equal(question.name + 253, "x.");
	message.octets[MESSAGE_HEADER + 2] = '.';
	question = read_message(&message);
	assert_int_equal(strlen(question.name), 255);
	assert_memory_equal(question.name, "\\.\\.x", 5);
	assert_string_equal(question.name + 251, "x...");

	message.octets[MESSAGE_HEADER + 1] = message.octets[MESSAGE_HEADER + 2] = 'x';
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
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
