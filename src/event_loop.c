/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The loop that libunbound's contexts share (unbound-event.h): one poll(2) a turn, and a heap
 * of timers. Room for an event is made together with the event, so setting it cannot fail and a
 * turn allocates nothing. */

#include "event_loop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unbound-event.h>
#include <unistd.h>

#include "clock.h"

#define ROOM_FIRST 64
#define POLL_PART 16 /* descriptors; the system needs no memory for so few */

struct event {
	struct ub_event super; /* first: libunbound knows it by this */
	struct event_loop *loop;
	int fd;
	short bits;
	void (*callback)(int fd, short bits, void *arg);
	void *arg;
	size_t place;      /* in `polled`; 0: in none */
	size_t timer;      /* in the heap; 0: in none */
	uint64_t deadline; /* clock_us() */
	uint64_t set_in;   /* the turn in which its timer was set */
};

struct event_loop {
	struct ub_event_base super; /* first: libunbound knows it by this */
	struct pollfd *fds;         /* [0] is the pipe that wakes; then those of `polled` */
	struct event **polled;      /* with a descriptor, from 1 */
	struct event **timers;      /* a binary heap by deadline, from 1 */
	size_t polled_count, timer_count;
	size_t event_count; /* set or not */
	size_t room;        /* of each array */
	uint64_t turn;
	int wake_write;
};

static struct event_loop *loop_of(struct ub_event_base *base)
{
	return (struct event_loop *)base;
}

static struct event *event_of(struct ub_event *event)
{
	return (struct event *)event;
}

/* --- timers ------------------------------------------------------------------------------ */

static void put(struct event_loop *loop, size_t place, struct event *event)
{
	loop->timers[place] = event;
	event->timer = place;
}

static void rise(struct event_loop *loop, struct event *event)
{
	size_t place = event->timer;
	while (place > 1 && loop->timers[place / 2]->deadline > event->deadline) {
		put(loop, place, loop->timers[place / 2]);
		place /= 2;
	}
	put(loop, place, event);
}

static void sink(struct event_loop *loop, struct event *event)
{
	size_t place = event->timer, child;
	while ((child = 2 * place) <= loop->timer_count) {
		if (child < loop->timer_count &&
			loop->timers[child + 1]->deadline < loop->timers[child]->deadline) {
			child++;
		}
		if (loop->timers[child]->deadline >= event->deadline) {
			break;
		}
		put(loop, place, loop->timers[child]);
		place = child;
	}
	put(loop, place, event);
}

static void set_timer(struct event *event, const struct timeval *after)
{
	struct event_loop *loop = event->loop;
	event->deadline = clock_us() +
		(after->tv_sec < 0 ? 0 :
				     (uint64_t)after->tv_sec * 1000000 +
					(uint64_t)after->tv_usec);
	event->set_in = loop->turn;
	put(loop, ++loop->timer_count, event);
	rise(loop, event);
}

static void clear_timer(struct event *event)
{
	struct event_loop *loop = event->loop;
	if (event->timer == 0) {
		return;
	}
	struct event *last = loop->timers[loop->timer_count--];
	if (last != event) {
		put(loop, event->timer, last);
		rise(loop, last);
		sink(loop, last);
	}
	event->timer = 0;
}

/* --- descriptors ------------------------------------------------------------------------- */

/* Only events with a descriptor: the system counts the array against the limit of open files. */
static void watch(struct event *event)
{
	struct event_loop *loop = event->loop;
	if (event->fd < 0 || (event->bits & (UB_EV_READ | UB_EV_WRITE)) == 0) {
		return;
	}
	event->place = ++loop->polled_count;
	loop->polled[event->place] = event;
	loop->fds[event->place] = (struct pollfd){ .fd = event->fd,
		.events = (short)(((event->bits & UB_EV_READ) != 0 ? POLLIN : 0) |
			((event->bits & UB_EV_WRITE) != 0 ? POLLOUT : 0)) };
}

/* The last one takes its place. dispatch() goes from the end to the beginning, so it has either
 * seen that one already or will meet it in its new place. */
static void unwatch(struct event *event)
{
	struct event_loop *loop = event->loop;
	if (event->place == 0) {
		return;
	}
	struct event *last = loop->polled[loop->polled_count];
	loop->polled[event->place] = last;
	loop->fds[event->place] = loop->fds[loop->polled_count];
	last->place = event->place;
	loop->polled_count--;
	event->place = 0;
}

static void stop(struct event *event)
{
	unwatch(event);
	clear_timer(event);
}

/* --- what libunbound calls --------------------------------------------------------------- */

static void event_add_bits(struct ub_event *event, short bits)
{
	event_of(event)->bits |= bits;
}

static void event_del_bits(struct ub_event *event, short bits)
{
	event_of(event)->bits &= (short)~bits;
}

static void event_set_fd(struct ub_event *event, int fd)
{
	event_of(event)->fd = fd;
}

static void event_free(struct ub_event *event)
{
	stop(event_of(event));
	event_of(event)->loop->event_count--;
	free(event);
}

static int event_del(struct ub_event *event)
{
	stop(event_of(event));
	return 0;
}

static int event_add(struct ub_event *event, struct timeval *timeout)
{
	stop(event_of(event));
	watch(event_of(event));
	if (timeout != NULL && (event_of(event)->bits & UB_EV_TIMEOUT) != 0) {
		set_timer(event_of(event), timeout);
	}
	return 0;
}

static int event_add_timer(struct ub_event *event, struct ub_event_base *base,
	void (*callback)(int, short, void *), void *arg, struct timeval *timeout)
{
	struct event *timer = event_of(event);
	(void)base; /* the loop that it was made for */
	stop(timer);
	timer->fd = -1;
	timer->bits = UB_EV_TIMEOUT;
	timer->callback = callback;
	timer->arg = arg;
	set_timer(timer, timeout);
	return 0;
}

/* Signals are the host's. */
static int event_add_signal(struct ub_event *event, struct timeval *timeout)
{
	(void)event;
	(void)timeout;
	return -1;
}

static int event_del_signal(struct ub_event *event)
{
	(void)event;
	return -1;
}

static void event_unregister(struct ub_event *event)
{
	(void)event;
}

static void event_would_block(struct ub_event *event, int bit)
{
	(void)event;
	(void)bit;
}

static struct ub_event_vmt event_calls = {
	.add_bits = event_add_bits,
	.del_bits = event_del_bits,
	.set_fd = event_set_fd,
	.free = event_free,
	.add = event_add,
	.del = event_del,
	.add_timer = event_add_timer,
	.del_timer = event_del,
	.add_signal = event_add_signal,
	.del_signal = event_del_signal,
	.winsock_unregister_wsaevent = event_unregister,
	.winsock_tcp_wouldblock = event_would_block,
};

static bool make_room_of(struct event_loop *loop, size_t room)
{
	struct pollfd *fds = realloc(loop->fds, room * sizeof(*fds));
	loop->fds = fds != NULL ? fds : loop->fds;
	struct event **polled = realloc(loop->polled, room * sizeof(struct event *));
	loop->polled = polled != NULL ? polled : loop->polled;
	struct event **timers = realloc(loop->timers, room * sizeof(struct event *));
	loop->timers = timers != NULL ? timers : loop->timers;
	return fds != NULL && polled != NULL && timers != NULL;
}

/* For the events that there are, one more, and the unused place 0. */
static bool make_room(struct event_loop *loop)
{
	if (loop->event_count >= EVENT_LOOP_MAX) {
		return false;
	}
	if (loop->event_count + 2 <= loop->room) {
		return true;
	}
	size_t room = loop->room == 0 ? ROOM_FIRST : 2 * loop->room;
	if (!make_room_of(loop, room)) {
		return false;
	}
	loop->room = room;
	return true;
}

static struct ub_event *base_new_event(struct ub_event_base *base, int fd, short bits,
	void (*callback)(int, short, void *), void *arg)
{
	struct event_loop *loop = loop_of(base);
	struct event *event = make_room(loop) ? calloc(1, sizeof(*event)) : NULL;
	if (event == NULL) {
		return NULL;
	}
	loop->event_count++;
	event->super = (struct ub_event){ UB_EVENT_MAGIC, &event_calls };
	event->loop = loop;
	event->fd = fd;
	event->bits = bits;
	event->callback = callback;
	event->arg = arg;
	return &event->super;
}

static struct ub_event *base_new_signal(struct ub_event_base *base, int number,
	void (*callback)(int, short, void *), void *arg)
{
	(void)base;
	(void)number;
	(void)callback;
	(void)arg;
	return NULL;
}

static struct ub_event *base_register(struct ub_event_base *base, void *handle,
	void (*callback)(int, short, void *), void *arg)
{
	(void)base;
	(void)handle;
	(void)callback;
	(void)arg;
	return NULL;
}

/* event_loop_free() and event_loop_turn() are for the owner of the loop. */
static void base_free(struct ub_event_base *base)
{
	(void)base;
}

static int base_dispatch(struct ub_event_base *base)
{
	(void)base;
	return -1;
}

static int base_loopexit(struct ub_event_base *base, struct timeval *after)
{
	(void)base;
	(void)after;
	return -1;
}

static struct ub_event_base_vmt base_calls = {
	.free = base_free,
	.dispatch = base_dispatch,
	.loopexit = base_loopexit,
	.new_event = base_new_event,
	.new_signal = base_new_signal,
	.winsock_register_wsaevent = base_register,
};

/* --- the loop ---------------------------------------------------------------------------- */

struct event_loop *event_loop_new(void)
{
	int ends[2];
	struct event_loop *loop = calloc(1, sizeof(*loop));
	if (loop == NULL || !make_room(loop) || pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) {
		goto fail;
	}
	loop->super = (struct ub_event_base){ UB_EVENT_MAGIC, &base_calls };
	loop->fds[0] = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	loop->wake_write = ends[1];
	return loop;
fail:
	if (loop != NULL) {
		free(loop->timers);
		free(loop->polled);
		free(loop->fds);
	}
	free(loop);
	return NULL;
}

void event_loop_free(struct event_loop *loop)
{
	if (loop == NULL) {
		return;
	}
	close(loop->fds[0].fd);
	close(loop->wake_write);
	free(loop->timers);
	free(loop->polled);
	free(loop->fds);
	free(loop);
}

struct ub_event_base *event_loop_base(struct event_loop *loop)
{
	return &loop->super;
}

static int time_left(const struct event_loop *loop, int timeout_ms)
{
	if (loop->timer_count == 0) {
		return timeout_ms;
	}
	uint64_t now = clock_us(), deadline = loop->timers[1]->deadline;
	uint64_t left = deadline > now ? (deadline - now + 999) / 1000 : 0;
	if (timeout_ms >= 0 && left >= (uint64_t)timeout_ms) {
		return timeout_ms;
	}
	return left < INT_MAX ? (int)left : INT_MAX;
}

/* For when poll(2) does not take all descriptors at once. Sleeps on the pipe alone, so that
 * event_loop_wake() works as ever and the turns do not spin, and then looks at the others part by
 * part. */
static void look_in_parts(struct event_loop *loop, int timeout_ms)
{
	int pause = timeout_ms >= 0 && timeout_ms < EVENT_LOOP_AGAIN_MS ?
		timeout_ms :
		EVENT_LOOP_AGAIN_MS;
	if (poll(loop->fds, 1, pause) < 0) {
		poll(NULL, 0, pause);
	}
	for (size_t i = 1; i <= loop->polled_count; i += POLL_PART) {
		size_t rest = loop->polled_count + 1 - i;
		poll(loop->fds + i, rest < POLL_PART ? rest : POLL_PART, 0);
	}
}

static void look(struct event_loop *loop, int timeout_ms)
{
	int found = poll(loop->fds, loop->polled_count + 1, timeout_ms);
	if (found < 0 && errno != EINTR) {
		look_in_parts(loop, timeout_ms);
	}
}

static short bits_of(short seen)
{
	const short broken = POLLERR | POLLHUP | POLLNVAL;
	return (short)(((seen & (POLLIN | broken)) != 0 ? UB_EV_READ : 0) |
		((seen & (POLLOUT | broken)) != 0 ? UB_EV_WRITE : 0));
}

/* A callback may set, stop and free any event, also its own. */
static void dispatch(struct event_loop *loop)
{
	for (size_t i = loop->polled_count; i > 0; i--) {
		if (i > loop->polled_count || loop->fds[i].revents == 0) {
			continue;
		}
		struct event *event = loop->polled[i];
		short bits = bits_of(loop->fds[i].revents) & event->bits;
		loop->fds[i].revents = 0;
		if (bits == 0) {
			continue;
		}
		if ((event->bits & UB_EV_PERSIST) == 0) {
			stop(event);
		}
		event->callback(event->fd, bits, event->arg);
	}
}

/* A timer that is set by a callback waits for the next turn, however short it is. */
static void fire_timers(struct event_loop *loop)
{
	uint64_t now = clock_us();
	while (loop->timer_count > 0 && loop->timers[1]->deadline <= now &&
		loop->timers[1]->set_in != loop->turn) {
		struct event *event = loop->timers[1];
		clear_timer(event);
		if ((event->bits & UB_EV_PERSIST) == 0) {
			stop(event);
		}
		event->callback(event->fd, UB_EV_TIMEOUT, event->arg);
	}
}

void event_loop_turn(struct event_loop *loop, int timeout_ms)
{
	char drain[64];
	loop->turn++;
	look(loop, time_left(loop, timeout_ms));
	if (loop->fds[0].revents != 0) {
		while (read(loop->fds[0].fd, drain, sizeof(drain)) > 0) {
		}
	}
	dispatch(loop);
	fire_timers(loop);
}

void event_loop_wake(struct event_loop *loop)
{
	/* A full pipe wakes as well. */
	ssize_t written = write(loop->wake_write, "", 1);
	(void)written;
}
