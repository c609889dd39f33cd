/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A membership in lists, with the owners and the publisher that it works on, one for each test: no
 * thread, no lookups. Memory can be made to fail. */

#pragma once

#include "check.h"
#include "fake_clock.h"
#include "membership.h"
#include "named.h"
#include "said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/urcu-bp.h>

#define NOW 1000000
#define PLAIN 3 /* plainly listed names that come before */
#define LIST "list @clients.example, "

static struct publisher publisher;
static struct owners owners;
static struct key_index *index_of_all;
static struct membership lists;
static bool due;

static int calls_left = -1; /* of calloc() that succeed; negative: all */

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	if (calls_left == 0) {
		return NULL;
	}
	calls_left -= calls_left > 0;
	return __real_calloc(count, size);
}

static inline int begin(void **state)
{
	(void)state;
	fake_clock_set(NOW);
	memset(&publisher, 0, sizeof(publisher));
	publisher.made = NOW;
	said_begin(&publisher.log);
	owners_init(&owners);
	index_of_all = key_index_new(4);
	due = false;
	calls_left = -1;
	return index_of_all != NULL ? 0 : -1;
}

static inline int end(void **state)
{
	(void)state;
	calls_left = -1;
	membership_end(&lists, &owners);
	membership_clear(&lists);
	(void)publisher_reclaim(&publisher);
	owners_free_gone(owners_take_gone(&owners));
	assert_int_equal(owners.count, 0);
	owners_clear(&owners);
	key_index_free(index_of_all);
	name_log_tell(&publisher.log);
	return 0;
}

/* So many lists, and a fence of one name or none. */
static inline void prepare(size_t list_count, const char *fence)
{
	struct name within = named(fence != NULL ? fence : "x.example");
	assert_true(membership_begin(&lists, index_of_all, PLAIN, list_count, &within,
		fence != NULL));
	assert_true(lists.untold == (fence != NULL));
	assert_int_equal(lists.slot_count, list_count * DANCE_LIST_MAX);
}

static inline struct owner *add_list(const char *text)
{
	struct name name = named(text);
	assert_true(membership_add(&lists, &owners, &publisher, &name, &due));
	return lists.lists[lists.list_count - 1].member.owner;
}

/* An answer of these names, which have a blank between. */
static inline struct resolver_answer naming(const char *text)
{
	static uint8_t wire[2 * DANCE_LIST_MAX * WIRE_NAME_SIZE];
	struct resolver_answer answer = {
		.outcome = RESOLVER_SECURE, .names = wire, .ttl = 300, .why = ""
	};
	size_t size = 0;
	while (*text != '\0') {
		size_t length = strcspn(text, " ");
		struct name name;
		const char *why;
		assert_true(name_from_text(&name, text, length, &why));
		memcpy(wire + size, name.wire, name.size);
		size += name.size;
		answer.count++;
		text += length + (text[length] == ' ');
	}
	return answer;
}

static inline struct resolver_answer failing(enum resolver_outcome outcome, const char *why)
{
	return (struct resolver_answer){ .outcome = outcome, .ttl = 300, .why = why };
}

static inline const char *so_many(const char *first, unsigned count)
{
	static char text[DANCE_LIST_MAX * 2 * 12];
	size_t size = 0;
	for (unsigned i = 0; i < count; i++) {
		size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s%u.example",
			i > 0 ? " " : "", first, i);
	}
	return text;
}

static inline void publish(struct owner *list, const struct resolver_answer *answer)
{
	membership_publish(&publisher, &owners, list, answer);
}

static inline void publish_names(struct owner *list, const char *text)
{
	const struct resolver_answer answer = naming(text);
	publish(list, &answer);
}

/* The rank of a name, counted from that of the first slot; -1: it is not there. */
static inline int place_of(const char *text)
{
	struct name name = named(text);
	urcu_bp_read_lock();
	const struct key_index_member *member = key_index_find_member(index_of_all, &name);
	urcu_bp_read_unlock();
	return member != NULL ? (int)member->rank - PLAIN : -1;
}

/* Answers on the names of the index so far, and those of them that changed something. */
static inline void counts_are(uint32_t answers, uint32_t changes)
{
	const struct change_count *count = key_index_answers(index_of_all);
	assert_int_equal(count->answers, answers);
	assert_int_equal(count->changes, changes);
}

static inline void says_nothing(void)
{
	said_lines(&publisher.log, 0);
}

static inline void says(enum dance_log_level level, const char *text)
{
	said_line(&publisher.log, level, text);
}
