/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Whom dance_verify() takes a peer for: a name counts only if DANE proved that name. */

#include "check.h"
#include "fixture.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>

/* A peer who would like to be anybody. */
static const struct alternative_name wishes[] = { DNS("listed.example"),
	DNS("x.sub.example"), DNS("*.example"), DNS("evil.example\0.sub.example"),
	DNS("listed.example\0"), { TAG_URI, "listed.example", 14 },
	{ TAG_EMAIL, "listed.example", 14 } };

static struct credential wisher, nameless, by_common_name, wildcard;
static struct dance_result result = { .size = sizeof(result) };

static const struct alternative_name stars[] = { DNS("*.example"), DNS("*.sub.example"),
	DNS("*") };
const struct fixture fixtures[] = {
	{ &wisher,
		{ .key = KEY_P256,
			.common_name = "own.example",
			.names = wishes,
			.name_count = ROWS(wishes) } },
	{ &nameless, { .key = KEY_ED25519 } },
	{ &by_common_name, { .key = KEY_ED25519, .common_name = "x.sub.example" } },
	{ &wildcard,
		{ .key = KEY_ED25519,
			.common_name = "x.sub.example",
			.names = stars,
			.name_count = ROWS(stars) } },
	{ NULL, { 0 } },
};

static void the_client_id_wins_over_key_and_certificate(void **state)
{
	(void)state;
	publish("a.example", 60, &wisher);
	publish("b.example", 60, &nameless);
	publish("listed.example", 60, &wisher);
	struct dance_roster *roster = roster_of("a.example b.example listed.example", NULL);
	check_verdict(verify(roster, &wisher, "b.example", &result), DANCE_DENY_MISMATCH);
	assert_string_equal(result.name, "b.example");
	check_verdict(verify(roster, &wisher, "a.example", &result), DANCE_ALLOW);
	assert_string_equal(result.name, "a.example");
	check_verdict(verify(roster, &wisher, "LISTED.example", &result), DANCE_ALLOW);
	assert_string_equal(result.name, "listed.example");
	check_verdict(verify(roster, &wisher, "own.example", &result), DANCE_DENY_NAME);
	dance_roster_free(roster);
}

static void a_key_needs_no_name_in_the_certificate(void **state)
{
	(void)state;
	publish("a.example", 60, &nameless);
	publish("b.example", 60, &wisher);
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	check_verdict(verify(roster, &nameless, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, "a.example");
	check_verdict(verify(roster, &wisher, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, "b.example");
	dance_roster_free(roster);
}

static void a_key_under_two_permitted_names_is_either(void **state)
{
	(void)state;
	publish("a.example", 60, &nameless);
	publish("b.example", 60, &nameless);
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	check_verdict(verify(roster, &nameless, NULL, &result), DANCE_ALLOW);
	assert_true(strcmp(result.name, "a.example") == 0 ||
		strcmp(result.name, "b.example") == 0);
	/* One of them withdrawn: it is the other, whichever was found first. */
	for (int i = 0; i < 2; i++) {
		const char *gone = i == 0 ? "a.example" : "b.example";
		answer(gone, RESOLVER_DENIED, 60, NULL);
		pass(45000);
		check_verdict(verify(roster, &nameless, NULL, &result), DANCE_ALLOW);
		assert_string_equal(result.name, i == 0 ? "b.example" : "a.example");
		publish(gone, 60, &nameless);
		pass(45000);
	}
	dance_roster_free(roster);
}

/* Anybody can publish anybody's key: its owner is not to be taken for him. */
static void a_key_that_others_publish_too_is_its_owners(void **state)
{
	(void)state;
	publish("listed.example", 60, &wisher);
	static const char *const others[] = { "a.example", "b.example", "c.example",
		"z.example" };
	for (size_t i = 0; i < ROWS(others); i++) {
		char names[64];
		publish(others[i], 60, &wisher);
		snprintf(names, sizeof(names), "%s listed.example", others[i]);
		struct dance_roster *roster = roster_of(names, NULL);
		check_verdict(verify(roster, &wisher, NULL, &result), DANCE_ALLOW);
		assert_string_equal(result.name, "listed.example");
		check_verdict(verify(roster, &wisher, others[i], &result), DANCE_ALLOW);
		assert_string_equal(result.name, others[i]);
		dance_roster_free(roster);
	}
}

/* The name that is known for the key comes before those the certificate asks for. */
static void a_key_is_looked_for_before_names_are(void **state)
{
	(void)state;
	publish("a.example", 60, &wisher);
	publish("listed.example", 60, &wisher);
	publish("x.sub.example", 60, &wisher);
	struct dance_roster *roster = roster_of("a.example *.sub.example", NULL);
	check_verdict(verify(roster, &wisher, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, "a.example");
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked("x.sub.example"), 0);
	dance_roster_free(roster);
}

static void names_of_the_certificate_are_tried_to_the_one_proved(void **state)
{
	(void)state;
	publish("listed.example", 60, &nameless);
	publish("x.sub.example", 60, &wisher);
	struct dance_roster *roster = roster_of("listed.example *.sub.example", NULL);
	check_verdict(verify(roster, &wisher, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, "x.sub.example");
	dance_roster_free(roster);
	/* That none is proved is told of the one of which DNS told most. */
	answer("x.sub.example", RESOLVER_DENIED, 60, NULL);
	roster = roster_of("listed.example *.sub.example", NULL);
	pass(60000);
	check_verdict(verify(roster, &wisher, NULL, &result), DANCE_DENY_MISMATCH);
	assert_string_equal(result.name, "listed.example");
	dance_roster_free(roster);
}

static void no_more_than_eight_names_are_looked_up(void **state)
{
	(void)state;
	static char texts[12][32];
	struct alternative_name many[12];
	for (size_t i = 0; i < ROWS(many); i++) {
		int size = snprintf(texts[i], sizeof(texts[i]), "n%zu.sub.example", i);
		many[i] = (struct alternative_name){ TAG_DNS, texts[i], (size_t)size };
	}
	struct credential certificate;
	make_certificate(&certificate,
		&(struct wish){
			.key = KEY_ED25519, .names = many, .name_count = ROWS(many) });
	answer("*.sub.example", RESOLVER_DENIED, 60, NULL);
	publish("n7.sub.example", 60, &certificate);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	check_verdict(verify(roster, &certificate, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, "n7.sub.example");
	dance_roster_free(roster);

	answer("n7.sub.example", RESOLVER_DENIED, 60, NULL);
	publish("n8.sub.example", 60, &certificate);
	pass(60000);
	roster = roster_of("*.sub.example", NULL);
	for (int i = 0; i < 5; i++) {
		check_verdict(verify(roster, &certificate, NULL, &result),
			DANCE_DENY_NO_TLSA);
		assert_non_null(strstr(result.detail,
			"; only the first 8 permitted names of "
			"the certificate were tried"));
		/* By the name that counts it is known. */
		check_verdict(verify(roster, &certificate, "n7.sub.example", &result),
			DANCE_DENY_NO_TLSA);
		assert_null(strstr(result.detail, "only the first"));
		pass(60000);
	}
	assert_int_equal(fake_resolver_asked("n8.sub.example"), 0);
	check_verdict(verify(roster, &certificate, "n8.sub.example", &result), DANCE_ALLOW);
	assert_true(fake_resolver_asked("n7.sub.example") > 0);
	dance_roster_free(roster);
	clear_certificate(&certificate);
}

/* A wildcard, a name cut by a NUL, a common name, another kind of alternative name: none
 * of them is a name that may be claimed. The fake resolver would end the program. */
static void what_is_no_dns_name_claims_nothing(void **state)
{
	(void)state;
	publish("a.example", 60, &nameless);
	publish("b.example", 60, &nameless);
	struct dance_roster *roster = roster_of("a.example *.com.example", NULL);
	check_verdict(verify(roster, &wisher, NULL, &result), DANCE_DENY_MISMATCH);
	dance_roster_free(roster);
	/* Nor does a wildcard stand for the name behind its star. */
	publish("sub.example", 60, &nameless);
	roster = roster_of("sub.example b.example", NULL);
	check_verdict(verify(roster, &wildcard, NULL, &result), DANCE_DENY_MISMATCH);
	assert_string_equal(result.name, "");
	dance_roster_free(roster);
	roster = roster_of("*.sub.example", NULL);
	check_verdict(verify(roster, &by_common_name, NULL, &result), DANCE_DENY_NAME);
	check_verdict(verify(roster, &wildcard, NULL, &result), DANCE_DENY_NAME);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), 3); /* those that are listed */
	dance_roster_free(roster);
}

/* Its own name proves it, but nobody permitted that; a permitted name stands in its
 * certificate, but that proves nothing. */
static void a_foreign_name_in_the_certificate_is_no_way_in(void **state)
{
	(void)state;
	publish("own.example", 60, &wisher);
	publish("listed.example", 60, &nameless);
	publish("x.sub.example", 60, &nameless);
	struct dance_roster *roster = roster_of("listed.example *.sub.example", NULL);
	check_verdict(verify(roster, &wisher, NULL, &result), DANCE_DENY_MISMATCH);
	assert_string_not_equal(result.name, "own.example");
	check_verdict(verify(roster, &wisher, "own.example", &result), DANCE_DENY_NAME);
	check_verdict(verify(roster, &wisher, "listed.example", &result),
		DANCE_DENY_MISMATCH);
	check_verdict(verify(roster, &wisher, "x.sub.example", &result),
		DANCE_DENY_MISMATCH);
	/* Known in the same process, because another roster permits it. */
	struct dance_roster *own = roster_of("own.example", NULL);
	check_verdict(verify(own, &wisher, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &wisher, NULL, &result), DANCE_DENY_MISMATCH);
	dance_roster_free(own);
	dance_roster_free(roster);
}

/* That a key was once somebody's tells whom to name, and no more. */
static void a_key_of_withdrawn_records_is_refused_by_name(void **state)
{
	(void)state;
	publish("a.example", 60, &nameless);
	publish("b.example", 60, &wisher);
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	check_verdict(verify(roster, &nameless, NULL, &result), DANCE_ALLOW);
	answer("a.example", RESOLVER_DENIED, 60, "no such name");
	pass(45000);
	check_verdict(verify(roster, &nameless, NULL, &result), DANCE_DENY_NO_TLSA);
	assert_string_equal(result.name, "a.example");
	assert_string_equal(result.detail, "no such name");
	assert_false(result.has_record);
	answer("a.example", RESOLVER_BOGUS, 0, "forged");
	pass(45000);
	check_verdict(verify(roster, &nameless, NULL, &result), DANCE_FAIL_BOGUS);
	assert_string_equal(result.name, "a.example");
	/* Replaced by another key, it is nobody's. */
	publish("a.example", 60, &by_common_name);
	pass(64000);
	check_verdict(verify(roster, &nameless, NULL, &result), DANCE_DENY_MISMATCH);
	assert_string_equal(result.name, "");
	dance_roster_free(roster);
}

/* RFC 7671 8.1: both keys count while both are published. */
static void a_key_rolls_over(void **state)
{
	(void)state;
	const struct dance_tlsa both[] = { tlsa_of(&nameless, 3, 1, 1),
		tlsa_of(&by_common_name, 3, 1, 1) };
	publish("a.example", 60, &nameless);
	struct dance_roster *roster = roster_of("a.example", NULL);
	check_verdict(verify(roster, &by_common_name, NULL, &result), DANCE_DENY_MISMATCH);
	publish_records("a.example", 60, both, 2);
	pass(45000);
	check_verdict(verify(roster, &nameless, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &by_common_name, NULL, &result), DANCE_ALLOW);
	publish("a.example", 60, &by_common_name);
	pass(45000);
	check_verdict(verify(roster, &nameless, NULL, &result), DANCE_DENY_MISMATCH);
	check_verdict(verify(roster, &by_common_name, NULL, &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

/* A limit of ours is told as such, and not as a name that is missing. */
static void a_permitted_name_behind_too_many_others_is_told(void **state)
{
	(void)state;
	static struct alternative_name many[129];
	for (size_t i = 0; i < ROWS(many); i++) {
		many[i] = (struct alternative_name)DNS("own.example");
	}
	many[ROWS(many) - 1] = (struct alternative_name)DNS("x.sub.example");
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	struct credential crowded;
	make_certificate(&crowded,
		&(struct wish){
			.key = KEY_ED25519, .names = many, .name_count = ROWS(many) });
	check_verdict(verify(roster, &crowded, NULL, &result), DANCE_DENY_NAME);
	assert_non_null(strstr(result.detail, "more than 128 alternative names"));
	clear_certificate(&crowded);
	/* It is not all that there is to say of the names before it. */
	many[0] = (struct alternative_name)DNS("w.sub.example");
	make_certificate(&crowded,
		&(struct wish){
			.key = KEY_ED25519, .names = many, .name_count = ROWS(many) });
	answer("w.sub.example", RESOLVER_DENIED, 60, "no such name");
	check_verdict(verify(roster, &crowded, NULL, &result), DANCE_DENY_NO_TLSA);
	assert_string_equal(result.detail,
		"no such name; only the first 128 alternative names "
		"of the certificate were read");
	clear_certificate(&crowded);
	check_verdict(verify(roster, &nameless, NULL, &result), DANCE_DENY_NAME);
	assert_string_equal(result.detail, "the certificate contains no permitted name");
	dance_roster_free(roster);
}

/* One of many names has published its key after we looked. */
static void a_key_published_lately_is_found_soon_among_many_names(void **state)
{
	(void)state;
	static const unsigned counts[] = { 9, 60, 150 };
	for (size_t i = 0; i < ROWS(counts); i++) {
		char names[8192] = "", last[40] = "";
		for (unsigned k = 0; k < counts[i]; k++) {
			snprintf(last, sizeof(last), "n%03u.of%u.example", k, counts[i]);
			strcat(names, k > 0 ? " " : "");
			strcat(names, last);
		}
		snprintf(last, sizeof(last), "*.of%u.example", counts[i]);
		publish(last, 3600, &wisher);
		snprintf(last, sizeof(last), "n%03u.of%u.example", counts[i] - 1,
			counts[i]);
		struct dance_roster *roster = roster_of(names, NULL);
		pass(10000);
		publish(last, 3600, &nameless);
		unsigned refused = 0;
		while (verify(roster, &nameless, NULL, &result) != DANCE_ALLOW) {
			assert_true(++refused <= 1 + counts[i] / 64);
			pass(1000);
		}
		assert_string_equal(result.name, last);
		dance_roster_free(roster);
	}
}

static void a_stranger_makes_us_look_at_so_many_names_in_a_second(void **state)
{
	(void)state;
	char names[8192] = "";
	for (unsigned k = 0; k < 200; k++) {
		snprintf(names + strlen(names), 32, "%sn%03u.many.example",
			k > 0 ? " " : "", k);
	}
	publish("*.many.example", 3600, &wisher);
	struct dance_roster *roster = roster_of(names, NULL);
	pass(10000);
	for (unsigned second = 0; second < 3; second++) {
		unsigned before = fake_resolver_asked_all();
		for (unsigned i = 0; i < 20; i++) {
			check_verdict(verify(roster, &nameless, NULL, &result),
				DANCE_DENY_MISMATCH);
		}
		fake_resolver_settle();
		assert_true(fake_resolver_asked_all() - before <= 64);
		pass(1000);
	}
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_client_id_wins_over_key_and_certificate),
		TEST(a_key_needs_no_name_in_the_certificate),
		TEST(a_key_under_two_permitted_names_is_either),
		TEST(a_key_that_others_publish_too_is_its_owners),
		TEST(a_key_is_looked_for_before_names_are),
		TEST(names_of_the_certificate_are_tried_to_the_one_proved),
		TEST(no_more_than_eight_names_are_looked_up),
		TEST(what_is_no_dns_name_claims_nothing),
		TEST(a_foreign_name_in_the_certificate_is_no_way_in),
		TEST(a_key_of_withdrawn_records_is_refused_by_name),
		TEST(a_key_rolls_over),
		TEST(a_permitted_name_behind_too_many_others_is_told),
		TEST(a_key_published_lately_is_found_soon_among_many_names),
		TEST(a_stranger_makes_us_look_at_so_many_names_in_a_second),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
