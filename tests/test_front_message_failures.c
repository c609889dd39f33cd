/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What becomes of a message when libknot fails, as without memory: there is no answer, or one that
 * says less, and never half of one. */

#include "check.h"
#include "message.h"

#include <libknot/libknot.h>
#include <string.h>

static const char *failing; /* the function that fails; NULL: none */
static unsigned left;       /* of its calls, those before it does */

static bool fails(const char *function)
{
	return failing != NULL && strcmp(failing, function) == 0 && left-- == 0;
}

#define WRAP(type, name, parameters, arguments, failure) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type __wrap_##name parameters \
	{ \
		return fails(#name) ? (failure) : __real_##name arguments; \
	}

WRAP(knot_pkt_t *, knot_pkt_new, (void *wire, uint16_t size, knot_mm_t *mm),
	(wire, size, mm), NULL)
WRAP(int, knot_pkt_init_response, (knot_pkt_t * to, const knot_pkt_t *query), (to, query),
	KNOT_EINVAL)
WRAP(int, knot_pkt_begin, (knot_pkt_t * to, knot_section_t section), (to, section),
	KNOT_EINVAL)
WRAP(int, knot_pkt_put_rotate,
	(knot_pkt_t * to, uint16_t hint, const knot_rrset_t *rrset, uint16_t rotate,
		uint16_t flags),
	(to, hint, rrset, rotate, flags), KNOT_ESPACE)
WRAP(int, knot_edns_init,
	(knot_rrset_t * opt, uint16_t payload, uint8_t rcode, uint8_t version,
		knot_mm_t *mm),
	(opt, payload, rcode, version, mm), KNOT_ENOMEM)
WRAP(int, knot_edns_add_option,
	(knot_rrset_t * opt, uint16_t code, uint16_t size, const uint8_t *data,
		knot_mm_t *mm),
	(opt, code, size, data, mm), KNOT_ENOMEM)
WRAP(char *, knot_dname_to_str, (char *text, const knot_dname_t *name, size_t size),
	(text, name, size), (strcpy(text, "half"), NULL))
WRAP(int, knot_rrtype_to_string, (uint16_t type, char *text, size_t size),
	(type, text, size), KNOT_ESPACE)

/* A query for "x. A" with an OPT record that has DO, and the answer to it, REFUSED, with an
 * extended error. */
#define OPT(size, data) "\0\0\x29\x10\0\0\0\x80\0\0" size data
static const unsigned char query[] = "\xbe\xef\0\0\0\1\0\0\0\0\0\1\1x\0\0\1\0\1" OPT("\0",
	"");
static const unsigned char reply[] = "\xbe\xef\x80\5\0\1\0\0\0\0\0\1\1x\0\0\1\0\1" OPT("\x0a",
	"\0\x0f\0\6\0\x12"
	"word");

static int end(void **state)
{
	(void)state;
	failing = NULL;
	left = 0;
	return 0;
}

static void there_is_a_whole_answer_or_none(void **state)
{
	(void)state;
	static const struct {
		const char *function;
		unsigned calls;
	} rows[] = {
		{ "knot_pkt_new", 2 },
		{ "knot_pkt_init_response", 1 },
		{ "knot_pkt_begin", 1 },
		{ "knot_pkt_put_rotate", 1 },
		{ "knot_edns_init", 1 },
		{ "knot_edns_add_option", 1 },
	};
	unsigned char answer[512];
	assert_true(message_refuse(query, sizeof(query) - 1, 5, 18, "no", answer,
			    sizeof(answer)) > 0);
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (unsigned before = 0; before < rows[i].calls; before++) {
			failing = rows[i].function;
			left = before;
			if (message_refuse(query, sizeof(query) - 1, 5, 18, "no", answer,
				    sizeof(answer)) != 0) {
				fail_msg("%s, call %u", rows[i].function, before);
			}
		}
	}
}

static void without_memory_an_answer_over_udp_is_short(void **state)
{
	(void)state;
	assert_int_equal(message_udp_max(query, sizeof(query) - 1), MESSAGE_UDP_MAX);
	failing = "knot_pkt_new";
	left = 0;
	assert_int_equal(message_udp_max(query, sizeof(query) - 1), 512);
}

static void a_name_and_a_type_are_written_or_not(void **state)
{
	(void)state;
	struct message_question question;
	message_read(query, sizeof(query) - 1, &question);
	assert_string_equal(question.name, "x.");
	assert_string_equal(question.type_name, "A");
	failing = "knot_dname_to_str";
	left = 0;
	message_read(query, sizeof(query) - 1, &question);
	assert_string_equal(question.name, "");
	failing = "knot_rrtype_to_string";
	left = 0;
	message_read(query, sizeof(query) - 1, &question);
	assert_string_equal(question.type_name, "TYPE1");
}

static void an_extended_error_is_read_or_not(void **state)
{
	(void)state;
	struct message_reply read;
	assert_true(message_read_reply(reply, sizeof(reply) - 1, &read));
	assert_int_equal(read.ede, 18);
	assert_string_equal(read.ede_text, "word");
	failing = "knot_pkt_new";
	left = 0;
	assert_true(message_read_reply(reply, sizeof(reply) - 1, &read));
	assert_int_equal(read.rcode, KNOT_RCODE_REFUSED);
	assert_int_equal(read.ede, MESSAGE_NO_EDE);
}

#define ONE(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(there_is_a_whole_answer_or_none),
		ONE(without_memory_an_answer_over_udp_is_short),
		ONE(a_name_and_a_type_are_written_or_not),
		ONE(an_extended_error_is_read_or_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
