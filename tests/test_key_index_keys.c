/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Owners by the keys of their records, through changes of keys, heirs and leaves. Owners by their
 * name are test_key_index.c's; which of many with one key comes first, test_key_order.c's. */

#include "check.h"
#include "fixture.h"
#include "key_holders.h"
#include "key_index_scene.h"

#include <stdio.h>
#include <string.h>
#include <urcu/urcu-bp.h>

static struct credential first, second;

const struct fixture fixtures[] = {
	{ &first, { .key = KEY_P256 } },
	{ &second, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

struct found {
	struct key_index_hit hits[KEY_INDEX_HIT_MAX];
	size_t count;
};

static struct found find(const struct key_index *index, enum key_index_kind kind,
	const unsigned char *octets, size_t size)
{
	struct found found;
	const struct key_index_digest key = { kind, { octets, size } };
	urcu_bp_read_lock();
	found.count = key_index_find(index, &key, 1, NULL, found.hits);
	urcu_bp_read_unlock();
	return found;
}

/* Where each record is found, and that it is found nowhere else. */
static void every_kind_of_record_is_found_by_its_key(void **state)
{
	(void)state;
	static const struct {
		uint8_t usage, selector, matching;
		enum key_index_kind kind; /* KEY_INDEX_KIND_COUNT: not at all */
	} rows[] = {
		{ 3, 0, 0, KEY_INDEX_CERTIFICATE_SHA256 },
		{ 3, 0, 1, KEY_INDEX_CERTIFICATE_SHA256 },
		{ 3, 0, 2, KEY_INDEX_CERTIFICATE_SHA512 },
		{ 3, 1, 0, KEY_INDEX_SPKI_SHA256 },
		{ 3, 1, 1, KEY_INDEX_SPKI_SHA256 },
		{ 3, 1, 2, KEY_INDEX_SPKI_SHA512 },
		{ 2, 1, 1, KEY_INDEX_KIND_COUNT },
		{ 1, 1, 1, KEY_INDEX_KIND_COUNT },
		{ 0, 0, 1, KEY_INDEX_KIND_COUNT },
	};
	struct key_index *index = key_index_new(1);
	struct key_index_member member;
	struct owner *owner = join(index, &member, "a.example");
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dance_tlsa record = tlsa_of(&first, rows[i].usage, rows[i].selector,
			rows[i].matching);
		rekey(&member, &record, 1);
		for (int kind = KEY_INDEX_CERTIFICATE_SHA256; kind < KEY_INDEX_KIND_COUNT;
			kind++) {
			bool spki = kind == KEY_INDEX_SPKI_SHA256 ||
				kind == KEY_INDEX_SPKI_SHA512;
			bool longer = kind == KEY_INDEX_CERTIFICATE_SHA512 ||
				kind == KEY_INDEX_SPKI_SHA512;
			struct found found = find(index, (enum key_index_kind)kind,
				longer ? first.sha512[spki] : first.sha256[spki],
				longer ? TLSA_SHA512_SIZE : TLSA_SHA256_SIZE);
			bool wanted = kind == (int)rows[i].kind;
			assert_int_equal(found.count, wanted ? 1 : 0);
			assert_int_equal(key_index_has(index, (enum key_index_kind)kind),
				wanted);
			assert_true(!wanted || found.hits[0].owner == owner);
		}
	}
	leave(&member);
	key_index_free(index);
}

static size_t count_key(const struct key_index *index, const struct credential *of)
{
	return find(index, KEY_INDEX_SPKI_SHA256, of->sha256[TLSA_SPKI], TLSA_SHA256_SIZE)
		.count;
}

static void keys_are_replaced(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(1);
	struct key_index_member member;
	join(index, &member, "a.example");
	const struct dance_tlsa both[] = { tlsa_of(&first, 3, 1, 1),
		tlsa_of(&second, 3, 1, 1) };
	rekey(&member, both, 1);
	assert_int_equal(count_key(index, &first), 1);
	assert_int_equal(count_key(index, &second), 0);
	rekey(&member, both, 2);
	assert_int_equal(count_key(index, &first), 1);
	assert_int_equal(count_key(index, &second), 1);
	rekey(&member, both + 1, 1);
	assert_int_equal(count_key(index, &first), 0);
	assert_int_equal(count_key(index, &second), 1);
	rekey(&member, NULL, 0);
	assert_int_equal(count_key(index, &second), 0);
	assert_false(key_index_has(index, KEY_INDEX_SPKI_SHA256));
	rekey(&member, both, 2);
	leave(&member); /* with its keys */
	assert_int_equal(count_key(index, &first), 0);
	assert_false(key_index_has(index, KEY_INDEX_SPKI_SHA256));
	key_index_free(index);
}

static void a_key_twice_is_entered_once(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(1);
	struct key_index_member member;
	join(index, &member, "a.example");
	const struct dance_tlsa records[] = { tlsa_of(&first, 3, 1, 1),
		tlsa_of(&first, 3, 1, 1), tlsa_of(&first, 3, 1, 0) };
	rekey(&member, records, 3);
	assert_int_equal(count_key(index, &first), 1);
	leave(&member);
	key_index_free(index);
}

static void one_key_of_several_names_finds_them_all(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(3);
	struct key_index_member members[3];
	const struct dance_tlsa record = tlsa_of(&first, 3, 1, 1);
	join(index, &members[0], "a.example");
	join(index, &members[1], "b.example");
	join(index, &members[2], "c.example");
	rekey(&members[0], &record, 1);
	rekey(&members[2], &record, 1);
	assert_int_equal(count_key(index, &first), 2);
	for (int i = 0; i < 3; i++) {
		leave(&members[i]);
	}
	key_index_free(index);
}

/* Digests that begin alike are told apart: the table is hashed by their beginning. */
static void keys_that_begin_alike_are_others(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(2);
	struct key_index_member members[2];
	unsigned char data[2][32];
	memset(data, 0x42, sizeof(data));
	data[1][31] = 0;
	for (int i = 0; i < 2; i++) {
		const struct dance_tlsa record = { 3, 1, 1, data[i], 32 };
		join(index, &members[i], i == 0 ? "a.example" : "b.example");
		rekey(&members[i], &record, 1);
	}
	for (int i = 0; i < 2; i++) {
		struct found found = find(index, KEY_INDEX_SPKI_SHA256, data[i], 32);
		assert_int_equal(found.count, 1);
		assert_ptr_equal(found.hits[0].owner, members[i].owner);
	}
	for (int i = 0; i < 2; i++) {
		leave(&members[i]);
	}
	key_index_free(index);
}

static void an_owner_stands_in_several_indexes(void **state)
{
	(void)state;
	struct key_index *one = key_index_new(1), *another = key_index_new(1);
	struct key_index_member members[2];
	const struct dance_tlsa record = tlsa_of(&first, 3, 1, 1);
	struct owner *owner = join(one, &members[0], "a.example");
	key_index_join(&members[1], another, owner, 7);
	rekey_at(&members[0], &record, 1, 5, false);
	assert_int_equal(count_key(one, &first), 1);
	assert_int_equal(count_key(another, &first), 0);
	/* What one knows the other takes over, with its time. */
	assert_int_equal(key_index_inherit(&members[1]), 0);
	struct found found = find(another, KEY_INDEX_SPKI_SHA256, first.sha256[TLSA_SPKI],
		32);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.hits[0].since, 5);
	assert_int_equal(found.hits[0].rank, 7);
	key_index_leave(&members[0]);
	assert_null(find_name(one, "a.example"));
	assert_ptr_equal(find_name(another, "a.example"), owner);
	assert_ptr_equal(owner->members, &members[1]);
	leave(&members[1]);
	key_index_free(one);
	key_index_free(another);
}

/* One that could enter no keys stands between the new one and the one that has them. */
static void keys_are_inherited_from_who_has_them(void **state)
{
	(void)state;
	struct key_index *indexes[3];
	struct key_index_member members[3];
	const struct dance_tlsa record = tlsa_of(&first, 3, 1, 1);
	for (size_t i = 0; i < ROWS(indexes); i++) {
		indexes[i] = key_index_new(1);
		assert_non_null(indexes[i]);
	}
	struct owner *owner = join(indexes[0], &members[0], "a.example");
	rekey_at(&members[0], &record, 1, 5, false);
	for (uint32_t i = 1; i < ROWS(indexes); i++) {
		key_index_join(&members[i], indexes[i], owner, i);
	}
	assert_int_equal(key_index_inherit(&members[2]), 0);
	assert_int_equal(count_key(indexes[1], &first), 0);
	assert_int_equal(count_key(indexes[2], &first), 1);
	for (size_t i = ROWS(indexes); i-- > 0;) {
		if (i > 0) {
			key_index_leave(&members[i]);
		} else {
			leave(&members[i]);
		}
		key_index_free(indexes[i]);
	}
}

/* The same octets as the digest of a certificate and of a key. */
static void equal_digests_of_two_kinds_are_two_keys(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(1);
	struct key_index_member member;
	const struct dance_tlsa of_key = tlsa_of(&first, 3, 1, 1);
	struct dance_tlsa records[] = { of_key, of_key };
	records[0].selector = TLSA_CERTIFICATE;
	join(index, &member, "a.example");
	for (int i = 0; i < 2; i++) { /* and when they are there already */
		rekey(&member, records, 2);
		assert_int_equal(count_key(index, &first), 1);
		assert_int_equal(find(index, KEY_INDEX_CERTIFICATE_SHA256,
					 first.sha256[TLSA_SPKI], TLSA_SHA256_SIZE)
					 .count,
			1);
	}
	leave(&member);
	key_index_free(index);
}

/* The last octet counts, also where an owner has both; of a longer digest, the last of the first
 * half. */
static void one_owner_has_keys_that_begin_alike(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(1);
	struct key_index_member member;
	unsigned char data[2][TLSA_SHA512_SIZE];
	struct dance_tlsa records[2];
	memset(data, 0x42, sizeof(data));
	join(index, &member, "a.example");
	for (unsigned i = 0; i < 2; i++) {
		data[i][31] = (unsigned char)i;
		data[i][32] = 7;
		records[i] = (struct dance_tlsa){ 3, 1, 1, data[i], TLSA_SHA256_SIZE };
	}
	for (uint32_t i = 0; i < 2; i++) {
		rekey_at(&member, records, 2, 4 + i, false);
		for (unsigned j = 0; j < 2; j++) {
			struct found found = find(index, KEY_INDEX_SPKI_SHA256, data[j],
				TLSA_SHA256_SIZE);
			assert_int_equal(found.count, 1);
			assert_int_equal(found.hits[0].since, 4);
		}
	}
	rekey(&member, records, 1);
	assert_int_equal(find(index, KEY_INDEX_SPKI_SHA256, data[0], 32).count, 1);
	assert_int_equal(find(index, KEY_INDEX_SPKI_SHA256, data[1], 32).count, 0);
	records[0] = (struct dance_tlsa){ 3, 1, 2, data[0], TLSA_SHA512_SIZE };
	rekey(&member, records, 1);
	data[0][32] = 8;
	assert_int_equal(find(index, KEY_INDEX_SPKI_SHA512, data[0], 64).count, 1);
	assert_int_equal(find(index, KEY_INDEX_SPKI_SHA512, data[1], 64).count, 0);
	leave(&member);
	key_index_free(index);
}

/* What is taken out is handed over, and freed when nobody reads it any more. */
static void who_retires_hands_over_its_keys(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(2);
	struct key_index_member members[2];
	const struct dance_tlsa records[] = { tlsa_of(&first, 3, 1, 1),
		tlsa_of(&second, 3, 1, 1) };
	struct key_index_entry *retired = NULL;
	join(index, &members[0], "a.example");
	join(index, &members[1], "b.example");
	rekey(&members[0], records, 2);
	rekey(&members[1], records, 1);
	key_index_fail(&members[0], true);
	struct owner *owner = members[0].owner;
	key_index_retire(&members[0], &retired);
	assert_null(members[0].keys);
	assert_null(owner->members);
	size_t count = 0, last = 0;
	for (const struct key_index_entry *at = retired; at != NULL; at = at->next) {
		count++;
		last += at->was_last;
	}
	assert_int_equal(count, 2);
	assert_int_equal(last, 1);
	assert_int_equal(key_index_failing(index), 0);
	assert_int_equal(key_index_unresolved(index), 1);
	assert_int_equal(count_key(index, &first), 1);
	assert_int_equal(count_key(index, &second), 0);
	key_index_entries_free(retired);
	owner_free(owner);
	leave(&members[1]);
	key_index_free(index);
}

/* An owner is found once, in its place, by however many of its keys, and none is left out. */
static void many_names_with_one_key_are_found_in_turn(void **state)
{
	(void)state;
	enum {
		COUNT = 1000
	};
	struct key_index *index = key_index_new(COUNT);
	static struct key_index_member members[COUNT];
	const struct dance_tlsa records[] = { tlsa_of(&first, 3, 1, 1),
		tlsa_of(&first, 3, 0, 1) };
	const struct key_index_digest keys[] = {
		{ KEY_INDEX_SPKI_SHA256, { first.sha256[TLSA_SPKI], TLSA_SHA256_SIZE } },
		{ KEY_INDEX_CERTIFICATE_SHA256,
			{ first.sha256[TLSA_CERTIFICATE], TLSA_SHA256_SIZE } },
	};
	char text[32];
	for (int i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "n%d.example", i);
		join(index, &members[i], text);
	}
	for (int i = COUNT; i-- > 0;) { /* the last one first */
		rekey(&members[i], records, i % 3 == 0 ? 2 : 1);
	}
	struct key_index_hit hits[KEY_INDEX_HIT_MAX], last;
	const struct key_index_hit *after = NULL;
	size_t found = 0, count;
	urcu_bp_read_lock();
	while ((count = key_index_find(index, keys, ROWS(keys), after, hits)) > 0) {
		for (size_t i = 0; i < count; i++) {
			assert_ptr_equal(hits[i].owner, members[found++].owner);
		}
		last = hits[count - 1];
		after = &last;
	}
	urcu_bp_read_unlock();
	assert_int_equal(found, COUNT);
	/* Who comes before it is told, also if that one came last. */
	rekey(&members[1], NULL, 0);
	rekey(&members[1], records, 1);
	assert_ptr_equal(own.owner, members[1].owner);
	assert_ptr_equal(other.owner, members[0].owner);
	for (int i = 0; i < COUNT; i++) {
		leave(&members[i]);
	}
	assert_false(key_index_has(index, KEY_INDEX_SPKI_SHA256));
	assert_false(key_index_has(index, KEY_INDEX_CERTIFICATE_SHA256));
	key_index_free(index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_record_is_found_by_its_key),
		cmocka_unit_test(keys_are_replaced),
		cmocka_unit_test(a_key_twice_is_entered_once),
		cmocka_unit_test(one_key_of_several_names_finds_them_all),
		cmocka_unit_test(keys_that_begin_alike_are_others),
		cmocka_unit_test(an_owner_stands_in_several_indexes),
		cmocka_unit_test(keys_are_inherited_from_who_has_them),
		cmocka_unit_test(equal_digests_of_two_kinds_are_two_keys),
		cmocka_unit_test(one_owner_has_keys_that_begin_alike),
		cmocka_unit_test(who_retires_hands_over_its_keys),
		cmocka_unit_test(many_names_with_one_key_are_found_in_turn),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
