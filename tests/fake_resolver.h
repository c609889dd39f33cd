/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In the place of resolver.c: answers as the test wrote down, on the fake clock. A name
 * it was not told of ends the program, so that no lookup goes unnoticed. Allocates
 * nothing. */

#pragma once

#include "resolver.h"

struct fake_answer {
	enum resolver_outcome outcome;
	const struct dance_tlsa *records; /* live on in the test */
	size_t count;
	uint32_t ttl;
	const char *why;        /* NULL: empty */
	uint64_t after_ms;      /* of the fake clock */
	int64_t signatures_end; /* as in resolver_answer.h */
	int64_t signatures_late;
	bool held;         /* not before fake_resolver_release() */
	const char *names; /* of a list: with a blank between; "." is the root. They live on in
	                    * the test */
};

/* Forgets all answers and all that was asked. No resolver may be left. */
void fake_resolver_reset(void);

/* From now on this is the answer for the name, for the list of clients "@name", or for all names below "*.suffix" that
 * have none of their own. Lookups under way end with the answer of when they end. */
void fake_resolver_set(const char *name, const struct fake_answer *answer);

/* No lookup can be started, with this sentence; NULL: they can again. */
void fake_resolver_refuse(const char *why);

/* The trust anchor's file, of which this path and this reason are told, has news. */
void fake_resolver_set_anchor(enum trust_anchor_news news, const char *path,
	const char *why);

/* What of the root's keys that file does not follow; empty: nothing. */
void fake_resolver_set_aging(const char *aging);

/* Lets the lookups of this name that are under way end. */
void fake_resolver_release(const char *name);

/* Returns when all that is due by the fake clock has been done, and the threads that
 * watch are asleep. */
void fake_resolver_settle(void);

/* How often was the name asked for, and the generation it was not to come from the last
 * time? */
unsigned fake_resolver_asked(const char *name);
uint32_t fake_resolver_past(const char *name);

/* The generation that the next lookup is told to come from, 1 at first. */
void fake_resolver_set_generation(uint32_t generation);

/* The longest that a thread was willing to sleep since the last reset, in milliseconds. */
int fake_resolver_longest_wait(void);

/* For how long a thread sleeps now, or slept last, in milliseconds. */
int fake_resolver_sleep(void);

/* Lookups since the last reset, those under way now, and the most at once. */
unsigned fake_resolver_asked_all(void);
unsigned fake_resolver_under_way(void);
unsigned fake_resolver_under_way_most(void);
