/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A watcher of the test's own over the fake resolver, with what its thread does counted: how
 * often it is woken, how many leave in one turn, what it frees. */

#pragma once

#include "check.h"
#include "fake_clock.h"
#include "fake_resolver.h"
#include "freshness.h"
#include "named.h"
#include "watcher.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#define NOW 1000000
#define MEMBER_MAX (2 * WATCHER_PART_MAX + 100)
#define WAITING_MAX 8 /* where the host sets no other number */

static struct watcher *watcher;
static struct key_index *index_of_all;
static struct key_index_member members[MEMBER_MAX];

/* --- what the linker sends here ------------------------------------------------------------ */

static bool no_thread;
static unsigned starts; /* tries */
static atomic_uint wakes, leaves_at_once, leaves_most, rounds;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *arg), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *arg), void *arg);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *arg), void *arg)
{
	starts++;
	return no_thread ? EAGAIN : __real_pthread_create(thread, attributes, start, arg);
}

void __real_resolver_wake(struct resolver *resolver);
void __wrap_resolver_wake(struct resolver *resolver);

void __wrap_resolver_wake(struct resolver *resolver)
{
	atomic_fetch_add(&wakes, 1);
	__real_resolver_wake(resolver);
}

void __real_membership_leave(struct owners *owners, struct key_index_member *member);
void __wrap_membership_leave(struct owners *owners, struct key_index_member *member);

void __wrap_membership_leave(struct owners *owners, struct key_index_member *member)
{
	unsigned count = atomic_fetch_add(&leaves_at_once, 1) + 1;
	if (count > atomic_load(&leaves_most)) {
		atomic_store(&leaves_most, count);
	}
	__real_membership_leave(owners, member);
}

void __real_resolver_wait(struct resolver *resolver, int timeout_ms);
void __wrap_resolver_wait(struct resolver *resolver, int timeout_ms);

void __wrap_resolver_wait(struct resolver *resolver, int timeout_ms)
{
	if (atomic_exchange(&leaves_at_once, 0) > 0) {
		atomic_fetch_add(&rounds, 1);
	}
	__real_resolver_wait(resolver, timeout_ms);
}

static bool no_memory;

bool __real_membership_add(struct membership *membership, struct owners *owners,
	const struct publisher *publisher, const struct name *name, bool *due);
bool __wrap_membership_add(struct membership *membership, struct owners *owners,
	const struct publisher *publisher, const struct name *name, bool *due);

bool __wrap_membership_add(struct membership *membership, struct owners *owners,
	const struct publisher *publisher, const struct name *name, bool *due)
{
	return !no_memory &&
		__real_membership_add(membership, owners, publisher, name, due);
}

struct owner *__real_owners_get(struct owners *owners, const struct name *name);
struct owner *__wrap_owners_get(struct owners *owners, const struct name *name);

struct owner *__wrap_owners_get(struct owners *owners, const struct name *name)
{
	return no_memory ? NULL : __real_owners_get(owners, name);
}

/* What nobody finds any more is freed when those who may still see it are gone. */
static bool waited;
static unsigned freed;

struct owner *__real_owners_take_gone(struct owners *owners);
struct owner *__wrap_owners_take_gone(struct owners *owners);

struct owner *__wrap_owners_take_gone(struct owners *owners)
{
	waited = false;
	return __real_owners_take_gone(owners);
}

void __real_urcu_bp_synchronize_rcu(void);
void __wrap_urcu_bp_synchronize_rcu(void);

void __wrap_urcu_bp_synchronize_rcu(void)
{
	waited = true;
	__real_urcu_bp_synchronize_rcu();
}

void __real_owners_free_gone(struct owner *gone);
void __wrap_owners_free_gone(struct owner *gone);

void __wrap_owners_free_gone(struct owner *gone)
{
	if (gone != NULL) {
		assert_true(waited);
		freed++;
	}
	__real_owners_free_gone(gone);
}

/* --- the scene ----------------------------------------------------------------------------- */

static struct {
	enum dance_log_level level;
	char text[DANCE_LINE_SIZE];
} last_line;
static unsigned line_count;
static sigset_t blocked;
static int told;

static inline void keep_line(void *arg, enum dance_log_level level, const char *line)
{
	assert_ptr_equal(arg, &told);
	if (level == DANCE_LOG_DEBUG) {
		return; /* of a name */
	}
	last_line.level = level;
	snprintf(last_line.text, sizeof(last_line.text), "%s", line);
	line_count++;
}

static inline void note_signals(void *arg)
{
	assert_ptr_equal(arg, &told);
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
}

static inline void make(struct dance_context_options options)
{
	options.size = sizeof(options);
	options.arg = &told;
	watcher = watcher_new(&options);
	assert_non_null(watcher);
}

static inline int begin(void **state)
{
	(void)state;
	fake_resolver_reset();
	fake_clock_set(NOW);
	no_thread = no_memory = false;
	starts = line_count = 0;
	atomic_store(&wakes, 0);
	atomic_store(&leaves_most, 0);
	atomic_store(&rounds, 0);
	index_of_all = key_index_new(MEMBER_MAX);
	make((struct dance_context_options){ .log = keep_line });
	return index_of_all != NULL ? 0 : -1;
}

static inline int end(void **state)
{
	(void)state;
	watcher_free(watcher);
	key_index_free(index_of_all);
	return 0;
}

static inline void make_anew(struct dance_context_options options)
{
	watcher_free(watcher);
	make(options);
}

static inline void start(void)
{
	watcher_start(watcher);
	fake_resolver_settle();
}

static inline void join(struct key_index_member *member, const char *text, uint32_t rank)
{
	struct name name = named(text);
	assert_int_equal(watcher_join(watcher, &name, index_of_all, member, rank), 0);
}

static inline void answers(const char *name, enum resolver_outcome outcome, bool held)
{
	static const unsigned char digest[32];
	static const struct dance_tlsa record = { 3, 1, 1, digest, sizeof(digest) };
	const struct fake_answer answer = { .outcome = outcome,
		.records = &record,
		.count = outcome == RESOLVER_SECURE,
		.ttl = 3600,
		.held = held };
	fake_resolver_set(name, &answer);
}

/* How often was the thread woken since the last time that was asked? */
static inline unsigned woken(void)
{
	return atomic_exchange(&wakes, 0);
}
