/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keeps what is known of names fresh: one thread that looks them up before their TTL
 * ends, and soon after a request for it. All rosters that watch the same name share its
 * owner. Decides nothing about peers. */

#pragma once

#include "change_counts.h"
#include "owner.h"
#include "key_index.h"
#include "membership.h"
#include "schedule.h"
#include "waiters.h"

/* Lookups of listed names under way at once (schedule.h). */
#define WATCHER_LOOKUP_MAX SCHEDULE_LISTED_MAX

/* The thread looks around at least this often. */
#define WATCHER_SLEEP_MAX_MS 60000

/* A thread that could not be started is not tried for more often than this. */
#define WATCHER_START_AGAIN_MS 1000

struct watcher;

/* The state of a name at one moment: what is known and read later may be newer, but not older. */
struct watcher_view {
	bool quiet;     /* set by the caller: it is not looked up for this claim, nor
	                             * remembered for it */
	bool under_way; /* it is being looked up, or waits until it may be */
	struct change_count count;
};

/* NULL when out of memory. The thread starts with watcher_start(). */
struct watcher *watcher_new(const struct dance_context_options *options);

/* Nobody watches any more. NULL is fine. */
void watcher_free(struct watcher *watcher);

/* Everything below takes the watcher's lock, except what says otherwise. */

/* Watches a name for a roster until watcher_leave(): finds or makes the owner and
 * enters it in the index, with this rank. 0, or -1 when out of memory. */
int watcher_join(struct watcher *watcher, const struct name *name, struct key_index *index,
	struct key_index_member *member, uint32_t rank);

/* Nobody reads the member's index any more. */
void watcher_leave(struct watcher *watcher, struct key_index_member *member);

/* The same for many members at once, which the watcher's thread sees to by and by, while nobody
 * waits for it. In the end it calls over(), without the lock. False if there is no thread to do
 * it. */
struct watcher_parting {
	STAILQ_ENTRY(watcher_parting) link;
	struct key_index_member *members;
	size_t count; /* of those who have not left */
	void (*over)(struct watcher_parting *parting);
};
bool watcher_part(struct watcher *watcher, struct watcher_parting *parting);

/* So many leave at a time, in a fraction of a millisecond. */
#define WATCHER_PART_MAX 256

/* Has a roster's lists of clients looked up, and the names on them. 0, or -1 when out of memory;
 * watcher_leave_lists() must follow in either case, when nobody reads the index any more. */
int watcher_join_list(struct watcher *watcher, struct membership *membership,
	const struct name *name);
void watcher_leave_lists(struct watcher *watcher, struct membership *membership);

/* Starts the thread that looks up what was joined, unless it runs or a try has failed not
 * WATCHER_START_AGAIN_MS ago. Tells the log if that fails, and then that it has not. Wakes the
 * thread if it has something new to look up: a host may make very many rosters of known names. */
void watcher_start(struct watcher *watcher);

/* Without the lock. */
bool watcher_runs(const struct watcher *watcher);

/* Under RCU: the owner of a name that a peer claims and this suffix permits; it is there until the
 * caller's section ends. If nothing valid is known it is looked up, or waits until it may be
 * (view->under_way). NULL, with a reason, when too many names are being looked up
 * (lookup_budget.h) and no more may wait (claim_queue.h), without a thread or out of memory; and
 * without one if view->quiet and the name is not there: it has been forgotten since it was
 * claimed. Takes no lock if something valid is known, but for the first claim after each
 * lookup, which has it looked up again before it expires. */
struct owner *watcher_claim(struct watcher *watcher, const struct name *name,
	const struct name *suffix, struct watcher_view *view, const char **why);

/* The caller has no more use for a claimed name. What it has read stays until its section
 * ends. */
static inline void watcher_release(struct watcher *watcher, struct owner *owner)
{
	(void)watcher;
	(void)owner;
}

/* Under RCU. Somebody was refused by what is known of this name, or for want of it: look again as
 * soon as FRESHNESS_NUDGE_MS after the last time, and before the names that nobody asked for. */
void watcher_nudge(struct watcher *watcher, struct owner *owner);

/* The counts of answers on all names. Without the lock. */
const struct change_counts *watcher_change_counts(const struct watcher *watcher);

/* Lets at most so many wait from now on: see dance_context_set_max_waiting(). */
void watcher_set_max_waiting(struct watcher *watcher, unsigned max_waiting);

/* Waits until an answer has passed one of these marks, above all one on a name of `domain`;
 * `has_answer` as in waiters.h. False, with a verdict and its reason, when clock_ms() reaches
 * `until`, or when too many wait. */
bool watcher_wait(struct watcher *watcher, const struct change_mark *marks, size_t count,
	uint64_t until, const struct name *domain, bool has_answer,
	enum dance_verdict *verdict, const char **why);

/* The same without waiting: `waiter` says what is awaited. The watcher's thread calls its
 * wake() once when an answer has passed one of its marks, when clock_ms() reaches its `until`,
 * and when it has to make room. False, with a verdict and its reason: nothing is awaited, as in
 * watcher_wait(), or since this waiter has had to make room. */
bool watcher_call(struct watcher *watcher, struct waiter *waiter, const struct name *domain,
	bool has_answer, enum dance_verdict *verdict, const char **why);

/* Nothing is awaited any more. A wake() that has begun may still be running. */
void watcher_call_off(struct watcher *watcher, struct waiter *waiter);

/* The same, and returns when no wake() of this waiter is running. */
void watcher_forget(struct watcher *watcher, struct waiter *waiter);
