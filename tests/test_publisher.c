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
#include "said.h"

#include <stdlib.h>
#include <string.h>
#include <urcu/urcu-bp.h>

static struct credential mine, other;
static struct publisher publisher;
static struct key_index *index_of_all;
static struct key_index_member members[3];

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

/* --- what can go wrong, and what is waited for -------------------------------------------- */

static bool no_memory, no_keys;
static unsigned waits;

struct knowledge *__real_knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why);
struct knowledge *__wrap_knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why);

struct knowledge *__wrap_knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why)
{
	if (no_memory) {
		free(set);
		return NULL;
	}
	return __real_knowledge_new(verdict, set, valid_until, why);
}

int __real_key_index_rekey(struct key_index_member *member, const struct tlsa_set *set,
	uint32_t since, bool anew, struct key_index_entry **retired,
	struct key_index_hit *own, struct key_index_hit *another);
int __wrap_key_index_rekey(struct key_index_member *member, const struct tlsa_set *set,
	uint32_t since, bool anew, struct key_index_entry **retired,
	struct key_index_hit *own, struct key_index_hit *another);

int __wrap_key_index_rekey(struct key_index_member *member, const struct tlsa_set *set,
	uint32_t since, bool anew, struct key_index_entry **retired,
	struct key_index_hit *own, struct key_index_hit *another)
{
	int result = __real_key_index_rekey(member, set, since, anew, retired, own,
		another);
	return no_keys ? -1 : result;
}

void __real_urcu_bp_synchronize_rcu(void);
void __wrap_urcu_bp_synchronize_rcu(void);

void __wrap_urcu_bp_synchronize_rcu(void)
{
	waits++;
	__real_urcu_bp_synchronize_rcu();
}

static int begin(void **state)
{
	(void)state;
	no_memory = no_keys = false;
	fake_clock_set(1000000);
	publisher = (struct publisher){ .made = 1000000 };
	said_begin(&publisher.log);
	index_of_all = key_index_new(ROWS(members));
	memset(members, 0, sizeof(members));
	return index_of_all != NULL ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	publisher_reclaim(&publisher);
	name_log_tell(&publisher.log);
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

/* --- answers and changes ------------------------------------------------------------------- */

static void publish(struct owner *owner, const struct dance_tlsa *records, size_t count)
{
	publisher_publish(&publisher, owner,
		&(struct resolver_answer){ .outcome = RESOLVER_SECURE,
			.records = records,
			.count = count,
			.ttl = 60,
			.signatures_end = 77,
			.signatures_late = INT64_MAX,
			.why = "" });
}

static void fails_with(struct owner *owner, enum resolver_outcome outcome)
{
	publisher_publish(&publisher, owner,
		&(struct resolver_answer){ .outcome = outcome, .ttl = 60, .why = "" });
}

/* On this name, and on all names of the index. */
static void counts_are(const struct owner *owner, uint32_t answers, uint32_t changes)
{
	const struct change_count *all = key_index_answers(index_of_all);
	const struct change_count *of_name =
		&publisher.counts.places[change_counts_place(&publisher.counts, owner->wire,
			owner->wire_size)];
	assert_int_equal(of_name->answers, answers);
	assert_int_equal(of_name->changes, changes);
	assert_int_equal(all->answers, answers);
	assert_int_equal(all->changes, changes);
}

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

/* --- keys ------------------------------------------------------------------------------------ */

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

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_each_outcome_leaves_known),
		TEST(since_when_a_key_is_known),
		TEST(the_times_do_not_run_over),
		TEST(the_same_records_are_no_change),
		TEST(what_changes_with_the_verdict),
		TEST(what_cannot_be_used_is_told),
		TEST(a_shared_key_is_told_once),
		TEST(who_joins_later_has_the_keys),
		TEST(what_cannot_be_kept_is_known_not_to_be),
		TEST(what_is_replaced_is_freed_when_nobody_reads),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
