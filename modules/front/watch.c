/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * libuv's handles for sockets and time. They outlive the watch: libuv gives them back when
 * it has closed them. */

#include "watch.h"

#include <poll.h>
#include <stdlib.h>

#include "monotonic.h"

static void free_handle(uv_handle_t *handle)
{
	free(handle);
}

/* The owner looks at all that it waits for, whatever has happened. */
static void on_socket(uv_poll_t *poll, int status, int events)
{
	struct watch *watch = poll->data;
	struct watch_side *side = watch->client.poll == poll ? &watch->client :
							       &watch->server;
	if (status < 0) {
		/* libuv has stopped: the socket itself will say what is wrong. */
		side->happened = POLLIN | POLLOUT;
		side->events = 0;
	}
	side->happened |= ((events & UV_READABLE) != 0 ? POLLIN : 0) |
		((events & UV_WRITABLE) != 0 ? POLLOUT : 0);
	watch->turn(watch->arg);
}

static void on_timer(uv_timer_t *timer)
{
	struct watch *watch = timer->data;
	watch->due = 0;
	watch->turn(watch->arg);
}

bool watch_begin(struct watch *watch, struct loop *loop, void (*turn)(void *arg), void *arg)
{
	*watch = (struct watch){ .loop = loop, .turn = turn, .arg = arg };
	uv_timer_t *timer = malloc(sizeof(*timer));
	if (timer == NULL || uv_timer_init(loop_uv(loop), timer) != 0) {
		free(timer);
		return false;
	}
	timer->data = watch;
	watch->timer = timer;
	return true;
}

static void forget(struct watch_side *side)
{
	if (side->poll != NULL) {
		uv_close((uv_handle_t *)side->poll, free_handle);
	}
	*side = (struct watch_side){ NULL };
}

static bool begin_poll(struct watch *watch, struct watch_side *side, int fd)
{
	uv_poll_t *poll = malloc(sizeof(*poll));
	if (poll == NULL || uv_poll_init(loop_uv(watch->loop), poll, fd) != 0) {
		free(poll);
		return false;
	}
	poll->data = watch;
	side->poll = poll;
	side->fd = fd;
	return true;
}

/* A socket of which nothing is wanted must not be watched: its end would be an event, too. */
static bool wait_for(struct watch *watch, struct watch_side *side, int fd, short events)
{
	if (side->poll != NULL && side->fd != fd) {
		forget(side);
	}
	if (events == side->events) {
		return true;
	}
	if (events == 0) {
		side->events = 0;
		return uv_poll_stop(side->poll) == 0;
	}
	if (side->poll == NULL && !begin_poll(watch, side, fd)) {
		return false;
	}
	int wanted = ((events & POLLIN) != 0 ? UV_READABLE : 0) |
		((events & POLLOUT) != 0 ? UV_WRITABLE : 0);
	side->events = events;
	return uv_poll_start(side->poll, wanted, on_socket) == 0;
}

bool watch_client(struct watch *watch, int fd, short events)
{
	return wait_for(watch, &watch->client, fd, events);
}

bool watch_server(struct watch *watch, int fd, short events)
{
	return wait_for(watch, &watch->server, fd, events);
}

void watch_forget_client(struct watch *watch)
{
	forget(&watch->client);
}

void watch_forget_server(struct watch *watch)
{
	forget(&watch->server);
}

short watch_take(struct watch_side *side)
{
	short happened = side->happened;
	side->happened = 0;
	return happened;
}

/* Most deadlines move on before they are reached. A timer that is set for an earlier one
 * stays, and the owner, who looks again then, sets it for what is left. */
void watch_until(struct watch *watch, int64_t deadline)
{
	if (deadline == WATCH_NEVER || (watch->due != 0 && watch->due <= deadline)) {
		return;
	}
	int64_t left = deadline - monotonic_ms();
	/* libuv counts from when it looked at its clock last. */
	uv_update_time(loop_uv(watch->loop));
	watch->due = deadline > 0 ? deadline : 1;
	(void)uv_timer_start(watch->timer, on_timer, left > 0 ? (uint64_t)left : 0, 0);
}

void watch_end(struct watch *watch)
{
	forget(&watch->client);
	forget(&watch->server);
	if (watch->timer != NULL) {
		uv_close((uv_handle_t *)watch->timer, free_handle);
	}
	*watch = (struct watch){ NULL };
}
