/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The index of keys, out of memory or where nothing can be hashed: it tells it, so that whoever
 * fills it tries again. */

#include "check.h"
#include "fail.h"
#include "fixture.h"
#include "key_index.h"
#include "named.h"

#include <stdlib.h>
#include <urcu/urcu-bp.h>

static struct credential mine, other;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_ED25519 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

static void a_key_that_cannot_be_entered_is_told(void **state)
{
	(void)state;
	const struct dance_tlsa records[] = { tlsa_of(&mine, 3, 1, 1),
		tlsa_of(&other, 3, 0, 2) };
	struct key_index_member member;
	struct key_index_hit own, others;
	struct key_index_entry *retired = NULL;
	struct name name = named("a.example");
	struct tlsa_set *set = tlsa_set_new(records, ROWS(records));
	struct key_index *index = key_index_new(1);
	struct owner *owner = owner_new(&name);
	assert_true(set != NULL && index != NULL && owner != NULL);
	for (unsigned n = 0; n <= 2; n++) {
		key_index_join(&member, index, owner, 0);
		fail_at(n, FAIL_HERE, false);
		int entered = key_index_rekey(&member, set, 0, false, &retired, &own,
			&others);
		fail_at(0, FAIL_HERE, false);
		assert_int_equal(entered, n == 0 ? 0 : -1);
		key_index_leave(&member);
	}
	assert_null(retired);
	owner_free(owner);
	key_index_free(index);
	free(set);
}

/* Records of full data are entered by a digest. What was known by it stays known, since the
 * same time: else another owner that has published the same key would come first. */
static void a_record_that_cannot_be_hashed_is_told(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 0);
	const struct dance_tlsa digest = tlsa_of(&mine, 3, 1, 1);
	const struct key_index_digest key = { KEY_INDEX_SPKI_SHA256,
		{ digest.data, digest.size } };
	static const struct {
		const char *row;
		bool anew;
		unsigned failing; /* the call */
		int entered;
		size_t found; /* since 5 */
	} rows[] = {
		{ "first", false, 1, -1, 0 },
		{ "entered", false, 0, 0, 1 },
		{ "again", false, 1, -1, 1 },
		{ "mended", false, 0, 0, 1 },
		{ "withdrawn before", true, 1, -1, 0 },
	};
	struct key_index_member member;
	struct key_index_hit own, others, hits[KEY_INDEX_HIT_MAX];
	struct key_index_entry *retired = NULL;
	struct name name = named("a.example");
	struct tlsa_set *set = tlsa_set_new(&record, 1);
	struct key_index *index = key_index_new(1);
	struct owner *owner = owner_new(&name);
	assert_true(set != NULL && index != NULL && owner != NULL);
	key_index_join(&member, index, owner, 0);
	for (size_t i = 0; i < ROWS(rows); i++) {
		fail_at(rows[i].failing, FAIL_HERE, false);
		int entered = key_index_rekey(&member, set, i == 1 ? 5 : 9, rows[i].anew,
			&retired, &own, &others);
		fail_at(0, FAIL_HERE, false);
		check_row(rows[i].row, entered, rows[i].entered);
		urcu_bp_read_lock();
		size_t found = key_index_find(index, &key, 1, NULL, hits);
		urcu_bp_read_unlock();
		check_row(rows[i].row, found, rows[i].found);
		check_row(rows[i].row, found == 0 || hits[0].since == 5, true);
	}
	key_index_leave(&member);
	key_index_entries_free(retired);
	owner_free(owner);
	key_index_free(index);
	free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_that_cannot_be_entered_is_told),
		cmocka_unit_test(a_record_that_cannot_be_hashed_is_told),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
