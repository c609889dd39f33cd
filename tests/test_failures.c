/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Out of memory, in one place after the other: nothing crashes, nothing is lost, nobody is let
 * in who would not be otherwise, and nobody is told a proved no who would be let in. */

#include "check.h"
#include "fail.h"
#include "scene.h"
#include "watcher.h"

#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct alternative_name names[] = { DNS("x.sub.example"), DNS("ta.example") };

static struct credential authority, issued, mine, other, spare;

/* Paths below an authority, each with one thing wrong: it is longer than the `narrow` one
 * allows, or what is between permits other names, signs no certificates, or holds what
 * nobody understands. */
static struct credential narrow, between[4], wrong[4];
static struct dance_result result = { .size = sizeof(result) };

static int make(void **state)
{
	(void)state;
	static const struct wish betweens[] = { { .issuer = &narrow },
		{ .issuer = &authority, .permitted = "bad.example" },
		{ .issuer = &authority, .key_usage = GNUTLS_KEY_CRL_SIGN },
		{ .issuer = &authority, .extension = "1.2.3.4.5" } };
	make_certificate(&authority,
		&(struct wish){
			.key = KEY_P256, .common_name = "authority", .authority = true });
	make_certificate(&narrow,
		&(struct wish){ .key = KEY_P256,
			.common_name = "narrow",
			.authority = true,
			.limit = -1 });
	for (size_t i = 0; i < ROWS(between); i++) {
		struct wish wish = betweens[i];
		wish.common_name = "between";
		wish.authority = true;
		make_certificate(&between[i], &wish);
		make_certificate(&wrong[i],
			&(struct wish){ .common_name = "wrong",
				.names = names,
				.name_count = ROWS(names),
				.issuer = &between[i] });
	}
	make_certificate(&issued,
		&(struct wish){ .key = KEY_P256,
			.issuer = &authority,
			.names = names,
			.name_count = ROWS(names) });
	make_certificate(&mine, &(struct wish){ .key = KEY_ED25519 });
	make_certificate(&other, &(struct wish){ .key = KEY_ED25519 });
	make_certificate(&spare, &(struct wish){ .key = KEY_ED25519 });
	return 0;
}

static int clear(void **state)
{
	(void)state;
	fail_at(0, FAIL_HERE, false);
	for (size_t i = 0; i < ROWS(between); i++) {
		clear_certificate(&between[i]);
		clear_certificate(&wrong[i]);
	}
	clear_certificate(&authority);
	clear_certificate(&narrow);
	clear_certificate(&issued);
	clear_certificate(&mine);
	clear_certificate(&other);
	clear_certificate(&spare);
	return 0;
}

static unsigned allowed, crossed, denied;

/* Let in, or it could not be found out: whatever failed, this peer has no proved no. */
static void expect(enum dance_verdict verdict)
{
	allowed += verdict == DANCE_ALLOW;
	if (dance_verdict_class(verdict) == DANCE_CLASS_DENY) {
		char line[DANCE_LINE_SIZE];
		print_error("%s\n", dance_result_line(&result, line, sizeof(line)));
		denied++;
	}
}

/* Whatever failed, this peer must not come in. */
static void forbid(enum dance_verdict verdict)
{
	if (verdict == DANCE_ALLOW) {
		char line[DANCE_LINE_SIZE];
		print_error("%s\n", dance_result_line(&result, line, sizeof(line)));
		crossed++;
	}
}

static enum dance_verdict verify_chain(struct dance_roster *roster,
	const struct credential *leaf, const struct credential *issuer)
{
	const struct dance_octets chain[] = { leaf->whole[0], issuer->whole[0] };
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = chain,
		.chain_count = 2,
		.client_id = "ta.example",
		.client_id_size = 10 };
	return dance_verify(roster, &peer, &result);
}

/* It tells nothing; whether it could do it or not, what is known stays as it is. */
static void look_again(struct dance_roster *roster, const struct credential *certificate,
	const char *client_id)
{
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = &certificate->whole[TLSA_CERTIFICATE],
		.chain_count = 1,
		.client_id = client_id,
		.client_id_size = client_id != NULL ? strlen(client_id) : 0 };
	dance_look_again(roster, &peer);
}

static void ask_all(struct dance_roster *listed, struct dance_roster *suffix)
{
	look_again(listed, &other, NULL);
	expect(verify(listed, &mine, NULL, &result));
	expect(verify_raw_key(listed, &mine, "a.example", &result));
	expect(verify_chain(listed, &issued, &authority));
	for (size_t i = 0; i < ROWS(between); i++) {
		forbid(verify_chain(listed, &wrong[i], &between[i]));
	}
	forbid(verify(listed, &other, NULL, &result));
	forbid(verify(listed, &mine, "b.example", &result));
	forbid(verify(listed, &mine, "ta.example", &result));
	forbid(verify(listed, &mine, "c.example", &result));
	look_again(suffix, &issued, NULL);
	look_again(suffix, &mine, "y.sub.example");
	/* These wait, now longer and now shorter: last, so that the others keep their place. */
	expect(verify(suffix, &issued, NULL, &result));
	forbid(verify(suffix, &mine, NULL, &result));
	forbid(verify(suffix, &mine, "x.sub.example", &result));
	forbid(verify(suffix, &issued, "y.sub.example", &result));
}

/* Each set of keys is replaced by another one, one is forged, one is withdrawn. */
static void ask_after_changes(struct dance_roster *listed, struct dance_roster *suffix)
{
	publish("a.example", 60, &other);
	answer("ta.example", RESOLVER_BOGUS, 0, "forged");
	answer("x.sub.example", RESOLVER_DENIED, 60, NULL);
	/* After the refresh, and after the lookups that follow a failure. */
	for (int i = 0; i < 2; i++) {
		fake_clock_advance(46000 - i * 26000);
		fake_resolver_settle();
		forbid(verify(listed, &mine, NULL, &result));
		forbid(verify(listed, &mine, "a.example", &result));
		forbid(verify_chain(listed, &issued, &authority));
		forbid(verify(suffix, &issued, NULL, &result));
	}
	expect(verify(listed, &other, NULL, &result));
}

/* Rosters made, resolved, asked, refreshed, asked, and gone. */
static void play(void)
{
	const struct dance_options options = {
		.size = sizeof(options), .timeout_ms = 1, .max_stale_s = 5
	};
	const struct dance_tlsa anchors[] = { tlsa_of(&authority, 2, 0, 0),
		tlsa_of(&narrow, 2, 0, 0) };
	publish("a.example", 60, &mine);
	publish("b.example", 60, &spare);
	publish_records("ta.example", 60, anchors, 2);
	publish("x.sub.example", 60, &issued);
	publish("y.sub.example", 60, &mine);
	struct dance_roster *listed = roster_of("a.example b.example ta.example", &options);
	struct dance_roster *suffix = roster_of("*.sub.example", &options);
	struct dance_roster *again = roster_of("b.example a.example ta.example", &options);
	if (listed != NULL || suffix != NULL) {
		ask_all(listed, suffix);
		ask_after_changes(listed, suffix);
	}
	dance_roster_free(again);
	dance_roster_free(listed);
	dance_roster_free(suffix);
}

/* Plays with a context of its own. False when the call chosen was beyond the last one. */
static bool play_failing(unsigned n, enum fail_in threads, bool from_then_on)
{
	allowed = crossed = denied = 0;
	scene_end(NULL);
	long before = fail_blocks();
	fail_at(n, threads, from_then_on);
	fake_clock_set_pace(n == 0 ? 0 : 1); /* what failed may be waited for in vain */
	if (scene_begin(NULL) == 0) {
		play();
	}
	scene_end(NULL);
	unsigned calls = fail_calls();
	fail_at(0, FAIL_HERE, false);
	fake_clock_set_pace(0);
	if (crossed != 0) {
		fail_msg("call %u, %s: %u let in", n, fail_name(), crossed);
	}
	if (denied != 0) {
		fail_msg("call %u, %s: %u refused", n, fail_name(), denied);
	}
	if (fail_blocks() != before) {
		fail_msg("call %u, %s: %ld blocks lost", n, fail_name(),
			fail_blocks() - before);
	}
	return calls >= n;
}

static void without_a_failure_all_is_as_expected(void **state)
{
	(void)state;
	assert_true(play_failing(0, FAIL_HERE, false));
	assert_int_equal(allowed, 5);
}

/* Until all calls have had their turn, or with DANCE_FAILURES_STEP some of them; returns how
 * many there are. */
static unsigned play_all(enum fail_in threads, bool from_then_on)
{
	const char *text = getenv("DANCE_FAILURES_STEP");
	unsigned n = 1, step = text != NULL ? (unsigned)strtoul(text, NULL, 10) : 1;
	while (play_failing(n, threads, from_then_on)) {
		n += step;
	}
	return n;
}

static void one_failure_lets_nobody_in(void **state)
{
	(void)state;
	assert_true(play_all(FAIL_HERE, false) > 100);
	assert_true(play_all(FAIL_ELSEWHERE, false) > 10);
}

static void lasting_failures_let_nobody_in(void **state)
{
	(void)state;
	assert_true(play_all(FAIL_HERE, true) > 100);
	assert_true(play_all(FAIL_ELSEWHERE, true) > 10);
}

/* Of a long list only some names are asked one by one whether the key is theirs. */
static void a_key_that_cannot_be_hashed_may_be_somebodys(void **state)
{
	(void)state;
	char list[80 * 16] = "";
	for (unsigned i = 10; i < 80; i++) {
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "n%u.example ",
			i);
	}
	strcat(list, "z.example");
	publish("*.example", 60, &spare);
	publish("z.example", 60, &mine);
	struct dance_roster *roster = roster_of(list, NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &other, NULL, &result), DANCE_DENY_MISMATCH);
	unsigned n = 1;
	denied = 0;
	do {
		fail_at(n, FAIL_HERE, false);
		expect(verify(roster, &mine, NULL, &result));
	} while (fail_calls() >= n++);
	fail_at(0, FAIL_HERE, false);
	assert_true(n > 2);
	assert_int_equal(denied, 0);
	dance_roster_free(roster);
}

/* Nor is who has been let in by a name refused after all, since the key could not be sought. */
static void a_key_that_could_not_be_hashed_keeps_nobody_out(void **state)
{
	(void)state;
	const struct dance_tlsa anchor = tlsa_of(&authority, 2, 0, 0);
	const struct dance_octets chain[] = { issued.whole[0], authority.whole[0] };
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = chain, .chain_count = ROWS(chain)
	};
	publish_records("ta.example", 60, &anchor, 1);
	publish("a.example", 60, &mine);
	struct dance_roster *roster = roster_of("a.example ta.example", NULL);
	/* The first call is for the digest of the key. */
	fail_at(1, FAIL_HERE, false);
	check_verdict(dance_verify(roster, &peer, &result), DANCE_ALLOW);
	assert_string_equal(fail_name(), "gnutls_hash_fast");
	fail_at(0, FAIL_HERE, false);
	assert_string_equal(result.name, "ta.example");
	dance_roster_free(roster);
}

/* And brings no look at other names, as a key does that nobody has. */
static void who_is_let_in_by_a_long_list_brings_no_lookup(void **state)
{
	(void)state;
	publish("*.example", 3600, &spare);
	publish("z.example", 3600, &mine);
	struct dance_roster *roster = roster_of("b.example c.example d.example e.example "
						"f.example g.example h.example i.example "
						"z.example",
		NULL);
	pass(6000);
	unsigned asked = fake_resolver_asked_all();
	fail_at(1, FAIL_HERE, false);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	assert_string_equal(fail_name(), "gnutls_hash_fast");
	fail_at(0, FAIL_HERE, false);
	assert_string_equal(result.name, "z.example");
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), asked);
	check_verdict(verify(roster, &other, NULL, &result), DANCE_DENY_MISMATCH);
	fake_resolver_settle();
	assert_true(fake_resolver_asked_all() > asked);
	dance_roster_free(roster);
}

/* Of a long list with names, patterns and one name twice: NULL with a sentence, or all of it. */
static void a_roster_is_made_whole_or_not_at_all(void **state)
{
	(void)state;
	static const char *const list[] = { "a.example", "*.sub.example", "b.example",
		"c.example", "a.example", "@l.example", "*.example.net" };
	publish("*.example", 60, &spare);
	publish("c.example", 60, &mine);
	answer("@l.example", RESOLVER_DENIED, 60, NULL);
	unsigned n = 0,
		 refused = 0; /* at first nothing fails: a context keeps some memory */
	for (bool failing = true; failing; n++) {
		char error[DANCE_ERROR_SIZE] = "";
		long before = fail_blocks();
		fail_at(n, FAIL_HERE, false);
		struct dance_roster *roster = dance_roster_new(scene_context, list,
			ROWS(list), NULL, error);
		failing = fail_calls() >= n;
		fail_at(0, FAIL_HERE, false);
		fake_resolver_settle();
		fake_clock_advance(1000); /* a thread that failed is tried again */
		if (roster != NULL) {
			check_row(failing && n > 0 ? fail_name() : "nothing",
				verify(roster, &mine, NULL, &result), DANCE_ALLOW);
			assert_string_equal(result.name, "c.example");
			assert_int_not_equal(verify(roster, &mine, "b.example", &result),
				DANCE_ALLOW);
		} else {
			refused++;
			assert_string_not_equal(error, "");
		}
		dance_roster_free(roster);
		fake_resolver_settle();
		if (n > 0) {
			assert_int_equal(fail_blocks(), before);
		}
	}
	assert_true(refused > 10);
}

/* Undecided while an answer is awaited. */
static enum dance_verdict ask_now(struct dance_roster *roster,
	const struct credential *certificate, const char *name)
{
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = &certificate->whole[0],
		.chain_count = 1,
		.client_id = name,
		.client_id_size = name != NULL ? strlen(name) : 0 };
	struct dance_decision *decision = dance_decision_new(roster, &peer, NULL, NULL);
	assert_non_null(decision);
	enum dance_verdict verdict = dance_decision_take(decision, &result);
	dance_decision_free(decision);
	return verdict;
}

/* A list of clients, while memory fails at one place or another: nobody is let in who is not on
 * it, nobody is denied who is, and all is well again soon. */
static void a_list_without_memory_lets_nobody_in_and_is_made_good(void **state)
{
	(void)state;
	static const char *const list[] = { "@l.example", "b.example" };
	publish("*.example", 3600, &spare);
	publish("a.example", 3600, &mine);
	publish("c.example", 3600, &other);
	unsigned n = 1;
	for (bool failing = true; failing; n++) {
		char error[DANCE_ERROR_SIZE];
		publish_list("@l.example", 100, "a.example");
		struct dance_roster *roster = dance_roster_new(scene_context, list,
			ROWS(list), NULL, error);
		assert_non_null(roster);
		fake_resolver_settle();
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
		publish_list("@l.example", 100, "c.example d.example");
		fail_at(n, FAIL_ELSEWHERE, false);
		fake_clock_advance(76000);
		fake_resolver_settle();
		failing = fail_calls() >= n;
		fail_at(0, FAIL_ELSEWHERE, false);
		check_true("who is gone",
			ask_now(roster, &mine, "a.example") != DANCE_ALLOW);
		enum dance_verdict verdict = ask_now(roster, &other, NULL);
		check_true(failing ? fail_name() : "nothing",
			verdict == DANCE_ALLOW || verdict == DANCE_UNDECIDED ||
				dance_verdict_class(verdict) == DANCE_CLASS_FAIL);
		fake_clock_advance(6000);
		fake_resolver_settle();
		fake_clock_advance(6000);
		fake_resolver_settle();
		check_row("later", ask_now(roster, &other, NULL), DANCE_ALLOW);
		assert_string_equal(result.entry, "@l.example");
		dance_roster_free(roster);
		fake_resolver_settle();
	}
	assert_true(n > 5);
}

/* It is tried again, and nobody waits for what no thread will bring. */
static void a_thread_that_could_not_be_started_is_started_later(void **state)
{
	(void)state;
	static const char fault[] = "0 no lookup is possible (no thread can be started: ";
	publish("a.example", 60, &mine);
	publish("x.sub.example", 60, &mine);
	fail_threads(true);
	struct dance_roster *roster = roster_of("a.example *.sub.example", NULL);
	assert_non_null(roster);
	for (int i = 0; i < 35; i++) {
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
		assert_string_equal(result.detail, "no thread can be started for lookups");
		check_verdict(verify(roster, &mine, "x.sub.example", &result),
			DANCE_FAIL_NOT_READY);
		assert_string_equal(result.detail, "no thread can be started for lookups");
		fake_clock_advance(100);
	}
	assert_int_equal(log_count(fault), 1);
	assert_int_equal(log_count(""), 1);
	fail_threads(false);
	/* Not yet: the last try was half a second ago. */
	fake_clock_advance(WATCHER_START_AGAIN_MS - 500 - 1);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
	assert_int_equal(threads_begun(), 0);
	fake_clock_advance(1);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &mine, "x.sub.example", &result), DANCE_ALLOW);
	assert_int_equal(threads_begun(), 1);
	assert_int_equal(log_count("2 the lookup thread has started"), 1);
	dance_roster_free(roster);
	/* Or with the next roster. */
	scene_allow_waiting(3);
	fail_threads(true);
	roster = roster_of("a.example", NULL);
	fail_threads(false);
	fake_clock_advance(1000);
	struct dance_roster *other_roster = roster_of("x.sub.example", NULL);
	assert_int_equal(threads_begun(), 2);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	dance_roster_free(roster);
	dance_roster_free(other_roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_failure_all_is_as_expected),
		TEST(a_thread_that_could_not_be_started_is_started_later),
		TEST(a_key_that_cannot_be_hashed_may_be_somebodys),
		TEST(a_key_that_could_not_be_hashed_keeps_nobody_out),
		TEST(who_is_let_in_by_a_long_list_brings_no_lookup),
		TEST(a_roster_is_made_whole_or_not_at_all),
		TEST(a_list_without_memory_lets_nobody_in_and_is_made_good),
		TEST(one_failure_lets_nobody_in),
		TEST(lasting_failures_let_nobody_in),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
