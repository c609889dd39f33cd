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
#include "session.h"

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

static int host = -1; /* our end of the connection */

static struct conf *conf_with(const char *more)
{
	char text[1024], error[CONF_ERROR_SIZE];
	snprintf(text, sizeof(text),
		"%sask:\n  - id: relay\n    listen: /run/none\n    dialect: postfix\n"
		"    client: mta.example\n    header: mx.example.org\n",
		more);
	struct conf *conf = conf_parse("file", text, strlen(text), error);
	assert_non_null(conf);
	return conf;
}

static void put_in_force(const char *more)
{
	char error[CONF_ERROR_SIZE];
	struct runtime *runtime = runtime_new(conf_with(more), error);
	assert_non_null(runtime);
	assert_true(runtime_start(runtime, error));
	runtime_install(runtime);
	fake_resolver_settle();
}

static bool connect_host(void)
{
	static const struct listener listener = { .id = "relay" };
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	host = ends[0];
	assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	return session_start(&listener, ends[1]);
}

static void hang_up(void)
{
	close(host);
	for (int i = 0; connections_count() > 0 && i < 2000; i++) {
		poll(NULL, 0, 10);
	}
	assert_int_equal(connections_count(), 0);
}

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

static void put(const char *text)
{
	assert_int_equal(write(host, text, strlen(text)), strlen(text));
}

/* What is answered, up to an empty line; "" if the connection ends. */
static const char *answered(void)
{
	static char text[1024];
	size_t size = 0;
	text[0] = '\0';
	while (strstr(text, "\n\n") == NULL) {
		struct pollfd ready = { host, POLLIN, 0 };
		assert_int_equal(poll(&ready, 1, 20000), 1);
		ssize_t got = read(host, text + size, 1);
		if (got <= 0) {
			return "";
		}
		size += (size_t)got;
		text[size] = '\0';
	}
	return text;
}

static const char *question_of(const struct credential *certificate, const char *more)
{
	static char text[1024];
	char digest[3 * DANCE_SHA256_SIZE + 1] = "";
	for (size_t i = 0; certificate != NULL && i < DANCE_SHA256_SIZE; i++) {
		snprintf(digest + strlen(digest), 4, "%s%02X", i > 0 ? ":" : "",
			certificate->sha256[TLSA_SPKI][i]);
	}
	snprintf(text, sizeof(text),
		"request=smtpd_access_policy\nclient_address=192.0.2.53\nclient_port=7\n"
		"encryption_protocol=TLSv1.3\nccert_fingerprint=\n"
		"ccert_pubkey_fingerprint=%s\n%s\n",
		digest, more);
	return text;
}

static void questions_are_answered_in_their_order(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	put_in_force("");
	assert_true(connect_host());
	/* One octet after the other. */
	for (const char *text = question_of(&mine, ""); *text != '\0'; text++) {
		assert_int_equal(write(host, text, 1), 1);
	}
	assert_string_equal(answered(), "action=OK\n\n");
	assert_non_null(strstr(heard(),
		"dance-ask: info: ask relay, client allowed, remote 192.0.2.53@7, client "
		"mta.example, key "));
	/* Two at once. */
	char both[2048];
	snprintf(both, sizeof(both), "%s", question_of(&other, ""));
	strcat(both, question_of(&mine, "policy_context=header\n"));
	put(both);
	assert_string_equal(answered(), "action=DUNNO\n\n");
	assert_string_equal(answered(),
		"action=PREPEND Authentication-Results: mx.example.org; x-dance=pass "
		"policy.name=mta.example\n\n");
	const char *said = heard();
	assert_non_null(strstr(said,
		"notice: ask relay, client not authenticated, remote "
		"192.0.2.53@7, key "));
	assert_non_null(strstr(said, "verdict name (no permitted name has this key); do: "));
	assert_null(strstr(said, "mta.example"));
	hang_up();
}

static void a_mail_to_many_is_told_once_and_no_certificate_never(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	put_in_force("");
	assert_true(connect_host());
	for (int i = 0; i < 3; i++) {
		put(question_of(&mine, "instance=1.2\n"));
		assert_string_equal(answered(), "action=OK\n\n");
		assert_int_equal(strstr(heard(), "client allowed") != NULL, i == 0);
	}
	put(question_of(&mine, "instance=1.3\n"));
	(void)answered();
	assert_non_null(strstr(heard(), "client allowed"));
	put(question_of(NULL, ""));
	assert_string_equal(answered(), "action=DUNNO\n\n");
	assert_string_equal(heard(), "");
	hang_up();
}

static void a_host_that_is_set_up_wrongly_is_told(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	put_in_force("");
	assert_true(connect_host());
	static const char md5[] =
		"request=smtpd_access_policy\nencryption_protocol=TLSv1.3\nccert_fingerprint=\n"
		"ccert_pubkey_fingerprint=000102030405060708090a0b0c0d0e0f\n\n";
	static const char failed[] =
		"action=DEFER_IF_REJECT 4.7.5 DANE client lookup failed (internal)\n\n";
	for (int i = 0; i < 3; i++) {
		put(md5);
		assert_string_equal(answered(), failed);
		assert_int_equal(strstr(heard(),
					 "error: ask relay, no client can be authenticated (the "
					 "server's fingerprints have 16 octets, and are not "
					 "SHA2-256); do: set 'smtpd_tls_fingerprint_digest = "
					 "sha256' in main.cf\n") != NULL,
			i == 0);
	}
	put("request=other\n\n");
	assert_string_equal(answered(), failed);
	assert_non_null(strstr(heard(),
		"error: ask relay, malformed question (request is not "
		"smtpd_access_policy); do: check that 'dialect' "));
	/* And who never ends a question. */
	char noise[20000];
	memset(noise, 'x', sizeof(noise));
	assert_int_equal(send(host, noise, sizeof(noise), MSG_NOSIGNAL), sizeof(noise));
	assert_string_equal(answered(), "");
	assert_non_null(strstr(heard(),
		"malformed question (it has no end, or too many octets)"));
	hang_up();
}

static void a_reload_counts_for_the_next_question(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	put_in_force("");
	assert_true(connect_host());
	put(question_of(&mine, ""));
	assert_string_equal(answered(), "action=OK\n\n");
	answer("mta.example", RESOLVER_DENIED, 60, "no such name");
	pass(64000);
	put_in_force("server:\n    max-connections: 9\n");
	put(question_of(&mine, ""));
	assert_string_equal(answered(), "action=DUNNO\n\n");
	hang_up();
}

static void a_question_that_does_not_end_in_time_ends_the_connection(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	put_in_force("server:\n    request-timeout: 1\n");
	assert_true(connect_host());
	put("request=");
	assert_string_equal(answered(), "");
	hang_up();
}

static void there_is_a_limit(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	put_in_force("server:\n    max-connections: 1\n");
	assert_true(connect_host());
	put("request="); /* from now on it is busy, or soon */
	int first = host;
	bool taken = connect_host();
	if (!taken) {
		assert_non_null(strstr(heard(),
			"warning: ask relay, turned away, limit "
			"max-connections; do: "));
	} else { /* it was idle yet, and gave way */
		struct pollfd ready = { first, POLLIN, 0 };
		assert_int_equal(poll(&ready, 1, 20000), 1);
	}
	close(first);
	hang_up();
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
