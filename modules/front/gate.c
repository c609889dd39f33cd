/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A list of all connections, and a table that counts the strangers of each address. */

#include "gate.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

/* Strangers are counted by the slot that their address falls into. Two addresses in one slot
 * share a limit: with a secret key nobody chooses whose slot that is. */
#define SLOTS 65536

static struct {
	pthread_mutex_t lock;
	pthread_cond_t left;
	struct gate_visit *first;
	size_t count;
	size_t strangers;
	unsigned by_slot[SLOTS];
	uint64_t key[2];
} gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .left = PTHREAD_COND_INITIALIZER };

static pthread_once_t keyed = PTHREAD_ONCE_INIT;

static void make_key(void)
{
	if (getrandom(gate.key, sizeof(gate.key), 0) != (ssize_t)sizeof(gate.key)) {
		abort();
	}
	gate.key[0] |= 1;
	gate.key[1] |= 1;
}

static void place_of(unsigned char place[16], const struct sockaddr *from)
{
	memset(place, 0, 16);
	if (from->sa_family == AF_INET) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
		place[10] = place[11] = 0xff;
		memcpy(place + 12, &v4->sin_addr, 4);
	} else if (from->sa_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
		bool mapped = IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr);
		memcpy(place, &v6->sin6_addr, mapped ? 16 : 8);
	}
}

/* Multiply and shift with a secret odd factor for each half (Dietzfelbinger): any two
 * addresses share a slot with a chance of about 1 in SLOTS. */
static size_t slot_of(const unsigned char place[16])
{
	uint64_t half[2];
	memcpy(half, place, sizeof(half));
	return (size_t)((half[0] * gate.key[0] + half[1] * gate.key[1]) >> 48) % SLOTS;
}

static const char *full(const struct gate_limits *limits, size_t slot)
{
	if (gate.count >= limits->connections) {
		return "max-connections is reached";
	}
	if (gate.strangers >= limits->handshakes) {
		return "max-handshakes is reached";
	}
	if (gate.by_slot[slot] >= limits->per_address) {
		return "max-per-address is reached";
	}
	return NULL;
}

const char *gate_enter(struct gate_visit *visit, const struct gate_limits *limits, int fd,
	const struct sockaddr *from)
{
	pthread_once(&keyed, make_key);
	*visit = (struct gate_visit){ .fd = fd };
	place_of(visit->place, from);
	visit->slot = slot_of(visit->place);

	pthread_mutex_lock(&gate.lock);
	const char *no = full(limits, visit->slot);
	if (no == NULL) {
		gate.count++;
		gate.strangers++;
		gate.by_slot[visit->slot]++;
		visit->next = gate.first;
		if (visit->next != NULL) {
			visit->next->previous = visit;
		}
		gate.first = visit;
	}
	pthread_mutex_unlock(&gate.lock);
	return no;
}

/* With the lock. */
static void no_stranger(struct gate_visit *visit)
{
	if (!visit->authenticated) {
		visit->authenticated = true;
		gate.strangers--;
		gate.by_slot[visit->slot]--;
	}
}

void gate_authenticated(struct gate_visit *visit)
{
	pthread_mutex_lock(&gate.lock);
	no_stranger(visit);
	pthread_mutex_unlock(&gate.lock);
}

void gate_detach(struct gate_visit *visit)
{
	pthread_mutex_lock(&gate.lock);
	visit->fd = -1;
	pthread_mutex_unlock(&gate.lock);
}

void gate_leave(struct gate_visit *visit)
{
	pthread_mutex_lock(&gate.lock);
	no_stranger(visit);
	gate.count--;
	if (visit->next != NULL) {
		visit->next->previous = visit->previous;
	}
	if (visit->previous != NULL) {
		visit->previous->next = visit->next;
	} else {
		gate.first = visit->next;
	}
	pthread_cond_broadcast(&gate.left);
	pthread_mutex_unlock(&gate.lock);
}

size_t gate_clear(unsigned seconds)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;

	pthread_mutex_lock(&gate.lock);
	for (struct gate_visit *at = gate.first; at != NULL; at = at->next) {
		if (at->fd >= 0) {
			shutdown(at->fd, SHUT_RDWR);
		}
	}
	int timed_out = 0;
	while (gate.count > 0 && timed_out == 0) {
		timed_out = pthread_cond_timedwait(&gate.left, &gate.lock, &until);
	}
	size_t count = gate.count;
	pthread_mutex_unlock(&gate.lock);
	return count;
}

size_t gate_count(void)
{
	pthread_mutex_lock(&gate.lock);
	size_t count = gate.count;
	pthread_mutex_unlock(&gate.lock);
	return count;
}
