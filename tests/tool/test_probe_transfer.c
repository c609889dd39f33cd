/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance probe asks for a zone with, and what it makes of messages, good ones and others. */

#include "../dns_writer.h"
#include "probe_transfer.h"

#define FLAGS 0x8400
#define APEX "\xc0\x0c"

static struct transfer transfer;

static int begin(void **state)
{
	uint8_t query[TRANSFER_QUERY_SIZE];
	const char *why = NULL;
	(void)state;
	assert_true(transfer_init(&transfer, "example.com", &why));
	(void)transfer_ask(&transfer, query);
	return 0;
}

static enum transfer_state take(const struct dns_message *message)
{
	return transfer_take(&transfer, message->octets, message->size);
}

static struct dns_message answer(unsigned rcode)
{
	return dns_begin(transfer.id, (uint16_t)(FLAGS | rcode), DNS_AXFR);
}

static void put_opt(struct dns_message *to, uint32_t ttl, const void *data, size_t size)
{
	size_t at = to->size;
	dns_record_for(to, 3, "", 1, 41, ttl, data, size);
	to->octets[at + 3] = 4; /* in place of a class, the size of UDP's answers */
}

static void what_is_asked(void **state)
{
	(void)state;
	uint8_t query[TRANSFER_QUERY_SIZE];
	static const uint8_t expected[] = "\0\2\0\0\0\1\0\0\0\0\0\1\7example\3com\0\0\374\0\1"
					  "\0\0\51\4\320\0\0\0\0\0";
	size_t size = transfer_ask(&transfer, query);
	assert_int_equal(size, sizeof(expected));
	assert_memory_equal(query, expected, size);
}

#define ESCAPES "write the name in printable ASCII, without escapes"

static void names_of_zones(void **state)
{
	(void)state;
	static const struct {
		const char *text, *shown; /* or why it is none */
		bool is_none;
	} rows[] = {
		{ "example.com", "example.com." },
		{ "Example.COM.", "Example.COM." },
		{ ".", "." },
		{ "a", "a." },
		{ "a.", "a." },
		{ "a~b.!", "a~b.!." },
		{ "0/25.2.0.192.in-addr.arpa", "0/25.2.0.192.in-addr.arpa." },
		{ "", "the name is empty", true },
		{ "..", "a label is empty", true },
		{ "a..b", "a label is empty", true },
		{ ".a", "a label is empty", true },
		{ "a..", "a label is empty", true },
		{ "a b", ESCAPES, true },
		{ "a\\.b", ESCAPES, true },
		{ "a\"b", ESCAPES, true },
		{ "a(", ESCAPES, true },
		{ ")", ESCAPES, true },
		{ "@", ESCAPES, true },
		{ "a;", ESCAPES, true },
		{ "$a", ESCAPES, true },
		{ "a\x7f", ESCAPES, true },
		{ "b\xc3\xbc"
		  "cher",
			ESCAPES, true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct transfer one;
		const char *why = NULL;
		bool fine = transfer_init(&one, rows[i].text, &why);
		check_true(rows[i].text, fine == !rows[i].is_none);
		assert_int_equal(one.ede, TRANSFER_NO_EDE);
		if (fine) {
			assert_string_equal(one.zone_text, rows[i].shown);
			assert_int_equal(one.zone_size, wire_name_size(one.zone));
		} else {
			assert_string_equal(why, rows[i].shown);
		}
	}
	char text[300];
	const char *why;
	struct transfer one;
	memset(text, 'a', sizeof(text));
	text[63] = text[127] = text[191] = '.';
	text[253] = '\0';
	assert_true(transfer_init(&one, text, &why));
	assert_int_equal(one.zone_size, WIRE_NAME_SIZE);
	text[253] = 'a';
	text[254] = '\0';
	assert_false(transfer_init(&one, text, &why));
	assert_string_equal(why, "the name is too long");
	text[64] = '\0';
	text[63] = 'a';
	assert_false(transfer_init(&one, text, &why));
	assert_string_equal(why, "a label is too long");
	text[63] = '\0';
	assert_true(transfer_init(&one, text, &why));
	assert_int_equal(one.zone[0], 63);
}

/* Whatever came of the one before. */
static void a_question_begins_anew(void **state)
{
	(void)state;
	uint8_t query[TRANSFER_QUERY_SIZE];
	struct dns_message message = answer(0);
	dns_soa(&message, 1, 7);
	assert_int_equal(take(&message), TRANSFER_MORE);
	message = answer(5);
	put_opt(&message, 0, "\0\17\0\4\0\22no", 8);
	assert_int_equal(take(&message), TRANSFER_REFUSED);
	assert_true(transfer.begun);
	assert_int_equal(transfer.ede, 18);
	(void)transfer_ask(&transfer, query);
	assert_int_equal(transfer.id, 2);
	assert_false(transfer.begun);
	assert_int_equal(transfer.rcode, 0);
	assert_int_equal(transfer.ede, TRANSFER_NO_EDE);
	assert_string_equal(transfer.ede_text, "");
	assert_int_equal(transfer.serial, 0);
	assert_int_equal(transfer.messages, 0);
	assert_int_equal(transfer.records, 0);
	assert_int_equal(transfer.octets, 0);
	assert_string_equal(transfer.zone_text, "example.com.");
}

static void the_root_zone(void **state)
{
	(void)state;
	const char *why;
	uint8_t query[TRANSFER_QUERY_SIZE];
	assert_true(transfer_init(&transfer, ".", &why));
	assert_int_equal(transfer_ask(&transfer, query), 12 + 1 + 4 + 11);
	struct dns_message message = { .size = 0 };
	dns_put(&message, "\0\1\204\0\0\1\0\0\0\0\0\0\0\0\374\0\1", 17);
	/* The shortest SOA record that there is. */
	dns_record(&message, 1, "", 1, DNS_SOA, "\0\0aaaabbbbccccddddeeee", 22);
	assert_int_equal(take(&message), TRANSFER_MORE);
	assert_int_equal(transfer.serial, 0x61616161);
	assert_true(transfer.begun);
}

static void a_zone_in_one_message(void **state)
{
	(void)state;
	struct dns_message message = answer(0);
	dns_soa(&message, 1, 0x01020304);
	dns_filling(&message);
	dns_soa(&message, 1, 0x01020304);
	put_opt(&message, 0, "", 0);
	assert_int_equal(take(&message), TRANSFER_WHOLE);
	assert_true(transfer.begun);
	assert_int_equal(transfer.serial, 0x01020304);
	assert_int_equal(transfer.records, 3);
	assert_int_equal(transfer.messages, 1);
	assert_int_equal(transfer.octets, message.size);
	assert_int_equal(transfer.ede, TRANSFER_NO_EDE);
}

/* RFC 5936 2.2.1: the later ones need no question. */
static void a_zone_in_many_messages(void **state)
{
	(void)state;
	struct dns_message message = answer(0);
	dns_soa(&message, 1, 7);
	assert_int_equal(take(&message), TRANSFER_MORE);
	for (int i = 0; i < 3; i++) {
		message = (struct dns_message){ .size = 0 };
		dns_put_number(&message, transfer.id, 2);
		dns_put_number(&message, FLAGS, 2);
		dns_put(&message, "\0\0\0\0\0\0\0", 8);
		dns_record(&message, 1, DNS_ZONE, sizeof(DNS_ZONE), DNS_A, "\1\2\3\4", 4);
		assert_int_equal(take(&message), TRANSFER_MORE);
	}
	message = answer(0);
	dns_filling(&message);
	dns_soa(&message, 1, 7);
	assert_int_equal(take(&message), TRANSFER_WHOLE);
	assert_int_equal(transfer.records, 6);
	assert_int_equal(transfer.messages, 5);
}

/* One of another name does not end it. */
static void soa_records_of_others(void **state)
{
	(void)state;
	struct dns_message message = answer(0);
	dns_soa(&message, 1, 7);
	dns_record(&message, 1, "\1a" APEX, 4, DNS_SOA, "\0\0aaaabbbbccccddddeeee", 22);
	assert_int_equal(take(&message), TRANSFER_MORE);
	begin(NULL);
	message = answer(0);
	dns_record(&message, 1, "\1a" APEX, 4, DNS_SOA, "\0\0aaaabbbbccccddddeeee", 22);
	assert_int_equal(take(&message), TRANSFER_MALFORMED);
}

static void refusals(void **state)
{
	(void)state;
	struct dns_message message = answer(9);
	put_opt(&message, 0, "\0\17\0\5\0\22no\n\0\3\0\0\0\17\0\2\0\1", 19);
	assert_int_equal(take(&message), TRANSFER_REFUSED);
	assert_int_equal(transfer.rcode, 9);
	assert_int_equal(transfer.ede, 18);
	assert_string_equal(transfer.ede_text, "no?");
	assert_false(transfer.begun);

	begin(NULL);
	message = answer(5);
	assert_int_equal(take(&message), TRANSFER_REFUSED);
	assert_int_equal(transfer.ede, TRANSFER_NO_EDE);
	assert_string_equal(transfer.ede_text, "");

	/* RFC 6891 6.1.3, and a final NUL that RFC 8914 2 speaks of. */
	begin(NULL);
	message = answer(0);
	put_opt(&message, 0x01000000, "\0\17\0\4\0\6x\0", 8);
	assert_int_equal(take(&message), TRANSFER_REFUSED);
	assert_int_equal(transfer.rcode, 16);
	assert_string_equal(transfer.ede_text, "x");

	begin(NULL);
	message = answer(0); /* nothing in it */
	assert_int_equal(take(&message), TRANSFER_REFUSED);
	assert_int_equal(transfer.rcode, 0);

	/* In the middle of the zone. */
	begin(NULL);
	message = answer(0);
	dns_soa(&message, 1, 7);
	assert_int_equal(take(&message), TRANSFER_MORE);
	message = answer(2);
	assert_int_equal(take(&message), TRANSFER_REFUSED);
	assert_true(transfer.begun);
}

/* An extended error with so many octets of text. */
static void refuse_with(const char *text, size_t size)
{
	begin(NULL);
	struct dns_message message = answer(5), option = { .size = 0 };
	dns_put_number(&option, 15, 2);
	dns_put_number(&option, (uint32_t)size + 2, 2);
	dns_put_number(&option, 18, 2);
	dns_put(&option, text, size);
	put_opt(&message, 0, option.octets, option.size);
	assert_int_equal(take(&message), TRANSFER_REFUSED);
	assert_int_equal(transfer.ede, 18);
}

static void texts_of_a_refusal(void **state)
{
	(void)state;
	char text[256];
	memset(text, 'a', sizeof(text));
	for (size_t size = 120; size < sizeof(text); size++) {
		refuse_with(text, size);
		assert_int_equal(strlen(transfer.ede_text),
			size < TRANSFER_EDE_SIZE ? size : TRANSFER_EDE_SIZE - 1);
	}
	/* Shorter than the one before it, with which nothing is left of that. */
	refuse_with("b", 1);
	assert_string_equal(transfer.ede_text, "b");
	transfer.ede_text[1] = 'x';
	refuse_with("", 0);
	assert_string_equal(transfer.ede_text, "");
	refuse_with("\0\0", 2);
	assert_string_equal(transfer.ede_text, "");
	refuse_with(" ~\037\177\200\377", 6);
	assert_string_equal(transfer.ede_text, " ~????");
	refuse_with("a\0b\0", 4);
	assert_string_equal(transfer.ede_text, "a?b");
}

static void options_of_a_refusal(void **state)
{
	(void)state;
	static const struct {
		const char *octets;
		size_t size;
		int ede;
	} rows[] = {
		{ "", 0, TRANSFER_NO_EDE },
		{ "\0\17\0", 3, TRANSFER_NO_EDE }, /* less than an option */
		{ "\0\17\0\0", 4, TRANSFER_NO_EDE },
		{ "\0\17\0\1\7", 5, TRANSFER_NO_EDE },
		{ "\0\17\0\2\1\7", 6, 263 },
		{ "\0\12\0\3abc\0\17\0\2\0\7", 13, 7 },
		{ "\0\12\0\0\0\17\0\2\0\7", 10, 7 },
		{ "\0\12\0\1a\0\12\0\1a\0\12\0\1a\0\12\0\1a", 20, TRANSFER_NO_EDE },
		{ "\0\17\0\2\0\7\0\17\0\2\0\10", 12, 7 },
		{ "\0\17\0\2\0\7\0\12\0", 9, 7 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		begin(NULL);
		struct dns_message message = answer(5);
		put_opt(&message, 0, rows[i].octets, rows[i].size);
		/* What follows is no option. */
		dns_record(&message, 3, "", 1, DNS_A, "\1\2\3\4", 4);
		assert_int_equal(take(&message), TRANSFER_REFUSED);
		assert_int_equal(transfer.ede, rows[i].ede);
		assert_string_equal(transfer.ede_text, "");
	}
	static const struct {
		const char *octets;
		size_t size;
	} wrong[] = {
		{ "\0\12\0\1", 4 },
		{ "\0\17\0\3\0\7", 6 },
		{ "\0\17\0\2\0\7\0\12\0\1", 10 },
	};
	for (size_t i = 0; i < ROWS(wrong); i++) {
		begin(NULL);
		struct dns_message message = answer(5);
		put_opt(&message, 0, wrong[i].octets, wrong[i].size);
		assert_int_equal(take(&message), TRANSFER_MALFORMED);
	}
}

/* RFC 1035 4.1.1: the bits beside the opcode and QR are not ours to judge. */
static void what_is_an_answer_all_the_same(void **state)
{
	(void)state;
	struct dns_message message = answer(5);
	message.octets[2] |= 0x07; /* AA, TC, RD */
	message.octets[3] |= 0xf0; /* RA, AD, CD and the one that is left */
	assert_int_equal(take(&message), TRANSFER_REFUSED);
	assert_int_equal(transfer.rcode, 5);
	/* Just the header. */
	begin(NULL);
	message = (struct dns_message){ .size = 0 };
	dns_put(&message, "\0\1\204\5\0\0\0\0\0\0\0\0", 12);
	assert_int_equal(take(&message), TRANSFER_REFUSED);
	assert_int_equal(transfer.rcode, 5);
	assert_int_equal(transfer.octets, 12);
}

static void what_is_no_answer(void **state)
{
	(void)state;
	struct dns_message message = answer(0);
	dns_soa(&message, 1, 7);
	struct dns_message changed = message;
	changed.octets[1]++; /* another question's */
	assert_int_equal(take(&changed), TRANSFER_MALFORMED);
	changed = message;
	changed.octets[2] &= 0x7f; /* a query */
	assert_int_equal(take(&changed), TRANSFER_MALFORMED);
	changed = message;
	changed.octets[2] |= 0x28; /* another opcode */
	assert_int_equal(take(&changed), TRANSFER_MALFORMED);
	for (size_t size = 0; size < message.size; size++) {
		begin(NULL);
		transfer.id = 1;
		assert_int_equal(transfer_take(&transfer, message.octets, size),
			TRANSFER_MALFORMED);
		assert_int_equal(transfer.messages, size >= 12);
	}
	begin(NULL);
	message = answer(0);
	dns_filling(&message); /* no SOA record first */
	assert_int_equal(take(&message), TRANSFER_MALFORMED);
	assert_int_equal(transfer.serial, 0);
	assert_false(transfer.begun);
	begin(NULL);
	message = answer(0);
	dns_record(&message, 1, APEX, 2, DNS_SOA, "\0\0aaaabbbbccccddddeee", 21);
	assert_int_equal(take(&message), TRANSFER_MALFORMED);
	begin(NULL);
	message = answer(0);
	dns_soa(&message, 1, 7);
	dns_soa(&message, 1, 7);
	dns_filling(&message); /* behind the end */
	assert_int_equal(take(&message), TRANSFER_MALFORMED);
	begin(NULL);
	message = answer(5);
	put_opt(&message, 0, "\0\17\0\5\0\22no", 8); /* an option beyond its record */
	assert_int_equal(take(&message), TRANSFER_MALFORMED);
}

static void names_of_rcodes(void **state)
{
	(void)state;
	static const char *const names[] = { "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
		"NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE",
		"RCODE11" };
	char name[TRANSFER_RCODE_SIZE];
	for (unsigned rcode = 0; rcode < ROWS(names); rcode++) {
		transfer_rcode_name(rcode, name);
		assert_string_equal(name, names[rcode]);
	}
	transfer_rcode_name(4095, name);
	assert_string_equal(name, "RCODE4095");
	transfer_rcode_name(UINT32_MAX, name);
	assert_string_equal(name, "RCODE4294967295");
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(what_is_asked),
		ONE(names_of_zones),
		ONE(a_question_begins_anew),
		ONE(the_root_zone),
		ONE(a_zone_in_one_message),
		ONE(a_zone_in_many_messages),
		ONE(soa_records_of_others),
		ONE(refusals),
		ONE(texts_of_a_refusal),
		ONE(options_of_a_refusal),
		ONE(what_is_an_answer_all_the_same),
		ONE(what_is_no_answer),
		ONE(names_of_rcodes),
	};
	return cmocka_run_group_tests_name("probe_transfer", tests, NULL, NULL);
}
