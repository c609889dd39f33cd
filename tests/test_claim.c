/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which names of a roster a peer may be, and in which order they are tried. */

#include "check.h"
#include "claim.h"
#include "fixture.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>
#include <urcu/urcu-bp.h>

static const struct alternative_name names[] = { DNS("stranger.example"),
	DNS("b.sub.example"), DNS("*.sub.example"), DNS("A.example"),
	DNS("deep.c.sub.example") };

static struct credential bearer, nameless;

const struct fixture fixtures[] = {
	{ &bearer,
		{ .key = KEY_P256,
			.common_name = "c.example",
			.names = names,
			.name_count = ROWS(names) } },
	{ &nameless, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

/* The names that came: listed ones with a '!' behind them, those that nobody claimed with
 * a '?'. */
static char seen[4096];
static const char *cut;

static void see(const struct claim *claim)
{
	char text[DANCE_NAME_SIZE];
	if (claim->owner != NULL) {
		strcpy(text, owner_text(claim->owner));
	} else {
		name_to_text(claim->name, text);
	}
	strcat(strcat(seen, seen[0] != '\0' ? " " : ""), text);
	strcat(seen, claim->source == CLAIM_LISTED ? "?" : claim->owner != NULL ? "!" : "");
}

/* Checks who is claimed; `wanted_why` is NULL or a part of the reason why nobody may be. */
static void check_peer(struct dance_roster *roster, const struct dance_peer *shown,
	const char *expected, const char *wanted_why)
{
	struct peer peer;
	struct claims claims;
	const struct claim *claim;
	const char *why = NULL;
	assert_true(peer_import(&peer, shown, &why));
	seen[0] = '\0';
	urcu_bp_read_lock();
	claims_begin(&claims, roster, &peer);
	while ((claim = claims_next(&claims)) != NULL) {
		see(claim);
	}
	urcu_bp_read_unlock();
	cut = claims.cut;
	why = claims.refusal;
	assert_int_equal(why != NULL, wanted_why != NULL);
	if (wanted_why != NULL && strstr(why, wanted_why) == NULL) {
		fail_msg("'%s' instead of '%s'", why, wanted_why);
	}
	assert_int_equal(claims.any, seen[0] != '\0');
	assert_string_equal(seen, expected);
}

static void check_claims(struct dance_roster *roster, const struct credential *certificate,
	const char *expected)
{
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = &certificate->whole[TLSA_CERTIFICATE],
		.chain_count = 1 };
	check_peer(roster, &shown, expected, NULL);
}

static void check_client_id(struct dance_roster *roster, const char *id, size_t size,
	const char *expected, const char *wanted_why)
{
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = &bearer.whole[TLSA_CERTIFICATE],
		.chain_count = 1,
		.client_id = id,
		.client_id_size = size };
	check_peer(roster, &shown, expected, wanted_why);
}

static void a_key_is_found_whatever_its_record(void **state)
{
	(void)state;
	for (uint8_t selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
		for (uint8_t matching = 0; matching < TLSA_MATCHING_COUNT; matching++) {
			struct dance_tlsa record = tlsa_of(&nameless, TLSA_DANE_EE,
				selector, matching);
			publish_records("b.example", 60, &record, 1);
			publish("a.example", 60, &bearer);
			struct dance_roster *roster = roster_of("a.example b.example",
				NULL);
			check_claims(roster, &nameless, "b.example!");
			dance_roster_free(roster);
		}
	}
}

static void a_raw_key_is_found_by_its_spki(void **state)
{
	(void)state;
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = &nameless.whole[TLSA_SPKI],
		.chain_count = 1,
		.raw_key = true };
	const struct dance_tlsa whole = tlsa_of(&nameless, TLSA_DANE_EE, TLSA_CERTIFICATE,
		TLSA_SHA256);
	publish_records("a.example", 60, &whole, 1);
	publish("b.example", 60, &nameless);
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	check_peer(roster, &shown, "b.example!", NULL);
	dance_roster_free(roster);
}

/* Of the names with the peer's key, the one that stands in its certificate comes first;
 * then all of them, in the operator's order; then what else stands there. */
static void all_names_with_the_key_come_and_then_those_of_the_certificate(void **state)
{
	(void)state;
	publish("a.example", 60, &bearer);
	publish("x.example", 60, &bearer);
	publish("y.example", 60, &nameless);
	struct dance_roster *roster =
		roster_of("x.example y.example a.example *.sub.example", NULL);
	check_claims(roster, &bearer,
		"a.example! x.example! a.example! b.sub.example "
		"a.example! deep.c.sub.example");
	dance_roster_free(roster);
}

/* More than are found at once. */
static void a_key_of_many_names_may_be_any(void **state)
{
	(void)state;
	char list[2048] = "", expected[2048] = "";
	publish("*.example", 60, &nameless);
	for (int i = 0; i < 30; i++) {
		sprintf(list + strlen(list), "%sn%d.example", i > 0 ? " " : "", 29 - i);
		sprintf(expected + strlen(expected), "%sn%d.example!", i > 0 ? " " : "",
			29 - i);
	}
	struct dance_roster *roster = roster_of(list, NULL);
	check_claims(roster, &nameless, expected);
	dance_roster_free(roster);
}

/* The listed names of a certificate come first, eight of them and once, also if the key is found in
 * more names than at once. */
static void names_of_the_certificate_come_before_many_with_the_key(void **state)
{
	(void)state;
	static char texts[PEER_NAME_MAX + 1][16];
	struct alternative_name many[ROWS(texts)];
	char list[1024] = "", expected[1024] = "", others[1024] = "";
	for (size_t i = 0; i < ROWS(texts); i++) {
		int size = snprintf(texts[i], sizeof(texts[i]), "c%zu.example", i);
		many[i] = (struct alternative_name){ TAG_DNS, texts[i], (size_t)size };
		sprintf(list + strlen(list), "c%zu.example ", i);
		if (i < PEER_NAME_MAX) {
			sprintf(expected + strlen(expected), "c%zu.example! ", i);
		}
	}
	for (size_t i = 0; i < KEY_INDEX_HIT_MAX + 2; i++) {
		sprintf(list + strlen(list), "k%zu.example%s", i,
			i < KEY_INDEX_HIT_MAX + 1 ? " " : "");
		sprintf(others + strlen(others), "k%zu.example! ", i);
	}
	struct credential certificate;
	make_certificate(&certificate,
		&(struct wish){
			.key = KEY_ED25519, .names = many, .name_count = ROWS(many) });
	publish("*.example", 60, &certificate);
	for (size_t i = 0; i < ROWS(texts); i++) {
		publish(texts[i], 60, &nameless);
	}
	struct dance_roster *roster = roster_of(list, NULL);
	strcat(expected, others);
	for (size_t i = 0; i < PEER_NAME_MAX; i++) { /* and at last for themselves */
		sprintf(expected + strlen(expected), "c%zu.example!%s", i,
			i + 1 < PEER_NAME_MAX ? " " : "");
	}
	check_claims(roster, &certificate, expected);
	dance_roster_free(roster);
	clear_certificate(&certificate);
}

static void permitted_names_of_the_certificate_come_in_their_order(void **state)
{
	(void)state;
	publish("*.example", 60, &nameless);
	struct dance_roster *roster = roster_of("a.example c.example *.sub.example", NULL);
	check_claims(roster, &bearer, "b.sub.example a.example! deep.c.sub.example");
	dance_roster_free(roster);
	roster = roster_of("a.example", NULL);
	check_claims(roster, &bearer, "a.example!");
	dance_roster_free(roster);
	roster = roster_of("*.d.sub.example", NULL);
	check_claims(roster, &bearer, "");
	dance_roster_free(roster);
}

static void no_more_than_eight_permitted_names_are_tried(void **state)
{
	(void)state;
	static char texts[30][32];
	struct alternative_name many[30];
	for (size_t i = 0; i < ROWS(many); i++) {
		/* Two of three are not permitted and do not count. */
		int size = snprintf(texts[i], sizeof(texts[i]), "n%zu.%s", i,
			i % 3 == 0 ? "sub.example" : "example");
		many[i] = (struct alternative_name){ TAG_DNS, texts[i], (size_t)size };
	}
	struct credential certificate;
	make_certificate(&certificate,
		&(struct wish){
			.key = KEY_ED25519, .names = many, .name_count = ROWS(many) });
	publish("*.example", 60, &nameless);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	check_claims(roster, &certificate,
		"n0.sub.example n3.sub.example n6.sub.example "
		"n9.sub.example n12.sub.example n15.sub.example n18.sub.example "
		"n21.sub.example");
	assert_string_equal(cut,
		"only the first 8 permitted names of the certificate were tried");
	dance_roster_free(roster);
	/* Eight of them, and no more: nothing is left out. */
	roster = roster_of("*.n0.sub.example n0.sub.example n3.sub.example n6.sub.example "
			   "n9.sub.example n12.sub.example n15.sub.example n18.sub.example "
			   "n27.sub.example",
		NULL);
	check_claims(roster, &certificate,
		"n0.sub.example! n3.sub.example! n6.sub.example! "
		"n9.sub.example! n12.sub.example! n15.sub.example! n18.sub.example! "
		"n27.sub.example!");
	assert_null(cut);
	dance_roster_free(roster);
	clear_certificate(&certificate);
}

/* A name with the key is enough: most peers are known by it, and soon. */
static void the_certificate_is_read_only_for_the_next_claim(void **state)
{
	(void)state;
	publish("*.example", 60, &nameless);
	publish("x.example", 60, &bearer);
	struct dance_roster *roster = roster_of("x.example a.example *.sub.example", NULL);
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = &bearer.whole[TLSA_CERTIFICATE],
		.chain_count = 1 };
	struct peer peer;
	struct claims claims;
	const char *why;
	assert_true(peer_import(&peer, &shown, &why));
	urcu_bp_read_lock();
	claims_begin(&claims, roster, &peer);
	assert_int_equal(claims_next(&claims)->source, CLAIM_KEY);
	assert_false(peer.names_read);
	assert_int_equal(claims_next(&claims)->source, CLAIM_CERTIFICATE);
	assert_true(peer.names_read);
	urcu_bp_read_unlock();
	dance_roster_free(roster);
}

/* In the operator's order, up to a bound. Of them all, the one that a peer without a name
 * cannot be told from. */
static void who_claims_nothing_may_be_any_listed_name(void **state)
{
	(void)state;
	publish("*.example", 60, &bearer);
	struct dance_roster *roster = roster_of("c.example x.example *.d.sub.example",
		NULL);
	check_claims(roster, &nameless, "c.example? x.example?");
	dance_roster_free(roster);

	char list[4096] = "", expected[4096] = "";
	for (int i = 0; i < CLAIM_LISTED_MAX + 2; i++) {
		sprintf(list + strlen(list), "%sn%d.example", i > 0 ? " " : "", i);
		if (i < CLAIM_LISTED_MAX) {
			sprintf(expected + strlen(expected), "%sn%d.example?",
				i > 0 ? " " : "", i);
		}
	}
	roster = roster_of(list, NULL);
	check_claims(roster, &nameless, expected);
	dance_roster_free(roster);
}

#define ID(literal) literal, sizeof(literal) - 1

static void a_client_id_is_the_only_name(void **state)
{
	(void)state;
	publish("a.example", 60, &bearer);
	publish("b.example", 60, &nameless);
	struct dance_roster *roster = roster_of("a.example b.example *.sub.example", NULL);
	check_client_id(roster, ID("b.example"), "b.example!", NULL);
	check_client_id(roster, ID("B.EXAMPLE"), "b.example!", NULL);
	check_client_id(roster, ID("z.sub.example"), "z.sub.example", NULL);
	check_client_id(roster, "b.example and more", 9, "b.example!", NULL);
	dance_roster_free(roster);
}

static void a_client_id_that_is_not_permitted_is_nobody(void **state)
{
	(void)state;
	publish("a.example", 60, &bearer);
	struct dance_roster *roster = roster_of("a.example *.sub.example", NULL);
	static char longest[300];
	memset(longest, 'a', sizeof(longest));
	check_client_id(roster, ID("b.example"), "", "not permitted");
	check_client_id(roster, ID("sub.example"), "", "not permitted");
	check_client_id(roster, ID("*.sub.example"), "", "may contain only letters");
	check_client_id(roster, ID(""), "", "empty");
	check_client_id(roster, ID("a.example."), "", "trailing dot");
	check_client_id(roster, ID("a.example\0"), "", "may contain only letters");
	check_client_id(roster, ID("a.example\0.evil.example"), "",
		"may contain only letters");
	check_client_id(roster, ID("\0a.example"), "", "may contain only letters");
	check_client_id(roster,
		ID("b\xc3\xbc"
		   "cher.sub.example"),
		"", "not ASCII");
	check_client_id(roster, ID("."), "", "a label is empty");
	check_client_id(roster, longest, sizeof(longest), "", "too long");
	check_client_id(roster, longest, 64, "", "a label is too long");
	dance_roster_free(roster);
	/* No lookup came of any of them. */
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), 1);
}

/* However many the operator has listed: whoever has a key that they share costs no more. */
static void of_very_many_names_with_one_key_some_are_tried(void **state)
{
	(void)state;
	enum {
		COUNT = KEY_NAME_MAX + 100
	};
	static char text[COUNT][32];
	static const char *list[COUNT];
	char error[DANCE_ERROR_SIZE];
	struct dance_result result = { .size = sizeof(result) };
	for (unsigned i = 0; i < COUNT; i++) {
		snprintf(text[i], sizeof(text[i]), "n%u.example", i);
		list[i] = text[i];
	}
	publish("*.example", 60, &nameless);
	struct dance_roster *roster = dance_roster_new(scene_context, list, COUNT, NULL,
		error);
	assert_non_null(roster);
	fake_resolver_settle();
	check_verdict(verify(roster, &nameless, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, "n0.example");
	answer("*.example", RESOLVER_FAILED, 0, NULL);
	pass(60000);
	struct peer peer;
	struct claims claims;
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = &nameless.whole[TLSA_CERTIFICATE],
		.chain_count = 1 };
	const struct claim *claim;
	const char *why;
	unsigned tried = 0;
	assert_true(peer_import(&peer, &shown, &why));
	urcu_bp_read_lock();
	claims_begin(&claims, roster, &peer);
	while ((claim = claims_next(&claims)) != NULL) {
		assert_string_equal(owner_text(claim->owner), text[tried]);
		tried++;
	}
	urcu_bp_read_unlock();
	assert_int_equal(tried, KEY_NAME_MAX);
	check_verdict(verify(roster, &nameless, NULL, &result), DANCE_FAIL_LOOKUP);
	assert_non_null(strstr(result.detail,
		"only the first 1024 permitted names with this key were tried"));
	/* Whoever says its name is tried by that. */
	publish("*.example", 60, &nameless);
	pass(64000);
	check_verdict(verify(roster, &nameless, text[COUNT - 1], &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_is_found_whatever_its_record),
		TEST(a_raw_key_is_found_by_its_spki),
		TEST(all_names_with_the_key_come_and_then_those_of_the_certificate),
		TEST(a_key_of_many_names_may_be_any),
		TEST(names_of_the_certificate_come_before_many_with_the_key),
		TEST(permitted_names_of_the_certificate_come_in_their_order),
		TEST(no_more_than_eight_permitted_names_are_tried),
		TEST(the_certificate_is_read_only_for_the_next_claim),
		TEST(who_claims_nothing_may_be_any_listed_name),
		TEST(of_very_many_names_with_one_key_some_are_tried),
		TEST(a_client_id_is_the_only_name),
		TEST(a_client_id_that_is_not_permitted_is_nobody),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
