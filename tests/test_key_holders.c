/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Very many owners of one key: in which order they are found, and in how few steps. */

#include "check.h"
#include "key_holders.h"
#include "named.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <urcu/urcu-bp.h>

#define COUNT 4000
#define SOME 64

/* Comparisons for one of so many: two on each of six levels or so, and luck that may be bad. */
#define STEPS_MAX 400
#define STEPS_MEAN_MAX 60

static struct key_holders holders;
static uint64_t chance = 1;
static struct key_index_member members[COUNT];
static struct key_index_entry *entries[COUNT];
static unsigned order[COUNT];
static _Thread_local unsigned steps;
static unsigned steps_most, steps_all;

bool __real_key_index_precedes(const struct key_index_hit *a,
	const struct key_index_hit *b);
bool __wrap_key_index_precedes(const struct key_index_hit *a,
	const struct key_index_hit *b);

bool __wrap_key_index_precedes(const struct key_index_hit *a, const struct key_index_hit *b)
{
	steps++;
	return __real_key_index_precedes(a, b);
}

static void count_steps(void)
{
	steps_most = steps > steps_most ? steps : steps_most;
	steps_all += steps;
	steps = 0;
}

static void enter(unsigned which, uint32_t since)
{
	uint8_t levels = key_holders_level(&holders, &chance);
	assert_true(levels >= 1 && levels <= KEY_HOLDERS_LEVEL_MAX);
	struct key_index_entry *entry = calloc(1,
		sizeof(*entry) + levels * sizeof(entry->after[0]));
	assert_non_null(entry);
	entry->member = &members[which];
	entry->since = since;
	entry->levels = levels;
	entries[which] = entry;
	steps = 0;
	key_holders_enter(&holders, entry);
	count_steps();
}

static void strike(unsigned which)
{
	steps = 0;
	key_holders_strike(&holders, entries[which]);
	count_steps();
	free(entries[which]);
	entries[which] = NULL;
}

/* Two bits at a time, from the upper half of what comes out of xorshift64. */
static void levels_go_by_chance(void **state)
{
	(void)state;
	static const struct {
		uint64_t before, after;
		uint8_t levels;
	} rows[] = {
		{ 0x5f066ca2f8f057c8, 0xbc00000101234567, 1 },
		{ 0x5f066c9299aaee7b, 0xbc00000201234567, 1 },
		{ 0xa0f9937d469c86ea, 0xbc00000301234567, 1 },
		{ 0x5f066cf25b1f9d1d, 0xbc00000401234567, 2 },
		{ 0x5f166cb3da755bd0, 0xbc00000801234567, 2 },
		{ 0x5f266cb0dca0f64b, 0xbc00001001234567, 3 },
		{ 0x6767af3dc6453b51, 0xbc10000001234567, 11 },
		{ 0xbe81628ea1ca2f79, 0xbc40000001234567, 12 },
		{ 0xd90a54c33bf65fd8, 0xbd00000001234567, 12 },
	};
	struct key_holders some = { .first = NULL };
	struct key_index_entry entry = { .levels = 1 };
	uint64_t random = 1;
	assert_int_equal(key_holders_level(&some, &random), 1); /* it is alone */
	assert_int_equal(random, 1);
	some.first = &entry;
	for (size_t i = 0; i < ROWS(rows); i++) {
		random = rows[i].before;
		assert_int_equal(key_holders_level(&some, &random), rows[i].levels);
		assert_true(random == rows[i].after);
		assert_non_null(some.upper);
	}
	key_holders_clear(&some);
	assert_null(some.first);
	assert_null(some.upper);
}

static void shuffle(void)
{
	uint32_t state = 7;
	for (unsigned i = 0; i < COUNT; i++) {
		order[i] = i;
	}
	for (unsigned i = COUNT; i-- > 1;) {
		state = state * 1664525u + 1013904223u;
		unsigned other = (state >> 8) % (i + 1), kept = order[i];
		order[i] = order[other];
		order[other] = kept;
	}
}

static int begin(void **state)
{
	(void)state;
	steps_most = steps_all = 0;
	for (unsigned i = 0; i < COUNT; i++) {
		members[i].rank = i;
	}
	shuffle();
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT; i++) {
		if (entries[i] != NULL) {
			strike(i);
		}
	}
	bool empty = holders.first == NULL;
	key_holders_clear(&holders);
	return empty ? 0 : -1;
}

/* In the order of those that are there, from each of them on. */
static void check_order(void)
{
	const struct key_index_entry *at;
	unsigned found = 0;
	urcu_bp_read_lock();
	at = key_holders_find(&holders, NULL);
	for (unsigned i = 0; i < COUNT; i++) {
		if (entries[i] != NULL) {
			assert_ptr_equal(at, entries[i]);
			at = key_holders_next(at);
			found++;
		}
		const struct key_index_hit after = { NULL, 0, i };
		assert_ptr_equal(key_holders_find(&holders, &after), at);
	}
	assert_null(at);
	urcu_bp_read_unlock();
	assert_true(found > 0);
}

static void they_are_found_in_their_order(void **state)
{
	(void)state;
	assert_null(key_holders_find(&holders, NULL));
	for (unsigned i = 0; i < COUNT; i++) {
		enter(order[i], 0);
	}
	check_order();
	for (unsigned i = 0; i < COUNT; i += 2) {
		strike(order[i]);
	}
	check_order();
	for (unsigned i = 0; i < COUNT; i += 4) {
		enter(order[i], 0);
	}
	check_order();
}

/* Whoever has it for longer comes first, whatever the rank. */
static void time_comes_before_rank(void **state)
{
	(void)state;
	enter(1, 5);
	enter(0, 9);
	enter(3, 0);
	enter(2, 5);
	static const unsigned wanted[] = { 3, 1, 2, 0 };
	const struct key_index_entry *at = key_holders_find(&holders, NULL);
	for (size_t i = 0; i < ROWS(wanted); i++) {
		assert_ptr_equal(at, entries[wanted[i]]);
		at = key_holders_next(at);
	}
	assert_null(at);
	const struct key_index_hit after = { NULL, 5, 1 };
	assert_ptr_equal(key_holders_find(&holders, &after), entries[2]);
}

/* So that 100,000 names with one key do not keep the thread that enters them. */
static void few_steps_lead_to_each(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT; i++) {
		enter(order[i], 0);
	}
	for (unsigned i = 0; i < COUNT; i++) {
		const struct key_index_hit after = { NULL, 0, i };
		steps = 0;
		(void)key_holders_find(&holders, &after);
		count_steps();
	}
	for (unsigned i = 0; i < COUNT; i++) {
		strike(order[i]);
	}
	assert_true(steps_most >= 1 && steps_most <= STEPS_MAX);
	assert_true(steps_all >= COUNT && steps_all <= 3 * COUNT * STEPS_MEAN_MAX);
}

/* A key that was withdrawn and is back is entered anew before its old entry is struck, which may be
 * in the same second. */
static void an_equal_one_is_told_apart(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		enter(i, 0);
	}
	for (unsigned round = 0; round < 200; round++) {
		unsigned which = order[round] % 64;
		struct key_index_entry *old = entries[which];
		enter(which, 0);
		struct key_index_entry *made = entries[which];
		entries[which] = round % 2 == 0 ? old : made;
		strike(which);
		entries[which] = round % 2 == 0 ? made : old;
		check_order();
	}
}

/* --- readers ----------------------------------------------------------------------------- */

#define ROUNDS 300
#define READERS 2

static atomic_bool over;
static atomic_uint wrong, passes;

/* Those of even rank are always there, and whatever is seen is in order. */
static void *read_on_and_on(void *arg)
{
	(void)arg;
	while (!atomic_load(&over)) {
		unsigned evens = 0;
		uint32_t next = 0;
		urcu_bp_read_lock();
		for (const struct key_index_entry *at = key_holders_find(&holders, NULL);
			at != NULL; at = key_holders_next(at)) {
			uint32_t rank = at->member->rank;
			if (rank < next) {
				atomic_fetch_add(&wrong, 1);
			}
			next = rank + 1;
			evens += rank % 2 == 0;
		}
		for (uint32_t i = 0; i + 2 < SOME; i += 2) {
			const struct key_index_hit after = { NULL, 0, i };
			const struct key_index_entry *at = key_holders_find(&holders,
				&after);
			if (at == NULL || at->member->rank <= i ||
				at->member->rank > i + 2) {
				atomic_fetch_add(&wrong, 1);
			}
		}
		urcu_bp_read_unlock();
		if (evens != SOME / 2) {
			atomic_fetch_add(&wrong, 1);
		}
		atomic_fetch_add(&passes, 1);
	}
	return NULL;
}

static void readers_miss_nobody_who_stays(void **state)
{
	(void)state;
	pthread_t readers[READERS];
	for (unsigned i = 0; i < SOME; i += 2) {
		enter(i, 0);
	}
	atomic_store(&over, false);
	for (unsigned i = 0; i < READERS; i++) {
		assert_int_equal(pthread_create(&readers[i], NULL, read_on_and_on, NULL),
			0);
	}
	for (unsigned round = 0; round < ROUNDS || atomic_load(&passes) < ROUNDS; round++) {
		struct key_index_entry *struck[SOME] = { NULL };
		for (unsigned i = 1; i < SOME; i += 2) {
			if (entries[i] == NULL) {
				enter(i, 0);
			} else if ((i + round) % 3 == 0) {
				key_holders_strike(&holders, entries[i]);
				struck[i] = entries[i];
				entries[i] = NULL;
			}
		}
		urcu_bp_synchronize_rcu();
		for (unsigned i = 1; i < SOME; i += 2) {
			free(struck[i]);
		}
	}
	atomic_store(&over, true);
	for (unsigned i = 0; i < READERS; i++) {
		pthread_join(readers[i], NULL);
	}
	assert_int_equal(atomic_load(&wrong), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_go_by_chance),
		TEST(they_are_found_in_their_order),
		TEST(time_comes_before_rank),
		TEST(few_steps_lead_to_each),
		TEST(an_equal_one_is_told_apart),
		TEST(readers_miss_nobody_who_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
