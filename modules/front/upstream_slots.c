/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A list of servers, one lock for all: they are few, and a slot is taken once for each
 * connection. Who waits is served in turn. */

#include "upstream_slots.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct upstream_slots {
	LIST_ENTRY(upstream_slots) link;
	struct sockaddr_storage server;
	unsigned taken;
	TAILQ_HEAD(, upstream_slot) idle, waiting; /* the oldest first */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static LIST_HEAD(, upstream_slots) all;

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
		TAILQ_INIT(&slots->waiting);
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

/* False if all are in use. */
static bool take(struct upstream_slot *slot)
{
	struct upstream_slots *slots = slot->slots;
	while (slots->taken >= slot->most && !TAILQ_EMPTY(&slots->idle)) {
		take_away(TAILQ_FIRST(&slots->idle));
	}
	if (slots->taken >= slot->most) {
		return false;
	}
	slots->taken++;
	return true;
}

static void stop_waiting(struct upstream_slot *slot)
{
	if (slot->waiting) {
		TAILQ_REMOVE(&slot->slots->waiting, slot, link);
		slot->waiting = false;
	}
}

/* One is free, or idle. */
static void serve_waiting(struct upstream_slots *slots)
{
	struct upstream_slot *slot;
	while ((slot = TAILQ_FIRST(&slots->waiting)) != NULL && take(slot)) {
		stop_waiting(slot);
		loop_post(slot->wake);
	}
}

static void wait_or_take(struct upstream_slot *slot, struct upstream_slots *slots,
	unsigned most, struct loop_call *wake)
{
	*slot = (struct upstream_slot){
		.slots = slots, .wake = wake, .most = most, .fd = -1
	};
	if (!TAILQ_EMPTY(&slots->waiting) || !take(slot)) {
		slot->waiting = true;
		TAILQ_INSERT_TAIL(&slots->waiting, slot, link);
	}
}

static void forget_unused(struct upstream_slots *slots)
{
	if (slots->taken == 0 && TAILQ_EMPTY(&slots->waiting)) {
		LIST_REMOVE(slots, link);
		free(slots);
	}
}

bool upstream_slot_take(struct upstream_slot *slot, const struct sockaddr_storage *server,
	unsigned most, struct loop_call *wake)
{
	pthread_mutex_lock(&lock);
	struct upstream_slots *slots = find(server);
	if (slots != NULL) {
		wait_or_take(slot, slots, most, wake);
	}
	pthread_mutex_unlock(&lock);
	return slots != NULL;
}

bool upstream_slot_is_taken(const struct upstream_slot *slot)
{
	pthread_mutex_lock(&lock);
	bool taken = slot->slots != NULL && !slot->waiting;
	pthread_mutex_unlock(&lock);
	return taken;
}

void upstream_slot_rest(struct upstream_slot *slot, int fd)
{
	pthread_mutex_lock(&lock);
	if (slot->slots != NULL && !slot->idle) {
		slot->fd = fd;
		slot->idle = true;
		TAILQ_INSERT_TAIL(&slot->slots->idle, slot, link);
		serve_waiting(slot->slots);
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
	if (slots != NULL) {
		stop_idling(slot);
		slots->taken -= slot->waiting ? 0 : 1;
		stop_waiting(slot);
		serve_waiting(slots);
		forget_unused(slots);
	}
	*slot = (struct upstream_slot){ .fd = -1 };
	pthread_mutex_unlock(&lock);
}
