/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One thread that keeps names fresh. Knows when to look up; publisher.c stores
 * what an answer says, and resolver.h hides libunbound. Knows no peers. */

#include "watcher.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/compiler.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#include "claimed.h"
#include "clock.h"
#include "freshness.h"
#include "publisher.h"
#include "resolver.h"
#include "schedule.h"
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
	bool joined; /* somebody who is to be looked up now, and the thread was not told yet */
	struct schedule schedule; /* names are found in it without the lock too */
	STAILQ_HEAD(, watcher_parting) partings;
	struct resolver *resolver;  /* used by the thread only */
	struct publisher publisher; /* the thread's, but for publisher_join() */
	void (*thread_begin)(void *arg);
	void (*thread_end)(void *arg);
	void (*looked_up)(void *arg, enum dance_verdict verdict, unsigned milliseconds);
	void (*anchored)(void *arg, enum dance_anchor anchor);
	int anchor_told; /* enum dance_anchor; -1: none. The thread's */
	void *arg;
};

static void settle(struct watcher *watcher, struct owner *owner,
	const struct resolver_answer *answer)
{
	schedule_end(&watcher->schedule, owner);
	if (owner->is_list) {
		membership_publish(&watcher->publisher, &watcher->schedule.owners, owner,
			answer);
	} else {
		publisher_publish(&watcher->publisher, owner, answer);
	}
	/* It may have lost its place while it waited, since so many did. */
	if (owner->list == OWNERS_UNLISTED && uatomic_read(&owner->claimed)) {
		owners_claim(&watcher->schedule.owners, owner);
	} else {
		owners_relist(&watcher->schedule.owners, owner);
	}
	schedule_again(&watcher->schedule, owner, answer);
	waiters_wake(&watcher->waiters);
	owners_collect(&watcher->schedule.owners, owner);
}

/* For the host's statistics. Without the lock. */
static void tell_of_end(const struct watcher *watcher, enum resolver_outcome outcome,
	uint64_t asked)
{
	if (watcher->looked_up != NULL) {
		watcher->looked_up(watcher->arg,
			outcome == RESOLVER_SECURE ? DANCE_ALLOW :
						     resolver_verdict(outcome),
			(unsigned)(clock_ms() - asked));
	}
}

static void on_answer(void *arg, void *subject, const struct resolver_answer *answer)
{
	struct watcher *watcher = arg;
	struct owner *owner = subject;
	pthread_mutex_lock(&watcher->lock);
	uint64_t asked = owner->asked;
	owner->in_flight = false;
	settle(watcher, owner, answer);
	pthread_mutex_unlock(&watcher->lock);
	tell_of_end(watcher, answer->outcome, asked);
}

/* Looks one owner up. The answer comes to on_answer(), with the lock not held. Nor is it
 * while libunbound is asked: that may make a context, or free an old one. */
static void look_up(struct watcher *watcher, struct owner *owner)
{
	char why[DANCE_ERROR_SIZE] = "";
	owner->asked = clock_ms();
	owner->in_flight = true; /* so it stays */
	pthread_mutex_unlock(&watcher->lock);
	uint32_t generation = (owner->is_list ? resolver_start_names :
						resolver_start)(watcher->resolver,
		owner_text(owner), owner->generation, owner, why);
	if (generation == 0) {
		tell_of_end(watcher, RESOLVER_NONE, clock_ms());
	}
	pthread_mutex_lock(&watcher->lock);
	name_log_lookups(&watcher->publisher.log, why);
	if (generation != 0) {
		owner->generation = generation;
		return;
	}
	owner->in_flight = false;
	settle(watcher, owner, &(struct resolver_answer){ .why = why });
}

/* Looks up what is due, letting go of the lock at times. Returns for how many milliseconds to
 * sleep: until more is due, but never long, since this clock does not stop with the machine as that
 * of a sleep does. */
static int look_up_due(struct watcher *watcher)
{
	struct owner *next;
	int wait;
	do {
		wait = WATCHER_SLEEP_MAX_MS;
		next = schedule_next(&watcher->schedule, &wait);
		if (next != NULL) {
			look_up(watcher, next);
		}
	} while (next != NULL);
	return wait;
}

/* Lets some of those leave who are to leave. True if there are more; lets go of the lock. */
static bool part_some(struct watcher *watcher)
{
	struct watcher_parting *parting = STAILQ_FIRST(&watcher->partings);
	for (unsigned i = 0; parting != NULL && i < WATCHER_PART_MAX; i++) {
		if (parting->count == 0) {
			STAILQ_REMOVE_HEAD(&watcher->partings, link);
			pthread_mutex_unlock(&watcher->lock);
			parting->over(parting);
			pthread_mutex_lock(&watcher->lock);
			parting = STAILQ_FIRST(&watcher->partings);
		} else {
			membership_leave(&watcher->schedule.owners,
				&parting->members[--parting->count]);
		}
	}
	return parting != NULL;
}

/* Tells the log what is new, and frees what nobody needs any more. Comes with the lock, and lets go
 * of it. */
static void tidy_up(struct watcher *watcher)
{
	struct owners *owners = &watcher->schedule.owners;
	struct owner *gone = owners_take_gone(owners);
	struct name_slots *old = name_table_take_old(&owners->names);
	pthread_mutex_unlock(&watcher->lock);
	name_log_tell(&watcher->publisher.log);
	bool waited = publisher_reclaim(&watcher->publisher);
	if (!waited && (gone != NULL || old != NULL)) {
		urcu_bp_synchronize_rcu();
	}
	owners_free_gone(gone);
	name_slots_free(old);
}

static void tell_of_anchor(struct watcher *watcher)
{
	const struct trust_anchor *anchor;
	enum trust_anchor_news news = resolver_anchor_news(watcher->resolver, &anchor);
	name_log_anchor(&watcher->publisher.log, news, anchor);
	name_log_aging(&watcher->publisher.log, anchor);
	enum dance_anchor is = trust_anchor_is(anchor);
	if (watcher->anchored != NULL && (int)is != watcher->anchor_told) {
		watcher->anchor_told = (int)is;
		watcher->anchored(watcher->arg, is);
	}
}

static void *watch(void *arg)
{
	struct watcher *watcher = arg;
	if (watcher->thread_begin != NULL) {
		watcher->thread_begin(watcher->arg);
	}
	pthread_mutex_lock(&watcher->lock);
	while (!watcher->stop) {
		waiters_tell(&watcher->waiters, &watcher->lock, clock_ms());
		int timeout = look_up_due(watcher);
		timeout = waiters_pause(&watcher->waiters, clock_ms(), timeout);
		timeout = part_some(watcher) ? 0 : timeout;
		tidy_up(watcher);
		resolver_wait(watcher->resolver, timeout);
		tell_of_anchor(watcher);
		pthread_mutex_lock(&watcher->lock);
	}
	tidy_up(watcher);
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
	watcher->looked_up = options->looked_up;
	watcher->anchored = options->anchored;
	watcher->anchor_told = -1;
	watcher->arg = options->arg;

	watcher->publisher.made = clock_ms();
	schedule_init(&watcher->schedule, options);
	STAILQ_INIT(&watcher->partings);
	waiters_init(&watcher->waiters,
		options->max_waiting != 0 ? options->max_waiting : WAITING_MAX_DEFAULT);
	watcher->waiters.seed = watcher->publisher.counts.seed;
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
	bool wake = watcher->joined;
	watcher->joined = false;
	if (!watcher->running && clock_ms() >= watcher->start_again) {
		wake = true;
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
	if (*line != '\0' && watcher->publisher.log.write != NULL) {
		watcher->publisher.log.write(watcher->arg, level, line);
	}
	if (wake && watcher_runs(watcher)) {
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
	pthread_mutex_lock(&watcher->lock);
	while (part_some(watcher)) {
		/* There are more. */
	}
	pthread_mutex_unlock(&watcher->lock);
	resolver_free(watcher->resolver);
	schedule_clear(&watcher->schedule);
	waiters_clear(&watcher->waiters);
	pthread_mutex_destroy(&watcher->lock);
	free(watcher);
}

int watcher_join(struct watcher *watcher, const struct name *name, struct key_index *index,
	struct key_index_member *member, uint32_t rank)
{
	struct owners *owners = &watcher->schedule.owners;
	int result = -1;
	pthread_mutex_lock(&watcher->lock);
	struct owner *owner = owners_get(owners, name);
	if (owner == NULL) {
		goto out;
	}
	owner->by_list = false;
	watcher->joined |= membership_join(owners, &watcher->publisher, owner, index,
		member, rank);
	result = 0;
out:
	pthread_mutex_unlock(&watcher->lock);
	return result;
}

void watcher_leave(struct watcher *watcher, struct key_index_member *member)
{
	pthread_mutex_lock(&watcher->lock);
	membership_leave(&watcher->schedule.owners, member);
	pthread_mutex_unlock(&watcher->lock);
}

int watcher_join_list(struct watcher *watcher, struct membership *membership,
	const struct name *name)
{
	pthread_mutex_lock(&watcher->lock);
	bool added = membership_add(membership, &watcher->schedule.owners,
		&watcher->publisher, name, &watcher->joined);
	pthread_mutex_unlock(&watcher->lock);
	return added ? 0 : -1;
}

void watcher_leave_lists(struct watcher *watcher, struct membership *membership)
{
	pthread_mutex_lock(&watcher->lock);
	membership_end(membership, &watcher->schedule.owners);
	pthread_mutex_unlock(&watcher->lock);
}

bool watcher_part(struct watcher *watcher, struct watcher_parting *parting)
{
	pthread_mutex_lock(&watcher->lock);
	bool runs = watcher->running;
	if (runs) {
		STAILQ_INSERT_TAIL(&watcher->partings, parting, link);
	}
	pthread_mutex_unlock(&watcher->lock);
	if (runs) {
		resolver_wake(watcher->resolver);
	}
	return runs;
}

struct owner *watcher_claim(struct watcher *watcher, const struct name *name,
	const struct name *suffix, struct watcher_view *view, const char **why)
{
	const struct change_counts *counts = &watcher->publisher.counts;
	uint16_t place = change_counts_place(counts, name->wire, name->size);
	struct claimed_news news = { .scheduled = false };
	view->count = change_count_read(&counts->places[place]);
	view->under_way = false;
	struct owner *owner = NULL;
	if (watcher_runs(watcher)) {
		owner = claimed_warm(&watcher->schedule, name);
		if (owner != NULL) {
			return owner;
		}
	}
	pthread_mutex_lock(&watcher->lock);
	if (!watcher->running) {
		*why = NO_THREAD;
	} else {
		owner = claimed_owner(&watcher->schedule, name, suffix, view->quiet, &news,
			why);
	}
	if (owner != NULL) {
		view->under_way = news.scheduled || schedule_has(owner);
	}
	pthread_mutex_unlock(&watcher->lock);
	if (news.scheduled || news.refresh) {
		resolver_wake(watcher->resolver);
	}
	return owner;
}

void watcher_nudge(struct watcher *watcher, struct owner *owner)
{
	pthread_mutex_lock(&watcher->lock);
	uint64_t due = owner->asked + FRESHNESS_NUDGE_MS;
	bool sooner = !owner->in_flight && !owner->gone &&
		(owner->place == 0 || due < owner->due);
	if (sooner) {
		owners_set_due(&watcher->schedule.owners, owner, due);
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

void watcher_set_max_waiting(struct watcher *watcher, unsigned max_waiting)
{
	pthread_mutex_lock(&watcher->lock);
	watcher->waiters.max = max_waiting;
	pthread_mutex_unlock(&watcher->lock);
}

/* May it wait? */
static bool enter(struct watcher *watcher, struct waiter *waiter, const struct name *domain,
	bool has_answer, enum dance_verdict *verdict, const char **why)
{
	*verdict = DANCE_FAIL_NOT_READY;
	if (!watcher->running) {
		*why = NO_THREAD;
		return false;
	}
	uint64_t soonest = watcher->waiters.soonest;
	if (!waiters_enter(&watcher->waiters, waiter, domain, has_answer)) {
		*why = watcher->waiters.why;
		return false;
	}
	/* The thread sleeps, and does not know yet whom it must wake, or when. */
	if (watcher->waiters.soonest < soonest || !TAILQ_EMPTY(&watcher->waiters.due)) {
		resolver_wake(watcher->resolver);
	}
	return true;
}

bool watcher_wait(struct watcher *watcher, const struct change_mark *marks, size_t count,
	uint64_t until, const struct name *domain, bool has_answer,
	enum dance_verdict *verdict, const char **why)
{
	struct waiter waiter = { .marks = marks, .mark_count = count };
	bool news = false;
	pthread_mutex_lock(&watcher->lock);
	if (enter(watcher, &waiter, domain, has_answer, verdict, why)) {
		uint64_t now;
		/* The time first: there may always be news. */
		while ((now = clock_ms()) < until &&
			!(news = change_marks_are_passed(marks, count)) &&
			!waiter.sent_away) {
			waiters_sleep(&waiter, &watcher->lock, until - now);
		}
		*verdict = waiter_over(&waiter, why);
		waiters_leave(&watcher->waiters, &waiter);
	}
	pthread_mutex_unlock(&watcher->lock);
	return news;
}

bool watcher_call(struct watcher *watcher, struct waiter *waiter, const struct name *domain,
	bool has_answer, enum dance_verdict *verdict, const char **why)
{
	bool waits = false;
	pthread_mutex_lock(&watcher->lock);
	if (waiter->sent_away || clock_ms() >= waiter->until) {
		*verdict = waiter_over(waiter, why);
	} else {
		waits = enter(watcher, waiter, domain, has_answer, verdict, why);
	}
	pthread_mutex_unlock(&watcher->lock);
	return waits;
}

void watcher_call_off(struct watcher *watcher, struct waiter *waiter)
{
	pthread_mutex_lock(&watcher->lock);
	waiters_leave(&watcher->waiters, waiter);
	pthread_mutex_unlock(&watcher->lock);
}

void watcher_forget(struct watcher *watcher, struct waiter *waiter)
{
	pthread_mutex_lock(&watcher->lock);
	waiters_forget(&watcher->waiters, waiter, &watcher->lock);
	pthread_mutex_unlock(&watcher->lock);
}
