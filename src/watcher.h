/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keeps what is known of names fresh: one thread that looks them up before their TTL
 * ends, and soon when somebody asks for it. Identities are shared by all who watch the
 * same name. Decides nothing about peers. */

#pragma once

#include "identity.h"
#include "index.h"

/* Look-ups of listed names under way at once. The rest waits its turn. What peers cause
 * comes on top: see budget.h. */
#define WATCHER_LOOKUP_MAX 256

/* The thread looks around at least this often. */
#define WATCHER_SLEEP_MAX_MS 60000

/* A thread that could not be started is not tried for more often than this. */
#define WATCHER_START_AGAIN_MS 1000

struct watcher;

/* NULL when out of memory. The thread starts with watcher_start(). */
struct watcher *watcher_new(const struct dance_context_options *options);

/* Nobody watches any more. NULL is fine. */
void watcher_free(struct watcher *watcher);

/* Everything below but watcher_answers() takes the watcher's lock. */

/* Watches a name for a roster until watcher_leave(): finds or makes the identity and
 * enters it in the index, with this rank. 0, or -1 when out of memory. */
int watcher_join(struct watcher *watcher, const struct name *name, struct index *index,
	struct index_member *member, uint32_t rank);

/* Nobody reads the member's index any more. */
void watcher_leave(struct watcher *watcher, struct index_member *member);

/* Starts the thread that looks up what was joined, unless it runs or a try has failed not
 * WATCHER_START_AGAIN_MS ago. Tells the log if that fails, and then that it has not. */
void watcher_start(struct watcher *watcher);

/* Without the lock. */
bool watcher_runs(const struct watcher *watcher);

/* The identity of a name that a peer claims and this suffix permits; looked up if nothing
 * valid is known, and *under_way if it is being looked up now. NULL, with a reason, when too
 * many names are being looked up (budget.h), without a thread or out of memory. Give it back
 * with watcher_release(). */
struct identity *watcher_claim(struct watcher *watcher, const struct name *name,
	const struct name *suffix, bool *under_way, const char **why);
void watcher_release(struct watcher *watcher, struct identity *identity);

/* Somebody was refused by what is known of this name, or for want of it: look again as soon
 * as REFRESH_NUDGE_MS after the last time, and before the names that nobody asked for. */
void watcher_nudge(struct watcher *watcher, struct identity *identity);

/* Counts answers, so that a waiter can tell whether anything is new. What is read after
 * this call holds what they told. */
unsigned watcher_answers(const struct watcher *watcher);

/* Waits for answers beyond `seen`, above all for one on a name of `domain`; `content` as in
 * waiters.h. False, with a verdict and its reason, when clock_ms() reaches `until`, or when
 * too many wait. */
bool watcher_wait(struct watcher *watcher, unsigned seen, uint64_t until,
	const struct name *domain, bool content, enum dance_verdict *verdict,
	const char **why);
