/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A list of all connections, and tables that count the strangers of each address and the
 * connections of each name and pattern. */

#include "gate.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "monotonic.h"

/* Addresses, networks and names are counted by the slot they fall into. Two in one slot share
 * a limit: with a secret key nobody chooses whose slot that is. */
#define SLOTS CROWD_NETWORKS

/* Where there was no room for a newcomer, of 8 strangers one goes, and so many stay away for a
 * while. Who has to go gets the time to leave before others have to. */
#define ROOM_SHARE 8
#define ROOM_MS 10000
#define ROOM_AGAIN_MS 1000

static struct {
	pthread_mutex_t lock;
	pthread_cond_t left;
	struct gate_visit *first;
	size_t count;
	unsigned by_address[SLOTS];
	unsigned by_name[SLOTS]; /* patterns are names too */
	uint64_t key[2];
	size_t fewer;      /* strangers, until ROOM_MS after the room was made */
	int64_t made_room; /* when; 0: never */
} gate = { .lock = PTHREAD_MUTEX_INITIALIZER };

static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static void prepare(void)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&gate.left, &attributes);
	pthread_condattr_destroy(&attributes);
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

/* Its /24 or /48, which is what one party is likely to have whole. */
static void network_of(unsigned char network[16], const unsigned char place[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	size_t size = memcmp(place, mapped, sizeof(mapped)) == 0 ? 15 : 6;
	memset(network, 0, 16);
	memcpy(network, place, size);
}

/* Multiply and shift with a secret odd factor for each half (Dietzfelbinger): any two
 * addresses share a slot with a chance of about 1 in SLOTS. Twice, because with an unlucky
 * factor many neighbours, each a step apart, would fall into one. */
static size_t slot_of(const unsigned char place[16])
{
	uint64_t half[2];
	memcpy(half, place, sizeof(half));
	uint64_t sum = half[0] * gate.key[0] + half[1] * gate.key[1];
	return (size_t)((sum ^ sum >> 32) * gate.key[1] >> 48);
}

static size_t slot_of_name(const char *name)
{
	uint64_t sum = gate.key[1];
	for (; *name != '\0'; name++) {
		sum = (sum ^ (unsigned char)*name) * gate.key[0];
		sum ^= sum >> 29;
	}
	return (size_t)(sum >> 40) % SLOTS;
}

/* The following with the lock. */

static void no_stranger(struct gate_visit *visit)
{
	if (visit->stranger) {
		visit->stranger = false;
		gate.by_address[visit->address_slot]--;
		crowd_leave(&visit->member);
	}
}

static void stranger(struct gate_visit *visit, size_t network)
{
	visit->stranger = true;
	gate.by_address[visit->address_slot]++;
	crowd_join(&visit->member, network);
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

/* Counts it for a name, or says that this has as many as it may. */
static bool add_to_name(size_t slot, unsigned most, bool *counted, size_t *counted_slot)
{
	if (!*counted && gate.by_name[slot] < most) {
		*counted = true;
		*counted_slot = slot;
		gate.by_name[slot]++;
	}
	return *counted;
}

static unsigned share_of_name(const struct gate_limits *limits, const char *pattern)
{
	unsigned share = limits->per_suffix / GATE_SUFFIX_SHARES;
	share = share == 0 ? 1 : share;
	return pattern != NULL && share < limits->per_identity ? share :
								 limits->per_identity;
}

static const char *identify(struct gate_visit *visit, const struct gate_limits *limits,
	const char *name, const char *pattern)
{
	if (!add_to_name(slot_of_name(name), share_of_name(limits, pattern), &visit->known,
		    &visit->name_slot)) {
		return "max-per-identity is reached";
	}
	if (pattern != NULL &&
		!add_to_name(slot_of_name(pattern), limits->per_suffix, &visit->matched,
			&visit->pattern_slot)) {
		return "max-per-suffix is reached";
	}
	return NULL;
}

/* Makes room for a newcomer: the thread of this one sees the end of it. */
static void send_away(struct crowd_member *member)
{
	struct gate_visit *visit = (struct gate_visit *)member; /* its first */
	if (visit->fd >= 0) {
		shutdown(visit->fd, SHUT_RDWR);
	}
	no_stranger(visit);
}

/* So many stay at most. Returns how many had to go. */
static size_t thin_out(size_t most)
{
	size_t gone = 0;
	while (crowd_size() > most) {
		send_away(crowd_first());
		gone++;
	}
	return gone;
}

static const char *limit_strangers(const struct gate_limits *limits)
{
	bool fewer = gate.made_room != 0 && gate.fewer < limits->handshakes &&
		monotonic_ms() < gate.made_room + ROOM_MS;
	if (thin_out(fewer ? gate.fewer : limits->handshakes) == 0) {
		return NULL;
	}
	return fewer ? "there was no room for more" : "max-handshakes is reached";
}

/* Then the next one finds room, if strangers are what takes it. */
static const char *full(const struct gate_limits *limits)
{
	if (gate.count < limits->connections) {
		return NULL;
	}
	if (crowd_first() != NULL) {
		send_away(crowd_first());
	}
	return "max-connections is reached";
}

const char *gate_enter(struct gate_visit *visit, const struct gate_limits *limits, int fd,
	const struct sockaddr *from, const char **crowded)
{
	*crowded = NULL;
	unsigned char place[16], network[16];
	pthread_once(&prepared, prepare);
	place_of(place, from);
	network_of(network, place);
	*visit = (struct gate_visit){ .fd = fd, .address_slot = slot_of(place) };

	pthread_mutex_lock(&gate.lock);
	const char *no = full(limits);
	if (no == NULL && gate.by_address[visit->address_slot] >= limits->per_address) {
		no = "max-per-address is reached";
	}
	if (no == NULL) {
		add(visit);
		stranger(visit, slot_of(network));
		*crowded = limit_strangers(limits);
	}
	pthread_mutex_unlock(&gate.lock);
	return no;
}

const char *gate_enter_client(struct gate_visit *visit, const struct gate_limits *limits,
	int fd, const char *id)
{
	pthread_once(&prepared, prepare);
	*visit = (struct gate_visit){ .fd = fd };

	pthread_mutex_lock(&gate.lock);
	const char *no = full(limits);
	if (no == NULL &&
		!add_to_name(slot_of_name(id), limits->per_client, &visit->known,
			&visit->name_slot)) {
		no = "max-per-client is reached";
	}
	if (no == NULL) {
		add(visit);
	}
	pthread_mutex_unlock(&gate.lock);
	return no;
}

const char *gate_authenticated(struct gate_visit *visit, const struct gate_limits *limits,
	const char *name, const char *pattern)
{
	pthread_mutex_lock(&gate.lock);
	const char *no = identify(visit, limits, name, pattern);
	if (no == NULL) {
		no_stranger(visit);
	}
	pthread_mutex_unlock(&gate.lock);
	return no;
}

size_t gate_make_room(void)
{
	int64_t now = monotonic_ms();
	size_t gone = 0;
	pthread_mutex_lock(&gate.lock);
	size_t strangers = crowd_size();
	if (strangers > 1 &&
		(gate.made_room == 0 || now >= gate.made_room + ROOM_AGAIN_MS)) {
		gate.made_room = now;
		gate.fewer = strangers - 1 - (strangers - 1) / ROOM_SHARE;
		gone = thin_out(gate.fewer);
	}
	pthread_mutex_unlock(&gate.lock);
	return gone;
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
		gate.by_name[visit->name_slot]--;
	}
	if (visit->matched) {
		gate.by_name[visit->pattern_slot]--;
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
	pthread_once(&prepared, prepare);
	clock_gettime(CLOCK_MONOTONIC, &until);
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
