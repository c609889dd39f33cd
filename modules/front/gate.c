/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lists of all connections and of strangers, and tables that count the strangers of each
 * address and the connections of each identity. */

#include "gate.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

/* Addresses and identities are counted by the slot they fall into. Two in one slot share a
 * limit: with a secret key nobody chooses whose slot that is. */
#define SLOTS 65536

static struct {
	pthread_mutex_t lock;
	pthread_cond_t left;
	struct gate_visit *first;
	struct gate_visit *newest_stranger, *oldest_stranger;
	size_t count;
	size_t strangers;
	unsigned by_slot[SLOTS];
	unsigned by_identity[SLOTS];
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
	return (size_t)((half[0] * gate.key[0] + half[1] * gate.key[1]) >> 48);
}

static size_t slot_of_identity(const char *identity)
{
	uint64_t sum = gate.key[1];
	for (; *identity != '\0'; identity++) {
		sum = (sum ^ (unsigned char)*identity) * gate.key[0];
		sum ^= sum >> 29;
	}
	return (size_t)(sum >> 40) % SLOTS;
}

/* The following with the lock. */

static void no_stranger(struct gate_visit *visit)
{
	if (!visit->stranger) {
		return;
	}
	visit->stranger = false;
	gate.strangers--;
	gate.by_slot[visit->slot]--;
	*(visit->next_stranger != NULL ? &visit->next_stranger->previous_stranger :
		&gate.oldest_stranger) = visit->previous_stranger;
	*(visit->previous_stranger != NULL ? &visit->previous_stranger->next_stranger :
		&gate.newest_stranger) = visit->next_stranger;
}

static void stranger(struct gate_visit *visit)
{
	visit->stranger = true;
	gate.strangers++;
	gate.by_slot[visit->slot]++;
	visit->next_stranger = gate.newest_stranger;
	*(visit->next_stranger != NULL ? &visit->next_stranger->previous_stranger :
		&gate.oldest_stranger) = visit;
	gate.newest_stranger = visit;
}

static void add(struct gate_visit *visit)
{
	gate.count++;
	visit->next = gate.first;
	if (visit->next != NULL) {
		visit->next->previous = visit;
	}
	gate.first = visit;
}

static bool add_to_identity(struct gate_visit *visit, const struct gate_limits *limits,
	size_t slot)
{
	if (!visit->known && gate.by_identity[slot] < limits->per_identity) {
		visit->known = true;
		visit->identity_slot = slot;
		gate.by_identity[slot]++;
	}
	return visit->known;
}

/* Who does not go on makes room for who has just come: its thread sees the end of it. */
static void send_away(struct gate_visit *visit)
{
	if (visit->fd >= 0) {
		shutdown(visit->fd, SHUT_RDWR);
	}
	no_stranger(visit);
}

/* Then the next one finds room, if strangers are what takes it. */
static const char *full(const struct gate_limits *limits)
{
	if (gate.count < limits->connections) {
		return NULL;
	}
	if (gate.oldest_stranger != NULL) {
		send_away(gate.oldest_stranger);
	}
	return "max-connections is reached";
}

const char *gate_enter(struct gate_visit *visit, const struct gate_limits *limits, int fd,
	const struct sockaddr *from, bool *crowded)
{
	*crowded = false;
	unsigned char place[16];
	pthread_once(&keyed, make_key);
	place_of(place, from);
	*visit = (struct gate_visit){ .fd = fd, .slot = slot_of(place) };

	pthread_mutex_lock(&gate.lock);
	const char *no = full(limits);
	if (no == NULL && gate.by_slot[visit->slot] >= limits->per_address) {
		no = "max-per-address is reached";
	}
	if (no == NULL) {
		while (gate.strangers >= limits->handshakes) {
			*crowded = true;
			send_away(gate.oldest_stranger);
		}
		add(visit);
		stranger(visit);
	}
	pthread_mutex_unlock(&gate.lock);
	return no;
}

const char *gate_enter_known(struct gate_visit *visit, const struct gate_limits *limits, int fd,
	const char *identity)
{
	pthread_once(&keyed, make_key);
	*visit = (struct gate_visit){ .fd = fd };
	size_t slot = slot_of_identity(identity);

	pthread_mutex_lock(&gate.lock);
	const char *no = full(limits);
	if (no == NULL && !add_to_identity(visit, limits, slot)) {
		no = "max-per-identity is reached";
	}
	if (no == NULL) {
		add(visit);
	}
	pthread_mutex_unlock(&gate.lock);
	return no;
}

bool gate_authenticated(struct gate_visit *visit, const struct gate_limits *limits,
	const char *identity)
{
	size_t slot = slot_of_identity(identity);
	pthread_mutex_lock(&gate.lock);
	bool known = add_to_identity(visit, limits, slot);
	if (known) {
		no_stranger(visit);
	}
	pthread_mutex_unlock(&gate.lock);
	return known;
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
	if (visit->known) {
		gate.by_identity[visit->identity_slot]--;
	}
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
