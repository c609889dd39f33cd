/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a server says in an answer: its rcode, and why. */

#include "check.h"
#include "dns_writer.h"
#include "message.h"

#include <stdlib.h>

#define ANSWER 0x8000
#define OPT 41
#define EDE 15

static bool read_reply(const struct dns_message *message, size_t size,
	struct message_reply *reply)
{
	memset(reply, 0xee, sizeof(*reply));
	uint8_t *copy = malloc(size);
	assert_true(copy != NULL || size == 0);
	memcpy(copy, message->octets, size);
	bool read = message_read_reply(copy, size, reply);
	free(copy);
	return read;
}

/* An OPT record with this option. */
static void put_option(struct dns_message *message, uint16_t code, const void *data,
	size_t size)
{
	struct dns_message option = { .size = 0 };
	dns_put_number(&option, code, 2);
	dns_put_number(&option, (uint32_t)size, 2);
	dns_put(&option, data, size);
	dns_record(message, 3, "", 1, OPT, option.octets, option.size);
}

static void an_answer_has_its_question_and_rcode(void **state)
{
	(void)state;
	static const struct {
		uint16_t rcode;
		const char *name;
	} rows[] = { { 0, "NOERROR" }, { 2, "SERVFAIL" }, { 5, "REFUSED" },
		{ 9, "NOTAUTH" }, { 14, "RCODE14" } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct message_reply reply;
		const struct dns_message message = dns_begin(1, ANSWER | rows[i].rcode,
			DNS_AXFR);
		assert_true(read_reply(&message, message.size, &reply));
		check_true(rows[i].name, reply.rcode == rows[i].rcode);
		assert_string_equal(reply.rcode_name, rows[i].name);
		assert_string_equal(reply.question.type_name, "AXFR");
		assert_string_equal(reply.question.name, "example.com.");
		assert_int_equal(reply.ede, MESSAGE_NO_EDE);
	}
}

static void a_refusal_has_its_reason(void **state)
{
	(void)state;
	static const struct {
		const char *data;
		size_t size;
		int ede;
		const char *text;
	} rows[] = { { "\0\22no record", 11, 18, "no record" }, { "\0\22", 2, 18, "" },
		{ "\1\0x", 3, 256, "x" }, { "\0", 1, MESSAGE_NO_EDE, "" } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct message_reply reply;
		struct dns_message message = dns_begin(1, ANSWER | 5, DNS_SOA);
		put_option(&message, EDE, rows[i].data, rows[i].size);
		assert_true(read_reply(&message, message.size, &reply));
		check_true(rows[i].text, reply.ede == rows[i].ede);
		assert_string_equal(reply.ede_text, rows[i].text);
	}
	struct message_reply reply;
	struct dns_message message = dns_begin(1, ANSWER | 5, DNS_SOA);
	/* It ends where another option begins. */
	dns_record(&message, 3, "", 1, OPT, "\0\x0f\0\4\0\x12noX\1\0\0", 12);
	assert_true(read_reply(&message, message.size, &reply));
	assert_int_equal(reply.ede, 18);
	assert_string_equal(reply.ede_text, "no");
	message = dns_begin(1, ANSWER | 5, DNS_SOA);
	put_option(&message, 10, "01234567", 8);
	assert_true(read_reply(&message, message.size, &reply));
	assert_int_equal(reply.ede, MESSAGE_NO_EDE);
}

static void a_long_reason_is_cut(void **state)
{
	(void)state;
	static const size_t room = sizeof(((struct message_reply *)NULL)->ede_text);
	char data[302];
	memset(data, 'a', sizeof(data));
	for (size_t said = room - 2; said <= 300; said += said > room ? 100 : 1) {
		struct message_reply reply;
		struct dns_message message = dns_begin(1, ANSWER | 2, DNS_SOA);
		put_option(&message, EDE, data, 2 + said);
		assert_true(read_reply(&message, message.size, &reply));
		assert_non_null(memchr(reply.ede_text, '\0', room));
		assert_int_equal(strlen(reply.ede_text), said < room ? said : room - 1);
	}
}

static void a_refusal_need_not_repeat_the_question(void **state)
{
	(void)state;
	struct message_reply reply;
	struct dns_message message = dns_begin(1, ANSWER | 5, DNS_A);
	message.octets[5] = 0;
	message.size = 12;
	assert_true(read_reply(&message, message.size, &reply));
	assert_int_equal(reply.question.kind, MESSAGE_QUERY);
	assert_string_equal(reply.question.type_name, "a");
	assert_string_equal(reply.question.name, "query");
	assert_string_equal(reply.rcode_name, "REFUSED");
	put_option(&message, EDE, "\0\22no", 4);
	assert_true(read_reply(&message, message.size, &reply));
	assert_int_equal(reply.ede, 18);
	message.octets[2] |= 0x28; /* an UPDATE */
	assert_true(read_reply(&message, message.size, &reply));
	assert_int_equal(reply.question.kind, MESSAGE_MALFORMED);
}

static void what_is_no_answer_is_not_read(void **state)
{
	(void)state;
	struct message_reply reply;
	struct dns_message message = dns_begin(1, 5, DNS_AXFR);
	assert_false(read_reply(&message, message.size, &reply));
	message = dns_begin(1, ANSWER | 5, DNS_AXFR);
	assert_false(read_reply(&message, 11, &reply));
	for (size_t size = 12; size < message.size; size++) {
		assert_true(read_reply(&message, size, &reply));
		assert_string_equal(reply.question.name, "message");
		assert_string_equal(reply.rcode_name, "REFUSED");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_has_its_question_and_rcode),
		cmocka_unit_test(a_refusal_has_its_reason),
		cmocka_unit_test(a_long_reason_is_cut),
		cmocka_unit_test(a_refusal_need_not_repeat_the_question),
		cmocka_unit_test(what_is_no_answer_is_not_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
