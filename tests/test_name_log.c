/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the context tells its host's log: changes, each once, in printable ASCII (which
 * scene_end() checks of every line of every test). */

#include "check.h"
#include "fixture.h"
#include "name_log.h"
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

/* Seconds since 1970 that are so far from now. */
static int64_t from_now(int64_t seconds)
{
	return ((int64_t)clock_ms() + clock_wall_ahead()) / 1000 + seconds;
}

static void sign(const char *name, uint32_t ttl, int64_t late, int64_t end)
{
	static struct dance_tlsa record;
	record = tlsa_of(&mine, TLSA_DANE_EE, TLSA_SPKI, TLSA_SHA256);
	const struct fake_answer told = { .outcome = RESOLVER_SECURE,
		.records = &record,
		.count = 1,
		.ttl = ttl,
		.signatures_end = end,
		.signatures_late = late };
	fake_resolver_set(name, &told);
}

/* Once when they are late, also if lookups fail or prove nothing in between, and once when they
 * have been renewed. */
static void signatures_that_end_soon_are_told_of_once(void **state)
{
	(void)state;
	int64_t late = from_now(1000), end = from_now(5000);
	sign(NAME, 60, late, end);
	struct dance_roster *roster = roster_of(NAME, NULL);
	pass(900000);
	assert_int_equal(log_count("signatures"), 0);
	pass(1000000);
	check_line(DANCE_LOG_WARNING, "signatures end soon, client a.example, until ", 1);
	assert_int_equal(log_count("Z (they should have been renewed; afterwards this name is "
				   "refused); do: sign the zone again"),
		1);
	answer(NAME, RESOLVER_FAILED, 0, NULL);
	pass(100000);
	sign(NAME, 60, late, end);
	pass(200000);
	assert_int_equal(log_count("signatures"), 1);
	sign(NAME, 60, from_now(1000), from_now(5000));
	pass(60000);
	check_line(DANCE_LOG_NOTICE, "signatures renewed, client a.example, until ", 1);
	pass(2000000);
	check_line(DANCE_LOG_WARNING, "signatures end soon, client a.example, until ", 2);
	assert_int_equal(log_count("signatures"), 3);
	dance_roster_free(roster);
}

static void unknown_ends_and_names_of_peers_are_not_told_of(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	publish(NAME, 60, &mine);
	sign("b.sub.example", 60, from_now(-1), from_now(100));
	struct dance_roster *roster = roster_of(NAME " *.sub.example", NULL);
	check_verdict(verify(roster, &mine, "b.sub.example", &result), DANCE_ALLOW);
	pass(200000);
	assert_int_equal(log_count("signatures"), 0);
	dance_roster_free(roster);
}

/* One zone may have all the names, and one signer that stands still. */
static void a_flood_of_names_is_counted(void **state)
{
	(void)state;
	enum {
		COUNT = NAME_LOG_FORECASTS + 15
	};
	char names[COUNT * 12] = "";
	sign("*.example", 60, from_now(1000), from_now(5000));
	for (unsigned i = 0, used = 0; i < COUNT; i++) {
		used += (unsigned)snprintf(names + used, sizeof(names) - used,
			"n%u.example ", i);
	}
	names[strlen(names) - 1] = '\0';
	struct dance_roster *roster = roster_of(names, NULL);
	assert_int_equal(log_count("signatures"), 0);
	sign("*.example", 60, from_now(-1), from_now(5000));
	while (log_count("signatures end soon") == 0) {
		pass(100);
	}
	pass(300000);
	unsigned lines = log_count("signatures end soon, client n");
	unsigned counts = log_count("lines suppressed, count ");
	assert_true(lines >= NAME_LOG_FORECASTS && lines < COUNT);
	assert_int_equal(log_count("(signatures end soon or renewed"), counts);
	assert_true(counts >= 1 && counts <= 2);
	dance_roster_free(roster);
}

static void records_that_are_not_renewed_are_told_of_once(void **state)
{
	(void)state;
	publish(NAME, 86400, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	for (unsigned times = 1; times <= 2; times++) {
		answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
		pass((uint64_t)3700000 + NAME_LOG_FAILING_S * 500);
		assert_int_equal(log_count("records not renewed"), times - 1);
		pass((uint64_t)NAME_LOG_FAILING_S * 2000);
		check_line(DANCE_LOG_WARNING,
			"records not renewed, client a.example, verdict lookup, since ",
			times);
		assert_int_equal(log_count("Z (SERVFAIL; the records known are used until "
					   "then); do: open outgoing port 53"),
			times);
		publish(NAME, 86400, &mine);
		pass(100000);
	}
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

static void what_the_trust_anchor_does_not_follow_is_told_once(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	fake_resolver_set_anchor(TRUST_ANCHOR_CHANGED, "/a/root.key", "");
	pass(1000);
	log_clear();
	fake_resolver_set_aging("the root has a key 1 that it lacks");
	pass(1000000);
	check_line(DANCE_LOG_WARNING,
		"trust anchor is aging, file /a/root.key (the root has a key 1 that it lacks); "
		"do: bring this file up to date, or every client may be refused when the root's "
		"key is replaced",
		1);
	fake_resolver_set_aging("the root revokes its key 2");
	pass(1000000);
	check_line(DANCE_LOG_WARNING,
		"trust anchor is aging, file /a/root.key (the root revokes its key 2); do: bring "
		"this file up to date, or every client may be refused when the root's key is "
		"replaced",
		1);
	fake_resolver_set_aging("");
	pass(1000000);
	check_line(DANCE_LOG_NOTICE, "trust anchor is up to date, file /a/root.key", 1);
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
		TEST(signatures_that_end_soon_are_told_of_once),
		TEST(unknown_ends_and_names_of_peers_are_not_told_of),
		TEST(a_flood_of_names_is_counted),
		TEST(records_that_are_not_renewed_are_told_of_once),
		TEST(a_missing_resolver_is_told_once_for_all_names),
		TEST(names_that_only_peers_claim_are_for_debugging),
		TEST(reasons_are_printable_whatever_they_hold),
		TEST(a_reason_may_be_longer_than_a_line),
		TEST(what_the_trust_anchor_does_not_follow_is_told_once),
		TEST(what_becomes_of_the_trust_anchor_is_told),
		TEST(without_a_log_nothing_is_told),
		TEST(nobody_waits_for_the_log),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
