/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One thread that keeps names fresh. Knows when to look up; publisher.c stores
 * what an answer says, and resolver.h hides libunbound. Knows no peers. */

#include "watcher.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/compiler.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#include "clock.h"
#include "freshness.h"
#include "lookup_budget.h"
#include "owners.h"
#include "publisher.h"
#include "resolver.h"
#include "waiters.h"

#define WAITING_MAX_DEFAULT 8

#define NO_THREAD "no thread can be started for lookups"

struct watcher {
	pthread_mutex_t lock; /* all below, except what says otherwise */
	struct waiters waiters;
	pthread_t thread;
	bool running;         /* read without the lock */
	uint64_t start_again; /* clock_ms() before which that is not tried; 0: never tried */
	bool stop;
	unsigned under_way; /* but for those that the budgets count */
	struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT];
	struct owners owners;
	struct resolver *resolver;  /* used by the thread only */
	struct publisher publisher; /* the thread's, but for publisher_join() */
	void (*thread_begin)(void *arg);
	void (*thread_end)(void *arg);
	void *arg;
};

static void reschedule(struct watcher *watcher, struct owner *owner,
	const struct resolver_answer *answer)
{
	if (!freshness_is_failure(answer->outcome) && answer->outcome != RESOLVER_BOGUS) {
		owner->failures = 0;
	} else if (owner->failures < UINT8_MAX) {
		owner->failures++;
	}
	/* A name that only peers claim is looked up again if they still do and it has records,
	 * and not to see whether its servers have come back. */
	if (owner->members == NULL &&
		(!owner->claimed || !owner->proved ||
			freshness_is_failure(answer->outcome) ||
			answer->outcome == RESOLVER_BOGUS)) {
		return;
	}
	owner->claimed = false;
	uint64_t delay = freshness_lookup_delay(answer, owner->failures);
	if (owner->unkept && !freshness_is_failure(answer->outcome) &&
		delay > FRESHNESS_AGAIN_MS) {
		delay = FRESHNESS_AGAIN_MS;
	}
	due_heap_set(&watcher->owners.due, owner, clock_ms() + delay);
}

static void settle(struct watcher *watcher, struct owner *owner,
	const struct resolver_answer *answer)
{
	if (owner->budget == LOOKUP_BUDGET_NONE) {
		watcher->under_way--;
	} else {
		lookup_budget_give_back(watcher->budgets, owner);
	}
	publisher_publish(&watcher->publisher, owner, answer);
	owners_relist(&watcher->owners, owner);
	reschedule(watcher, owner, answer);
	waiters_wake(&watcher->waiters);
	owners_collect(&watcher->owners, owner);
}

static void on_answer(void *arg, void *subject, const struct resolver_answer *answer)
{
	struct watcher *watcher = arg;
	struct owner *owner = subject;
	pthread_mutex_lock(&watcher->lock);
	owner->in_flight = false;
	settle(watcher, owner, answer);
	pthread_mutex_unlock(&watcher->lock);
}

/* Looks one owner up. The answer comes to on_answer(), with the lock not held. Nor is it
 * while libunbound is asked: that may make a context, or free an old one. */
static void look_up(struct watcher *watcher, struct owner *owner)
{
	char why[DANCE_ERROR_SIZE] = "";
	owner->asked = clock_ms();
	owner->in_flight = true; /* so it stays */
	watcher->under_way += owner->budget == LOOKUP_BUDGET_NONE;
	pthread_mutex_unlock(&watcher->lock);
	uint32_t generation = resolver_start(watcher->resolver, owner_text(owner),
		owner->generation, owner, why);
	pthread_mutex_lock(&watcher->lock);
	name_log_lookups(&watcher->publisher.log, why);
	if (generation != 0) {
		owner->generation = generation;
		return;
	}
	owner->in_flight = false;
	settle(watcher, owner, &(struct resolver_answer){ .why = why });
}

/* Takes a slot for a lookup of a name that only peers claim. */
static bool may_look_up(struct watcher *watcher, struct owner *owner, const char **why)
{
	return owner->members != NULL || owner->budget != LOOKUP_BUDGET_NONE ||
		lookup_budget_take(watcher->budgets,
			owner->proved ? LOOKUP_BUDGET_PROVED : LOOKUP_BUDGET_UNPROVED,
			owner, why);
}

/* Looks up what is due, letting go of the lock at times. Names that only peers claim wait a
 * little where there are too many of them: they never keep the listed ones waiting. Returns
 * for how many milliseconds to sleep: until more is due, but never long, since this clock
 * does not stop with the machine as that of a sleep does. */
static int look_up_due(struct watcher *watcher)
{
	struct owner *first;
	while ((first = due_heap_first(&watcher->owners.due)) != NULL) {
		uint64_t now = clock_ms();
		if (first->due > now) {
			uint64_t left = first->due - now;
			return left < WATCHER_SLEEP_MAX_MS ? (int)left :
							     WATCHER_SLEEP_MAX_MS;
		}
		const char *why;
		if (!may_look_up(watcher, first, &why)) {
			due_heap_set(&watcher->owners.due, first, now + FRESHNESS_AGAIN_MS);
			continue;
		}
		if (first->budget == LOOKUP_BUDGET_NONE &&
			watcher->under_way >= WATCHER_LOOKUP_MAX) {
			break; /* an answer will wake us */
		}
		due_heap_remove(&watcher->owners.due, first);
		look_up(watcher, first);
	}
	return WATCHER_SLEEP_MAX_MS;
}

static void tell_of_anchor(struct watcher *watcher)
{
	const struct trust_anchor *anchor;
	enum trust_anchor_news news = resolver_anchor_news(watcher->resolver, &anchor);
	name_log_anchor(&watcher->publisher.log, news, anchor);
}

static void *watch(void *arg)
{
	struct watcher *watcher = arg;
	if (watcher->thread_begin != NULL) {
		watcher->thread_begin(watcher->arg);
	}
	pthread_mutex_lock(&watcher->lock);
	while (!watcher->stop) {
		int timeout = look_up_due(watcher);
		pthread_mutex_unlock(&watcher->lock);
		name_log_tell(&watcher->publisher.log);
		publisher_reclaim(&watcher->publisher);
		resolver_wait(watcher->resolver, timeout);
		tell_of_anchor(watcher);
		pthread_mutex_lock(&watcher->lock);
	}
	pthread_mutex_unlock(&watcher->lock);
	name_log_tell(&watcher->publisher.log);
	publisher_reclaim(&watcher->publisher);
	if (watcher->thread_end != NULL) {
		watcher->thread_end(watcher->arg);
	}
	return NULL;
}

struct watcher *watcher_new(const struct dance_context_options *options)
{
	struct watcher *watcher = calloc(1, sizeof(*watcher));
	if (watcher == NULL) {
		return NULL;
	}
	watcher->resolver = change_counts_begin(&watcher->publisher.counts) ?
		resolver_new(options, on_answer, watcher) :
		NULL;
	if (watcher->resolver == NULL) {
		free(watcher);
		return NULL;
	}
	name_log_init(&watcher->publisher.log, options->log, options->arg);
	watcher->thread_begin = options->thread_begin;
	watcher->thread_end = options->thread_end;
	watcher->arg = options->arg;

	watcher->publisher.made = clock_ms();
	owners_init(&watcher->owners);
	waiters_init(&watcher->waiters,
		options->max_waiting != 0 ? options->max_waiting : WAITING_MAX_DEFAULT);
	pthread_mutex_init(&watcher->lock, NULL);
	return watcher;
}

/* Threads of a library take no signals: those are the host's. */
static int start_thread(struct watcher *watcher)
{
	sigset_t all, before;
	sigfillset(&all);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGSEGV);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&watcher->thread, NULL, watch, watcher);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

void watcher_start(struct watcher *watcher)
{
	char line[DANCE_LINE_SIZE] = "";
	enum dance_log_level level = DANCE_LOG_ERROR;
	pthread_mutex_lock(&watcher->lock);
	if (!watcher->running && clock_ms() >= watcher->start_again) {
		int error = start_thread(watcher);
		uatomic_set(&watcher->running, error == 0);
		if (error != 0 && watcher->start_again == 0) {
			snprintf(line, sizeof(line),
				"no lookup is possible (no thread can be started: %s); "
				"do: raise TasksMax; until then every client is refused",
				strerror(error));
		} else if (error == 0 && watcher->start_again != 0) {
			snprintf(line, sizeof(line), "the lookup thread has started");
			level = DANCE_LOG_NOTICE;
		}
		watcher->start_again = clock_ms() + WATCHER_START_AGAIN_MS;
	}
	pthread_mutex_unlock(&watcher->lock);
	if (line[0] != '\0' && watcher->publisher.log.write != NULL) {
		watcher->publisher.log.write(watcher->arg, level, line);
	}
	if (watcher_runs(watcher)) {
		resolver_wake(watcher->resolver);
	}
}

bool watcher_runs(const struct watcher *watcher)
{
	return uatomic_read(&watcher->running);
}

void watcher_free(struct watcher *watcher)
{
	if (watcher == NULL) {
		return;
	}
	if (watcher->running) {
		pthread_mutex_lock(&watcher->lock);
		watcher->stop = true;
		pthread_mutex_unlock(&watcher->lock);
		resolver_wake(watcher->resolver);
		pthread_join(watcher->thread, NULL);
	}
	resolver_free(watcher->resolver);
	owners_clear(&watcher->owners);
	waiters_clear(&watcher->waiters);
	pthread_mutex_destroy(&watcher->lock);
	free(watcher);
}

int watcher_join(struct watcher *watcher, const struct name *name, struct key_index *index,
	struct key_index_member *member, uint32_t rank)
{
	int result = -1;
	pthread_mutex_lock(&watcher->lock);
	struct owner *owner = owners_get(&watcher->owners, name);
	if (owner == NULL) {
		goto out;
	}
	if (publisher_join(&watcher->publisher, member, index, owner, rank) != 0) {
		owners_collect(&watcher->owners, owner);
		goto out;
	}
	owner->references++;
	if (!owner->in_flight && (owner->place == 0 || owner->unkept)) {
		due_heap_set(&watcher->owners.due, owner, clock_ms());
	}
	result = 0;
out:
	pthread_mutex_unlock(&watcher->lock);
	return result;
}

void watcher_leave(struct watcher *watcher, struct key_index_member *member)
{
	pthread_mutex_lock(&watcher->lock);
	struct owner *owner = member->owner;
	key_index_leave(member);
	owner->references--;
	owners_collect(&watcher->owners, owner);
	pthread_mutex_unlock(&watcher->lock);
}

struct owner *watcher_claim(struct watcher *watcher, const struct name *name,
	const struct name *suffix, struct watcher_view *view, const char **why)
{
	const struct change_counts *counts = &watcher->publisher.counts;
	uint16_t place = change_counts_place(counts, name->wire, name->size);
	bool wake = false;
	pthread_mutex_lock(&watcher->lock);
	view->count = change_count_read(&counts->places[place]);
	struct owner *owner = NULL;
	if (!watcher->running) {
		*why = NO_THREAD;
		goto out;
	}
	owner = owners_get(&watcher->owners, name);
	if (owner == NULL) {
		*why = "out of memory";
		goto out;
	}
	/* While it is counted it stays where it is counted. */
	if (owner->budget == LOOKUP_BUDGET_NONE) {
		owner->suffix_size = suffix->size;
	}
	if (!owner->in_flight && owner->budget == LOOKUP_BUDGET_NONE &&
		freshness_needs_lookup(owner, clock_ms())) {
		if (!may_look_up(watcher, owner, why)) {
			owners_collect(&watcher->owners, owner);
			owner = NULL;
			goto out;
		}
		/* Before all listed names: somebody waits, and there are never many. */
		due_heap_set(&watcher->owners.due, owner, 0);
		wake = true;
	}
	view->under_way = wake || owner->in_flight || owner->budget != LOOKUP_BUDGET_NONE;
	owner->references++;
	owner->claimed = true;
	owners_claim(&watcher->owners, owner);
out:
	pthread_mutex_unlock(&watcher->lock);
	if (wake) {
		resolver_wake(watcher->resolver);
	}
	return owner;
}

void watcher_release(struct watcher *watcher, struct owner *owner)
{
	pthread_mutex_lock(&watcher->lock);
	owner->references--;
	owners_collect(&watcher->owners, owner);
	pthread_mutex_unlock(&watcher->lock);
}

void watcher_nudge(struct watcher *watcher, struct owner *owner)
{
	pthread_mutex_lock(&watcher->lock);
	uint64_t due = owner->asked + FRESHNESS_NUDGE_MS;
	bool sooner = !owner->in_flight && (owner->place == 0 || due < owner->due);
	if (sooner) {
		due_heap_set(&watcher->owners.due, owner, due);
	}
	bool wake = sooner && watcher->running;
	pthread_mutex_unlock(&watcher->lock);
	if (wake) {
		resolver_wake(watcher->resolver);
	}
}

const struct change_counts *watcher_change_counts(const struct watcher *watcher)
{
	return &watcher->publisher.counts;
}

bool watcher_wait(struct watcher *watcher, const struct change_mark *marks, size_t count,
	uint64_t until, const struct name *domain, bool has_answer,
	enum dance_verdict *verdict, const char **why)
{
	struct waiter waiter;
	bool news = false;
	pthread_mutex_lock(&watcher->lock);
	*verdict = DANCE_FAIL_NOT_READY;
	if (!watcher->running) {
		*why = NO_THREAD;
		goto out;
	}
	*why = "too many clients are waiting for lookups";
	if (!waiters_enter(&watcher->waiters, &waiter, domain, has_answer)) {
		goto out;
	}
	uint64_t now;
	/* The time first: there may always be news. */
	while ((now = clock_ms()) < until &&
		!(news = change_marks_are_passed(marks, count)) && !waiter.sent_away) {
		waiters_sleep(&watcher->waiters, &watcher->lock, until - now);
	}
	if (!waiter.sent_away) {
		*verdict = DANCE_FAIL_TIMEOUT;
		*why = "no answer within the timeout";
	}
	waiters_leave(&watcher->waiters, &waiter);
out:
	pthread_mutex_unlock(&watcher->lock);
	return news;
}
