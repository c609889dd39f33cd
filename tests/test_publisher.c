/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What each kind of answer leaves known of a name, in which order keys come then, and that
 * what is replaced goes. */

#include "publisher.h"
#include "check.h"
#include "fake_clock.h"
#include "fixture.h"
#include "named.h"

#include <string.h>
#include <urcu/urcu-bp.h>

static struct credential mine;
static struct publisher publisher;
static struct key_index *index_of_all;
static struct key_index_member members[3];

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

static int begin(void **state)
{
	(void)state;
	fake_clock_set(1000000);
	publisher = (struct publisher){ .made = 1000000 };
	index_of_all = key_index_new(ROWS(members));
	memset(members, 0, sizeof(members));
	return index_of_all != NULL ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	publisher_reclaim(&publisher);
	for (size_t i = 0; i < ROWS(members); i++) {
		if (members[i].owner != NULL) {
			key_index_leave(&members[i]);
			owner_free(members[i].owner);
		}
	}
	key_index_free(index_of_all);
	return 0;
}

static struct owner *join(unsigned rank, const char *text)
{
	struct name name = named(text);
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	publisher_join(&publisher, &members[rank], index_of_all, owner, rank);
	return owner;
}

static void tell(struct owner *owner, enum resolver_outcome outcome)
{
	struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	publisher_publish(&publisher, owner,
		&(struct resolver_answer){ .outcome = outcome,
			.records = &record,
			.count = 1,
			.ttl = 60,
			.why = "so" });
}

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
		tell(owner, RESOLVER_SECURE);
		assert_int_equal(owner->trouble, DANCE_UNDECIDED);
		assert_non_null(owner->knowledge->set);
		assert_false(owner->withdrawn);
		end(NULL);
	}
	begin(NULL);
}

static uint32_t since(unsigned rank)
{
	const struct key_index_digest key = { KEY_INDEX_SPKI_SHA256,
		{ mine.sha256[TLSA_SPKI], 32 } };
	struct key_index_hit hits[KEY_INDEX_HIT_MAX];
	urcu_bp_read_lock();
	size_t count = key_index_find(index_of_all, &key, 1, NULL, hits);
	urcu_bp_read_unlock();
	for (size_t i = 0; i < count; i++) {
		if (hits[i].rank == rank) {
			return hits[i].since;
		}
	}
	return UINT32_MAX;
}

/* In seconds since the context was made; all of the start are of one time. */
static void since_when_a_key_is_known(void **state)
{
	(void)state;
	struct owner *a = join(0, "a.example");
	fake_clock_advance(PUBLISHER_START_MS - 1);
	struct owner *b = join(1, "b.example");
	fake_clock_advance(1);
	struct owner *c = join(2, "c.example");
	fake_clock_advance(40000);
	tell(a, RESOLVER_SECURE);
	tell(b, RESOLVER_FAILED);
	tell(b, RESOLVER_BOGUS);
	tell(b, RESOLVER_SECURE);
	tell(c, RESOLVER_SECURE);
	assert_int_equal(since(0), 0);
	assert_int_equal(since(1), 0);
	assert_int_equal(since(2), 61);
	fake_clock_advance(100000);
	tell(a, RESOLVER_SECURE);
	tell(b, RESOLVER_BOGUS);
	tell(b, RESOLVER_SECURE);
	tell(c, RESOLVER_DENIED);
	assert_int_equal(since(2), 61);
	tell(c, RESOLVER_SECURE);
	assert_int_equal(since(0), 0);
	assert_int_equal(since(1), 0);
	assert_int_equal(since(2), 201);
}

/* A clock that ran for ever would still count. */
static void the_times_do_not_run_over(void **state)
{
	(void)state;
	struct owner *a = join(0, "a.example");
	tell(a, RESOLVER_DENIED);
	fake_clock_advance(UINT64_MAX / 2);
	tell(a, RESOLVER_SECURE);
	assert_int_equal(since(0), UINT32_MAX);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_each_outcome_leaves_known),
		TEST(since_when_a_key_is_known),
		TEST(the_times_do_not_run_over),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
