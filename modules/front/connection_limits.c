/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A list of all connections, and tables that count the unauthenticated ones of each
 * address, and those of each name, pattern and section. */

#include "connection_limits.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "monotonic.h"
#include "tallies.h"

/* Addresses and networks are counted by the slot they fall into. Two in one slot share a limit:
 * as the key is secret, a client cannot choose whose slot that is. Names stay for days, so each
 * has a count of its own. */
#define SLOTS NETWORKS_COUNT

/* If there is no room for a new connection, one in 8 unauthenticated ones is closed, and
 * their number stays lower for ROOM_MS. They get ROOM_AGAIN_MS to leave before others are
 * closed. */
#define ROOM_SHARE 8
#define ROOM_MS 10000
#define ROOM_AGAIN_MS 1000

static struct {
	pthread_mutex_t lock;
	pthread_cond_t left;
	TAILQ_HEAD(, limits_entry) all;
	size_t count;
	unsigned by_address[SLOTS];
	struct tallies by_name; /* names, patterns and sections: two for each connection */
	uint64_t key[2];
	size_t fewer;      /* unauthenticated, until ROOM_MS after the room was made */
	int64_t made_room; /* when; 0: never */
} current = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.all = TAILQ_HEAD_INITIALIZER(current.all),
};

static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static void prepare(void)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&current.left, &attributes);
	pthread_condattr_destroy(&attributes);
	if (getentropy(current.key, sizeof(current.key)) != 0) {
		abort();
	}
	current.key[0] |= 1;
	current.key[1] |= 1;
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

/* Its /24 or /48, which one party is likely to have as a whole. */
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
	uint64_t sum = half[0] * current.key[0] + half[1] * current.key[1];
	return (size_t)((sum ^ sum >> 32) * current.key[1] >> 48);
}

/* What is counted for a name; two that are called the same are different by this. */
enum kind {
	KIND_NAME = 1,
	KIND_PATTERN,
	KIND_CLIENT,
};

/* 64 bits that stand for it: two stand for the same with a chance that nobody will see. */
static uint64_t number_of(enum kind kind, const char *name)
{
	uint64_t sum = current.key[1] + (uint64_t)kind;
	for (; *name != '\0'; name++) {
		sum = (sum ^ (unsigned char)*name) * current.key[0];
		sum ^= sum >> 29;
	}
	return sum * current.key[1];
}

/* The caller of the following functions holds the lock. */

static void uncount_unauthenticated(struct limits_entry *entry)
{
	if (entry->unauthenticated) {
		entry->unauthenticated = false;
		current.by_address[entry->address_slot]--;
		networks_leave(&entry->member);
	}
}

static void count_unauthenticated(struct limits_entry *entry, size_t network)
{
	entry->unauthenticated = true;
	current.by_address[entry->address_slot]++;
	networks_join(&entry->member, network);
}

static void add(struct limits_entry *entry)
{
	current.count++;
	TAILQ_INSERT_HEAD(&current.all, entry, link);
}

/* Counts it for a name. False if the name has as many as it may. */
static bool add_to_name(uint64_t name, unsigned most, bool *counted, uint64_t *counted_name)
{
	if (!*counted && tallies_add(&current.by_name, name, most)) {
		*counted = true;
		*counted_name = name;
	}
	return *counted;
}

static unsigned share_of_name(const struct connection_limits *limits, const char *pattern)
{
	unsigned share = limits->per_suffix / LIMITS_SUFFIX_SHARES;
	share = share == 0 ? 1 : share;
	return pattern != NULL && share < limits->per_identity ? share :
								 limits->per_identity;
}

static const char *identify(struct limits_entry *entry,
	const struct connection_limits *limits, const char *name, const char *pattern)
{
	if (!add_to_name(number_of(KIND_NAME, name), share_of_name(limits, pattern),
		    &entry->known, &entry->name)) {
		return "max-per-identity";
	}
	if (pattern != NULL &&
		!add_to_name(number_of(KIND_PATTERN, pattern), limits->per_suffix,
			&entry->matched, &entry->pattern)) {
		return "max-per-suffix";
	}
	return NULL;
}

/* Its loop sees the end of it. */
static void shut_down(struct limits_entry *entry)
{
	if (entry->fd < 0) {
		return;
	}
	shutdown(entry->fd, SHUT_RDWR);
	entry->sent_away = true;
	if (entry->farewell != NULL) {
		loop_post(entry->farewell);
	}
}

/* Makes room for a new connection. */
static void send_away(struct networks_member *member)
{
	struct limits_entry *entry = (struct limits_entry *)member; /* its first */
	shut_down(entry);
	uncount_unauthenticated(entry);
}

/* Closes those that are too many. Returns their number. */
static size_t thin_out(size_t most)
{
	size_t gone = 0;
	while (networks_size() > most) {
		send_away(networks_first());
		gone++;
	}
	return gone;
}

static const char *limit_unauthenticated(const struct connection_limits *limits)
{
	bool fewer = current.made_room != 0 && current.fewer < limits->handshakes &&
		monotonic_ms() < current.made_room + ROOM_MS;
	if (thin_out(fewer ? current.fewer : limits->handshakes) == 0) {
		return NULL;
	}
	return fewer ? "" : "max-handshakes";
}

/* If all connections are in use, closes an unauthenticated one to make room for the next. */
static const char *full(const struct connection_limits *limits)
{
	if (current.count < limits->connections) {
		return NULL;
	}
	if (networks_first() != NULL) {
		send_away(networks_first());
	}
	return "max-connections";
}

const char *limits_enter(struct limits_entry *entry, const struct connection_limits *limits,
	int fd, const struct sockaddr *from, const char **crowded)
{
	*crowded = NULL;
	unsigned char place[16], network[16];
	pthread_once(&prepared, prepare);
	place_of(place, from);
	network_of(network, place);
	*entry = (struct limits_entry){ .fd = fd, .address_slot = slot_of(place) };

	pthread_mutex_lock(&current.lock);
	const char *no = full(limits);
	if (no == NULL && current.by_address[entry->address_slot] >= limits->per_address) {
		no = "max-per-address";
	}
	if (no == NULL) {
		add(entry);
		count_unauthenticated(entry, slot_of(network));
		*crowded = limit_unauthenticated(limits);
	}
	pthread_mutex_unlock(&current.lock);
	return no;
}

const char *limits_enter_client(struct limits_entry *entry,
	const struct connection_limits *limits, int fd, const char *id)
{
	pthread_once(&prepared, prepare);
	*entry = (struct limits_entry){ .fd = fd };

	pthread_mutex_lock(&current.lock);
	const char *no = full(limits);
	if (no == NULL &&
		!add_to_name(number_of(KIND_CLIENT, id), limits->per_client, &entry->known,
			&entry->name)) {
		no = "max-per-client";
	}
	if (no == NULL) {
		add(entry);
	}
	pthread_mutex_unlock(&current.lock);
	return no;
}

const char *limits_authenticated(struct limits_entry *entry,
	const struct connection_limits *limits, const char *name, const char *pattern)
{
	pthread_mutex_lock(&current.lock);
	const char *no = identify(entry, limits, name, pattern);
	if (no == NULL) {
		uncount_unauthenticated(entry);
	}
	pthread_mutex_unlock(&current.lock);
	return no;
}

size_t limits_make_room(void)
{
	int64_t now = monotonic_ms();
	size_t gone = 0;
	pthread_mutex_lock(&current.lock);
	size_t unauthenticated = networks_size();
	if (unauthenticated > 1 &&
		(current.made_room == 0 || now >= current.made_room + ROOM_AGAIN_MS)) {
		current.made_room = now;
		current.fewer = unauthenticated - 1 - (unauthenticated - 1) / ROOM_SHARE;
		gone = thin_out(current.fewer);
	}
	pthread_mutex_unlock(&current.lock);
	return gone;
}

void limits_set_farewell(struct limits_entry *entry, struct loop_call *farewell)
{
	pthread_mutex_lock(&current.lock);
	entry->farewell = farewell;
	if (entry->sent_away && entry->fd >= 0 && farewell != NULL) {
		loop_post(farewell);
	}
	pthread_mutex_unlock(&current.lock);
}

bool limits_have_sent_away(const struct limits_entry *entry)
{
	pthread_mutex_lock(&current.lock);
	bool sent_away = entry->sent_away;
	pthread_mutex_unlock(&current.lock);
	return sent_away;
}

void limits_detach(struct limits_entry *entry)
{
	pthread_mutex_lock(&current.lock);
	entry->farewell = NULL;
	entry->fd = -1;
	pthread_mutex_unlock(&current.lock);
}

void limits_leave(struct limits_entry *entry)
{
	pthread_mutex_lock(&current.lock);
	uncount_unauthenticated(entry);
	if (entry->known) {
		tallies_remove(&current.by_name, entry->name);
	}
	if (entry->matched) {
		tallies_remove(&current.by_name, entry->pattern);
	}
	current.count--;
	TAILQ_REMOVE(&current.all, entry, link);
	pthread_cond_broadcast(&current.left);
	pthread_mutex_unlock(&current.lock);
}

size_t limits_close_all(unsigned seconds)
{
	struct timespec until;
	pthread_once(&prepared, prepare);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;

	pthread_mutex_lock(&current.lock);
	for (struct limits_entry *at = TAILQ_FIRST(&current.all); at != NULL;
		at = TAILQ_NEXT(at, link)) {
		shut_down(at);
	}
	int timed_out = 0;
	while (current.count > 0 && timed_out == 0) {
		timed_out = pthread_cond_timedwait(&current.left, &current.lock, &until);
	}
	size_t count = current.count;
	pthread_mutex_unlock(&current.lock);
	return count;
}

size_t limits_count(void)
{
	pthread_mutex_lock(&current.lock);
	size_t count = current.count;
	pthread_mutex_unlock(&current.lock);
	return count;
}
