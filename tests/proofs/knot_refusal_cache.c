/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Says: a refusal is remembered for the connection and roster that it was decided for and for no
 *   other; it is never ALLOW; it ends after a minute, with a flush, and for good when its
 *   basis no
 *   longer holds, which is looked at if no look was within a second; the log is told of the
 *   instance that was asked last; and the lock is given back.
 * Sources: none
 * Contracts: session_random() has the random of a connection, or none; dance_basis_holds() says
 *   anything; ALLOW alone has the class of ALLOW.
 * Assumes: 3 calls, one after the other; 1 set of 2 places instead of 1024 of 8; randoms of 9
 *   octets instead of 32; bases of 1 word instead of 16; fewer flushes than an unsigned
 *   counts, and
 *   no clock beyond 2^62 ms.
 * Edit: src/dance.h 's/uint64_t words\[16\]/uint64_t words[1]/'
 * Unwind: 11
 * Limit: 60 s */

#include <pthread.h>
#include <string.h>

#include "refusal_cache.h"

#include "proof.h"

#define CALLS 3
#undef REFUSAL_CACHE_SET_COUNT
#define REFUSAL_CACHE_SET_COUNT 1
#undef REFUSAL_CACHE_SET_SIZE
#define REFUSAL_CACHE_SET_SIZE 2
#undef SESSION_RANDOM_SIZE
#define SESSION_RANDOM_SIZE 9

/* Octet by octet: not an object of which a part changes. */
#define memcpy copy
static inline void copy(void *to, const void *from, size_t size)
{
	must(can_read(from, size) && can_write(to, size), "it copies what is there");
	for (size_t i = 0; i < size; i++) {
		((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
	}
}

#include "refusal_cache.c"

/* The connection and roster of which the proof keeps the books. */
static struct {
	unsigned char random[SESSION_RANDOM_SIZE];
	const struct dance_roster *roster;
	bool kept;
	enum dance_verdict verdict;
	uint64_t decided, looked, basis;
	unsigned instance;
} watched;

static struct {
	bool has_random;
	unsigned char random[SESSION_RANDOM_SIZE];
	const struct dance_roster *roster;
	struct session session;
	unsigned instance;
	uint64_t time;
	bool looked, holds, looked_again, is_watched;
} call;

static bool held;

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	must(mutex == &lock && !held, "it takes the lock once");
	held = true;
	return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	must(mutex == &lock && held, "it gives back what it holds");
	held = false;
	return 0;
}

bool session_random(const struct session *session,
	unsigned char random[SESSION_RANDOM_SIZE])
{
	must(session == &call.session, "the random of this connection");
	if (!call.has_random) {
		return false;
	}
	for (size_t i = 0; i < SESSION_RANDOM_SIZE; i++) {
		random[i] = call.random[i];
	}
	return true;
}

bool dance_basis_holds(struct dance_roster *roster, const struct dance_basis *basis)
{
	must(!held && roster == call.roster, "it asks of this roster, without the lock");
	must(!call.is_watched || basis->words[0] == watched.basis, "of its own basis");
	call.looked = true;
	return call.holds;
}

void dance_look_again(struct dance_roster *roster, const struct dance_peer *peer)
{
	must(roster == call.roster && peer == &call.session.peer, "for this client");
	call.looked_again = true;
}

enum dance_class dance_verdict_class(enum dance_verdict verdict)
{
	return verdict == DANCE_ALLOW ? DANCE_CLASS_ALLOW : DANCE_CLASS_DENY;
}

static void any_call(const char *rosters)
{
	uint64_t before = call.time;
	call.time = nondet_uint64();
	assume(call.time >= before && call.time < (uint64_t)1 << 62);
	call.has_random = nondet_bool();
	call.roster = (const struct dance_roster *)(rosters + (nondet_bool() ? 0 : 16));
	call.instance = nondet_unsigned();
	call.looked = call.looked_again = false;
	call.holds = nondet_bool();
	call.is_watched = call.has_random && call.roster == watched.roster;
	for (size_t i = 0; i < SESSION_RANDOM_SIZE; i++) {
		call.random[i] = nondet_uint8();
		call.is_watched = call.is_watched && call.random[i] == watched.random[i];
	}
}

static void put(void)
{
	struct dance_result result;
	result.verdict = (enum dance_verdict)nondet_unsigned();
	result.basis.words[0] = nondet_uint64();
	refusal_cache_put(call.roster, &call.session, call.instance, call.time, &result);
	if (!call.is_watched || result.verdict == DANCE_ALLOW ||
		result.basis.words[0] == 0) {
		return;
	}
	watched.kept = true;
	watched.verdict = result.verdict;
	watched.decided = watched.looked = call.time;
	watched.basis = result.basis.words[0];
	watched.instance = call.instance;
}

static void get(void)
{
	bool logged = false;
	enum dance_verdict verdict = refusal_cache_get((struct dance_roster *)(uintptr_t)
							       call.roster,
		&call.session, call.instance, call.time, &logged);
	must(verdict != DANCE_ALLOW, "it never allows");
	must(verdict == DANCE_UNDECIDED || call.has_random, "it knows the connection");
	must(!call.looked || call.holds == (verdict != DANCE_UNDECIDED),
		"a refusal without a basis is none");
	must(call.looked_again == (call.looked && call.holds), "and one with it is new");
	if (!call.is_watched) {
		return;
	}
	if (verdict != DANCE_UNDECIDED) {
		must(watched.kept && verdict == watched.verdict, "it is what was decided");
		must(call.time - watched.decided < REFUSAL_CACHE_MAX_MS, "not long ago");
		must(call.looked == (call.time - watched.looked >= REFUSAL_CACHE_CHECK_MS),
			"it looks if it has not for a second");
		must(logged == (watched.instance == call.instance),
			"it was logged if this instance was asked last");
		watched.looked = call.looked ? call.time : watched.looked;
		watched.instance = call.instance;
	}
	watched.kept = verdict != DANCE_UNDECIDED && watched.kept;
}

void harness(void)
{
	static const char rosters[32];
	for (size_t i = 0; i < SESSION_RANDOM_SIZE; i++) {
		watched.random[i] = nondet_uint8();
	}
	watched.roster = (const struct dance_roster *)rosters;
	watched.kept = false;
	call.time = 0;
	for (int i = 0; i < CALLS; i++) {
		any_call(rosters);
		switch (nondet_unsigned()) {
		case 0:
			put();
			break;
		case 1:
			refusal_cache_flush();
			watched.kept = false;
			break;
		default:
			get();
		}
		must(!held, "the lock is given back");
	}
	such_as(call.looked && call.is_watched && watched.kept);
	end_of_proof();
}
