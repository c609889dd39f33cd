/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A peer of which the host knows no more than SHA-256 of its key and of its certificate: it can be
 * proved by usage 3 and by nothing else, and is found by its key like any other. */

#include "check.h"
#include "fixture.h"
#include "peer.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>

static struct credential mine, above, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256, .common_name = "mine" } },
	{ &above, { .key = KEY_ED25519 } },
	{ &other, { .key = KEY_P256, .common_name = "other" } },
	{ NULL, { 0 } },
};

enum known {
	KEY = 1,
	CERTIFICATE = 2,
	BOTH = KEY | CERTIFICATE,
};

/* As a host shows it. */
static struct dance_peer known_by(enum known known, const char *client_id)
{
	return (struct dance_peer){ .size = sizeof(struct dance_peer),
		.client_id = client_id,
		.client_id_size = client_id != NULL ? strlen(client_id) : 0,
		.key_sha256 = (known & KEY) != 0 ? mine.sha256[TLSA_SPKI] : NULL,
		.certificate_sha256 = (known & CERTIFICATE) != 0 ?
			mine.sha256[TLSA_CERTIFICATE] :
			NULL };
}

#define ALL (DANCE_PKIX_TA | DANCE_PKIX_EE | DANCE_DANE_TA | DANCE_DANE_EE)

static enum dance_verdict judge(enum known known, const struct dance_tlsa *records,
	size_t count, unsigned usages)
{
	const struct dance_peer peer = known_by(known, NULL);
	const struct dance_options options = { .size = sizeof(options), .usages = usages };
	enum dance_verdict verdict = dance_judge(&peer, "mine.example", records, count,
		&options, &result);
	assert_int_equal(result.has_record, verdict == DANCE_ALLOW);
	return verdict;
}

static const struct {
	const char *row;
	enum known known;
	uint8_t usage, selector, matching;
	const struct credential *of;
	enum dance_verdict verdict;
} single[] = {
	{ "3 1 1", BOTH, 3, 1, 1, &mine, DANCE_ALLOW },
	{ "3 0 1", BOTH, 3, 0, 1, &mine, DANCE_ALLOW },
	{ "3 1 0", BOTH, 3, 1, 0, &mine, DANCE_ALLOW },
	{ "3 0 0", BOTH, 3, 0, 0, &mine, DANCE_ALLOW },
	{ "3 1 2", BOTH, 3, 1, 2, &mine, DANCE_DENY_UNUSABLE },
	{ "3 0 2", BOTH, 3, 0, 2, &mine, DANCE_DENY_UNUSABLE },
	{ "another's 3 1 1", BOTH, 3, 1, 1, &other, DANCE_DENY_MISMATCH },
	{ "another's 3 0 1", BOTH, 3, 0, 1, &other, DANCE_DENY_MISMATCH },
	{ "another's 3 1 0", BOTH, 3, 1, 0, &other, DANCE_DENY_MISMATCH },
	{ "another's 3 0 0", BOTH, 3, 0, 0, &other, DANCE_DENY_MISMATCH },

	{ "only the key, 3 1 1", KEY, 3, 1, 1, &mine, DANCE_ALLOW },
	{ "only the key, 3 1 0", KEY, 3, 1, 0, &mine, DANCE_ALLOW },
	{ "only the key, 3 0 1", KEY, 3, 0, 1, &mine, DANCE_DENY_UNUSABLE },
	{ "only the key, 3 0 0", KEY, 3, 0, 0, &mine, DANCE_DENY_UNUSABLE },
	{ "only the certificate, 3 0 1", CERTIFICATE, 3, 0, 1, &mine, DANCE_ALLOW },
	{ "only the certificate, 3 0 0", CERTIFICATE, 3, 0, 0, &mine, DANCE_ALLOW },
	{ "only the certificate, 3 1 1", CERTIFICATE, 3, 1, 1, &mine, DANCE_DENY_UNUSABLE },

	/* What a certificate contains, and who signed it, is not known. */
	{ "2 1 1", BOTH, 2, 1, 1, &mine, DANCE_DENY_UNUSABLE },
	{ "2 0 0", BOTH, 2, 0, 0, &above, DANCE_DENY_UNUSABLE },
	{ "1 1 1", BOTH, 1, 1, 1, &mine, DANCE_DENY_UNUSABLE },
	{ "1 0 0", BOTH, 1, 0, 0, &mine, DANCE_DENY_UNUSABLE },
	{ "0 1 1", BOTH, 0, 1, 1, &mine, DANCE_DENY_UNUSABLE },
};

static void only_usage_3_proves_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(single); i++) {
		struct dance_tlsa record = tlsa_of(single[i].of, single[i].usage,
			single[i].selector, single[i].matching);
		check_row(single[i].row, judge(single[i].known, &record, 1, ALL),
			single[i].verdict);
		assert_int_equal(result.has_key, (single[i].known & KEY) != 0);
	}
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	check_verdict(judge(BOTH, &record, 1, DANCE_DANE_TA), DANCE_DENY_UNUSABLE);
}

/* RFC 7671 9: what is left of 3 1 1 beside 3 1 2 is 3 1 2. */
static void the_reason_tells_what_agility_has_dropped(void **state)
{
	(void)state;
	static const char key[] = "the server knows the key only by SHA2-256, and the record "
				  "3 1 2 overrides 3 1 1 (RFC 7671 9)";
	static const char certificate[] =
		"the server knows the certificate only by SHA2-256, "
		"and the record 3 0 2 overrides 3 0 1 (RFC 7671 9)";
	static const char other_usage[] = "the server knows the client only by SHA2-256 "
					  "digests, and no record has a usage and a selector "
					  "for these";
	const struct dance_tlsa keys[] = { tlsa_of(&mine, 3, 1, 1),
		tlsa_of(&mine, 3, 1, 2) };
	check_verdict(judge(BOTH, keys, 2, 0), DANCE_DENY_UNUSABLE);
	assert_string_equal(result.detail, key);
	const struct dance_tlsa certificates[] = { tlsa_of(&mine, 3, 0, 1),
		tlsa_of(&mine, 3, 0, 2) };
	check_verdict(judge(BOTH, certificates, 2, 0), DANCE_DENY_UNUSABLE);
	assert_string_equal(result.detail, certificate);
	/* Of a certificate that is not known at all agility is not the reason. */
	check_verdict(judge(KEY, certificates, 2, 0), DANCE_DENY_UNUSABLE);
	assert_string_equal(result.detail, other_usage);
	const struct dance_tlsa anchor = tlsa_of(&above, 2, 1, 1);
	check_verdict(judge(BOTH, &anchor, 1, 0), DANCE_DENY_UNUSABLE);
	assert_string_equal(result.detail, other_usage);
	/* What data look like does not count. */
	const unsigned char octets[TLSA_SHA512_SIZE] = { 3, 1, 2 };
	const struct dance_tlsa alike = { 2, 1, 2, octets, sizeof(octets) };
	check_verdict(judge(BOTH, &alike, 1, 0), DANCE_DENY_UNUSABLE);
	assert_string_equal(result.detail, other_usage);
	check_verdict(judge(BOTH, NULL, 0, 0), DANCE_DENY_UNUSABLE);
	assert_string_equal(result.detail, "no record is well-formed and of a known kind");
	/* A record of another selector still counts, and so does full data. */
	const struct dance_tlsa three[] = { tlsa_of(&mine, 3, 1, 1),
		tlsa_of(&mine, 3, 1, 2), tlsa_of(&mine, 3, 0, 1) };
	check_verdict(judge(BOTH, three, 3, 0), DANCE_ALLOW);
	const struct dance_tlsa full[] = { tlsa_of(&mine, 3, 1, 2),
		tlsa_of(&mine, 3, 1, 0) };
	check_verdict(judge(BOTH, full, 2, 0), DANCE_ALLOW);
}

static void digests_count_only_without_a_chain(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	struct dance_peer peer = known_by(BOTH, NULL);
	peer.chain = &other.whole[TLSA_CERTIFICATE];
	peer.chain_count = 1;
	check_verdict(dance_judge(&peer, NULL, &record, 1, NULL, &result),
		DANCE_DENY_MISMATCH);
	peer = known_by(BOTH, NULL);
	peer.raw_key = true;
	check_verdict(dance_judge(&peer, NULL, &record, 1, NULL, &result), DANCE_ALLOW);
	const struct dance_tlsa certificate = tlsa_of(&mine, 3, 0, 1);
	check_verdict(dance_judge(&peer, NULL, &certificate, 1, NULL, &result),
		DANCE_DENY_UNUSABLE);
	peer = known_by(CERTIFICATE, NULL);
	peer.raw_key = true;
	check_verdict(dance_judge(&peer, NULL, &certificate, 1, NULL, &result),
		DANCE_DENY_CREDENTIAL);
	assert_string_equal(result.detail, "the client showed no raw public key");
	peer = known_by(0, NULL);
	check_verdict(dance_judge(&peer, NULL, &record, 1, NULL, &result),
		DANCE_DENY_CREDENTIAL);
	assert_string_equal(result.detail, "no client certificate");
}

/* A host of the first release has no such fields: what lies behind its struct is not read. */
static void an_older_host_has_no_digests(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	struct dance_peer peer = known_by(BOTH, NULL);
	peer.size = offsetof(struct dance_peer, key_sha256);
	check_verdict(dance_judge(&peer, NULL, &record, 1, NULL, &result),
		DANCE_DENY_CREDENTIAL);
}

/* --- whom it is taken for ---------------------------------------------------------------- */

static void it_is_found_by_its_key(void **state)
{
	(void)state;
	publish("a.example", 60, &other);
	publish("b.example", 60, &mine);
	struct dance_roster *roster = roster_of("a.example b.example *.sub.example", NULL);
	const struct dance_peer peer = known_by(BOTH, NULL), key = known_by(KEY, NULL);
	check_verdict(dance_verify(roster, &peer, &result), DANCE_ALLOW);
	assert_string_equal(result.name, "b.example");
	check_verdict(dance_verify(roster, &key, &result), DANCE_ALLOW);
	assert_string_equal(result.name, "b.example");
	static const uint8_t matching[] = { TLSA_FULL, TLSA_SHA256 };
	for (size_t i = 0; i < ROWS(matching); i++) {
		const struct dance_tlsa record = tlsa_of(&mine, 3, 0, matching[i]);
		const struct dance_peer certificate = known_by(CERTIFICATE, NULL);
		publish_records("b.example", 60, &record, 1);
		pass(45000);
		check_verdict(dance_verify(roster, &certificate, &result), DANCE_ALLOW);
		assert_string_equal(result.name, "b.example");
		assert_false(result.has_key);
	}
	dance_roster_free(roster);
}

static void below_a_suffix_it_is_who_the_host_says(void **state)
{
	(void)state;
	publish("x.sub.example", 60, &mine);
	publish("y.sub.example", 60, &other);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	struct dance_peer peer = known_by(BOTH, "x.sub.example");
	check_verdict(dance_verify(roster, &peer, &result), DANCE_ALLOW);
	assert_string_equal(result.name, "x.sub.example");
	assert_string_equal(result.entry, "*.sub.example");
	peer = known_by(BOTH, "y.sub.example");
	check_verdict(dance_verify(roster, &peer, &result), DANCE_DENY_MISMATCH);
	peer = known_by(BOTH, NULL);
	check_verdict(dance_verify(roster, &peer, &result), DANCE_DENY_NAME);
	assert_string_equal(result.detail,
		"only digests of the client's key are known here, so it has no name");
	dance_roster_free(roster);
}

static void a_name_that_cannot_prove_it_is_told(void **state)
{
	(void)state;
	const struct dance_tlsa both[] = { tlsa_of(&mine, 3, 1, 1),
		tlsa_of(&mine, 3, 1, 2) };
	publish_records("a.example", 60, both, 2);
	struct dance_roster *roster = roster_of("a.example", NULL);
	const struct dance_peer peer = known_by(BOTH, NULL);
	check_verdict(dance_verify(roster, &peer, &result), DANCE_DENY_UNUSABLE);
	assert_string_equal(result.name, "a.example");
	assert_non_null(strstr(result.detail, "3 1 2 overrides 3 1 1"));
	dance_roster_free(roster);
}

/* Among more names than are all looked up again. */
static void whose_digests_are_known_is_looked_up_again(void **state)
{
	(void)state;
	static const char names[] = "a.example b.example c.example d.example e.example "
				    "f.example g.example h.example i.example z.example";
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	const struct dance_peer peer = known_by(BOTH, NULL);
	publish("*.example", 3600, &other);
	publish_records("z.example", 3600, &record, 1);
	struct dance_roster *roster = roster_of(names, NULL);
	check_verdict(dance_verify(roster, &peer, &result), DANCE_ALLOW);
	pass(60000);
	unsigned asked = fake_resolver_asked("z.example");
	dance_look_again(roster, &peer);
	pass(1000);
	assert_int_equal(fake_resolver_asked("z.example"), asked + 1);
	dance_roster_free(roster);
}

/* However many names have how much full data: what is not hashed is not denied. */
static void hashing_full_records_has_a_bound(void **state)
{
	(void)state;
	/* SubjectPublicKeyInfos, as full data must be, of 8,192 octets. */
	static const unsigned char head[] = { 0x30, 0x82, 0x1f, 0xfc, 0x30, 0x05, 0x06,
		0x03, 0x2b, 0x65, 0x70, 0x03, 0x82, 0x1f, 0xf1 };
	static unsigned char octets[6][8192];
	struct dance_tlsa records[ROWS(octets)];
	for (size_t i = 0; i < ROWS(octets); i++) {
		memcpy(octets[i], head, sizeof(head));
		octets[i][sizeof(octets[i]) - 1] = (unsigned char)i;
		records[i] = (struct dance_tlsa){ 3, TLSA_SPKI, TLSA_FULL, octets[i],
			sizeof(octets[i]) };
	}
	check_verdict(judge(KEY, records, ROWS(records), 0), DANCE_DENY_MISMATCH);
	char names[64 * 24] = "";
	for (unsigned i = 0; i < 64; i++) {
		char name[24];
		snprintf(name, sizeof(name), "n%u.full.example ", i);
		strcat(names, name);
	}
	publish_records("*.full.example", 600, records, ROWS(records));
	struct dance_roster *roster = roster_of(names, NULL);
	const struct dance_peer peer = known_by(KEY, NULL);
	check_verdict(dance_verify(roster, &peer, &result), DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail,
		"hashing the full records would take too much work");
	dance_roster_free(roster);
}

/* All calls on one decision share the bound, also when there is nothing else to keep between
 * them. */
static void hashing_has_one_bound_for_all_calls(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, TLSA_CERTIFICATE, TLSA_FULL);
	const unsigned most = WORK_MAX / (unsigned)(8 + record.size / 32);
	const struct dance_peer peer = known_by(CERTIFICATE, NULL);
	publish_records("b.example", 3600, &record, 1);
	for (unsigned calls = most; calls <= most + 1; calls++) {
		publish_held("a.example", 3600, &other);
		struct dance_roster *roster = roster_of("a.example b.example", NULL);
		struct dance_decision *decision = dance_decision_new(roster, &peer, NULL,
			NULL);
		assert_non_null(decision);
		for (unsigned i = 1; i < calls; i++) {
			check_verdict(dance_decision_take(decision, &result),
				DANCE_UNDECIDED);
		}
		fake_resolver_release("a.example");
		if (calls <= most) {
			check_verdict(dance_decision_take(decision, &result), DANCE_ALLOW);
			assert_string_equal(result.name, "b.example");
		} else {
			check_verdict(dance_decision_take(decision, &result),
				DANCE_FAIL_INTERNAL);
			assert_string_equal(result.detail,
				"hashing the full records would take too much work");
		}
		dance_decision_free(decision);
		dance_roster_free(roster);
		fake_resolver_settle();
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_usage_3_proves_it),
		cmocka_unit_test(the_reason_tells_what_agility_has_dropped),
		cmocka_unit_test(digests_count_only_without_a_chain),
		cmocka_unit_test(an_older_host_has_no_digests),
		TEST(it_is_found_by_its_key),
		TEST(below_a_suffix_it_is_who_the_host_says),
		TEST(a_name_that_cannot_prove_it_is_told),
		TEST(whose_digests_are_known_is_looked_up_again),
		TEST(hashing_full_records_has_a_bound),
		TEST(hashing_has_one_bound_for_all_calls),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
