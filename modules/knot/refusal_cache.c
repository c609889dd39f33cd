/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Refusals by connection and roster. A connection is known by the server's random of its TLS
 * handshake, which no client chooses and no two handshakes share. */

#include "refusal_cache.h"

#include <pthread.h>
#include <string.h>

struct refusal {
	unsigned char random[SESSION_RANDOM_SIZE];
	const struct dance_roster *roster;
	enum dance_verdict verdict; /* UNDECIDED: the place is free */
	unsigned age;
	unsigned instance; /* that was asked last */
	uint64_t decided, looked;
	struct dance_basis basis;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct refusal sets[REFUSAL_CACHE_SET_COUNT][REFUSAL_CACHE_SET_SIZE];
static unsigned age; /* refusals of an earlier age are forgotten */

static struct refusal *set_of(const struct dance_roster *roster,
	const unsigned char random[SESSION_RANDOM_SIZE])
{
	uint64_t head;
	memcpy(&head, random, sizeof(head));
	head ^= (uintptr_t)roster >> 4;
	return sets[head % REFUSAL_CACHE_SET_COUNT];
}

static bool is_kept(const struct refusal *refusal, uint64_t now)
{
	return refusal->verdict != DANCE_UNDECIDED && refusal->age == age &&
		now < refusal->decided + REFUSAL_CACHE_MAX_MS;
}

static struct refusal *find(struct refusal set[REFUSAL_CACHE_SET_SIZE],
	const struct dance_roster *roster, const unsigned char random[SESSION_RANDOM_SIZE])
{
	for (unsigned i = 0; i < REFUSAL_CACHE_SET_SIZE; i++) {
		if (set[i].roster == roster &&
			memcmp(set[i].random, random, sizeof(set[i].random)) == 0) {
			return &set[i];
		}
	}
	return NULL;
}

/* A free place, or the one that was decided first. */
static struct refusal *make_room(struct refusal set[REFUSAL_CACHE_SET_SIZE], uint64_t now)
{
	struct refusal *oldest = &set[0];
	for (unsigned i = 0; i < REFUSAL_CACHE_SET_SIZE; i++) {
		if (!is_kept(&set[i], now)) {
			return &set[i];
		}
		if (set[i].decided < oldest->decided) {
			oldest = &set[i];
		}
	}
	return oldest;
}

/* Takes a copy. With *look the caller must see whether it still holds. */
static bool take(const struct dance_roster *roster, const struct session *session,
	unsigned instance, uint64_t now, struct refusal *copy, bool *look)
{
	unsigned char random[SESSION_RANDOM_SIZE];
	if (!session_random(session, random)) {
		return false;
	}
	pthread_mutex_lock(&lock);
	struct refusal *refusal = find(set_of(roster, random), roster, random);
	bool kept = refusal != NULL && is_kept(refusal, now);
	if (kept) {
		*copy = *refusal;
		*look = now >= refusal->looked + REFUSAL_CACHE_CHECK_MS;
		refusal->looked = *look ? now : refusal->looked;
		refusal->instance = instance;
	}
	pthread_mutex_unlock(&lock);
	return kept;
}

/* A refusal that no longer holds must not come back when the client is allowed now, which is
 * not kept. */
static void forget(const struct dance_roster *roster, const struct session *session)
{
	unsigned char random[SESSION_RANDOM_SIZE];
	if (!session_random(session, random)) {
		return;
	}
	pthread_mutex_lock(&lock);
	struct refusal *refusal = find(set_of(roster, random), roster, random);
	if (refusal != NULL) {
		refusal->verdict = DANCE_UNDECIDED;
	}
	pthread_mutex_unlock(&lock);
}

enum dance_verdict refusal_cache_get(struct dance_roster *roster,
	const struct session *session, unsigned instance, uint64_t now, bool *logged)
{
	struct refusal refusal;
	bool look;
	if (!take(roster, session, instance, now, &refusal, &look) ||
		dance_verdict_class(refusal.verdict) == DANCE_CLASS_ALLOW) {
		return DANCE_UNDECIDED;
	}
	if (look) {
		if (!dance_basis_holds(roster, &refusal.basis)) {
			forget(roster, session);
			return DANCE_UNDECIDED;
		}
		dance_look_again(roster, &session->peer);
	}
	*logged = refusal.instance == instance;
	return refusal.verdict;
}

void refusal_cache_put(const struct dance_roster *roster, const struct session *session,
	unsigned instance, uint64_t now, const struct dance_result *result)
{
	unsigned char random[SESSION_RANDOM_SIZE];
	if (dance_verdict_class(result->verdict) == DANCE_CLASS_ALLOW ||
		result->basis.words[0] == 0 || !session_random(session, random)) {
		return;
	}
	pthread_mutex_lock(&lock);
	struct refusal *set = set_of(roster, random);
	struct refusal *refusal = find(set, roster, random);
	if (refusal == NULL) {
		refusal = make_room(set, now);
	}
	memcpy(refusal->random, random, sizeof(random));
	refusal->roster = roster;
	refusal->verdict = result->verdict;
	refusal->age = age;
	refusal->instance = instance;
	refusal->decided = refusal->looked = now;
	refusal->basis = result->basis;
	pthread_mutex_unlock(&lock);
}

void refusal_cache_flush(void)
{
	pthread_mutex_lock(&lock);
	age++;
	pthread_mutex_unlock(&lock);
}
