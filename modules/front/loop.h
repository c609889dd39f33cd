/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * An event loop and its thread. What a connection has (sockets, TLS, relay, timers) is
 * touched only by the thread of its loop; other threads reach it by a call that they post.
 * Knows nothing of connections. */

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/queue.h>

#include <uv.h>

struct buffers;
struct loop;

/* A function that the loop's thread is to call: its owner's, who fills in the first three
 * before it can be posted. */
struct loop_call {
	struct loop *loop;
	void (*run)(void *arg);
	void *arg;
	bool posted;
	TAILQ_ENTRY(loop_call) link;
};

/* Starts the thread. The loop has room for sockets with numbers below `descriptors`, so that
 * these need no memory later. NULL when out of memory, threads or descriptors. */
struct loop *loop_new(unsigned descriptors);

/* Ends the thread, which has nothing to do any more. NULL is fine. */
void loop_free(struct loop *loop);

/* The loop's thread runs it soon: once, however often it is posted before. What the call is
 * part of may be gone as soon as it runs. Any thread. */
void loop_post(struct loop_call *call);

/* It does not run unless it is posted again. Only in the loop's thread. */
void loop_cancel(struct loop_call *call);

/* Who is told of what concerns all of its kind: its owner's, who fills in the first three. */
struct loop_member {
	struct loop *loop;
	void (*tell)(void *arg);
	void *arg;
	unsigned told;
	TAILQ_ENTRY(loop_member) link;
};

/* Only in the loop's thread. */
void loop_join(struct loop_member *member);
void loop_part(struct loop_member *member);

/* Every member is told soon, a few at a time: it may part then. Any thread. */
void loop_tell(struct loop *loop);

/* For libuv's handles, in the loop's thread. */
uv_loop_t *loop_uv(struct loop *loop);

/* Buffers for what passes, in the loop's thread. */
struct buffers *loop_buffers(struct loop *loop);

/* How many connections it has; counted by whom that concerns. */
atomic_uint *loop_load(struct loop *loop);

/* Has the loop's thread answered the last call of this function by now? It is asked again if so.
 * One and the same thread calls it. */
bool loop_answers(struct loop *loop);

/* More sockets may be open than were foreseen. */
void loop_make_room(struct loop *loop, unsigned descriptors);
