/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The rounds of a decision, one by one: which name is awaited, and what the end rests on. */

#include "verify.h"
#include "check.h"
#include "fixture.h"
#include "scene.h"

#include <string.h>

static const struct alternative_name names[] = { DNS("a.sub.example"),
	DNS("b.sub.example") };
static struct credential mine, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256, .names = names, .name_count = ROWS(names) } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

static struct peer peer;
static struct basis basis;
static struct verdict_memo memo;

static bool play_round(struct decision *decision, struct dance_roster *roster)
{
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = &mine.whole[TLSA_CERTIFICATE],
		.chain_count = 1 };
	*decision = (struct decision){
		.inquiry = { .peer = &peer, .basis = &basis, .memo = &memo }
	};
	assert_true(verify_begin(decision, roster, &shown, &result));
	return verify_round(decision);
}

static void check_awaited(const struct decision *decision, const char *text)
{
	char name[DANCE_NAME_SIZE] = "";
	if (decision->domain.size != 0) {
		name_to_text(&decision->domain, name);
	}
	assert_string_equal(name, text);
}

/* Not one of which the answer is there. */
static void the_first_name_without_an_answer_is_awaited(void **state)
{
	(void)state;
	struct decision decision;
	publish_held("a.sub.example", 3600, &other);
	publish_held("b.sub.example", 3600, &other);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	static const char *const awaited[] = { "a.sub.example", "b.sub.example", "" };
	for (size_t i = 0; i < ROWS(awaited); i++) {
		bool waits = play_round(&decision, roster);
		verify_end(&decision);
		assert_int_equal(waits, awaited[i][0] != '\0');
		check_awaited(&decision, awaited[i]);
		fake_resolver_settle();
		if (waits) {
			fake_resolver_release(awaited[i]);
			fake_resolver_settle();
		}
	}
	check_verdict(result.verdict, DANCE_DENY_MISMATCH);
	dance_roster_free(roster);
}

/* A server that has no records may be taken for one by PKIX alone (RFC 6698 4.1), but not by a
 * proof that has expired. A client's holds on, so that nothing is awaited. */
static void an_expired_absence_holds_for_a_client_only(void **state)
{
	(void)state;
	static const struct {
		enum dance_role role;
		enum dance_verdict verdict;
		const char *detail;
	} rows[] = {
		{ DANCE_CLIENT, DANCE_DENY_NO_TLSA, "no such name" },
		{ DANCE_SERVER, DANCE_FAIL_NOT_READY,
			"the proof that there are no records has expired and is being looked up again" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct dance_options options = { .size = sizeof(options),
			.role = rows[i].role };
		const struct fake_answer held = { .outcome = RESOLVER_DENIED,
			.ttl = 600,
			.why = "no such name",
			.held = true };
		struct decision decision;
		answer("a.sub.example", RESOLVER_DENIED, 600, "no such name");
		struct dance_roster *roster = roster_of("a.sub.example", &options);
		assert_false(play_round(&decision, roster));
		check_verdict(result.verdict, DANCE_DENY_NO_TLSA);
		fake_resolver_set("a.sub.example", &held);
		pass(600000);
		bool waits = play_round(&decision, roster);
		check_verdict(result.verdict, rows[i].verdict);
		assert_string_equal(result.detail, rows[i].detail);
		assert_int_equal(waits, rows[i].role == DANCE_SERVER);
		check_awaited(&decision, waits ? "a.sub.example" : "");
		fake_resolver_release("a.sub.example");
		fake_resolver_settle();
		dance_roster_free(roster);
		fake_resolver_settle();
	}
}

/* Of an allow the basis is not asked for, and nothing that went wrong here may hold. */
static void only_what_dns_decides_rests_on_it(void **state)
{
	(void)state;
	static const struct {
		enum dance_verdict verdict;
		bool holds;
	} rows[] = {
		{ DANCE_ALLOW, false },
		{ DANCE_FAIL_INTERNAL, false },
		{ DANCE_DENY_MISMATCH, true },
		{ DANCE_FAIL_LOOKUP, true },
	};
	publish("a.sub.example", 3600, &other);
	struct dance_roster *roster = roster_of("a.sub.example", NULL);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct decision decision;
		assert_false(play_round(&decision, roster));
		check_verdict(result.verdict, DANCE_DENY_MISMATCH);
		result.verdict = rows[i].verdict;
		verify_end(&decision);
		check_row(dance_verdict_name(rows[i].verdict), result.verdict,
			rows[i].verdict);
		assert_int_equal(dance_basis_holds(roster, &result.basis), rows[i].holds);
	}
	dance_roster_free(roster);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_name_without_an_answer_is_awaited),
		TEST(an_expired_absence_holds_for_a_client_only),
		TEST(only_what_dns_decides_rests_on_it),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
