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
	struct upstream_slots *next;
	struct sockaddr_storage server;
	unsigned taken;
	unsigned waiting;
	struct upstream_slot *oldest, *newest; /* idle */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct upstream_slots *all;

static void make_condition(void)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes,
		CLOCK_MONOTONIC); /* that of monotonic_ms() */
	pthread_cond_init(&changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

/* The following with the lock. */

/* Made if there is none yet. NULL when out of memory. */
static struct upstream_slots *find(const struct sockaddr_storage *server)
{
	struct upstream_slots *slots = all;
	while (slots != NULL && memcmp(&slots->server, server, sizeof(*server)) != 0) {
		slots = slots->next;
	}
	if (slots == NULL) {
		slots = calloc(1, sizeof(*slots));
		if (slots != NULL) {
			slots->server = *server;
			slots->next = all;
			all = slots;
		}
	}
	return slots;
}

static void drop_if_unused(struct upstream_slots *slots)
{
	if (slots->taken > 0 || slots->waiting > 0) {
		return;
	}
	struct upstream_slots **at = &all;
	while (*at != slots) {
		at = &(*at)->next;
	}
	*at = slots->next;
	free(slots);
}

static void unlink_idle(struct upstream_slot *slot)
{
	struct upstream_slots *slots = slot->slots;
	*(slot->next != NULL ? &slot->next->previous : &slots->newest) = slot->previous;
	*(slot->previous != NULL ? &slot->previous->next : &slots->oldest) = slot->next;
	slot->idle = false;
}

/* Its owner sees the end of it, if it does not see upstream_slot_resume() before. */
static void take_away(struct upstream_slot *slot)
{
	shutdown(slot->fd, SHUT_RDWR);
	unlink_idle(slot);
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
	while (slots->taken >= most && slots->oldest == NULL && waits) {
		slots->waiting++;
		waits = wait_for_change(deadline);
		slots->waiting--;
	}
	while (slots->taken >= most && slots->oldest != NULL) {
		take_away(slots->oldest);
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
		slot->next = NULL;
		slot->previous = slots->newest;
		*(slots->newest != NULL ? &slots->newest->next : &slots->oldest) = slot;
		slots->newest = slot;
		if (slots->waiting > 0) {
			pthread_cond_broadcast(&changed);
		}
	}
	pthread_mutex_unlock(&lock);
}

bool upstream_slot_resume(struct upstream_slot *slot)
{
	pthread_mutex_lock(&lock);
	if (slot->idle) {
		unlink_idle(slot);
	}
	bool has = !slot->lost;
	pthread_mutex_unlock(&lock);
	return has;
}

void upstream_slot_give(struct upstream_slot *slot)
{
	pthread_mutex_lock(&lock);
	struct upstream_slots *slots = slot->slots;
	if (slot->idle) {
		unlink_idle(slot);
	}
	if (slots != NULL) {
		slots->taken--;
		if (slots->waiting > 0) {
			pthread_cond_broadcast(&changed);
		}
		drop_if_unused(slots);
	}
	*slot = (struct upstream_slot){ .fd = -1 };
	pthread_mutex_unlock(&lock);
}
