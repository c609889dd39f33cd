/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In which order keys come, who shares or inherits them, what becomes of records for which there is
 * no memory, and that what is replaced goes. Verdicts and changes are test_publisher.c's. */

#include "publisher_scene.h"

#include <stdlib.h>
#include <urcu/urcu-bp.h>

/* --- keys ------------------------------------------------------------------------------------ */

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

#define SHARED(name, another, first) \
	"shared key, client " name ", other " another \
	" (a client that shows it without a name is " \
	"taken for " first "); do: give each name a key of its own"

static void a_shared_key_is_told_once(void **state)
{
	(void)state;
	const struct dance_tlsa both[] = { tlsa_of(&mine, 3, 1, 1),
		tlsa_of(&other, 3, 1, 1) };
	struct owner *a = join(0, "a.example"), *b = join(1, "b.example");
	publish(b, both, 2);
	said_lines(&publisher.log, 1);
	publish(a, both, 2);
	said_lines(&publisher.log, 2);
	said_is(0, DANCE_LOG_DEBUG, "records validated, client a.example");
	said_is(1, DANCE_LOG_WARNING, SHARED("a.example", "b.example", "a.example"));
	publish(a, both, 2);
	said_lines(&publisher.log, 0);
	/* In two indexes, and told once. */
	struct key_index *index = key_index_new(2);
	struct key_index_member more[2];
	publisher_join(&publisher, &more[0], index, a, 0);
	publisher_join(&publisher, &more[1], index, b, 1);
	fails_with(b, RESOLVER_DENIED);
	said_lines(&publisher.log, 1);
	publish(b, both, 2);
	said_lines(&publisher.log, 2);
	said_is(1, DANCE_LOG_WARNING, SHARED("b.example", "a.example", "a.example"));
	key_index_leave(&more[0]);
	key_index_leave(&more[1]);
	key_index_free(index);
}

static void who_joins_later_has_the_keys(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	struct owner *a = join(0, "a.example");
	publish(a, &record, 1);
	fake_clock_advance(PUBLISHER_START_MS);
	struct key_index *index = key_index_new(2);
	struct key_index_member later;
	/* As the first who lists it: its keys are known since now. */
	key_index_leave(&members[0]);
	publisher_join(&publisher, &later, index, a, 3);
	assert_int_equal(a->since, PUBLISHER_START_MS / 1000 + 1);
	assert_non_null(later.keys);
	assert_int_equal(later.rank, 3);
	/* As one more: since then as well. */
	publisher_join(&publisher, &members[0], index_of_all, a, 0);
	assert_int_equal(since(0), PUBLISHER_START_MS / 1000 + 1);
	assert_false(a->unkept);
	key_index_leave(&later);
	key_index_leave(&members[0]);
	no_keys = true;
	publisher_join(&publisher, &members[0], index_of_all, a, 0);
	assert_true(a->unkept);
	no_keys = false;
	publish(a, &record, 1);
	assert_false(a->unkept);
	/* What fails is known to fail there, too. */
	fails_with(a, RESOLVER_BOGUS);
	publisher_join(&publisher, &later, index, a, 3);
	assert_int_equal(key_index_failing(index), 1);
	key_index_leave(&later);
	fails_with(a, RESOLVER_DENIED);
	publisher_join(&publisher, &later, index, a, 3);
	assert_int_equal(key_index_failing(index), 0);
	key_index_leave(&later);
	key_index_free(index);
}

/* --- memory ---------------------------------------------------------------------------------- */

#define NOT_STORED \
	"records not stored, client a.example (out of memory; they are looked up again); do: give " \
	"more memory"

static void what_cannot_be_kept_is_known_not_to_be(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	struct owner *owner = join(0, "a.example");
	no_memory = true;
	publish(owner, &record, 1);
	no_memory = false;
	said_lines(&publisher.log, 2);
	said_is(1, DANCE_LOG_ERROR, NOT_STORED);
	assert_null(owner->knowledge);
	assert_true(owner->unkept);
	assert_false(owner->told || owner->proved);
	assert_int_equal(key_index_unresolved(index_of_all), 1);
	counts_are(owner, 1, 1);
	no_keys = true;
	publish(owner, &record, 1);
	no_keys = false;
	said_lines(&publisher.log, 2);
	said_is(1, DANCE_LOG_ERROR, NOT_STORED);
	assert_non_null(owner->knowledge);
	assert_true(owner->unkept);
	assert_false(owner->told || owner->proved);
	counts_are(owner, 2, 2);
	publish(owner, &record, 1);
	said_lines(&publisher.log, 0);
	assert_false(owner->unkept);
	assert_true(owner->told && owner->proved);
	counts_are(owner, 3, 3); /* not all of it was there */
	publish(owner, &record, 1);
	counts_are(owner, 4, 3);
	/* And what was known must not live on. */
	no_memory = true;
	publish(owner, &record, 1);
	no_memory = false;
	assert_null(owner->knowledge);
	counts_are(owner, 5, 4);
}

static void what_is_replaced_is_freed_when_nobody_reads(void **state)
{
	(void)state;
	const struct dance_tlsa records[] = { tlsa_of(&mine, 3, 1, 1),
		tlsa_of(&other, 3, 1, 1) };
	struct owner *owner = join(0, "a.example");
	publish(owner, records, 1);
	waits = 0;
	assert_false(publisher_reclaim(&publisher));
	publisher_retire(&publisher, NULL);
	assert_false(publisher_reclaim(&publisher));
	assert_int_equal(waits, 0);
	/* Knowledge alone, keys as well, and members. */
	publish(owner, records, 1);
	assert_null(publisher.retired_entries);
	assert_true(publisher_reclaim(&publisher));
	assert_int_equal(waits, 1);
	publish(owner, records + 1, 1);
	assert_non_null(publisher.retired_entries);
	assert_true(publisher_reclaim(&publisher));
	assert_null(publisher.retired_entries);
	assert_int_equal(waits, 2);
	for (unsigned i = 0; i < 2; i++) {
		struct key_index_member *member = calloc(1, sizeof(*member));
		assert_non_null(member);
		struct name name = named(i == 0 ? "b.example" : "c.example");
		struct owner *leaver = owner_new(&name);
		publisher_join(&publisher, member, index_of_all, leaver, 1 + i);
		publisher_retire_member(&publisher, member);
		assert_ptr_equal(publisher.retired_members, member);
		owner_free(leaver);
	}
	assert_true(publisher_reclaim(&publisher));
	assert_null(publisher.retired_members);
	assert_int_equal(waits, 3);
	assert_false(publisher_reclaim(&publisher));
	assert_int_equal(waits, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(since_when_a_key_is_known),
		TEST(the_times_do_not_run_over),
		TEST(a_shared_key_is_told_once),
		TEST(who_joins_later_has_the_keys),
		TEST(what_cannot_be_kept_is_known_not_to_be),
		TEST(what_is_replaced_is_freed_when_nobody_reads),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
