/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One index of three owners, to which a publisher tells answers, without a resolver. Memory for
 * knowledge or for keys can be missing, and each wait for readers is counted. */

#pragma once

#include <stdlib.h>
#include <string.h>
#include <urcu/urcu-bp.h>

#include "check.h"
#include "fake_clock.h"
#include "fixture.h"
#include "named.h"
#include "publisher.h"
#include "said.h"

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

/* --- the scene, and what answers it gets --------------------------------------------------- */

static inline int begin(void **state)
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

static inline int end(void **state)
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

static inline struct owner *join(unsigned rank, const char *text)
{
	struct name name = named(text);
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	publisher_join(&publisher, &members[rank], index_of_all, owner, rank);
	return owner;
}

static inline void tell(struct owner *owner, enum resolver_outcome outcome)
{
	struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	publisher_publish(&publisher, owner,
		&(struct resolver_answer){ .outcome = outcome,
			.records = &record,
			.count = 1,
			.ttl = 60,
			.why = "so" });
}

static inline void publish(struct owner *owner, const struct dance_tlsa *records,
	size_t count)
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

static inline void fails_with(struct owner *owner, enum resolver_outcome outcome)
{
	publisher_publish(&publisher, owner,
		&(struct resolver_answer){ .outcome = outcome, .ttl = 60, .why = "" });
}

/* On this name, and on all names of the index. */
static inline void counts_are(const struct owner *owner, uint32_t answers, uint32_t changes)
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

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)
