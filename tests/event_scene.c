/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * An event loop, asked as libunbound asks it, for one test at a time. */

#include "event_scene.h"

#include "check.h"
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* --- a clock, poll(2) and memory of its own ----------------------------------------------- */

uint64_t now_us;

uint64_t clock_us(void)
{
	return now_us;
}

uint64_t clock_ms(void)
{
	return 1 + now_us / 1000;
}

struct polls polls;

int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	polls.calls++;
	polls.total += count;
	for (nfds_t i = 0; i < count && i < POLLS_KEPT; i++) {
		polls.fds[i] = fds[i];
	}
	polls.count = count;
	polls.timeout = timeout;
	for (nfds_t i = 0; i < count; i++) {
		polls.bare |= fds[i].fd < 0;
	}
	if (polls.error != 0 && count > polls.most) {
		errno = polls.error;
		return -1;
	}
	polls.longest = timeout > polls.longest ? timeout : polls.longest;
	int found = __real_poll(fds, count, timeout);
	polls.pauses += timeout > 0;
	polls.woken += timeout > 0 && found > 0;
	return found;
}

unsigned allocations, fail_at;

static bool starves(void)
{
	allocations++;
	return fail_at != 0 && allocations >= fail_at;
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return starves() ? NULL : __real_calloc(count, size);
}

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size)
{
	return starves() ? NULL : __real_realloc(block, size);
}

/* --- events and what becomes of them ------------------------------------------------------ */

struct event_loop *loop;
struct thing things[SOME];
unsigned fired_all;

void on_event(int fd, short bits, void *arg)
{
	struct thing *thing = arg;
	assert_non_null(thing->event); /* it is still there */
	thing->fd = fd;
	thing->fired++;
	thing->bits = bits;
	thing->order = fired_all++;
	if (thing->also != NULL) {
		thing->also(thing);
	}
}

struct ub_event *event_new(int fd, short bits, struct thing *thing)
{
	struct ub_event_base *base = event_loop_base(loop);
	assert_int_equal(base->magic, UB_EVENT_MAGIC);
	struct ub_event *event = base->vmt->new_event(base, fd, bits, on_event, thing);
	if (event != NULL) {
		assert_int_equal(event->magic, UB_EVENT_MAGIC);
	}
	return event;
}

void event_free(struct thing *thing)
{
	if (thing->event != NULL) {
		thing->event->vmt->free(thing->event);
	}
	thing->event = NULL;
}

void event_stop(struct thing *thing)
{
	assert_int_equal(thing->event->vmt->del(thing->event), 0);
}

void event_set(struct thing *thing)
{
	assert_int_equal(thing->event->vmt->add(thing->event, NULL), 0);
}

void set_timer(struct thing *thing, unsigned ms)
{
	struct timeval after = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	if (thing->event == NULL) {
		thing->event = event_new(-1, UB_EV_TIMEOUT, thing);
	}
	assert_int_equal(thing->event->vmt->add_timer(thing->event, event_loop_base(loop),
				 on_event, thing, &after),
		0);
}

void stop_timer(struct thing *thing)
{
	assert_int_equal(thing->event->vmt->del_timer(thing->event), 0);
}

/* The reading end of a pipe. */
void watch(struct thing *thing, short bits)
{
	if (thing->ends[0] < 0) {
		assert_int_equal(pipe2(thing->ends, O_NONBLOCK), 0);
	}
	thing->event = event_new(thing->ends[0], bits, thing);
	assert_non_null(thing->event);
	event_set(thing);
}

void fill(struct thing *thing)
{
	assert_int_equal(write(thing->ends[1], "x", 1), 1);
}

void drain(struct thing *thing)
{
	char octet;
	assert_int_equal(read(thing->ends[0], &octet, 1), 1);
}

void turn(void)
{
	event_loop_turn(loop, 0);
}

static int first_free;

/* The lowest number of a descriptor that is not open. */
static int free_descriptor(void)
{
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	close(fd);
	return fd;
}

int event_scene_begin(void **state)
{
	(void)state;
	now_us = 1000000;
	memset(&polls, 0, sizeof(polls));
	memset(things, 0, sizeof(things));
	for (size_t i = 0; i < SOME; i++) {
		things[i].ends[0] = things[i].ends[1] = -1;
	}
	fail_at = 0;
	fired_all = 0;
	first_free = free_descriptor();
	loop = event_loop_new();
	return loop == NULL ? -1 : 0;
}

int event_scene_end(void **state)
{
	(void)state;
	fail_at = 0;
	for (size_t i = 0; i < SOME; i++) {
		event_free(&things[i]);
		for (size_t k = 0; k < 2; k++) {
			if (things[i].ends[k] >= 0) {
				close(things[i].ends[k]);
			}
		}
	}
	event_loop_free(loop);
	return free_descriptor() == first_free ? 0 : -1;
}
