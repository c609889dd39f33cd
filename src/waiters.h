/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Those who wait for answers, no more at once than the host can spare: threads, which sleep, and
 * decisions of hosts that do not wait, which are woken by a callback. Knows counts of answers
 * (change_counts.h) and no answers; the caller brings the lock.
 *
 * If there is no room, those who wait for names of one domain make room for others: a stranger
 * that repeatedly claims names below a dead delegation must not keep others from waiting. */

#pragma once

#include <pthread.h>
#include <sys/queue.h>

#include "change_counts.h"
#include "dance.h"
#include "name.h"

/* Reasons why one may not wait. */
#define WAITERS_FULL "too many clients are waiting for lookups"
#define WAITERS_NO_MEMORY "out of memory"

struct waiter {
	/* To be set by the caller, and to be left alone by then. */
	dance_wake *wake; /* NULL: it is a thread */
	void *arg;        /* of wake() */
	uint64_t until;   /* clock_ms() at which its time is over; not of a thread,
	                                  * which looks at the clock itself */
	const struct change_mark *marks; /* the answer that passes one of them wakes it */
	size_t mark_count;

	pthread_cond_t *asleep; /* the thread is, in waiters_sleep() */

	TAILQ_ENTRY(waiter) link;
	TAILQ_ENTRY(waiter) crowd; /* among those who make room alike */
	struct waiter_domain *domain;
	enum {
		WAITER_OUT = 0,
		WAITER_IN,
		WAITER_DUE, /* to be woken; it takes no room any more */
	} state;
	bool has_answer; /* has one already, and would rather have a better one */
	bool sent_away;  /* has to make room; false before it first waits */
};

TAILQ_HEAD(waiter_list, waiter);

/* So many are looked at in a millisecond at most, to find those who are to be woken: however many
 * wait and however often DNS answers, that takes only a small part of the time. */
#define WAITERS_PER_MS 128

/* Domains are found by a hash that nobody can foresee: a few of them in each bucket, however many
 * clients a host may have. */
#define WAITERS_BUCKETS 4096

/* As long as no more wait for names of one domain, no memory is needed to know of how many most
 * do. */
#define WAITERS_FEW 16

struct waiters {
	pthread_cond_t told;         /* a wake() is over */
	struct waiter_list list;     /* the longest waiting first */
	struct waiter_list answered; /* those of them who have an answer */
	struct waiter_list due;      /* the next to be woken first */
	unsigned count, max;         /* of the first list */
	uint64_t soonest;            /* none of that list has `until` earlier than this */
	bool news;                   /* some mark may have been passed */
	uint64_t looked;             /* clock_ms() when all were looked at */
	const char *why;             /* one may not wait: of the last waiters_enter() */
	const struct waiter *waking; /* its wake() is running, without the lock */
	unsigned awaited;            /* so many want to know when that is over */
	struct waiter_domain *domains[WAITERS_BUCKETS];
	uint64_t seed; /* of their hash: the caller's, before anybody waits */
	/* The domains for which so many wait, from 1, a ring each; and for how many at most. */
	struct waiter_domain **by_count;
	unsigned by_count_size, most;
	struct waiter_domain *few[WAITERS_FEW];
};

void waiters_init(struct waiters *waiters, unsigned max);

/* Nobody waits any more. */
void waiters_clear(struct waiters *waiters);

/* Lets one more wait for a name of `domain` (of size 0: for any name), perhaps in the place
 * of another one: those who have an answer make room first, and for all who have none. That costs
 * the same however many wait. False: there is no room for it, or no memory. */
bool waiters_enter(struct waiters *waiters, struct waiter *waiter,
	const struct name *domain, bool has_answer);

/* It is not woken any more; but see waiters_forget(). Nothing happens if it does not wait. */
void waiters_leave(struct waiters *waiters, struct waiter *waiter);

/* The same, and returns when its wake() is not running: lets go of the lock until then. */
void waiters_forget(struct waiters *waiters, struct waiter *waiter, pthread_mutex_t *lock);

/* Why does it wait no longer, if no answer has come? */
enum dance_verdict waiter_over(const struct waiter *waiter, const char **why);

/* Some mark may have been passed: waiters_tell() finds out whose. */
void waiters_wake(struct waiters *waiters);

/* Sleeps until waiters_tell() wakes the waiter, which is this thread, or it has to make room; for
 * `ms` milliseconds or shorter. */
void waiters_sleep(struct waiter *waiter, pthread_mutex_t *lock, uint64_t ms);

/* Wakes those whose marks are passed, whose time is over by `now`, and who had to make room: in
 * a crowd not at once, but by waiters_pause(). Lets go of the lock for each of them. */
void waiters_tell(struct waiters *waiters, pthread_mutex_t *lock, uint64_t now);

/* In how many milliseconds must waiters_tell() be called? At most `ms`. */
int waiters_pause(const struct waiters *waiters, uint64_t now, int ms);
