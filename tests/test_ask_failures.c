/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Memory or threads run out in dance-ask, in one place after the other: nobody is let in who would
 * not be otherwise, nobody is told a proved no who would be let in, and dance-ask lives on. */

#include "check.h"
#include "connections.h"
#include "counted.h"
#include "decision.h"
#include "fail.h"
#include "fixture.h"
#include "heard.h"
#include "scene.h"
#include "session_scene.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] =
	"server:\n    user: a:b\n"
	"dns:\n    trust-anchor: a\n    root-hints: b\n    resolver: [ ::1, ::2 ]\n"
	"    timeout: 10\n"
	"ask:\n"
	"  - id: relay\n    listen: [ /run/a, /run/b, ::1@9998 ]\n    dialect: postfix\n"
	"    client: [ _dane.mta.example, _dane.mx.example, \"*.sub.example\" ]\n"
	"    claim: _dane.\n    header: mx.example.org\n"
	"  - id: table\n    listen: /run/c\n    dialect: socketmap\n    client: mta.example\n";

static struct credential mine, customer, stranger;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &customer, { .key = KEY_P256 } },
	{ &stranger, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

static struct conf *parse(char error[CONF_ERROR_SIZE])
{
	return conf_parse("file", text, sizeof(text) - 1, error);
}

/* With DANCE_FAILURES_STEP only some of the calls have their turn. */
static unsigned step(void)
{
	const char *steps = getenv("DANCE_FAILURES_STEP");
	return steps != NULL ? (unsigned)strtoul(steps, NULL, 10) : 1;
}

static unsigned count_threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	unsigned count = 0;
	assert_non_null(tasks);
	while (readdir(tasks) != NULL) {
		count++;
	}
	closedir(tasks);
	return count;
}

/* What was freed by another thread may be counted a moment later. */
static void check_blocks(unsigned n, long before)
{
	for (int i = 0; fail_blocks() != before && i < 2000; i++) {
		poll(NULL, 0, 10);
	}
	if (fail_blocks() != before) {
		fail_msg("call %u, %s: %ld blocks lost", n, fail_name(),
			fail_blocks() - before);
	}
}

static int begin(void **state)
{
	return scene_begin(state) == 0 ? heard_begin(state) : -1;
}

static int end(void **state)
{
	fail_at(0, FAIL_HERE, false);
	fail_threads(false);
	fake_clock_set_pace(0);
	runtime_install(NULL);
	int failed = heard_end(state);
	return scene_end(state) == 0 ? failed : -1;
}

/* --- the configuration --------------------------------------------------------------------- */

/* False when the call chosen was beyond the last one. */
static bool read_failing(unsigned n, bool from_then_on)
{
	char error[CONF_ERROR_SIZE];
	long before = fail_blocks();
	fail_at(n, FAIL_HERE, from_then_on);
	struct conf *conf = parse(error);
	bool failed = fail_calls() >= n;
	fail_at(0, FAIL_HERE, false);
	if (failed != (conf == NULL) ||
		strcmp(error, failed ? "file: out of memory" : "") != 0) {
		fail_msg("call %u, %s: '%s'", n, fail_name(), error);
	}
	conf_free(conf);
	check_blocks(n, before);
	return failed;
}

static void a_configuration_is_read_whole_or_not_at_all(void **state)
{
	(void)state;
	for (int lasting = 0; lasting < 2; lasting++) {
		unsigned n = 1;
		while (read_failing(n, lasting == 1)) {
			n++;
		}
		assert_true(n > 15);
	}
}

/* --- decisions ----------------------------------------------------------------------------- */

static unsigned allowed, crossed, denied;

static enum dance_verdict decide(const struct ask *ask,
	const struct credential *certificate, const char *helo)
{
	struct question question = { .over_tls = true,
		.has_version = true,
		.tls = 3,
		.has_key = true,
		.has_certificate = true };
	struct dance_result result = { .size = sizeof(result) };
	memcpy(question.key, certificate->sha256[TLSA_SPKI], DANCE_SHA256_SIZE);
	memcpy(question.certificate, certificate->sha256[TLSA_CERTIFICATE],
		DANCE_SHA256_SIZE);
	snprintf(question.helo, sizeof(question.helo), "%s", helo);
	decision_make(ask, &question, &result);
	return result.verdict;
}

/* Whatever failed, these clients have no proved no, */
static void expect(const struct ask *ask, const struct credential *certificate,
	const char *helo)
{
	enum dance_verdict verdict = decide(ask, certificate, helo);
	allowed += verdict == DANCE_ALLOW;
	denied += dance_verdict_class(verdict) == DANCE_CLASS_DENY;
}

/* and these must not come in. */
static void forbid(const struct ask *ask, const struct credential *certificate,
	const char *helo)
{
	crossed += decide(ask, certificate, helo) == DANCE_ALLOW;
}

static void play(void)
{
	char error[CONF_ERROR_SIZE];
	publish("_dane.mta.example", 60, &mine);
	publish("_dane.x.sub.example", 60, &customer);
	answer("_dane.mx.example", RESOLVER_DENIED, 60, NULL);
	answer("_dane.y.sub.example", RESOLVER_DENIED, 60, NULL);
	answer("mta.example", RESOLVER_DENIED, 60, NULL);
	struct conf *conf = parse(error);
	struct runtime *runtime = conf != NULL ? runtime_new(conf, error) : NULL;
	bool started = runtime != NULL && runtime_start(runtime, error);
	if (!started) {
		assert_true(error[0] != '\0');
		runtime_release(runtime);
		return;
	}
	fake_resolver_settle();
	const struct ask *ask = runtime_ask(runtime, "relay");
	expect(ask, &mine, "");
	expect(ask, &mine, "y.sub.example");
	expect(ask, &customer, "x.sub.example");
	forbid(ask, &stranger, "");
	forbid(ask, &stranger, "mta.example");
	forbid(ask, &stranger, "x.sub.example");
	forbid(ask, &customer, "y.sub.example");
	forbid(ask, &customer, "");
	/* The record goes. */
	answer("_dane.mta.example", RESOLVER_DENIED, 60, NULL);
	for (int i = 0; i < 2; i++) {
		fake_clock_advance(46000 - i * 26000);
		fake_resolver_settle();
		forbid(ask, &mine, "");
	}
	runtime_release(runtime);
}

/* Plays with a context of its own. False when the call chosen was beyond the last one. */
static bool play_failing(unsigned n, enum fail_in threads, bool from_then_on)
{
	allowed = crossed = denied = 0;
	long before = fail_blocks();
	fake_clock_set_pace(n == 0 ? 0 : 1); /* what failed may be waited for in vain */
	fail_at(n, threads, from_then_on);
	play();
	unsigned calls = fail_calls();
	fail_at(0, FAIL_HERE, false);
	fake_clock_set_pace(0);
	if (crossed != 0 || denied != 0) {
		fail_msg("call %u, %s: %u let in, %u refused", n, fail_name(), crossed,
			denied);
	}
	check_blocks(n, before);
	return calls >= n;
}

static void who_is_allowed_is_so_or_it_cannot_be_found_out(void **state)
{
	(void)state;
	play(); /* counters are made once, and stay */
	assert_true(play_failing(0, FAIL_HERE, false));
	assert_int_equal(allowed, 3);
	static const enum fail_in threads[] = { FAIL_HERE, FAIL_ELSEWHERE };
	for (size_t i = 0; i < ROWS(threads); i++) {
		for (int lasting = 0; lasting < 2; lasting++) {
			unsigned n = 1;
			while (play_failing(n, threads[i], lasting == 1)) {
				n += step();
			}
			assert_true(n > 5);
		}
	}
}

/* --- connections --------------------------------------------------------------------------- */

static void serves(void)
{
	assert_true(session_connect());
	session_put(session_question(&mine, ""));
	assert_string_equal(session_answered(), "action=OK\n\n");
	session_put(session_question(&stranger, ""));
	assert_string_equal(session_answered(), "action=DUNNO\n\n");
	session_hang_up();
}

/* The server sees the end, which is a temporary failure for it. */
static void a_connection_that_cannot_be_served_is_closed(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	session_put_in_force("");
	unsigned threads = count_threads();
	serves();
	/* The thread of a connection frees what it had after the connection has ended. */
	for (int i = 0; count_threads() > threads && i < 2000; i++) {
		poll(NULL, 0, 10);
	}
	long before = fail_blocks();
	bool failing = true;
	for (unsigned n = 1; failing; n++) {
		unsigned away = counted("turned-away");
		fail_at(n, FAIL_HERE, false);
		bool taken = session_connect();
		failing = fail_calls() >= n;
		fail_at(0, FAIL_HERE, false);
		assert_true(taken != failing);
		if (failing) {
			assert_string_equal(session_answered(), "");
			assert_non_null(strstr(heard(), "error: ask relay, out of room ("));
			assert_int_equal(counted("turned-away") - away, 1);
		}
		session_hang_up();
		check_blocks(n, before);
		assert_true(n < 100);
	}
	fail_threads(true);
	unsigned connections = counted("connections"), away = counted("turned-away");
	assert_false(session_connect());
	assert_string_equal(session_answered(), "");
	assert_non_null(strstr(heard(),
		"error: ask relay, out of room (no thread can be started); "
		"do: raise TasksMax, or lower 'max-connections'\n"));
	assert_int_equal(counted("connections") - connections, 1);
	assert_int_equal(counted("turned-away") - away, 1);
	session_hang_up();
	fail_threads(false);
	serves();
}

/* What is answered about a client: this, or that it cannot be found out. */
static void expect_answer(unsigned n, const char *question, const char *answer)
{
	session_put(question);
	const char *said = session_answered();
	if (strcmp(said, answer) != 0 && strncmp(said, "action=DEFER_IF_REJECT ", 23) != 0) {
		fail_msg("call %u, %s: '%s'", n, fail_name(), said);
	}
}

/* False when the call chosen was beyond the last one. */
static bool ask_failing(unsigned n, bool from_then_on)
{
	static unsigned times;
	char helo[64];
	snprintf(helo, sizeof(helo), "helo_name=n%u.sub.example\n", ++times);
	assert_true(session_connect());
	fail_at(n, FAIL_ELSEWHERE, from_then_on);
	expect_answer(n, session_question(&customer, helo), "action=OK\n\n");
	expect_answer(n, session_question(&mine, ""), "action=OK\n\n");
	expect_answer(n, session_question(&stranger, helo), "action=DUNNO\n\n");
	bool failed = fail_calls() >= n;
	fail_at(0, FAIL_HERE, false);
	session_hang_up();
	(void)heard();
	return failed;
}

static void an_answer_says_what_is_so_or_that_it_cannot_be_found_out(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	publish("*.sub.example", 60, &customer);
	session_put_in_force("dns:\n    timeout: 10\n");
	serves();
	fake_clock_set_pace(1); /* what failed may be waited for in vain */
	for (int lasting = 0; lasting < 2; lasting++) {
		unsigned n = 1;
		while (ask_failing(n, lasting == 1)) {
			n += step();
		}
		assert_true(n > 1);
	}
	fake_clock_set_pace(0);
	fake_clock_advance(2000); /* a lookup that failed is tried again */
	fake_resolver_settle();
	serves();
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_configuration_is_read_whole_or_not_at_all),
		TEST(who_is_allowed_is_so_or_it_cannot_be_found_out),
		TEST(a_connection_that_cannot_be_served_is_closed),
		TEST(an_answer_says_what_is_so_or_that_it_cannot_be_found_out),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
