/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Threads that wait for answers, no more at once than the host can spare. Knows no answers;
 * the caller brings the lock.
 *
 * If there is no room, the threads that wait for names of one domain make room for others: a
 * stranger that repeatedly claims names below a dead delegation must not keep others from
 * waiting. */

#pragma once

#include <pthread.h>
#include <sys/queue.h>

#include "name.h"

struct waiter {
	TAILQ_ENTRY(waiter) link;
	struct name domain; /* of the name that is waited for; of size 0 if it is any name */
	bool content;       /* would rather have a better answer, but has one */
	bool sent_away;     /* has to make room */
};

struct waiters {
	pthread_cond_t woken;
	TAILQ_HEAD(waiter_list, waiter) list; /* the longest waiting first */
	unsigned count, max;
};

void waiters_init(struct waiters *waiters, unsigned max);

/* Nobody waits any more. */
void waiters_clear(struct waiters *waiters);

/* Lets one more wait for a name of `domain` (of size 0: for any name), perhaps in the place
 * of another one: those who are `content` make room first and for all who are not. False:
 * there is no room for it. */
bool waiters_enter(struct waiters *waiters, struct waiter *waiter,
	const struct name *domain, bool content);
void waiters_leave(struct waiters *waiters, struct waiter *waiter);

/* Something is new. */
void waiters_wake(struct waiters *waiters);

/* Sleeps until something is new, for `ms` milliseconds or shorter. */
void waiters_sleep(struct waiters *waiters, pthread_mutex_t *lock, uint64_t ms);
