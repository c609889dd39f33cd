/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How the names of a roster stand, while DNS says one thing after another. */

#include "check.h"
#include "fixture.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>

static struct credential mine, other;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

#define NAME "a.example"
#define OTHER "b.example"

/* What was visited last. */
static struct dance_standing seen[4];
static char names[4][DANCE_NAME_SIZE];
static size_t seen_count;

static void see(const struct dance_standing *standing, void *arg)
{
	assert_ptr_equal(arg, seen);
	assert_true(seen_count < ROWS(seen));
	seen[seen_count] = *standing;
	snprintf(names[seen_count++], sizeof(names[0]), "%s", standing->name);
}

/* The standing of the only name. */
static const struct dance_standing *look(struct dance_roster *roster)
{
	seen_count = 0;
	dance_roster_standings(roster, see, seen);
	assert_int_equal(seen_count, 1);
	return &seen[0];
}

/* Seconds from now on. */
static int64_t in(int64_t moment)
{
	int64_t now = (int64_t)clock_ms() + clock_wall_ahead();
	return moment - now / 1000;
}

/* With each outcome a name stands as its client would hear. */
static void a_name_stands_as_dns_says(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
		bool failing;
	} rows[] = {
		{ RESOLVER_DENIED, DANCE_DENY_NO_TLSA, false },
		{ RESOLVER_INSECURE, DANCE_DENY_INSECURE, false },
		{ RESOLVER_BOGUS, DANCE_FAIL_BOGUS, true },
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP, true },
		{ RESOLVER_TIMEOUT, DANCE_FAIL_TIMEOUT, true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		answer(NAME, rows[i].outcome, 60, NULL);
		struct dance_roster *roster = roster_of(NAME, NULL);
		const struct dance_standing *standing = look(roster);
		check_row("", standing->verdict, rows[i].verdict);
		assert_int_equal(standing->usable, 0);
		assert_int_equal(standing->failing_since != 0, rows[i].failing);
		dance_roster_free(roster);
	}
}

static void usable_records_are_counted(void **state)
{
	(void)state;
	const struct dance_tlsa records[] = {
		tlsa_of(&mine, TLSA_DANE_EE, TLSA_SPKI, TLSA_SHA256),
		tlsa_of(&other, TLSA_DANE_EE, TLSA_SPKI, TLSA_SHA256),
	};
	publish_held(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	check_verdict(look(roster)->verdict, DANCE_FAIL_NOT_READY);
	assert_int_equal(look(roster)->expires, 0);
	fake_resolver_release(NAME);
	fake_resolver_settle();
	check_verdict(look(roster)->verdict, DANCE_ALLOW);
	assert_int_equal(look(roster)->usable, 1);
	check_range((uintmax_t)in(look(roster)->expires), 59, 61);
	publish_records(NAME, 600, records, ROWS(records));
	pass(60000);
	assert_int_equal(look(roster)->usable, 2);
	dance_roster_free(roster);

	const struct dance_options authorities = { .size = sizeof(authorities),
		.usages = DANCE_DANE_TA };
	roster = roster_of(NAME, &authorities);
	check_verdict(look(roster)->verdict, DANCE_DENY_UNUSABLE);
	assert_int_equal(look(roster)->usable, 0);
	dance_roster_free(roster);
}

/* As long as there are records that count. */
static void the_end_of_signatures_is_that_of_the_records(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, TLSA_DANE_EE, TLSA_SPKI,
		TLSA_SHA256);
	const struct fake_answer signed_until = { .outcome = RESOLVER_SECURE,
		.records = &record,
		.count = 1,
		.ttl = 60,
		.signatures_end = 1800000000 };
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	assert_int_equal(look(roster)->signatures_end, 0);
	fake_resolver_set(NAME, &signed_until);
	pass(60000);
	assert_int_equal(look(roster)->signatures_end, 1800000000);
	answer(NAME, RESOLVER_DENIED, 60, NULL);
	pass(60000);
	assert_int_equal(look(roster)->signatures_end, 0);
	dance_roster_free(roster);
}

/* Records live on while lookups fail, to the end of their TTL. */
static void lookups_fail_since_the_first_that_did(void **state)
{
	(void)state;
	publish(NAME, 600, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	assert_int_equal(look(roster)->failing_since, 0);
	answer(NAME, RESOLVER_FAILED, 0, NULL);
	for (unsigned i = 0; i < 590 && look(roster)->failing_since == 0; i++) {
		pass(1000);
	}
	int64_t since = look(roster)->failing_since;
	check_range((uintmax_t)in(since) + 2, 0, 3);
	check_verdict(look(roster)->verdict, DANCE_ALLOW);
	for (unsigned i = 0; i < 30; i++) {
		pass(10000);
	}
	assert_int_equal(look(roster)->failing_since, since);
	check_verdict(look(roster)->verdict, DANCE_FAIL_LOOKUP);
	assert_int_equal(look(roster)->expires, 0);
	publish(NAME, 600, &mine);
	pass(100000);
	check_verdict(look(roster)->verdict, DANCE_ALLOW);
	assert_int_equal(look(roster)->failing_since, 0);
	dance_roster_free(roster);
}

/* Seconds are those of the clock on the wall, whatever that of the lookups counts from. */
static void moments_are_told_to_the_second(void **state)
{
	(void)state;
	enum {
		AHEAD = 86400000
	};
	fake_clock_step(AHEAD);
	publish(NAME, 60, &mine);
	answer(OTHER, RESOLVER_FAILED, 0, NULL);
	int64_t now = ((int64_t)clock_ms() + AHEAD) / 1000;
	struct dance_roster *roster = roster_of(NAME " " OTHER, NULL);
	seen_count = 0;
	dance_roster_standings(roster, see, seen);
	assert_int_equal(seen_count, 2);
	assert_int_equal(seen[0].expires, now + 60);
	assert_int_equal(seen[0].failing_since, 0);
	assert_int_equal(seen[1].expires, now + 5); /* asked again then */
	assert_int_equal(seen[1].failing_since, now);
	dance_roster_free(roster);
	fake_clock_step(-AHEAD);
}

/* From the end of a TTL to the answer that is awaited: as the client would hear. */
static void a_name_stands_between_two_answers(void **state)
{
	(void)state;
	const struct dance_options stale = { .size = sizeof(stale), .max_stale_s = 3600 };
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	struct dance_roster *lasting = roster_of(NAME, &stale);
	publish_held(NAME, 60, &mine);
	pass(61000);
	check_verdict(look(roster)->verdict, DANCE_FAIL_NOT_READY);
	assert_int_equal(look(roster)->expires, 0);
	check_verdict(look(lasting)->verdict, DANCE_ALLOW);
	assert_int_equal(look(lasting)->usable, 1);
	dance_roster_free(lasting);
	dance_roster_free(roster);
	fake_resolver_release(NAME);
	fake_resolver_settle();

	/* A client may be refused by an old proof; a server needs one that has not expired. */
	const struct dance_options server = { .size = sizeof(server),
		.role = DANCE_SERVER };
	answer(OTHER, RESOLVER_DENIED, 60, NULL);
	roster = roster_of(OTHER, NULL);
	struct dance_roster *servers = roster_of(OTHER, &server);
	check_verdict(look(servers)->verdict, DANCE_DENY_NO_TLSA);
	publish_held(OTHER, 60, &mine);
	pass(61000);
	check_verdict(look(roster)->verdict, DANCE_DENY_NO_TLSA);
	assert_int_equal(look(roster)->expires, 0);
	check_verdict(look(servers)->verdict, DANCE_FAIL_NOT_READY);
	assert_int_equal(look(servers)->expires, 0);
	dance_roster_free(servers);
	dance_roster_free(roster);
	fake_resolver_release(OTHER);
	fake_resolver_settle();
}

/* What stands behind the records is no more of them. */
static void as_many_records_are_usable_as_there_are(void **state)
{
	(void)state;
	unsigned char digest[TLSA_SHA256_SIZE];
	memset(digest, TLSA_DANE_EE, sizeof(digest));
	const struct dance_tlsa record = { TLSA_DANE_EE, TLSA_SPKI, TLSA_SHA256, digest,
		sizeof(digest) };
	publish_records(NAME, 60, &record, 1);
	struct dance_roster *roster = roster_of(NAME, NULL);
	assert_int_equal(look(roster)->usable, 1);
	dance_roster_free(roster);
}

static void listed_names_are_visited_and_no_others(void **state)
{
	(void)state;
	publish(NAME, 600, &mine);
	publish(OTHER, 600, &other);
	publish("c.below.example", 600, &other);
	struct dance_roster *roster = roster_of(OTHER " *.below.example " NAME, NULL);
	struct dance_result result = { .size = sizeof(result) };
	check_verdict(verify(roster, &other, "c.below.example", &result), DANCE_ALLOW);
	seen_count = 0;
	dance_roster_standings(roster, see, seen);
	assert_int_equal(seen_count, 2);
	assert_string_equal(names[0], OTHER);
	assert_string_equal(names[1], NAME);
	dance_roster_free(roster);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_name_stands_as_dns_says),
		ONE(usable_records_are_counted),
		ONE(the_end_of_signatures_is_that_of_the_records),
		ONE(lookups_fail_since_the_first_that_did),
		ONE(moments_are_told_to_the_second),
		ONE(a_name_stands_between_two_answers),
		ONE(as_many_records_are_usable_as_there_are),
		ONE(listed_names_are_visited_and_no_others),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
