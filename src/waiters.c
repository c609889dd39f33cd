/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Those who wait for answers: who may, who has to make room, and who is to be woken. */

#include "waiters.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "name_hash.h"

/* Those who wait for names of one domain. */
struct waiter_domain {
	struct waiter_domain *next;           /* in its bucket */
	struct waiter_domain *before, *after; /* in the ring of those with as many */
	struct waiter_list waiting;           /* without an answer, the longest first */
	unsigned count;                       /* of all */
	struct name name;
};

void waiters_init(struct waiters *waiters, unsigned max)
{
	*waiters = (struct waiters){
		.told = PTHREAD_COND_INITIALIZER, .max = max, .soonest = UINT64_MAX
	};
	waiters->by_count = waiters->few;
	waiters->by_count_size = WAITERS_FEW;
	TAILQ_INIT(&waiters->list);
	TAILQ_INIT(&waiters->answered);
	TAILQ_INIT(&waiters->due);
}

void waiters_clear(struct waiters *waiters)
{
	for (size_t i = 0; i < WAITERS_BUCKETS; i++) {
		while (waiters->domains[i] != NULL) {
			struct waiter_domain *domain = waiters->domains[i];
			waiters->domains[i] = domain->next;
			free(domain);
		}
	}
	if (waiters->by_count != waiters->few) {
		free(waiters->by_count);
	}
	pthread_cond_destroy(&waiters->told);
}

/* --- domains ----------------------------------------------------------------------------- */

/* Where the domain stands, or would stand. */
static struct waiter_domain **find_domain(struct waiters *waiters, const struct name *name)
{
	uint64_t hash = name_hash(waiters->seed, name->wire, name->size);
	struct waiter_domain **at = &waiters->domains[hash % WAITERS_BUCKETS];
	while (*at != NULL && !name_is_equal(&(*at)->name, name)) {
		at = &(*at)->next;
	}
	return at;
}

/* Puts a domain last among those for which as many wait. */
static void enter_ring(struct waiters *waiters, struct waiter_domain *domain)
{
	struct waiter_domain **first = &waiters->by_count[domain->count - 1];
	if (*first == NULL) {
		*first = domain->before = domain->after = domain;
		waiters->most = domain->count > waiters->most ? domain->count :
								waiters->most;
		return;
	}
	domain->after = *first;
	domain->before = (*first)->before;
	domain->before->after = domain;
	(*first)->before = domain;
}

static void leave_ring(struct waiters *waiters, struct waiter_domain *domain)
{
	struct waiter_domain **first = &waiters->by_count[domain->count - 1];
	domain->before->after = domain->after;
	domain->after->before = domain->before;
	if (domain->after == domain) {
		*first = NULL;
	} else if (*first == domain) {
		*first = domain->after;
	}
}

static bool reserve_ring(struct waiters *waiters, unsigned count)
{
	if (count <= waiters->by_count_size) {
		return true;
	}
	unsigned size = 2 * count;
	struct waiter_domain **rings = calloc(size, sizeof(rings[0]));
	if (rings == NULL) {
		return false;
	}
	memcpy(rings, waiters->by_count, waiters->by_count_size * sizeof(rings[0]));
	if (waiters->by_count != waiters->few) {
		free(waiters->by_count);
	}
	waiters->by_count = rings;
	waiters->by_count_size = size;
	return true;
}

/* NULL when out of memory. */
static struct waiter_domain *join_domain(struct waiters *waiters, const struct name *name)
{
	struct waiter_domain **at = find_domain(waiters, name);
	if (!reserve_ring(waiters, *at != NULL ? (*at)->count + 1 : 1)) {
		return NULL;
	}
	if (*at == NULL) {
		struct waiter_domain *made = malloc(sizeof(*made));
		if (made == NULL) {
			return NULL;
		}
		made->next = NULL;
		made->count = 0;
		made->name = *name;
		TAILQ_INIT(&made->waiting);
		*at = made;
	} else {
		leave_ring(waiters, *at);
	}
	(*at)->count++;
	enter_ring(waiters, *at);
	return *at;
}

/* If it was the only one for which most waited, there is one fewer now, for itself. */
static void leave_domain(struct waiters *waiters, struct waiter_domain *domain)
{
	leave_ring(waiters, domain);
	if (waiters->by_count[waiters->most - 1] == NULL) {
		waiters->most--;
	}
	if (--domain->count > 0) {
		enter_ring(waiters, domain);
		return;
	}
	*find_domain(waiters, &domain->name) = domain->next;
	free(domain);
}

/* --- who may wait ------------------------------------------------------------------------ */

/* Those who make room in the same case. */
static struct waiter_list *crowd_of(struct waiters *waiters, struct waiter *waiter)
{
	return waiter->has_answer ? &waiters->answered : &waiter->domain->waiting;
}

static void take_out(struct waiters *waiters, struct waiter *waiter)
{
	TAILQ_REMOVE(&waiters->list, waiter, link);
	TAILQ_REMOVE(crowd_of(waiters, waiter), waiter, crowd);
	waiters->count--;
	leave_domain(waiters, waiter->domain);
	waiter->state = WAITER_OUT;
}

static void must_wake(struct waiters *waiters, struct waiter *waiter)
{
	TAILQ_INSERT_TAIL(&waiters->due, waiter, link);
	waiter->state = WAITER_DUE;
}

/* It waits no longer, and is told so. */
static void let_go(struct waiters *waiters, struct waiter *waiter)
{
	take_out(waiters, waiter);
	if (waiter->wake != NULL) {
		must_wake(waiters, waiter);
	} else if (waiter->asleep != NULL) {
		pthread_cond_signal(waiter->asleep);
	}
}

/* Who has an answer makes room for a newcomer of this domain; else the longest waiting one of the
 * domain for which most wait, if there are still no fewer of them then than of the newcomer's. NULL
 * if nobody has to. */
static struct waiter *find_leaver(struct waiters *waiters, const struct name *name)
{
	const struct waiter_domain *domain = *find_domain(waiters, name);
	struct waiter *leaver = TAILQ_FIRST(&waiters->answered);
	if (leaver == NULL && waiters->most > (domain != NULL ? domain->count : 0) + 1) {
		leaver = TAILQ_FIRST(&waiters->by_count[waiters->most - 1]->waiting);
	}
	return leaver;
}

bool waiters_enter(struct waiters *waiters, struct waiter *waiter, const struct name *name,
	bool has_answer)
{
	waiter->has_answer = has_answer;
	if (waiter->wake != NULL &&
		change_marks_are_passed(waiter->marks, waiter->mark_count)) {
		must_wake(waiters, waiter);
		return true;
	}
	bool full = waiters->count >= waiters->max;
	struct waiter *leaver = full && !has_answer ? find_leaver(waiters, name) : NULL;
	waiters->why = WAITERS_FULL;
	if (full && leaver == NULL) {
		return false;
	}
	struct waiter_domain *domain = join_domain(waiters, name);
	if (domain == NULL) {
		waiters->why = WAITERS_NO_MEMORY;
		return false;
	}
	if (leaver != NULL) {
		leaver->sent_away = true;
		let_go(waiters, leaver);
	}
	waiter->domain = domain;
	waiter->state = WAITER_IN;
	TAILQ_INSERT_TAIL(&waiters->list, waiter, link);
	TAILQ_INSERT_TAIL(crowd_of(waiters, waiter), waiter, crowd);
	waiters->count++;
	if (waiter->wake != NULL && waiter->until < waiters->soonest) {
		waiters->soonest = waiter->until;
	}
	return true;
}

void waiters_leave(struct waiters *waiters, struct waiter *waiter)
{
	if (waiter->state == WAITER_IN) {
		take_out(waiters, waiter);
	} else if (waiter->state == WAITER_DUE) {
		TAILQ_REMOVE(&waiters->due, waiter, link);
		waiter->state = WAITER_OUT;
	}
}

void waiters_forget(struct waiters *waiters, struct waiter *waiter, pthread_mutex_t *lock)
{
	waiters_leave(waiters, waiter);
	waiters->awaited++;
	while (waiters->waking == waiter) {
		pthread_cond_wait(&waiters->told, lock);
	}
	waiters->awaited--;
}

/* --- who is to be woken ------------------------------------------------------------------ */

enum dance_verdict waiter_over(const struct waiter *waiter, const char **why)
{
	*why = waiter->sent_away ? WAITERS_FULL : "no answer within the timeout";
	return waiter->sent_away ? DANCE_FAIL_NOT_READY : DANCE_FAIL_TIMEOUT;
}

void waiters_wake(struct waiters *waiters)
{
	waiters->news = true;
}

void waiters_sleep(struct waiter *waiter, pthread_mutex_t *lock, uint64_t ms)
{
	pthread_condattr_t attributes;
	pthread_cond_t woken;
	struct timespec end;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&woken, &attributes);
	pthread_condattr_destroy(&attributes);
	clock_gettime(CLOCK_MONOTONIC, &end);
	uint64_t nanoseconds = (uint64_t)end.tv_nsec + ms * 1000000;
	end.tv_sec += (time_t)(nanoseconds / 1000000000);
	end.tv_nsec = (long)(nanoseconds % 1000000000);
	waiter->asleep = &woken;
	(void)pthread_cond_timedwait(&woken, lock, &end);
	waiter->asleep = NULL;
	pthread_cond_destroy(&woken);
}

/* Finds those who are to be woken. Once for all answers of one turn: there may be many of both. A
 * thread has its own condition, so that no answer wakes those who do not wait for it. */
static void look(struct waiters *waiters, uint64_t now)
{
	struct waiter *at, *next;
	waiters->looked = now;
	waiters->news = false;
	waiters->soonest = UINT64_MAX;
	for (at = TAILQ_FIRST(&waiters->list); at != NULL; at = next) {
		next = TAILQ_NEXT(at, link);
		uint64_t until = at->wake != NULL ? at->until : UINT64_MAX;
		if (until <= now || change_marks_are_passed(at->marks, at->mark_count)) {
			let_go(waiters, at);
		} else if (until < waiters->soonest) {
			waiters->soonest = until;
		}
	}
}

/* The clock_ms() from which on all are to be looked at. */
static uint64_t next_look(const struct waiters *waiters)
{
	uint64_t wanted = waiters->news ? 0 : waiters->soonest;
	uint64_t allowed = waiters->looked + waiters->count / WAITERS_PER_MS;
	return wanted > allowed ? wanted : allowed;
}

void waiters_tell(struct waiters *waiters, pthread_mutex_t *lock, uint64_t now)
{
	if (next_look(waiters) <= now) {
		look(waiters, now);
	}
	struct waiter *waiter;
	while ((waiter = TAILQ_FIRST(&waiters->due)) != NULL) {
		waiters_leave(waiters, waiter);
		waiters->waking = waiter;
		dance_wake *wake = waiter->wake;
		void *arg = waiter->arg;
		pthread_mutex_unlock(lock);
		wake(arg);
		pthread_mutex_lock(lock);
		waiters->waking = NULL;
		if (waiters->awaited != 0) {
			pthread_cond_broadcast(&waiters->told);
		}
	}
}

int waiters_pause(const struct waiters *waiters, uint64_t now, int ms)
{
	uint64_t next = TAILQ_EMPTY(&waiters->due) ? next_look(waiters) : 0;
	if (next <= now) {
		return 0;
	}
	uint64_t left = next - now;
	return left < (uint64_t)ms ? (int)left : ms;
}
