/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the context tells its host's log: changes, each once, in printable ASCII (which
 * scene_end() checks of every line of every test). */

#include "check.h"
#include "fixture.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "a.example"

static struct credential mine;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

/* A line of this level with this text, so often. */
static void check_line(enum dance_log_level level, const char *text, unsigned times)
{
	char line[DANCE_LINE_SIZE];
	snprintf(line, sizeof(line), "%d %s", (int)level, text);
	unsigned found = log_count(line);
	if (found != times) {
		fail_msg("%u times: %s", found, line);
	}
}

static void changes_are_told_once(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	check_line(DANCE_LOG_DEBUG, "records validated, client a.example", 1);
	log_clear();
	pass(200000);
	assert_int_equal(log_count(""), 0);

	answer(NAME, RESOLVER_DENIED, 60, "no such name");
	pass(200000);
	check_line(DANCE_LOG_NOTICE,
		"no valid records, client a.example, verdict no-tlsa (no such name); do: publish the "
		"client's TLSA record, or correct its name",
		1);
	answer(NAME, RESOLVER_INSECURE, 60, NULL);
	pass(200000);
	check_line(DANCE_LOG_NOTICE,
		"no valid records, client a.example, verdict insecure (the answer from DNS is not "
		"DNSSEC-signed); do: sign ",
		1);
	answer(NAME, RESOLVER_BOGUS, 0, "forged");
	pass(200000);
	check_line(DANCE_LOG_WARNING,
		"no valid records, client a.example, verdict bogus (forged); do: sign ", 1);
	answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
	pass(200000);
	check_line(DANCE_LOG_WARNING,
		"no valid records, client a.example, verdict lookup (SERVFAIL); do: open ",
		1);
	answer(NAME, RESOLVER_TIMEOUT, 0, NULL);
	pass(200000);
	check_line(DANCE_LOG_WARNING,
		"no valid records, client a.example, verdict timeout (the TLSA lookup took too long); "
		"do: open ",
		1);
	publish(NAME, 60, &mine);
	pass(200000);
	check_line(DANCE_LOG_NOTICE, "records validated, client a.example", 1);
	assert_int_equal(log_count(""), 6);
	dance_roster_free(roster);
}

/* To whoever wonders why nobody is let in, they are as good as none. */
static void records_that_cannot_be_used_are_told_of(void **state)
{
	(void)state;
	static const unsigned char octets[2] = { 0 };
	const struct dance_tlsa broken = { 3, 1, 1, octets, sizeof(octets) };
	publish_records(NAME, 60, &broken, 1);
	struct dance_roster *roster = roster_of(NAME, NULL);
	check_line(DANCE_LOG_NOTICE,
		"no valid records, client a.example, verdict unusable (no record is well-formed and "
		"of a known kind); do: replace ",
		1);
	pass(200000);
	assert_int_equal(log_count(""), 1);
	publish(NAME, 60, &mine);
	pass(200000);
	check_line(DANCE_LOG_NOTICE, "records validated, client a.example", 1);
	publish_records(NAME, 60, &broken, 1);
	pass(200000);
	check_line(DANCE_LOG_NOTICE,
		"no valid records, client a.example, verdict unusable (no record is well-formed and "
		"of a known kind); do: replace ",
		2);
	assert_int_equal(log_count(""), 3);
	dance_roster_free(roster);
}

static void a_service_is_a_servers(void **state)
{
	(void)state;
	publish("_853._tcp.a.example", 60, &mine);
	struct dance_roster *roster = roster_of("_853._tcp.a.example", NULL);
	check_line(DANCE_LOG_DEBUG, "records validated, owner _853._tcp.a.example", 1);
	answer("_853._tcp.a.example", RESOLVER_DENIED, 60, "no such name");
	pass(200000);
	check_line(DANCE_LOG_NOTICE,
		"no valid records, owner _853._tcp.a.example, verdict no-tlsa (no such name); do: "
		"ask the primary's operator to publish a TLSA record, or correct 'name'",
		1);
	dance_roster_free(roster);
}

static void failures_over_good_records_are_told_once(void **state)
{
	(void)state;
	publish(NAME, 3600, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
	pass(3590000);
	check_line(DANCE_LOG_WARNING,
		"no valid records, client a.example, verdict lookup (SERVFAIL); do: open ",
		1);
	publish(NAME, 3600, &mine);
	pass(7200000);
	check_line(DANCE_LOG_NOTICE, "records validated, client a.example", 1);
	assert_int_equal(log_count(""), 3);
	dance_roster_free(roster);
}

static void a_missing_resolver_is_told_once_for_all_names(void **state)
{
	(void)state;
	fake_resolver_refuse("trust anchor /a\nb: No such file or directory");
	struct dance_roster *roster = roster_of("a.example b.example c.example", NULL);
	pass(100000);
	check_line(DANCE_LOG_ERROR,
		"no lookup is possible (trust anchor /a?b: No such file or directory); do: check "
		"'trust-anchor' and outgoing port 53; until then only records that are known and "
		"have not expired count",
		1);
	assert_int_equal(log_count(""), 1);
	fake_resolver_refuse("for another reason");
	pass(100000);
	check_line(DANCE_LOG_ERROR, "no lookup is possible (for another reason); do: ", 1);
	assert_int_equal(log_count(""), 2);
	publish("*.example", 60, &mine);
	fake_resolver_refuse(NULL);
	pass(100000);
	check_line(DANCE_LOG_NOTICE, "lookups are possible again", 1);
	dance_roster_free(roster);
}

/* A peer who claims many names does not fill the log with them. */
static void names_that_only_peers_claim_are_for_debugging(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	answer("b.sub.example", RESOLVER_BOGUS, 0, "forged");
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	check_verdict(verify(roster, &mine, "b.sub.example", &result), DANCE_FAIL_BOGUS);
	pass(1000);
	check_line(DANCE_LOG_DEBUG,
		"no valid records, client b.sub.example, verdict bogus (forged)", 1);
	assert_int_equal(log_count(""), 1);
	dance_roster_free(roster);
}

/* Others write the reasons: the signers of zones, and whoever sends packets. */
static void reasons_are_printable_whatever_they_hold(void **state)
{
	(void)state;
	static char why[300];
	for (size_t i = 0; i < sizeof(why) - 1; i++) {
		why[i] = (char)(1 + i % 255);
	}
	answer(NAME, RESOLVER_BOGUS, 0, why);
	answer("b.example", RESOLVER_DENIED, 0, "\n2026 forged line");
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	check_line(DANCE_LOG_WARNING,
		"no valid records, client a.example, verdict bogus (?????", 1);
	check_line(DANCE_LOG_NOTICE,
		"no valid records, client b.example, verdict no-tlsa (?2026 forged line)",
		1);
	struct dance_result result = { .size = sizeof(result) };
	check_verdict(verify(roster, &mine, NAME, &result), DANCE_FAIL_BOGUS);
	for (const char *at = result.detail; *at != '\0'; at++) {
		assert_true(*at >= ' ' && *at <= '~');
	}
	dance_roster_free(roster);
}

/* What there is to do stays all the same. */
static void a_reason_may_be_longer_than_a_line(void **state)
{
	(void)state;
	static char why[DANCE_LINE_SIZE * 2];
	memset(why, 'w', sizeof(why) - 1);
	answer(NAME, RESOLVER_BOGUS, 0, why);
	struct dance_roster *roster = roster_of(NAME, NULL);
	check_line(DANCE_LOG_WARNING,
		"no valid records, client a.example, verdict bogus (wwww", 1);
	assert_int_equal(log_count("wwww...); do: sign the client's zone again ('dance check' "
				   "shows what fails)"),
		1);
	dance_roster_free(roster);
}

static void without_a_log_nothing_is_told(void **state)
{
	(void)state;
	const struct dance_context_options options = { .size = sizeof(options),
		.log = NULL };
	char error[DANCE_ERROR_SIZE];
	const char *const name = NAME;
	answer(NAME, RESOLVER_BOGUS, 0, "forged");
	struct dance_context *context = dance_context_new(&options);
	assert_non_null(context);
	struct dance_roster *roster = dance_roster_new(context, &name, 1, NULL, error);
	assert_non_null(roster);
	pass(10000);
	assert_int_equal(log_count(""), 0);
	dance_roster_free(roster);
	dance_context_free(context);
	context = dance_context_new(NULL);
	assert_non_null(context);
	dance_context_free(context);
}

static void what_becomes_of_the_trust_anchor_is_told(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	log_clear();
	fake_resolver_set_anchor(TRUST_ANCHOR_CHANGED, "/a/root.key", "");
	pass(1000);
	check_line(DANCE_LOG_NOTICE, "trust anchor has changed, file /a/root.key", 1);
	fake_resolver_set_anchor(TRUST_ANCHOR_BROKEN, "/a/root.key",
		"trust anchor /a/root.key: Permission denied");
	pass(100000);
	check_line(DANCE_LOG_WARNING,
		"the previous trust anchor stays in force (trust anchor /a/root.key: "
		"Permission denied); do: correct this file before the next restart",
		1);
	fake_resolver_set_anchor(TRUST_ANCHOR_MENDED, "/a/root.key", "");
	pass(1000);
	check_line(DANCE_LOG_NOTICE, "trust anchor can be read again, file /a/root.key", 1);
	assert_int_equal(log_count("trust anchor"), 3);
	dance_roster_free(roster);
}

/* A log that needs what a host's log may need: another decision to be taken, by whoever. */
struct dependent {
	struct dance_context *context;
	unsigned told;
};

static void depend(void *arg, enum dance_log_level level, const char *line)
{
	struct dependent *dependent = arg;
	const char *const other = "b.example";
	char error[DANCE_ERROR_SIZE];
	(void)level;
	(void)line;
	struct dance_roster *roster = dance_roster_new(dependent->context, &other, 1, NULL,
		error);
	assert_non_null(roster);
	dance_roster_free(roster);
	dependent->told++;
}

static void nobody_waits_for_the_log(void **state)
{
	(void)state;
	struct dependent dependent = { 0 };
	const struct dance_context_options options = {
		.size = sizeof(options), .log = depend, .arg = &dependent
	};
	char error[DANCE_ERROR_SIZE];
	const char *const name = NAME;
	answer(NAME, RESOLVER_BOGUS, 0, "forged");
	dependent.context = dance_context_new(&options);
	assert_non_null(dependent.context);
	struct dance_roster *roster = dance_roster_new(dependent.context, &name, 1, NULL,
		error);
	assert_non_null(roster);
	alarm(20); /* it would wait for ever */
	pass(1000);
	alarm(0);
	assert_true(dependent.told > 0);
	dance_roster_free(roster);
	dance_context_free(dependent.context);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(changes_are_told_once),
		TEST(records_that_cannot_be_used_are_told_of),
		TEST(a_service_is_a_servers),
		TEST(failures_over_good_records_are_told_once),
		TEST(a_missing_resolver_is_told_once_for_all_names),
		TEST(names_that_only_peers_claim_are_for_debugging),
		TEST(reasons_are_printable_whatever_they_hold),
		TEST(a_reason_may_be_longer_than_a_line),
		TEST(what_becomes_of_the_trust_anchor_is_told),
		TEST(without_a_log_nothing_is_told),
		TEST(nobody_waits_for_the_log),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
