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

/* And what others have of it stays as it is. */
static void a_key_that_others_have_stays_theirs(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	const struct key_index_digest key = { KEY_INDEX_SPKI_SHA256,
		{ record.data, record.size } };
	struct key_index_member members[3];
	struct key_index_hit own, others, hits[KEY_INDEX_HIT_MAX];
	struct key_index_entry *retired = NULL;
	struct owner *owners[2];
	struct tlsa_set *set = tlsa_set_new(&record, 1);
	struct key_index *index = key_index_new(2), *another = key_index_new(1);
	assert_true(set != NULL && index != NULL && another != NULL);
	for (uint32_t i = 0; i < 2; i++) {
		struct name name = named(i == 0 ? "a.example" : "b.example");
		owners[i] = owner_new(&name);
		assert_non_null(owners[i]);
		key_index_join(&members[i], index, owners[i], i);
	}
	assert_int_equal(key_index_rekey(&members[0], set, 0, false, &retired, &own,
				 &others),
		0);
	static const unsigned failing[] = { 2, 1, 0 };
	for (size_t i = 0; i < ROWS(failing); i++) {
		unsigned n = failing[i];
		fail_at(n, FAIL_HERE, false);
		int entered = key_index_rekey(&members[1], set, 0, false, &retired, &own,
			&others);
		fail_at(0, FAIL_HERE, false);
		urcu_bp_read_lock();
		size_t found = key_index_find(index, &key, 1, NULL, hits);
		urcu_bp_read_unlock();
		assert_int_equal(found, entered == 0 ? 2 : 1);
		assert_ptr_equal(hits[0].owner, owners[0]);
		assert_int_equal(entered, n != 0 ? -1 : 0);
	}
	/* Another index that inherits it is told as well. */
	key_index_join(&members[2], another, owners[0], 0);
	for (unsigned n = 1; n <= 3; n++) {
		fail_at(n, FAIL_HERE, false);
		int inherited = key_index_inherit(&members[2]);
		fail_at(0, FAIL_HERE, false);
		assert_int_equal(inherited, n == 3 ? 0 : -1);
	}
	key_index_leave(&members[2]);
	for (size_t i = 0; i < 2; i++) {
		key_index_leave(&members[i]);
		owner_free(owners[i]);
	}
	assert_null(retired);
	key_index_free(index);
	key_index_free(another);
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
		cmocka_unit_test(a_key_that_others_have_stays_theirs),
		cmocka_unit_test(a_record_that_cannot_be_hashed_is_told),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
