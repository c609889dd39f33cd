/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One connection: questions in any pieces, answers in their order, and what the log says. */

#include "check.h"
#include "connections.h"
#include "fixture.h"
#include "heard.h"
#include "runtime.h"
#include "scene.h"
#include "session_scene.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct credential mine, other;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

static int begin(void **state)
{
	return scene_begin(state) == 0 ? heard_begin(state) : -1;
}

static int end(void **state)
{
	runtime_install(NULL);
	int failed = heard_end(state);
	return scene_end(state) == 0 ? failed : -1;
}

static void questions_are_answered_in_their_order(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	session_put_in_force("");
	assert_true(session_connect());
	/* One octet after the other. */
	for (const char *text = session_question(&mine, ""); *text != '\0'; text++) {
		assert_int_equal(write(session_host, text, 1), 1);
	}
	assert_string_equal(session_answered(), "action=OK\n\n");
	assert_non_null(strstr(heard(),
		"dance-ask: info: ask relay, client allowed, remote 192.0.2.53@7, client "
		"mta.example, key "));
	/* Two at once. */
	char both[2048];
	snprintf(both, sizeof(both), "%s", session_question(&other, ""));
	strcat(both, session_question(&mine, "policy_context=header\n"));
	session_put(both);
	assert_string_equal(session_answered(), "action=DUNNO\n\n");
	assert_string_equal(session_answered(),
		"action=PREPEND Authentication-Results: mx.example.org; x-dance=pass "
		"policy.name=mta.example\n\n");
	const char *said = heard();
	assert_non_null(strstr(said,
		"notice: ask relay, client not authenticated, remote "
		"192.0.2.53@7, key "));
	assert_non_null(strstr(said, "verdict name (no permitted name has this key); do: "));
	assert_null(strstr(said, "mta.example"));
	session_hang_up();
}

static void a_mail_to_many_is_told_once_and_no_certificate_never(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	session_put_in_force("");
	assert_true(session_connect());
	for (int i = 0; i < 3; i++) {
		session_put(session_question(&mine, "instance=1.2\n"));
		assert_string_equal(session_answered(), "action=OK\n\n");
		assert_int_equal(strstr(heard(), "client allowed") != NULL, i == 0);
	}
	session_put(session_question(&mine, "instance=1.3\n"));
	(void)session_answered();
	assert_non_null(strstr(heard(), "client allowed"));
	session_put(session_question(NULL, ""));
	assert_string_equal(session_answered(), "action=DUNNO\n\n");
	assert_string_equal(heard(), "");
	session_hang_up();
}

static void a_host_that_is_set_up_wrongly_is_told(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	session_put_in_force("");
	assert_true(session_connect());
	static const char md5[] =
		"request=smtpd_access_policy\nencryption_protocol=TLSv1.3\nccert_fingerprint=\n"
		"ccert_pubkey_fingerprint=000102030405060708090a0b0c0d0e0f\n\n";
	static const char failed[] =
		"action=DEFER_IF_REJECT 4.7.5 DANE client lookup failed (internal)\n\n";
	for (int i = 0; i < 3; i++) {
		session_put(md5);
		assert_string_equal(session_answered(), failed);
		assert_int_equal(strstr(heard(),
					 "error: ask relay, no client can be authenticated (the "
					 "server's fingerprints have 16 octets, and are not "
					 "SHA2-256); do: set 'smtpd_tls_fingerprint_digest = "
					 "sha256' in main.cf\n") != NULL,
			i == 0);
	}
	session_put("request=other\n\n");
	assert_string_equal(session_answered(), failed);
	assert_non_null(strstr(heard(),
		"error: ask relay, malformed question (request is not "
		"smtpd_access_policy); do: check that 'dialect' "));
	/* And who never ends a question. */
	char noise[20000];
	memset(noise, 'x', sizeof(noise));
	assert_int_equal(send(session_host, noise, sizeof(noise), MSG_NOSIGNAL),
		sizeof(noise));
	assert_string_equal(session_answered(), "");
	assert_non_null(strstr(heard(),
		"malformed question (it has no end, or too many octets)"));
	session_hang_up();
}

static void a_reload_counts_for_the_next_question(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	session_put_in_force("");
	assert_true(session_connect());
	session_put(session_question(&mine, ""));
	assert_string_equal(session_answered(), "action=OK\n\n");
	answer("mta.example", RESOLVER_DENIED, 60, "no such name");
	pass(64000);
	session_put_in_force("server:\n    max-connections: 9\n");
	session_put(session_question(&mine, ""));
	assert_string_equal(session_answered(), "action=DUNNO\n\n");
	session_hang_up();
}

static void a_question_that_does_not_end_in_time_ends_the_connection(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	session_put_in_force("server:\n    request-timeout: 1\n");
	assert_true(session_connect());
	session_put("request=");
	assert_string_equal(session_answered(), "");
	session_hang_up();
}

static void there_is_a_limit(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	session_put_in_force("server:\n    max-connections: 1\n");
	assert_true(session_connect());
	session_put("request="); /* from now on it is busy, or soon */
	int first = session_host;
	bool taken = session_connect();
	if (!taken) {
		assert_non_null(strstr(heard(),
			"warning: ask relay, turned away, limit "
			"max-connections; do: "));
	} else { /* it was idle yet, and gave way */
		struct pollfd ready = { first, POLLIN, 0 };
		assert_int_equal(poll(&ready, 1, 20000), 1);
	}
	close(first);
	session_hang_up();
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(questions_are_answered_in_their_order),
		TEST(a_mail_to_many_is_told_once_and_no_certificate_never),
		TEST(a_host_that_is_set_up_wrongly_is_told),
		TEST(a_reload_counts_for_the_next_question),
		TEST(a_question_that_does_not_end_in_time_ends_the_connection),
		TEST(there_is_a_limit),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
