/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What libunbound waits for: descriptors and timers, served by whoever calls
 * event_loop_turn(). One thread uses a loop; only event_loop_wake() may be called from others.
 * Knows nothing of DNS. */

#pragma once

/* The most events at once. A context has some 520, and one for each query under way; a lookup
 * may cause several queries. resolver.c has at most 8 contexts. */
#define EVENT_LOOP_MAX 16384

/* When poll(2) fails for want of memory or descriptors, a turn sleeps for so many milliseconds at
 * most, and then looks at its descriptors in parts. */
#define EVENT_LOOP_AGAIN_MS 50

struct event_loop;
struct ub_event_base;

/* NULL when out of memory or descriptors. */
struct event_loop *event_loop_new(void);

/* No context may be left that uses it. NULL is fine. */
void event_loop_free(struct event_loop *loop);

/* For ub_ctx_create_ub_event(). */
struct ub_event_base *event_loop_base(struct event_loop *loop);

/* Sleeps until an event is due, event_loop_wake() is called, or `timeout_ms` have passed
 * (negative: for ever). Then calls back once for each event that is due. An event that a callback
 * sets waits for the next turn. */
void event_loop_turn(struct event_loop *loop, int timeout_ms);

/* Ends the sleep of the current or the next turn. Any thread. */
void event_loop_wake(struct event_loop *loop);
