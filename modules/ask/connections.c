/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counts under one lock. A connection is told to end by shutting its socket down for
 * reading. */

#include "connections.h"

#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

TAILQ_HEAD(idle_list, connections_entry);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct idle_list idle_list = TAILQ_HEAD_INITIALIZER(idle_list);
static size_t count, ended_count;
static bool ending;

static void stop_resting(struct connections_entry *entry)
{
	if (entry->idle) {
		TAILQ_REMOVE(&idle_list, entry, link);
		entry->idle = false;
	}
}

/* One that is idle needs no time to end, and counts no more. */
static void end_idle(struct connections_entry *entry)
{
	stop_resting(entry);
	entry->ended = true;
	ended_count++;
	shutdown(entry->fd, SHUT_RD);
}

bool connections_enter(struct connections_entry *entry, int fd, size_t max, bool *made_way)
{
	*entry = (struct connections_entry){ .fd = fd };
	*made_way = false;
	pthread_mutex_lock(&lock);
	if (count - ended_count >= max && !TAILQ_EMPTY(&idle_list)) {
		end_idle(TAILQ_FIRST(&idle_list));
		*made_way = true;
	}
	bool room = !ending && count - ended_count < max;
	count += room;
	pthread_mutex_unlock(&lock);
	return room;
}

void connections_leave(struct connections_entry *entry)
{
	pthread_mutex_lock(&lock);
	stop_resting(entry);
	ended_count -= entry->ended;
	count--;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
}

bool connections_rest(struct connections_entry *entry)
{
	pthread_mutex_lock(&lock);
	bool rests = !entry->ended && !ending;
	if (rests) {
		TAILQ_INSERT_TAIL(&idle_list, entry, link);
		entry->idle = true;
	}
	pthread_mutex_unlock(&lock);
	return rests;
}

bool connections_resume(struct connections_entry *entry)
{
	pthread_mutex_lock(&lock);
	stop_resting(entry);
	bool goes_on = !entry->ended;
	pthread_mutex_unlock(&lock);
	return goes_on;
}

size_t connections_count(void)
{
	pthread_mutex_lock(&lock);
	size_t open = count;
	pthread_mutex_unlock(&lock);
	return open;
}

size_t connections_end(unsigned timeout_ms)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&lock);
	ending = true;
	while (!TAILQ_EMPTY(&idle_list)) {
		end_idle(TAILQ_FIRST(&idle_list));
	}
	while (count > 0 && pthread_cond_timedwait(&changed, &lock, &until) == 0) {
	}
	size_t left = count;
	pthread_mutex_unlock(&lock);
	return left;
}
