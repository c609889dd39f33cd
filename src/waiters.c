/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Threads that wait for answers: who may, and who has to make room. */

#include "waiters.h"

#include <time.h>

void waiters_init(struct waiters *waiters, unsigned max)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&waiters->woken, &attributes);
	pthread_condattr_destroy(&attributes);
	TAILQ_INIT(&waiters->list);
	waiters->count = 0;
	waiters->max = max;
}

void waiters_clear(struct waiters *waiters)
{
	pthread_cond_destroy(&waiters->woken);
}

static unsigned count_domain(const struct waiters *waiters, const struct name *domain)
{
	unsigned count = 0;
	const struct waiter *at;
	TAILQ_FOREACH(at, &waiters->list, link)
	{
		count += name_is_equal(&at->domain, domain);
	}
	return count;
}

/* Who has an answer makes room; else the longest waiting one of the domain for which most wait,
 * if there are still no fewer of them then than of the newcomer's domain. */
static bool make_room(struct waiters *waiters, const struct name *domain)
{
	struct waiter *leaver = NULL, *at;
	unsigned most = count_domain(waiters, domain) + 1;
	TAILQ_FOREACH(at, &waiters->list, link)
	{
		if (at->has_answer) {
			leaver = at;
			break;
		}
		unsigned count = count_domain(waiters, &at->domain);
		if (count > most) {
			most = count;
			leaver = at;
		}
	}
	if (leaver == NULL) {
		return false;
	}
	TAILQ_REMOVE(&waiters->list, leaver, link);
	waiters->count--;
	leaver->sent_away = true;
	waiters_wake(waiters);
	return true;
}

bool waiters_enter(struct waiters *waiters, struct waiter *waiter,
	const struct name *domain, bool has_answer)
{
	if (waiters->count >= waiters->max && (has_answer || !make_room(waiters, domain))) {
		return false;
	}
	*waiter = (struct waiter){ .domain = *domain, .has_answer = has_answer };
	TAILQ_INSERT_TAIL(&waiters->list, waiter, link);
	waiters->count++;
	return true;
}

void waiters_leave(struct waiters *waiters, struct waiter *waiter)
{
	if (!waiter->sent_away) {
		TAILQ_REMOVE(&waiters->list, waiter, link);
		waiters->count--;
	}
}

void waiters_wake(struct waiters *waiters)
{
	pthread_cond_broadcast(&waiters->woken);
}

void waiters_sleep(struct waiters *waiters, pthread_mutex_t *lock, uint64_t ms)
{
	struct timespec end;
	clock_gettime(CLOCK_MONOTONIC, &end);
	uint64_t nanoseconds = (uint64_t)end.tv_nsec + ms * 1000000;
	end.tv_sec += (time_t)(nanoseconds / 1000000000);
	end.tv_nsec = (long)(nanoseconds % 1000000000);
	(void)pthread_cond_timedwait(&waiters->woken, lock, &end);
}
