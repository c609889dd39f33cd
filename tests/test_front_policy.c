/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What may pass, and what is logged of that, of the answers of a server and of its
 * silence, on standard error, which here is a pipe that the test reads. */

#include "check.h"
#include "dns_writer.h"
#include "heard.h"
#include "log.h"
#include "policy.h"
#include "stats.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER 0x8000

static void what_is_not_named_does_not_pass(void **state)
{
	(void)state;
	static const struct {
		enum message_kind kind;
		unsigned by; /* any one of these lets it pass */
	} rows[] = {
		{ MESSAGE_TRANSFER, CONF_PASS_TRANSFER | CONF_PASS_ANY },
		{ MESSAGE_QUERY, CONF_PASS_ANY },
		{ MESSAGE_NOTIFY, CONF_PASS_NOTIFY },
		{ MESSAGE_UPDATE, CONF_PASS_UPDATE },
		{ MESSAGE_MALFORMED, 0 },
		{ MESSAGE_OTHER, 0 },
	};
	static const unsigned passes[] = { 0, CONF_PASS_TRANSFER, CONF_PASS_ANY,
		CONF_PASS_NOTIFY, CONF_PASS_UPDATE };
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (size_t j = 0; j < ROWS(passes); j++) {
			assert_int_equal(policy_passes(passes[j], rows[i].kind),
				(passes[j] & rows[i].by) != 0);
		}
	}
}

static void what_a_server_should_not_fail_at(void **state)
{
	(void)state;
	static const struct {
		enum message_kind kind;
		uint16_t type;
		bool heavy;
	} rows[] = {
		{ MESSAGE_TRANSFER, DNS_AXFR, true },
		{ MESSAGE_TRANSFER, DNS_IXFR, true },
		{ MESSAGE_TRANSFER, DNS_SOA, false },
		{ MESSAGE_QUERY, DNS_A, false },
		{ MESSAGE_QUERY, DNS_AXFR, true },
		{ MESSAGE_NOTIFY, DNS_SOA, true },
		{ MESSAGE_UPDATE, DNS_SOA, true },
		{ MESSAGE_OTHER, DNS_SOA, false },
		{ MESSAGE_MALFORMED, 0, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct message_question question = { .kind = rows[i].kind,
			.type = rows[i].type };
		assert_int_equal(policy_is_heavy(&question), rows[i].heavy);
	}
}

/* What keeps a zone from a client is logged, with what to do about it; the rest is not. */
static void answers_without_the_zone_are_logged(void **state)
{
	(void)state;
	static const struct policy_server server = { false, "xot", "127.0.0.1@53",
		"192.0.2.53@41966", "127.0.0.2" };
	static const struct {
		uint16_t rcode, type;
		const char *line;
	} rows[] = {
		{ 0, DNS_AXFR, "" },
		{ 3, DNS_AXFR, "" },
		{ 2, DNS_SOA, "" },
		{ 2, DNS_AXFR,
			"dance-front: notice: front xot, AXFR example.com. answered, remote "
			"192.0.2.53@41966, server 127.0.0.1@53, rcode SERVFAIL, as "
			"127.0.0.2; do: see the server's log\n" },
		{ 5, DNS_SOA,
			"dance-front: notice: front xot, SOA example.com. answered, remote "
			"192.0.2.53@41966, server 127.0.0.1@53, rcode REFUSED, as "
			"127.0.0.2; do: permit this address for the zone on the server "
			"(provide-xfr, allow-transfer)\n" },
		{ 9, DNS_IXFR,
			"dance-front: notice: front xot, IXFR example.com. answered, remote "
			"192.0.2.53@41966, server 127.0.0.1@53, rcode NOTAUTH, as "
			"127.0.0.2; do: permit this address for the zone on the server "
			"(provide-xfr, allow-transfer)\n" },
		/* Of a resolver: there is no zone. */
		{ 2, DNS_A, "" },
		{ 5, DNS_A,
			"dance-front: notice: front xot, A example.com. answered, remote "
			"192.0.2.53@41966, server 127.0.0.1@53, rcode REFUSED, as "
			"127.0.0.2; do: permit this address on the server "
			"(access-control)\n" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_message message = dns_begin(1, ANSWER | rows[i].rcode,
			rows[i].type);
		policy_log_answer(&server, message.octets, message.size);
		assert_string_equal(heard(), rows[i].line);
	}
	struct dns_message none = dns_begin(1, 5, DNS_AXFR);
	policy_log_answer(&server, none.octets, none.size);
	assert_string_equal(heard(), "");
}

static const struct policy_server primary = { true, "out", "192.0.2.1@853", NULL, NULL };

static void the_reason_of_the_server_is_logged_with_it(void **state)
{
	(void)state;
	/* What is not printable, or looks like the end of a reason, is replaced. */
	static const uint8_t reason[] = { 0, 15, 0, 8, 0, 18, 'n', 'o', 27, '(', ')',
		'\n' };
	for (uint16_t rcode = 0; rcode <= 5; rcode++) {
		struct dns_message message = dns_begin(1, ANSWER | rcode, DNS_AXFR);
		dns_record(&message, 3, "", 1, 41, reason, sizeof(reason));
		policy_log_answer(&primary, message.octets, message.size);
		const char *line = heard();
		if (rcode == 2 || rcode == 5) {
			assert_string_equal(line,
				rcode == 2 ?
					"dance-front: notice: client out, AXFR example.com. "
					"answered, primary 192.0.2.1@853, rcode SERVFAIL, "
					"ede 18 (no?[]?); do: ask the primary's operator\n" :
					"dance-front: notice: client out, AXFR example.com. "
					"answered, primary 192.0.2.1@853, rcode REFUSED, "
					"ede 18 (no?[]?); do: ask the primary's operator to "
					"permit this secondary for the zone\n");
		}
	}
	/* A number alone is no reason. */
	static const uint8_t number[] = { 0, 15, 0, 2, 0, 18 };
	struct dns_message bare = dns_begin(1, ANSWER | 2, DNS_AXFR);
	dns_record(&bare, 3, "", 1, 41, number, sizeof(number));
	policy_log_answer(&primary, bare.octets, bare.size);
	assert_string_equal(heard(),
		"dance-front: notice: client out, AXFR example.com. answered, primary "
		"192.0.2.1@853, rcode SERVFAIL, ede 18; do: ask the primary's operator\n");
	struct dns_message query = dns_begin(1, ANSWER | 5, DNS_A);
	policy_log_answer(&primary, query.octets, query.size);
	assert_string_equal(heard(),
		"dance-front: notice: client out, A example.com. answered, primary "
		"192.0.2.1@853, rcode REFUSED; do: ask the primary's operator to permit "
		"this client\n");
	log_set(false, LEVEL_DEBUG); /* what went well has no advice */
	struct dns_message fine = dns_begin(1, ANSWER, DNS_SOA);
	policy_log_answer(&primary, fine.octets, fine.size);
	assert_string_equal(heard(),
		"dance-front: debug: client out, SOA example.com. answered, primary "
		"192.0.2.1@853, rcode NOERROR\n");
}

static void only_what_a_server_has_caused_is_logged(void **state)
{
	(void)state;
	static const struct policy_server server = { .id = "xot", .text = "127.0.0.1@53" };
	static const struct {
		const struct policy_server *server;
		enum relay_outcome outcome;
		const char *line;
	} rows[] = {
		{ &server, RELAY_SERVER_SILENT,
			"front xot, server silent, server 127.0.0.1@53 (no answer in 10 s); "
			"do: see the server's log\n" },
		{ &server, RELAY_SERVER_GONE,
			"front xot, server closed the connection, server 127.0.0.1@53 (a "
			"query was not answered); do: check that 'proxy' agrees with the "
			"server's configuration\n" },
		{ &primary, RELAY_SERVER_SILENT,
			"client out, primary silent, primary 192.0.2.1@853 (no answer in 10 "
			"s); do: ask the primary's operator\n" },
		{ &primary, RELAY_SERVER_GONE,
			"client out, primary closed the connection, primary 192.0.2.1@853 "
			"(a query was not answered); do: ask the primary's operator\n" },
		{ &server, RELAY_IDLE, NULL },
		{ &server, RELAY_CLIENT_GONE, NULL },
		{ &server, RELAY_ENDED, NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char wanted[256] = "";
		if (rows[i].line != NULL) {
			snprintf(wanted, sizeof(wanted), "dance-front: warning: %s",
				rows[i].line);
		}
		policy_log_outcome(rows[i].server, 10000, rows[i].outcome);
		assert_string_equal(heard(), wanted);
	}
}

static void what_does_not_pass_is_logged_with_a_way_out(void **state)
{
	(void)state;
	static const struct {
		enum message_kind kind;
		const char *type, *name, *front, *client;
	} rows[] = {
		{ MESSAGE_QUERY, "A", "www.example.com.",
			"A www.example.com. not passed, remote 192.0.2.53@1, client "
			"ns2.example.net (its kind is not in 'pass'); do: add it to 'pass' "
			"if clients may send it\n",
			"A www.example.com. not passed (its kind is not in 'pass'); do: add "
			"it to 'pass' if the secondary may send it\n" },
		{ MESSAGE_OTHER, "OPCODE3", "example.com.",
			"OPCODE3 example.com. not passed, remote 192.0.2.53@1, client "
			"ns2.example.net (its kind is not in 'pass'); do: see the client's "
			"log\n",
			"OPCODE3 example.com. not passed (its kind is not in 'pass'); do: "
			"see the secondary's log\n" },
		{ MESSAGE_MALFORMED, "malformed", "message",
			"malformed message not passed, remote 192.0.2.53@1, client "
			"ns2.example.net; do: see the client's log\n",
			"malformed message not passed; do: see the secondary's log\n" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct message_question question = { .kind = rows[i].kind };
		char wanted[256];
		snprintf(question.type_name, sizeof(question.type_name), "%s",
			rows[i].type);
		snprintf(question.name, sizeof(question.name), "%s", rows[i].name);
		policy_log_not_passed(false, "xot", "192.0.2.53@1", "ns2.example.net",
			&question);
		snprintf(wanted, sizeof(wanted), "dance-front: notice: front xot, %s",
			rows[i].front);
		assert_string_equal(heard(), wanted);
		policy_log_not_passed(true, "out", NULL, NULL, &question);
		snprintf(wanted, sizeof(wanted), "dance-front: notice: client out, %s",
			rows[i].client);
		assert_string_equal(heard(), wanted);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, heard_begin, heard_end)

/* What the line of counters says behind a word; 0 if it has none. */
static unsigned long counted(const char *word)
{
	(void)heard();
	stats_log(0);
	const char *at = word != NULL ? strstr(heard(), word) : NULL;
	return at != NULL ? strtoul(at + strlen(word), NULL, 10) : 0;
}

/* An error of the server is counted once, as what it is: for the section, and for SIGUSR1. */
static void errors_of_a_server_are_counted(void **state)
{
	(void)state;
	static struct counts counts;
	static const struct {
		uint16_t rcode;
		int error; /* negative: none */
		const char *event;
	} rows[] = {
		{ 0, -1, NULL },
		{ 3, -1, NULL },
		{ 2, COUNTS_FAILED, ", answered-failed " },
		{ 5, COUNTS_REFUSED, ", answered-refused " },
		{ 9, COUNTS_REFUSED, ", answered-refused " },
	};
	const struct policy_server server = { .id = "xot", .text = "x", .counts = &counts };
	uint64_t expected[COUNTS_ERROR_COUNT] = { 0 };
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_message answer = dns_begin(1, (uint16_t)(ANSWER | rows[i].rcode),
			DNS_A);
		unsigned long before = counted(rows[i].event);
		policy_log_answer(&server, answer.octets, answer.size);
		if (rows[i].error >= 0) {
			expected[rows[i].error]++;
			assert_int_equal(counted(rows[i].event), before + 1);
		}
	}
	policy_log_outcome(&server, 10000, RELAY_SERVER_SILENT);
	expected[COUNTS_SILENT]++;
	policy_log_outcome(&server, 10000, RELAY_SERVER_GONE);
	expected[COUNTS_GONE]++;
	policy_log_outcome(&server, 10000, RELAY_IDLE);
	for (unsigned i = 0; i < COUNTS_ERROR_COUNT; i++) {
		assert_int_equal(counter_read(&counts.errors[i]), expected[i]);
	}
	(void)heard();
}

/* What can be answered is told why; what cannot is closed. */
static void what_does_not_pass_is_answered_or_closed(void **state)
{
	(void)state;
	struct relay_reply reply;
	struct message_question question;
	struct dns_message query = dns_begin(1, 0, DNS_A);
	message_read(query.octets, query.size, &question);
	assert_int_equal(policy_not_passed(&question, query.octets, query.size, &reply),
		RELAY_ANSWER);
	assert_true(reply.size > 0);
	assert_int_equal(reply.octets[3] & 15, 5);
	assert_int_equal(policy_not_passed(&question, query.octets, 5, &reply),
		RELAY_CLOSE);
	/* With a reason, if it is not the message itself. */
	struct message_reply said;
	dns_put(&query, "\0\0\x29\x10\0\0\0\0\0\0", 11); /* an OPT record */
	query.octets[11]++;
	assert_int_equal(policy_not_passed(&question, query.octets, query.size, &reply),
		RELAY_ANSWER);
	assert_true(message_read_reply(reply.octets, reply.size, &said));
	assert_int_equal(said.rcode, 5);
	assert_int_equal(said.ede, 21);
	assert_string_equal(said.ede_text, "this kind of query is not passed here");
	question.kind = MESSAGE_MALFORMED;
	assert_int_equal(policy_not_passed(&question, query.octets, query.size, &reply),
		RELAY_ANSWER);
	assert_true(message_read_reply(reply.octets, reply.size, &said));
	assert_int_equal(said.rcode, 1);
	assert_int_equal(said.ede, MESSAGE_NO_EDE);
	assert_true(policy_refuse(&reply, query.octets, query.size, 5, 18, "no"));
	assert_false(policy_refuse(&reply, query.octets, 5, 5, 18, "no"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_named_does_not_pass),
		cmocka_unit_test(what_a_server_should_not_fail_at),
		cmocka_unit_test(what_does_not_pass_is_answered_or_closed),
		TEST(answers_without_the_zone_are_logged),
		TEST(the_reason_of_the_server_is_logged_with_it),
		TEST(only_what_a_server_has_caused_is_logged),
		TEST(what_does_not_pass_is_logged_with_a_way_out),
		TEST(errors_of_a_server_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
