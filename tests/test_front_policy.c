/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What may pass, and what is said of a server's answers and of its silence, on standard error,
 * which here is a pipe that the test reads. */

#include "check.h"
#include "dns_writer.h"
#include "log.h"
#include "policy.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define ANSWER 0x8000

static int kept, reading;

/* From here to end(): cmocka's own words would go there too. */
static int begin(void **state)
{
	(void)state;
	int ends[2];
	kept = dup(STDERR_FILENO);
	if (kept < 0 || pipe2(ends, O_NONBLOCK) != 0 || dup2(ends[1], STDERR_FILENO) < 0) {
		return -1;
	}
	close(ends[1]);
	reading = ends[0];
	unsetenv("JOURNAL_STREAM");
	log_set(false, LEVEL_INFO);
	return 0;
}

static int end(void **state)
{
	(void)state;
	close(reading);
	return dup2(kept, STDERR_FILENO) < 0 ? -1 : close(kept);
}

static const char *heard(void)
{
	static char text[4096];
	ssize_t got = read(reading, text, sizeof(text) - 1);
	text[got > 0 ? got : 0] = '\0';
	return text;
}

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

/* What keeps a zone from a client is told of, and whose business it is; the rest is not. */
static void answers_that_help_nobody_are_told_of(void **state)
{
	(void)state;
	static const struct policy_server server = { "front", "xot", "server",
		"127.0.0.1@53", ", as 127.0.0.2", "look there" };
	static const struct {
		uint16_t rcode, type;
		const char *line;
	} rows[] = {
		{ 0, DNS_AXFR, "" },
		{ 3, DNS_AXFR, "" },
		{ 2, DNS_SOA, "" },
		{ 2, DNS_AXFR,
			"dance-front: notice: front xot, server 127.0.0.1@53 answered "
			"SERVFAIL to AXFR example.com., as 127.0.0.2\n" },
		{ 5, DNS_SOA,
			"dance-front: notice: front xot, server 127.0.0.1@53 answered "
			"REFUSED to SOA example.com., as 127.0.0.2; look there\n" },
		{ 9, DNS_IXFR,
			"dance-front: notice: front xot, server 127.0.0.1@53 answered "
			"NOTAUTH to IXFR example.com., as 127.0.0.2; look there\n" },
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

static void the_reason_of_the_server_is_told_with_it(void **state)
{
	(void)state;
	static const struct policy_server server = { "client", "out", "primary",
		"192.0.2.1@853", "", "" };
	static const uint8_t reason[] = { 0, 15, 0, 7, 0, 18, 'n', 'o', 27, '!', '\n' };
	struct dns_message message = dns_begin(1, ANSWER | 2, DNS_AXFR);
	dns_record(&message, 3, "", 1, 41, reason, sizeof(reason));
	policy_log_answer(&server, message.octets, message.size);
	assert_string_equal(heard(),
		"dance-front: notice: client out, primary 192.0.2.1@853 "
		"answered SERVFAIL (EDE 18: no?!?) to AXFR example.com.\n");
}

static void only_servers_are_blamed(void **state)
{
	(void)state;
	static const struct {
		enum relay_outcome outcome;
		const char *part;
	} rows[] = {
		{ RELAY_SERVER_SILENT, "server 127.0.0.1@53 has not answered in 10 s\n" },
		{ RELAY_SERVER_GONE, "has closed the connection instead of answering\n" },
		{ RELAY_IDLE, NULL },
		{ RELAY_CLIENT_GONE, NULL },
		{ RELAY_ENDED, NULL },
	};
	static const struct address address = { .text = "127.0.0.1@53" };
	for (size_t i = 0; i < ROWS(rows); i++) {
		policy_log_outcome("front", "xot", "server", &address, 10000,
			rows[i].outcome);
		const char *line = heard();
		assert_true(rows[i].part != NULL ? strstr(line, rows[i].part) != NULL :
						   line[0] == '\0');
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_named_does_not_pass),
		TEST(answers_that_help_nobody_are_told_of),
		TEST(the_reason_of_the_server_is_told_with_it),
		TEST(only_servers_are_blamed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
