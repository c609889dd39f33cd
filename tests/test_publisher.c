/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What each kind of answer leaves known of a name, which answers count as changes, and what the log
 * is told of them. Which keys are found then, and what is freed, is test_publisher_keys.c's. */

#include "publisher_scene.h"

static void what_each_outcome_leaves_known(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict first,
			later; /* what is known, or the trouble beside it */
		bool keeps, told, proved;
	} rows[] = {
		{ RESOLVER_SECURE, DANCE_UNDECIDED, DANCE_UNDECIDED, true, true, true },
		{ RESOLVER_DENIED, DANCE_DENY_NO_TLSA, DANCE_DENY_NO_TLSA, false, true,
			false },
		{ RESOLVER_INSECURE, DANCE_DENY_INSECURE, DANCE_DENY_INSECURE, false, true,
			false },
		{ RESOLVER_BOGUS, DANCE_FAIL_BOGUS, DANCE_FAIL_BOGUS, false, false, true },
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP, DANCE_FAIL_LOOKUP, true, false, true },
		{ RESOLVER_TIMEOUT, DANCE_FAIL_TIMEOUT, DANCE_FAIL_TIMEOUT, true, false,
			true },
		{ RESOLVER_NONE, DANCE_FAIL_NOT_READY, DANCE_FAIL_NOT_READY, true, false,
			true },
	};
	end(NULL);
	for (size_t i = 0; i < ROWS(rows); i++) {
		begin(NULL);
		struct owner *owner = join(0, "a.example");
		assert_int_equal(key_index_unresolved(index_of_all), 1);
		tell(owner, rows[i].outcome);
		assert_int_equal(key_index_unresolved(index_of_all), 0);
		assert_int_equal(owner->knowledge->verdict, rows[i].first);
		assert_int_equal(owner->knowledge->set != NULL,
			rows[i].outcome == RESOLVER_SECURE);
		assert_int_equal(owner->told, rows[i].told);
		assert_int_equal(owner->proved, rows[i].outcome == RESOLVER_SECURE);

		/* After records that were validated. */
		tell(owner, RESOLVER_SECURE);
		tell(owner, rows[i].outcome);
		assert_int_equal(owner->knowledge->set != NULL, rows[i].keeps);
		assert_int_equal(rows[i].keeps ? owner->trouble : owner->knowledge->verdict,
			rows[i].later);
		assert_int_equal(owner->proved, rows[i].proved);
		assert_int_equal(owner->withdrawn, rows[i].told && !rows[i].keeps);
		assert_true(owner->told);
		/* And a good end. */
		owner->failing = true; /* the log was told */
		tell(owner, RESOLVER_SECURE);
		assert_false(owner->failing);
		assert_int_equal(owner->trouble, DANCE_UNDECIDED);
		assert_non_null(owner->knowledge->set);
		assert_false(owner->withdrawn);
		end(NULL);
	}
	begin(NULL);
}

/* --- answers and changes ------------------------------------------------------------------- */

static void the_same_records_are_no_change(void **state)
{
	(void)state;
	static unsigned char data[TLSA_SHA512_SIZE], last[TLSA_SHA512_SIZE];
	last[31] = 1;
	const struct dance_tlsa sets[][2] = {
		{ { 3, 1, 1, data, 32 }, { 3, 0, 1, data, 32 } },
		{ { 3, 1, 1, last, 32 }, { 3, 0, 1, data, 32 } }, /* other data */
		{ { 2, 1, 1, last, 32 }, { 3, 0, 1, data, 32 } }, /* usage */
		{ { 2, 0, 1, last, 32 }, { 3, 0, 1, data, 32 } }, /* selector */
		{ { 2, 0, 2, last, 64 },
			{ 3, 0, 1, data, 32 } }, /* matching type and size */
	};
	struct owner *owner = join(0, "a.example");
	uint32_t answers = 0, changes = 0;
	for (size_t i = 0; i < ROWS(sets); i++) {
		publish(owner, sets[i], 2);
		counts_are(owner, ++answers, changes + 1);
		changes++;
		publish(owner, sets[i], 2);
		counts_are(owner, ++answers, changes);
		/* In another order, and one of them twice. */
		const struct dance_tlsa turned[] = { sets[i][1], sets[i][0], sets[i][1] };
		publish(owner, turned, 2);
		counts_are(owner, ++answers, changes);
	}
	publish(owner, sets[4], 1);
	changes++;
	counts_are(owner, ++answers, changes);
	assert_int_equal(owner->knowledge->signatures_end, 77);
	assert_int_equal(owner->knowledge->valid_until, 1000000 + 60000);
	assert_false(owner->knowledge->brief);
	/* Of a good many there is one sentence, and records of which none can be used have none. */
	static struct dance_tlsa many[TLSA_RECORD_MAX + 1];
	for (size_t i = 0; i < ROWS(many); i++) {
		many[i] = (struct dance_tlsa){ 3, 1, 1, data, 32 };
	}
	publish(owner, many, TLSA_RECORD_MAX + 1);
	changes++;
	counts_are(owner, ++answers, changes);
	publish(owner, NULL, 0);
	changes++;
	counts_are(owner, ++answers, changes);
	publish(owner, NULL, 0);
	counts_are(owner, ++answers, changes);
	said_lines(&publisher.log, 2);
	/* That were expired they count anew. */
	fake_clock_advance(59999);
	publish(owner, sets[0], 2);
	changes++;
	counts_are(owner, ++answers, changes);
	fake_clock_advance(59999);
	publish(owner, sets[0], 2);
	counts_are(owner, ++answers, changes);
	fake_clock_advance(60000);
	publish(owner, sets[0], 2);
	changes++;
	counts_are(owner, ++answers, changes);
}

static void what_changes_with_the_verdict(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		bool change;
		unsigned long failing;
	} rows[] = {
		{ RESOLVER_FAILED, true, 1 }, /* the first answer */
		{ RESOLVER_FAILED, false, 1 },
		{ RESOLVER_TIMEOUT, true, 1 },
		{ RESOLVER_DENIED, true, 0 },
		{ RESOLVER_DENIED, false, 0 },
		{ RESOLVER_BOGUS, true, 1 },
		{ RESOLVER_BOGUS, false, 1 },
		{ RESOLVER_SECURE, true, 0 },
		{ RESOLVER_FAILED, true, 0 }, /* over good records */
		{ RESOLVER_FAILED, false, 0 },
		{ RESOLVER_TIMEOUT, true, 0 },
		{ RESOLVER_SECURE, true, 0 }, /* they are the same, but there was trouble */
		{ RESOLVER_SECURE, false, 0 },
		{ RESOLVER_BOGUS, true, 1 },
		{ RESOLVER_INSECURE, true, 0 },
		{ RESOLVER_NONE, true, 1 },
	};
	struct owner *owner = join(0, "a.example");
	uint32_t changes = 0;
	for (uint32_t i = 0; i < ROWS(rows); i++) {
		tell(owner, rows[i].outcome);
		changes += rows[i].change;
		counts_are(owner, i + 1, changes);
		assert_int_equal(key_index_failing(index_of_all), rows[i].failing);
		assert_int_equal(key_index_unresolved(index_of_all), 0);
	}
}

static void what_cannot_be_used_is_told(void **state)
{
	(void)state;
	static unsigned char data[32];
	static struct dance_tlsa many[TLSA_RECORD_MAX + 1];
	struct owner *owner = join(0, "a.example");
#define UNUSABLE(why) \
	"no valid records, client a.example, verdict unusable (" why \
	"); do: replace the client's " \
	"TLSA records: 'dance tlsa' prints a usable one"
	publish(owner, many, 0);
	said_line(&publisher.log, DANCE_LOG_NOTICE,
		UNUSABLE("no record is well-formed and of a known kind"));
	/* The last of as many as are looked at. */
	for (size_t i = 0; i < ROWS(many); i++) {
		many[i] = (struct dance_tlsa){ 9, 9, 9, data, sizeof(data) };
	}
	many[TLSA_RECORD_MAX - 1] = (struct dance_tlsa){ 3, 1, 1, data, sizeof(data) };
	publish(owner, many, TLSA_RECORD_MAX);
	said_line(&publisher.log, DANCE_LOG_NOTICE, "records validated, client a.example");
	many[0] = many[TLSA_RECORD_MAX] = many[TLSA_RECORD_MAX - 1];
	publish(owner, many, TLSA_RECORD_MAX + 1);
	said_line(&publisher.log, DANCE_LOG_NOTICE, UNUSABLE("there are too many records"));
	fails_with(owner, RESOLVER_DENIED);
	said_line(&publisher.log, DANCE_LOG_NOTICE,
		"no valid records, client a.example, verdict no-tlsa (no TLSA record, proved by "
		"DNSSEC); do: publish the client's TLSA record, or correct its name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_each_outcome_leaves_known),
		TEST(the_same_records_are_no_change),
		TEST(what_changes_with_the_verdict),
		TEST(what_cannot_be_used_is_told),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
