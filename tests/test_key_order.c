/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which of several owners with one key comes first. */

#include "check.h"
#include "fixture.h"
#include "key_hits.h"
#include "key_index_scene.h"

#include "key_holders.h"

#include <stdio.h>

static struct credential first, second;

const struct fixture fixtures[] = {
	{ &first, { .key = KEY_P256 } },
	{ &second, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

/* Called before a key is taken out: what a reader would find in that moment. */
static void (*meanwhile)(void);

void __real_key_holders_strike(struct key_holders *holders, struct key_index_entry *entry);
void __wrap_key_holders_strike(struct key_holders *holders, struct key_index_entry *entry);

void __wrap_key_holders_strike(struct key_holders *holders, struct key_index_entry *entry)
{
	if (meanwhile != NULL) {
		meanwhile();
	}
	__real_key_holders_strike(holders, entry);
}

/* The members in the order in which they come for the first key, as letters. */
static const char *order(const struct key_index *index,
	const struct key_index_member *members)
{
	static char text[KEY_INDEX_HIT_MAX + 1];
	const struct key_index_digest keys[] = {
		{ KEY_INDEX_SPKI_SHA512, { first.sha512[TLSA_SPKI], TLSA_SHA512_SIZE } },
		{ KEY_INDEX_SPKI_SHA256, { first.sha256[TLSA_SPKI], TLSA_SHA256_SIZE } },
		{ KEY_INDEX_CERTIFICATE_SHA256,
			{ first.sha256[TLSA_CERTIFICATE], TLSA_SHA256_SIZE } },
		{ KEY_INDEX_CERTIFICATE_SHA512,
			{ first.sha512[TLSA_CERTIFICATE], TLSA_SHA512_SIZE } },
	};
	struct key_index_hit hits[KEY_INDEX_HIT_MAX];
	urcu_bp_read_lock();
	size_t count = key_index_find(index, keys, ROWS(keys), NULL, hits);
	urcu_bp_read_unlock();
	for (size_t i = 0; i < count; i++) {
		text[i] = 'a';
		while (members[text[i] - 'a'].owner != hits[i].owner) {
			text[i]++;
		}
	}
	text[count] = '\0';
	return text;
}

static void whoever_was_known_first_comes_first(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(3);
	struct key_index_member members[3];
	const struct dance_tlsa records[] = { tlsa_of(&first, 3, 1, 1),
		tlsa_of(&second, 3, 1, 1) };
	join(index, &members[0], "a.example");
	join(index, &members[1], "b.example");
	join(index, &members[2], "c.example");
	/* Equally long: by rank, whoever was entered first. */
	rekey_at(&members[2], records, 1, 3, false);
	assert_null(other.owner);
	rekey_at(&members[1], records, 1, 3, false);
	assert_ptr_equal(own.owner, members[1].owner);
	assert_ptr_equal(other.owner, members[2].owner);
	assert_true(key_index_precedes(&own, &other));
	assert_string_equal(order(index, members), "bc");
	/* Known later, last, whatever the rank; and a refresh changes nothing. */
	rekey_at(&members[0], records, 1, 4, false);
	assert_ptr_equal(other.owner, members[1].owner);
	assert_true(key_index_precedes(&other, &own));
	assert_string_equal(order(index, members), "bca");
	for (uint32_t i = 0; i < 3; i++) {
		rekey_at(&members[i], records, 2 - i % 2, 5 + i, false);
	}
	assert_string_equal(order(index, members), "bca");
	/* Not after it was given up, or if it counts anew. */
	rekey_at(&members[1], records + 1, 1, 9, false);
	assert_string_equal(order(index, members), "ca");
	rekey_at(&members[1], records, 2, 10, false);
	assert_string_equal(order(index, members), "cab");
	rekey_at(&members[2], records, 1, 11, true);
	assert_string_equal(order(index, members), "abc");
	for (int i = 0; i < 3; i++) {
		leave(&members[i]);
	}
	key_index_free(index);
}

/* Whatever the record's form. */
static void the_order_goes_across_all_kinds(void **state)
{
	(void)state;
	struct key_index *index = key_index_new(6);
	struct key_index_member members[6];
	static const uint8_t forms[][2] = { { 0, 0 }, { 1, 2 }, { 0, 2 }, { 1, 1 },
		{ 0, 1 }, { 1, 0 } };
	for (uint32_t i = 0; i < ROWS(forms); i++) {
		char text[] = "a.example";
		text[0] = (char)('a' + i);
		join(index, &members[i], text);
		const struct dance_tlsa records[] = { tlsa_of(&first, 3, forms[i][0],
							      forms[i][1]),
			tlsa_of(&first, 3, 1, 0) };
		rekey_at(&members[i], records, 1, 7 - i, false);
		rekey_at(&members[i], records, 2, 20, false); /* each once */
	}
	assert_string_equal(order(index, members), "fedcba");
	for (size_t i = 0; i < ROWS(members); i++) {
		leave(&members[i]);
	}
	key_index_free(index);
}

/* However many there are, each comes once and in order, some at a time. */
static void a_crowd_comes_in_order(void **state)
{
	(void)state;
	enum {
		COUNT = 5 * KEY_INDEX_HIT_MAX + 3
	};
	struct key_index *index = key_index_new(COUNT);
	static struct key_index_member members[COUNT];
	const struct dance_tlsa record = tlsa_of(&first, 3, 1, 1);
	const struct key_index_digest key = { KEY_INDEX_SPKI_SHA256,
		{ first.sha256[TLSA_SPKI], 32 } };
	for (uint32_t i = 0; i < COUNT; i++) {
		char text[32];
		snprintf(text, sizeof(text), "n%u.example", i);
		join(index, &members[i], text);
		rekey_at(&members[i], &record, 1, (i * 7) % COUNT / 4, false);
	}
	struct key_index_hit hits[KEY_INDEX_HIT_MAX], last = { 0 };
	size_t seen = 0, count;
	do {
		urcu_bp_read_lock();
		count = key_index_find(index, &key, 1, seen > 0 ? &last : NULL, hits);
		urcu_bp_read_unlock();
		for (size_t i = 0; i < count; i++) {
			assert_true(seen == 0 || key_index_precedes(&last, &hits[i]));
			last = hits[i];
			seen++;
		}
	} while (count == KEY_INDEX_HIT_MAX);
	assert_int_equal(seen, COUNT);
	for (int i = 0; i < COUNT; i++) {
		leave(&members[i]);
	}
	key_index_free(index);
}

static struct key_index *crowded;
static struct key_index_member crowd[KEY_INDEX_HIT_MAX + 1];
static unsigned looks;

static void look_at_crowd(void)
{
	const struct key_index_digest key = { KEY_INDEX_SPKI_SHA256,
		{ first.sha256[TLSA_SPKI], 32 } };
	struct key_index_hit hits[KEY_INDEX_HIT_MAX];
	urcu_bp_read_lock();
	size_t count = key_index_find(crowded, &key, 1, NULL, hits);
	urcu_bp_read_unlock();
	assert_int_equal(count, KEY_INDEX_HIT_MAX);
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(hits[i].owner, crowd[i].owner);
	}
	looks++;
}

/* While a key is entered anew its owner stands there twice, and counts once. */
static void nobody_is_missed_while_a_key_is_entered_anew(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&first, 3, 1, 1);
	crowded = key_index_new(ROWS(crowd));
	for (uint32_t i = 0; i < ROWS(crowd); i++) {
		char text[32];
		snprintf(text, sizeof(text), "n%u.example", i);
		join(crowded, &crowd[i], text);
		rekey_at(&crowd[i], &record, 1, 5, false);
	}
	looks = 0;
	meanwhile = look_at_crowd;
	rekey_at(&crowd[0], &record, 1, 5, true);
	meanwhile = NULL;
	assert_int_equal(looks, 1);
	look_at_crowd();
	for (size_t i = 0; i < ROWS(crowd); i++) {
		leave(&crowd[i]);
	}
	key_index_free(crowded);
}

/* A hit of an owner that was known since then. */
static struct key_index_hit hit_of(unsigned owner, uint64_t since)
{
	static unsigned char owners[2 * KEY_INDEX_HIT_MAX]; /* of which only addresses count */
	return (struct key_index_hit){ (struct owner *)&owners[owner], since, owner };
}

/* The best of them in order, each owner once, and nothing behind. */
static void as_many_hits_are_kept_as_there_is_room_for(void **state)
{
	(void)state;
	struct {
		struct key_index_hit hits[KEY_INDEX_HIT_MAX], behind;
	} list;
	memset(&list, 0, sizeof(list));
	size_t count = 0;
	/* Each is better than those before. */
	for (unsigned i = 0; i < 2 * KEY_INDEX_HIT_MAX; i++) {
		const struct key_index_hit hit = hit_of(i, 100 - i);
		count = key_hits_take(list.hits, count, &hit);
		assert_int_equal(count, i < KEY_INDEX_HIT_MAX ? i + 1 : KEY_INDEX_HIT_MAX);
		for (unsigned j = 0; j < KEY_INDEX_HIT_MAX; j++) {
			assert_ptr_equal(list.hits[j].owner,
				j < count ? hit_of(i - j, 0).owner : NULL);
		}
		assert_null(list.behind.owner);
	}
	/* One that is worse than all is not kept. */
	const struct key_index_hit worst = hit_of(0, 200);
	assert_int_equal(key_hits_take(list.hits, count, &worst), KEY_INDEX_HIT_MAX);
	assert_ptr_equal(list.hits[KEY_INDEX_HIT_MAX - 1].owner,
		hit_of(KEY_INDEX_HIT_MAX, 0).owner);
}

static void an_owner_is_kept_by_its_best_hit(void **state)
{
	(void)state;
	static const struct {
		unsigned owner;
		uint64_t since;
		unsigned order[3];
	} rows[] = {
		{ 0, 8, { 0, 1, 2 } }, /* no better */
		{ 0, 15, { 0, 1, 2 } },
		{ 0, 5, { 0, 1, 2 } },
		{ 1, 10, { 0, 1, 2 } },
		{ 1, 3, { 1, 0, 2 } },
		{ 2, 4, { 1, 2, 0 } },
		{ 0, 1, { 0, 1, 2 } },
	};
	struct key_index_hit hits[KEY_INDEX_HIT_MAX];
	size_t count = 0;
	for (unsigned i = 0; i < 3; i++) {
		const struct key_index_hit hit = hit_of(i, 8 + i);
		count = key_hits_take(hits, count, &hit);
	}
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct key_index_hit hit = hit_of(rows[i].owner, rows[i].since);
		count = key_hits_take(hits, count, &hit);
		assert_int_equal(count, 3);
		for (size_t j = 0; j < 3; j++) {
			if (hits[j].owner != hit_of(rows[i].order[j], 0).owner) {
				fail_msg("row %zu, place %zu", i, j);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_hits_are_kept_as_there_is_room_for),
		cmocka_unit_test(an_owner_is_kept_by_its_best_hit),
		cmocka_unit_test(whoever_was_known_first_comes_first),
		cmocka_unit_test(the_order_goes_across_all_kinds),
		cmocka_unit_test(a_crowd_comes_in_order),
		cmocka_unit_test(nobody_is_missed_while_a_key_is_entered_anew),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
