/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * An event loop, asked as libunbound asks it, for one test at a time. Time is the test's;
 * poll(2) and memory can be made to fail. */

#pragma once

#include "event_loop.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <unbound-event.h>

#define SOME 200
#define POLLS_KEPT 4

extern uint64_t now_us;

struct polls {
	unsigned calls, pauses, woken; /* from those, by a descriptor */
	nfds_t most; /* more descriptors than this at once fail, if there is an error */
	int error;
	nfds_t count; /* of the last call, and its timeout */
	int timeout;
	bool bare;                     /* one without a descriptor was among them */
	int longest;                   /* timeout of a call that did not fail */
	nfds_t total;                  /* of all calls */
	struct pollfd fds[POLLS_KEPT]; /* the first of the last call */
};
extern struct polls polls;

/* Of the loop; from the n-th on they fail (0: none does). */
extern unsigned allocations, fail_at;

struct thing {
	struct ub_event *event;
	int ends[2]; /* of a pipe */
	unsigned fired;
	int fd;
	short bits;
	unsigned order;
	void (*also)(struct thing *thing); /* what it does when it fires */
};

extern struct event_loop *loop;
extern struct thing things[SOME];
extern unsigned fired_all;

/* The callback of all events; their argument is the thing. */
void on_event(int fd, short bits, void *arg);

/* NULL if the loop makes none. */
struct ub_event *event_new(int fd, short bits, struct thing *thing);
void event_free(struct thing *thing);
void event_stop(struct thing *thing);
void event_set(struct thing *thing);

void set_timer(struct thing *thing, unsigned ms);
void stop_timer(struct thing *thing);

/* Waits for what can be read from the pipe, which is made if need be. */
void watch(struct thing *thing, short bits);
void fill(struct thing *thing);
void drain(struct thing *thing);

void turn(void);

/* For cmocka, around each test. */
int event_scene_begin(void **state);
int event_scene_end(void **state);
