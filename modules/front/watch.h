/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a connection waits for on its loop: events of up to two sockets, and a time. Knows
 * nothing of what is done then. Only in the loop's thread. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "loop.h"

struct watch_side {
	uv_poll_t *poll; /* NULL: its socket is not known to the loop */
	int fd;
	short events;   /* of poll() */
	short happened; /* of these, since watch_take() */
};

/* All zero: there is none. */
struct watch {
	struct loop *loop;
	void (*turn)(void *arg);
	void *arg;
	struct watch_side client, server;
	uv_timer_t *timer;
	int64_t due; /* monotonic_ms() for which the timer is set; 0: it is not */
};

#define WATCH_NEVER INT64_MAX

/* From now on `turn` is called when it may be worth to look. False when out of memory. */
bool watch_begin(struct watch *watch, struct loop *loop, void (*turn)(void *arg),
	void *arg);

/* Waits for these events of a socket, and for no others; none: 0. False when there is no
 * memory or no room in the kernel for that. */
bool watch_client(struct watch *watch, int fd, short events);
bool watch_server(struct watch *watch, int fd, short events);

/* Which events of a side have come since the last call. */
short watch_take(struct watch_side *side);

/* Waits until this moment of monotonic_ms() at most; it may be over, or WATCH_NEVER. */
void watch_until(struct watch *watch, int64_t deadline);

/* To be called before the server's socket, or the client's, is closed. */
void watch_forget_client(struct watch *watch);
void watch_forget_server(struct watch *watch);

/* Waits for nothing any more. Also for one that is zeroed. */
void watch_end(struct watch *watch);
