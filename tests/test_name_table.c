/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Owners by name: found as long as they are in the table, also by readers who came before it
 * grew. */

#include "check.h"
#include "name_table.h"
#include "named.h"

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <urcu/urcu-bp.h>

#define MANY 5000

static struct owner *owners[MANY];

static bool no_memory, no_chance;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return no_memory ? NULL : __real_calloc(count, size);
}

int __real_gnutls_rnd(gnutls_rnd_level_t level, void *data, size_t size);
int __wrap_gnutls_rnd(gnutls_rnd_level_t level, void *data, size_t size);
int __wrap_gnutls_rnd(gnutls_rnd_level_t level, void *data, size_t size)
{
	return no_chance ? GNUTLS_E_RANDOM_FAILED : __real_gnutls_rnd(level, data, size);
}

static struct name name_of(unsigned number)
{
	char text[40];
	snprintf(text, sizeof(text), "n%u.example", number);
	return named(text);
}

static void enter(struct name_table *table, unsigned number)
{
	struct name name = name_of(number);
	owners[number] = owner_new(&name);
	assert_non_null(owners[number]);
	assert_true(name_table_reserve(table));
	name_table_enter(table, owners[number]);
}

static const struct owner *find(const struct name_table *table, unsigned number)
{
	struct name name = name_of(number);
	return name_table_find(table, &name);
}

static void an_empty_table_has_no_names(void **state)
{
	(void)state;
	struct name_table table = { 0 };
	assert_null(find(&table, 0));
	assert_true(name_table_reserve(&table));
	assert_true(name_table_reserve(&table));
	assert_null(find(&table, 0));
	name_table_clear(&table);
	assert_null(find(&table, 0));
}

static void names_are_found_until_they_are_taken_out(void **state)
{
	(void)state;
	struct name_table table = { 0 };
	assert_true(name_table_reserve(&table));
	for (unsigned i = 0; i < MANY; i++) {
		enter(&table, i);
	}
	assert_int_equal(table.count, MANY);
	for (unsigned i = 0; i < MANY; i++) {
		assert_ptr_equal(find(&table, i), owners[i]);
	}
	/* A search takes the same time however many there are. */
	assert_true(table.used <= (table.slots->mask + 1) / 4 * 3);
	unsigned at = 0, found = 0;
	while (name_table_next(&table, &at) != NULL) {
		found++;
	}
	assert_int_equal(found, MANY);
	for (unsigned i = 0; i < MANY; i += 2) {
		name_table_remove(&table, owners[i]);
	}
	assert_int_equal(table.count, MANY / 2);
	for (unsigned i = 0; i < MANY; i++) {
		assert_ptr_equal(find(&table, i), i % 2 == 0 ? NULL : owners[i]);
	}
	name_table_clear(&table);
	for (unsigned i = 0; i < MANY; i++) {
		owner_free(owners[i]);
	}
}

/* Places that are not free, by a look at all. */
static unsigned used_places(const struct name_table *table)
{
	unsigned used = 0;
	for (unsigned i = 0; i <= table->slots->mask; i++) {
		used += table->slots->owners[i] != NULL;
	}
	return used;
}

/* When three in four places are used; then half of the new ones are free at least. */
static void it_grows_in_time(void **state)
{
	(void)state;
	static const struct {
		unsigned count, mask; /* so many names; from the next one on */
	} rows[] = { { 48, 63 }, { 96, 127 }, { 192, 255 }, { 384, 511 } };
	struct name_table table = { 0 };
	unsigned count = 0;
	for (size_t i = 0; i < ROWS(rows); i++) {
		while (count < rows[i].count) {
			enter(&table, count++);
			assert_int_equal(table.slots->mask, rows[i].mask);
			assert_int_equal(table.used, count);
			assert_int_equal(used_places(&table), count);
		}
	}
	assert_true(name_table_reserve(&table));
	assert_int_equal(table.slots->mask, 1023);
	assert_int_equal(table.used, count);
	assert_int_equal(used_places(&table), count);
	name_table_clear(&table);
	assert_null(table.slots);
	assert_null(table.old);
	assert_int_equal(table.count + table.used, 0);
	for (unsigned i = 0; i < count; i++) {
		owner_free(owners[i]);
	}
}

/* Without memory all places are used but one, at which every search ends. */
static void without_memory_it_is_filled(void **state)
{
	(void)state;
	struct name_table table = { 0 };
	no_memory = true;
	assert_false(name_table_reserve(&table));
	no_memory = false;
	no_chance = true;
	assert_false(name_table_reserve(&table));
	no_chance = false;
	assert_null(table.slots);
	unsigned count = 0;
	enter(&table, count++);
	no_memory = true;
	while (name_table_reserve(&table)) {
		no_memory = false;
		struct name name = name_of(count);
		owners[count] = owner_new(&name);
		no_memory = true;
		name_table_enter(&table, owners[count++]);
	}
	assert_int_equal(count, 63);
	assert_int_equal(table.slots->mask, 63);
	assert_null(find(&table, count));
	no_memory = false;
	assert_true(name_table_reserve(&table));
	assert_int_equal(table.slots->mask, 127);
	name_table_clear(&table);
	for (unsigned i = 0; i < count; i++) {
		owner_free(owners[i]);
	}
}

/* The place of a name that was taken out is used for the next one that comes by there. */
static void a_trace_is_a_place_for_the_next(void **state)
{
	(void)state;
	struct name_table table = { 0 };
	unsigned traces = 0;
	for (unsigned i = 0; i < 48; i++) {
		enter(&table, i);
	}
	for (unsigned i = 0; i < 48; i++) {
		unsigned before = table.used;
		name_table_remove(&table, owners[i]);
		assert_int_equal(table.used, used_places(&table));
		assert_int_equal(table.count, 47);
		assert_null(find(&table, i));
		traces += table.used == before;
		name_table_enter(&table, owners[i]);
		assert_int_equal(table.used, before);
		assert_int_equal(table.used, used_places(&table));
		assert_ptr_equal(find(&table, i), owners[i]);
	}
	assert_in_range(traces, 1, 47);
	for (unsigned i = 0; i < 48; i++) {
		name_table_remove(&table, owners[i]);
		owner_free(owners[i]);
	}
	unsigned at = 0;
	assert_null(name_table_next(&table, &at));
	assert_int_equal(at, 64);
	assert_int_equal(table.used, used_places(&table));
	name_table_clear(&table);
}

/* Names that come and go leave no traces that make searches longer, or endless. */
static void places_are_used_again(void **state)
{
	(void)state;
	struct name_table table = { 0 };
	for (unsigned i = 0; i < 40; i++) {
		enter(&table, i);
	}
	for (unsigned i = 40; i < MANY; i++) {
		enter(&table, i);
		name_table_remove(&table, owners[i - 40]);
		assert_null(find(&table, i - 40));
		assert_ptr_equal(find(&table, i), owners[i]);
		assert_true(table.used < table.slots->mask + 1);
	}
	assert_int_equal(table.count, 40);
	assert_true(table.slots->mask + 1 <= 256);
	name_table_clear(&table);
	for (unsigned i = 0; i < MANY; i++) {
		owner_free(owners[i]);
	}
}

/* Who has begun to search in the old slots finds there what was in them. */
static void readers_stay_in_the_slots_where_they_are(void **state)
{
	(void)state;
	struct name_table table = { 0 }, before;
	unsigned count = 0;
	while (table.old == NULL) {
		before = table;
		enter(&table, count++);
	}
	assert_ptr_equal(table.old, before.slots);
	assert_ptr_not_equal(table.slots, before.slots);
	name_table_remove(&table, owners[0]);
	assert_null(find(&table, 0));
	assert_ptr_equal(find(&table, count - 1), owners[count - 1]);
	for (unsigned i = 0; i < count - 1; i++) {
		assert_ptr_equal(find(&before, i), owners[i]);
	}
	assert_null(find(&before, count - 1));
	/* And it may grow again while they are there. */
	for (unsigned i = 0; i < 1000; i++) {
		enter(&table, count++);
	}
	assert_non_null(table.old->older);
	struct name_slots *old = name_table_take_old(&table);
	assert_null(table.old);
	name_slots_free(old);
	name_table_clear(&table);
	for (unsigned i = 0; i < count; i++) {
		owner_free(owners[i]);
	}
}

/* --- readers without a lock -------------------------------------------------------------- */

static struct name_table shared;
static atomic_bool stop;
static atomic_uint wrong, searches;

/* Names below 100 are always there; the others come and go. */
static void *read_names(void *arg)
{
	(void)arg;
	for (unsigned i = 0; !atomic_load(&stop); i++) {
		struct name name = name_of(i % 600);
		urcu_bp_read_lock();
		const struct owner *owner = name_table_find(&shared, &name);
		if (owner == NULL ? i % 600 < 100 :
				    owner->wire_size != name.size ||
					memcmp(owner->wire, name.wire, name.size) != 0) {
			atomic_fetch_add(&wrong, 1);
		}
		urcu_bp_read_unlock();
		atomic_fetch_add(&searches, 1);
	}
	return NULL;
}

static void names_come_and_go_under_readers(void **state)
{
	(void)state;
	pthread_t readers[2];
	assert_true(name_table_reserve(&shared));
	for (unsigned i = 0; i < 100; i++) {
		enter(&shared, i);
	}
	for (size_t i = 0; i < ROWS(readers); i++) {
		assert_int_equal(pthread_create(&readers[i], NULL, read_names, NULL), 0);
	}
	for (unsigned round = 0; round < 20 || atomic_load(&searches) < 2000; round++) {
		for (unsigned i = 100; i < 600; i++) {
			enter(&shared, i);
		}
		for (unsigned i = 100; i < 600; i++) {
			name_table_remove(&shared, owners[i]);
		}
		urcu_bp_synchronize_rcu();
		name_slots_free(name_table_take_old(&shared));
		for (unsigned i = 100; i < 600; i++) {
			owner_free(owners[i]);
		}
	}
	atomic_store(&stop, true);
	for (size_t i = 0; i < ROWS(readers); i++) {
		pthread_join(readers[i], NULL);
	}
	assert_int_equal(atomic_load(&wrong), 0);
	for (unsigned i = 0; i < 100; i++) {
		owner_free(owners[i]);
	}
	name_table_clear(&shared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_table_has_no_names),
		cmocka_unit_test(names_are_found_until_they_are_taken_out),
		cmocka_unit_test(it_grows_in_time),
		cmocka_unit_test(without_memory_it_is_filled),
		cmocka_unit_test(a_trace_is_a_place_for_the_next),
		cmocka_unit_test(places_are_used_again),
		cmocka_unit_test(readers_stay_in_the_slots_where_they_are),
		cmocka_unit_test(names_come_and_go_under_readers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
