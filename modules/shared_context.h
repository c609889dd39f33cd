/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One libdance context for all users in the process that look names up in the same way. A host
 * makes what a reload brings before it frees what was there, so what is known from DNS outlives a
 * reload. Knows nothing of hosts and their configuration. */

#pragma once

#include <stdbool.h>

#include "dance.h"

struct shared_context;

/* A user of a shared context. It is the caller's; zeroed before it joins, and then it must stay at
 * its address until it has left. */
struct shared_context_user {
	struct shared_context *shared; /* NULL: it has joined none */
	struct shared_context_user *next;
	struct shared_context_user **link; /* what points to it: there may be very many */
	void *arg;                         /* for options.log */
};

/* Joins the context that was made for the same trust_anchor, root_hints and forwarders, and for the
 * same limits of lookups and of names that are remembered; makes it, with all that `options` says,
 * if there is none. Copies what it keeps. False when out of memory. Any thread.
 *
 * options.max_waiting of the last user that has joined is for all contexts together: see
 * shared_context_ask().
 *
 * options.log is called with the arg of one of the users at that moment, under
 * a lock that users take to join and leave: it must do neither. options.thread_begin,
 * thread_end, looked_up and anchored are called with a pointer that means nothing to them. */
bool shared_context_join(struct shared_context_user *user,
	const struct dance_context_options *options);

/* The last user takes the context along, whose rosters must all be gone then. Nothing is done
 * if it has joined none. */
void shared_context_leave(struct shared_context_user *user);

/* To be called before and after dance_verify() with a roster of any shared context. As long as
 * more threads are between the two than may wait, further ones do not wait: they are told what is
 * known, or DANCE_FAIL_NOT_READY. So no more wait than may, however many contexts there are. A
 * host without such a limit need not call them. */
void shared_context_ask(void);
void shared_context_asked(void);

/* Of one that has joined. */
struct dance_context *shared_context_get(const struct shared_context_user *user);
