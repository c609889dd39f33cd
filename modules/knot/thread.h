/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What knotd's worker threads remember from hook to hook. It belongs to the threads, of which
 * there are a fixed number, and not to the instances of the module, of which there is one for each
 * zone. */

#pragma once

#include <stdbool.h>

#include "acl_alias.h"
#include "dance.h"
#include "xfr_verdict.h"

/* A thread works on one query at a time, which has so many instances of the module at most: that
 * of all zones and those of its zone. If there are more, each message is decided anew. */
#define THREAD_INSTANCES 4

/* What a thread remembers for one instance. */
struct dance_thread {
	unsigned instance; /* its number; 0: nothing is remembered */
	unsigned used;
	struct xfr_verdict xfr;
	struct acl_alias alias;
	enum dance_verdict verdict; /* on the query at hand, if the ACL is still to decide */
	bool keeps_address;         /* the client of the last transfer: no rule names it */
};

/* The memory of all threads. All instances share it. */
struct threads;

/* The memory of `count` threads, made if there is none yet. To be given back. NULL when out of
 * memory. Any thread. */
struct threads *threads_take(unsigned count);

/* Whoever gives it back last frees it. NULL is fine. */
void threads_give_back(struct threads *threads);

/* What this thread remembers for the instance. NULL if that is nothing. `threads` may be NULL.
 * This and all below are for the thread itself. */
struct dance_thread *threads_find(struct threads *threads, unsigned id, unsigned instance);

/* Makes room, if need be in place of what was not used for the longest time. NULL if there is
 * no such thread. */
struct dance_thread *threads_make(struct threads *threads, unsigned id, unsigned instance);

/* A verdict that the instance of all zones is to count, and those that are noted: how many. They
 * are forgotten then. */
void threads_note(struct threads *threads, unsigned id, enum dance_verdict verdict);
size_t threads_noted(struct threads *threads, unsigned id,
	enum dance_verdict verdicts[THREAD_INSTANCES]);

/* Forgets it, if it holds nothing for a further message. */
void thread_release(struct dance_thread *thread);
