/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One loop over a pipe, by which connections come, and over those. Each brings one request, and is
 * closed after the answer. */

#include "metrics_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"
#include "metrics_request.h"
#include "monotonic.h"
#include "shortage.h"
#include "thread.h"

#define STOP (-1)        /* comes by the pipe in place of a descriptor */
#define BATCH 16         /* accepted at once, before other listeners have their turn */
#define HELD_MAX 32      /* connections, also those in the pipe */
#define UNREAD_MAX 65536 /* octets that are thrown away after the answer */
#define HEAD_SIZE 256

struct visit {
	int fd; /* -1: none */
	int64_t deadline;
	uint64_t turn; /* the smallest has had its place, or its answer, for longest */
	enum stage {
		VISIT_ASKS,
		VISIT_IS_TOLD,
		VISIT_LEAVES, /* it has all; what it still sends is read, so that it gets that */
	} stage;
	char request[METRICS_REQUEST_MAX];
	size_t got;
	char head[HEAD_SIZE];
	size_t head_size;
	struct openmetrics body;
	size_t sent; /* of head and body */
	size_t unread;
};

static struct {
	bool runs; /* the main thread's, as the next two */
	pthread_t thread;
	int give; /* the pipe's end to write to */
	int take; /* the thread's from here on */
	metrics_write *write;
	struct visit visits[METRICS_CONNECTIONS_MAX];
	uint64_t turns;
	atomic_uint held;
} server;

/* --- one visit --------------------------------------------------------------------------- */

static void leave(struct visit *visit)
{
	close(visit->fd);
	openmetrics_clear(&visit->body);
	visit->fd = -1;
	atomic_fetch_sub(&server.held, 1);
}

/* Many may come within a millisecond: the deadline does not say who was first. */
static void begin_turn(struct visit *visit)
{
	visit->deadline = monotonic_ms() + METRICS_TIMEOUT_MS;
	visit->turn = ++server.turns;
}

static const char *phrase_of(unsigned status)
{
	static const struct {
		unsigned status;
		const char *phrase;
	} phrases[] = {
		{ 200, "OK" },
		{ 400, "Bad Request" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 505, "HTTP Version Not Supported" },
	};
	size_t i = 0;
	while (phrases[i].status != status) {
		i++;
	}
	return phrases[i].phrase;
}

static void begin_answer(struct visit *visit, const struct metrics_request *request)
{
	unsigned status = request->status;
	visit->stage = VISIT_IS_TOLD;
	begin_turn(visit);
	visit->body = (struct openmetrics){ .classic = request->classic };
	if (status == 200) {
		server.write(&visit->body);
		openmetrics_end(&visit->body);
	}
	if (visit->body.failed) {
		openmetrics_clear(&visit->body);
		status = 500;
	}
	int size = snprintf(visit->head, sizeof(visit->head),
		"HTTP/1.1 %u %s\r\n%s%s%s%sContent-Length: %zu\r\nConnection: close\r\n\r\n",
		status, phrase_of(status), status == 405 ? "Allow: GET, HEAD\r\n" : "",
		status == 200 ? "Content-Type: " : "",
		status != 200            ? "" :
			request->classic ? OPENMETRICS_CLASSIC_CONTENT_TYPE :
					   OPENMETRICS_CONTENT_TYPE,
		status == 200 ? "\r\n" : "", visit->body.size);
	visit->head_size = size > 0 ? (size_t)size : 0;
	if (request->is_head) {
		visit->body.size = 0;
	}
}

/* False if the visit is over. */
static bool hear(struct visit *visit)
{
	ssize_t got = recv(visit->fd, visit->request + visit->got,
		sizeof(visit->request) - visit->got, 0);
	if (got <= 0) {
		return got < 0 && (errno == EAGAIN || errno == EINTR);
	}
	visit->got += (size_t)got;
	struct metrics_request request;
	if (metrics_request_read(&request, visit->request, visit->got)) {
		begin_answer(visit, &request);
	}
	return true;
}

static bool tell(struct visit *visit)
{
	while (visit->sent < visit->head_size + visit->body.size) {
		bool in_head = visit->sent < visit->head_size;
		const char *from = in_head ?
			visit->head + visit->sent :
			visit->body.text + (visit->sent - visit->head_size);
		size_t size = in_head ? visit->head_size - visit->sent :
					visit->head_size + visit->body.size - visit->sent;
		ssize_t sent = send(visit->fd, from, size, MSG_NOSIGNAL);
		if (sent < 0) {
			return errno == EAGAIN || errno == EINTR;
		}
		visit->sent += (size_t)sent;
	}
	openmetrics_clear(&visit->body);
	visit->stage = VISIT_LEAVES;
	/* A socket that is closed over unread octets takes back what was written (RFC 1122
	 * 4.2.2.13). */
	return shutdown(visit->fd, SHUT_WR) == 0;
}

static bool hear_out(struct visit *visit)
{
	ssize_t got = recv(visit->fd, visit->request, sizeof(visit->request), 0);
	if (got > 0) {
		visit->unread += (size_t)got;
	}
	return (got > 0 && visit->unread < UNREAD_MAX) ||
		(got < 0 && (errno == EAGAIN || errno == EINTR));
}

static bool go_on(struct visit *visit)
{
	switch (visit->stage) {
	case VISIT_ASKS:
		return hear(visit);
	case VISIT_IS_TOLD:
		return tell(visit);
	case VISIT_LEAVES:
		break;
	}
	return hear_out(visit);
}

/* --- the thread -------------------------------------------------------------------------- */

static void admit(int fd)
{
	struct visit *place = &server.visits[0];
	for (size_t i = 0; i < METRICS_CONNECTIONS_MAX; i++) {
		struct visit *visit = &server.visits[i];
		if (visit->fd < 0 || (place->fd >= 0 && visit->turn < place->turn)) {
			place = visit;
		}
		if (visit->fd < 0) {
			break;
		}
	}
	if (place->fd >= 0) {
		leave(place);
	}
	place->fd = fd;
	begin_turn(place);
	place->stage = VISIT_ASKS;
	place->got = place->sent = place->head_size = place->unread = 0;
	place->body = (struct openmetrics){ 0 };
}

/* Takes those that have come by the pipe. False if the thread is to end. */
static bool take(void)
{
	int fd;
	while (read(server.take, &fd, sizeof(fd)) == sizeof(fd)) {
		if (fd == STOP) {
			return false;
		}
		admit(fd);
	}
	return true;
}

/* Sets what is waited for, and returns for how long at most: -1: for ever. */
static int prepare(struct pollfd sockets[METRICS_CONNECTIONS_MAX + 1])
{
	int64_t first = INT64_MAX, now = monotonic_ms();
	for (size_t i = 0; i < METRICS_CONNECTIONS_MAX; i++) {
		const struct visit *visit = &server.visits[i];
		sockets[i] = (struct pollfd){ .fd = visit->fd,
			.events = visit->stage == VISIT_IS_TOLD ? POLLOUT : POLLIN };
		if (visit->fd >= 0 && visit->deadline < first) {
			first = visit->deadline;
		}
	}
	sockets[METRICS_CONNECTIONS_MAX] = (struct pollfd){ .fd = server.take,
		.events = POLLIN };
	return first == INT64_MAX ? -1 : first > now ? (int)(first - now) : 0;
}

static void *serve(void *arg)
{
	(void)arg;
	struct pollfd sockets[METRICS_CONNECTIONS_MAX + 1];
	do {
		int timeout = prepare(sockets);
		if (poll(sockets, METRICS_CONNECTIONS_MAX + 1, timeout) < 0) {
			monotonic_pause();
			continue;
		}
		int64_t now = monotonic_ms();
		for (size_t i = 0; i < METRICS_CONNECTIONS_MAX; i++) {
			struct visit *visit = &server.visits[i];
			if (visit->fd >= 0 &&
				((sockets[i].revents != 0 && !go_on(visit)) ||
					now >= visit->deadline)) {
				leave(visit);
			}
		}
	} while (take());
	for (size_t i = 0; i < METRICS_CONNECTIONS_MAX; i++) {
		if (server.visits[i].fd >= 0) {
			leave(&server.visits[i]);
		}
	}
	return NULL;
}

/* --- the main thread --------------------------------------------------------------------- */

bool metrics_server_start(metrics_write *write)
{
	int ends[2];
	if (server.runs) {
		return true;
	}
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
		return false;
	}
	server.write = write;
	server.take = ends[0];
	server.give = ends[1];
	for (size_t i = 0; i < METRICS_CONNECTIONS_MAX; i++) {
		server.visits[i].fd = -1;
	}
	server.runs = thread_start(&server.thread, serve, NULL);
	if (!server.runs) {
		close(ends[0]);
		close(ends[1]);
	}
	return server.runs;
}

void metrics_settle(const struct conf_common *conf, metrics_write *write)
{
	if (conf->metrics.size == 0 || metrics_server_start(write)) {
		return;
	}
	struct log_line line;
	log_line_begin(&line, "metrics are not served");
	log_line_reason(&line, "no thread can be started");
	log_composed(LEVEL_ERROR, &line, SHORTAGE_OF_THREADS);
}

/* More than can be served do not wait. */
static void give(int fd)
{
	if (atomic_fetch_add(&server.held, 1) >= HELD_MAX ||
		write(server.give, &fd, sizeof(fd)) != sizeof(fd)) {
		atomic_fetch_sub(&server.held, 1);
		close(fd);
	}
}

bool metrics_server_accept(const struct listener *listener)
{
	for (unsigned i = 0; i < BATCH; i++) {
		int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			give(fd);
			continue;
		}
		const int error = errno;
		const char *advice = shortage_after_accept(error);
		if (advice != NULL) {
			struct log_line line;
			log_line_begin(&line, "metrics are not served");
			log_line_reason(&line, "%s", strerror(error));
			log_composed_limited(LEVEL_ERROR, &line, advice);
		}
		return advice == NULL;
	}
	return true;
}

void metrics_server_stop(void)
{
	if (!server.runs) {
		return;
	}
	const int stop = STOP;
	while (write(server.give, &stop, sizeof(stop)) != sizeof(stop)) {
		monotonic_pause(); /* the thread is taking what is there */
	}
	pthread_join(server.thread, NULL);
	close(server.give);
	close(server.take);
	server.runs = false;
}
