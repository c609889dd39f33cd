/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A list of servers, one lock for all: they are few, and a slot is taken once for each
 * connection. */

#include "upstream_slots.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct upstream_slots {
	LIST_ENTRY(upstream_slots) link;
	struct sockaddr_storage server;
	unsigned taken;
	unsigned waiting;
	TAILQ_HEAD(, upstream_slot) idle; /* the oldest first */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static LIST_HEAD(, upstream_slots) all;

static void make_condition(void)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	/* As monotonic_ms(). */
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

/* The caller of the following functions holds the lock. */

/* Made if there is none yet. NULL when out of memory. */
static struct upstream_slots *find(const struct sockaddr_storage *server)
{
	struct upstream_slots *slots;
	for (slots = LIST_FIRST(&all); slots != NULL; slots = LIST_NEXT(slots, link)) {
		if (memcmp(&slots->server, server, sizeof(*server)) == 0) {
			return slots;
		}
	}
	slots = calloc(1, sizeof(*slots));
	if (slots != NULL) {
		slots->server = *server;
		TAILQ_INIT(&slots->idle);
		LIST_INSERT_HEAD(&all, slots, link);
	}
	return slots;
}

static void stop_idling(struct upstream_slot *slot)
{
	if (slot->idle) {
		TAILQ_REMOVE(&slot->slots->idle, slot, link);
		slot->idle = false;
	}
}

/* Its owner notices by upstream_slot_resume(), or by the end of the connection. */
static void take_away(struct upstream_slot *slot)
{
	shutdown(slot->fd, SHUT_RDWR);
	stop_idling(slot);
	slot->slots->taken--;
	slot->slots = NULL;
	slot->lost = true;
}

static bool wait_for_change(int64_t deadline)
{
	const struct timespec until = { .tv_sec = deadline / 1000,
		.tv_nsec = deadline % 1000 * 1000000 };
	return pthread_cond_timedwait(&changed, &lock, &until) == 0;
}

static bool take(struct upstream_slot *slot, struct upstream_slots *slots, unsigned most,
	int64_t deadline)
{
	bool waits = true;
	while (slots->taken >= most && TAILQ_EMPTY(&slots->idle) && waits) {
		slots->waiting++;
		waits = wait_for_change(deadline);
		slots->waiting--;
	}
	while (slots->taken >= most && !TAILQ_EMPTY(&slots->idle)) {
		take_away(TAILQ_FIRST(&slots->idle));
	}
	if (slots->taken >= most) {
		return false;
	}
	slots->taken++;
	*slot = (struct upstream_slot){ .slots = slots, .fd = -1 };
	return true;
}

bool upstream_slot_take(struct upstream_slot *slot, const struct sockaddr_storage *server,
	unsigned most, int64_t deadline)
{
	pthread_once(&once, make_condition);
	pthread_mutex_lock(&lock);
	struct upstream_slots *slots = find(server);
	bool taken = slots != NULL && take(slot, slots, most, deadline);
	pthread_mutex_unlock(&lock);
	return taken;
}

void upstream_slot_rest(struct upstream_slot *slot, int fd)
{
	pthread_mutex_lock(&lock);
	if (slot->slots != NULL && !slot->idle) {
		struct upstream_slots *slots = slot->slots;
		slot->fd = fd;
		slot->idle = true;
		TAILQ_INSERT_TAIL(&slots->idle, slot, link);
		if (slots->waiting > 0) {
			pthread_cond_broadcast(&changed);
		}
	}
	pthread_mutex_unlock(&lock);
}

bool upstream_slot_resume(struct upstream_slot *slot)
{
	pthread_mutex_lock(&lock);
	stop_idling(slot);
	bool has = !slot->lost;
	pthread_mutex_unlock(&lock);
	return has;
}

void upstream_slot_give(struct upstream_slot *slot)
{
	pthread_mutex_lock(&lock);
	struct upstream_slots *slots = slot->slots;
	stop_idling(slot);
	if (slots != NULL) {
		slots->taken--;
		if (slots->waiting > 0) {
			pthread_cond_broadcast(&changed);
		}
		if (slots->taken == 0 && slots->waiting == 0) {
			LIST_REMOVE(slots, link);
			free(slots);
		}
	}
	*slot = (struct upstream_slot){ .fd = -1 };
	pthread_mutex_unlock(&lock);
}
