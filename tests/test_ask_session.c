/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One connection: questions in any pieces, answers in their order, and what the log says. */

#include "check.h"
#include "counted.h"
#include "counts.h"
#include "fixture.h"
#include "heard.h"
#include "runtime.h"
#include "scene.h"
#include "session_scene.h"
#include "stats_event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct credential mine, other;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

/* Each case has a second of its own, as far as the log limits lines. */
static _Atomic long seconds;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int ret = __real_clock_gettime(clock, now);
	now->tv_sec += seconds;
	return ret;
}

static int begin(void **state)
{
	seconds++;
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

/* This is the only line of the log since the last one; "KEY" stands for the client's key. */
static void check_line(const char *wanted, const struct credential *certificate)
{
	char line[1024] = "";
	size_t size = 0;
	while (*wanted != '\0') {
		bool is_key = strncmp(wanted, "KEY", 3) == 0;
		for (size_t i = 0; is_key && i < DANCE_SHA256_SIZE; i++) {
			size += (size_t)snprintf(line + size, sizeof(line) - size, "%02x",
				certificate->sha256[TLSA_SPKI][i]);
		}
		if (!is_key) {
			line[size++] = *wanted;
			line[size] = '\0';
		}
		wanted += is_key ? 3 : 1;
	}
	assert_string_equal(heard(), line);
}

#define FROM "remote 192.0.2.53@7, "

static void each_client_has_its_line(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	session_put_in_force("");
	log_set(false, LEVEL_DEBUG);
	(void)heard();
	assert_true(session_connect());
	session_put(session_question(&mine, ""));
	(void)session_answered();
	check_line("dance-ask: info: ask relay, client allowed, " FROM
		   "client mta.example, key KEY, verdict allow, record 3 1 1, ttl 60\n",
		&mine);
	session_put(session_question(&mine, "policy_context=header\n"));
	(void)session_answered();
	check_line("dance-ask: debug: ask relay, client allowed, " FROM
		   "client mta.example, key KEY, verdict allow, record 3 1 1, ttl 60\n",
		&mine);
	session_put(session_question(&other, ""));
	(void)session_answered();
	check_line("dance-ask: notice: ask relay, client not authenticated, " FROM
		   "key KEY, verdict name (no permitted name has this key); do: if you know "
		   "this client, permit its name here, or correct it on the client\n",
		&other);
	session_put(session_question(NULL, ""));
	(void)session_answered();
	check_line("dance-ask: debug: ask relay, client not authenticated, " FROM
		   "verdict credential (no client certificate); do: configure a certificate "
		   "and key on the client\n",
		NULL);
	/* A server that does not say where the client is. */
	session_put("request=smtpd_access_policy\nencryption_protocol=\nccert_fingerprint=\n"
		    "ccert_pubkey_fingerprint=\n\n");
	(void)session_answered();
	check_line("dance-ask: debug: ask relay, client not authenticated, verdict transport "
		   "(the client did not use TLS); do: use TLS 1.3 on the client\n",
		NULL);
	session_put("request=smtpd_access_policy\nencryption_protocol=TLSv1.2\n"
		    "ccert_fingerprint=\nccert_pubkey_fingerprint=\n\n");
	(void)session_answered();
	check_line("dance-ask: notice: ask relay, client not authenticated, verdict transport "
		   "(the client used TLS older than 1.3); do: use TLS 1.3 on the client\n",
		NULL);
	session_hang_up();
}

static void a_client_that_resumes_or_fails_has_its_line(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	session_put_in_force("");
	log_set(false, LEVEL_DEBUG);
	(void)heard();
	assert_true(session_connect_to("exim"));
	session_put("verify resumption=16 tls=1.3 address=192.0.2.53 cert=\n");
	(void)session_answered_line();
	check_line("dance-ask: notice: ask exim, client not authenticated, remote 192.0.2.53, "
		   "verdict unproven (the TLS session was resumed); do: configure the server "
		   "to resume no sessions\n",
		NULL);
	session_hang_up();
	answer("mta.example", RESOLVER_BOGUS, 60, "forged");
	pass(64000);
	(void)heard();
	assert_true(session_connect());
	session_put(session_question(&mine, ""));
	(void)session_answered();
	check_line("dance-ask: warning: ask relay, client failed, " FROM
		   "key KEY, verdict bogus (a listed name that may have this key cannot be "
		   "looked up); do: sign the client's zone again ('dance check' shows what "
		   "fails)\n",
		&mine);
	session_hang_up();
}

/* An id may be of one letter, and one that is not allowed ends its mail. */
static void a_mail_is_known_by_its_instance(void **state)
{
	(void)state;
	static const struct {
		const char *instance;
		bool mine, logged;
	} rows[] = {
		{ "instance=a\n", true, true },
		{ "instance=a\n", true, false },
		{ "instance=a\n", false, true },
		{ "instance=a\n", false, true },
		{ "instance=a\n", true, true },
		{ "instance=b\n", true, true },
		{ "", true, true },
		{ "", true, true },
		{ "instance=b\n", true, true },
		{ "instance=b\n", true, false },
	};
	publish("mta.example", 60, &mine);
	session_put_in_force("");
	assert_true(session_connect());
	for (size_t i = 0; i < ROWS(rows); i++) {
		(void)heard();
		session_put(session_question(rows[i].mine ? &mine : &other,
			rows[i].instance));
		(void)session_answered();
		if ((heard()[0] != '\0') != rows[i].logged) {
			fail_msg("row %zu", i);
		}
	}
	session_hang_up();
}

static uint64_t malformed(void)
{
	struct runtime *runtime = runtime_current();
	uint64_t count = counter_read(&runtime->asks[0].counts.section->malformed);
	runtime_release(runtime);
	return count;
}

#define CHECK "; do: check that 'dialect' agrees with the server's configuration\n"

static void what_is_no_question_is_told_and_counted(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	session_put_in_force("");
	unsigned connections = counted("connections"), questions = counted("questions"),
		 faults = counted("malformed"), internal = counted("internal");
	uint64_t of_section = malformed();
	assert_true(session_connect());
	session_put("request=other\nclient_address=192.0.2.53\n\n");
	(void)session_answered();
	assert_string_equal(heard(),
		"dance-ask: error: ask relay, malformed question, remote 192.0.2.53 (request is "
		"not smtpd_access_policy)" CHECK);
	session_put("\n");
	(void)session_answered();
	assert_string_equal(heard(),
		"dance-ask: error: ask relay, malformed question (request is missing)" CHECK);
	session_put("no attribute\n\n");
	(void)session_answered();
	assert_string_equal(heard(),
		"dance-ask: error: ask relay, malformed question (a line is no "
		"attribute)" CHECK);
	assert_int_equal(counted("connections") - connections, 1);
	assert_int_equal(counted("questions") - questions, 3);
	assert_int_equal(counted("malformed") - faults, 3);
	assert_int_equal(counted("internal") - internal, 3);
	assert_int_equal(malformed() - of_section, 3);

	char noise[16384];
	memset(noise, 'x', sizeof(noise));
	assert_int_equal(send(session_host, noise, sizeof(noise), MSG_NOSIGNAL),
		sizeof(noise));
	assert_string_equal(session_answered(), "");
	assert_string_equal(heard(),
		"dance-ask: error: ask relay, malformed question (it has no end, or too many "
		"octets)" CHECK);
	assert_int_equal(counted("malformed") - faults, 4);
	assert_int_equal(counted("questions") - questions, 3);
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
		TEST(each_client_has_its_line),
		TEST(a_client_that_resumes_or_fails_has_its_line),
		TEST(a_mail_is_known_by_its_instance),
		TEST(what_is_no_question_is_told_and_counted),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
