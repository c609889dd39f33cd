/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Listening sockets. A file that a process left behind when it was killed is replaced. */

#include "listeners.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handed.h"
#include "log.h"
#include "watchdog.h"

/* Who may connect is a matter of the directory: hosts run as users of their own. */
#define MODE 0666

/* --- one socket -------------------------------------------------------------------------- */

/* Accepted connections inherit it. To a socket that is not of TCP it means nothing. */
static void send_at_once(int fd)
{
	const int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* One that was handed over for this place; -1 if there is none. */
static int find_handed(const struct endpoint *at, int type)
{
	for (int fd = HANDED_FIRST; fd < HANDED_FIRST + handed_count(); fd++) {
		struct sockaddr_storage bound;
		int is;
		if (handed_look_at(fd, &bound, &is) && is == type &&
			endpoint_is_equal(at, &bound)) {
			int taken = handed_take(fd, type);
			send_at_once(taken);
			return taken;
		}
	}
	return -1;
}

/* Does nobody listen on this path any more? */
static bool is_left_behind(const struct endpoint *at)
{
	struct stat status;
	if (lstat(at->text, &status) != 0 || !S_ISSOCK(status.st_mode)) {
		return false;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool refused = fd >= 0 &&
		connect(fd, (const struct sockaddr *)&at->socket, at->size) != 0 &&
		errno == ECONNREFUSED;
	if (fd >= 0) {
		close(fd);
	}
	return refused;
}

static bool bind_to(int fd, const struct endpoint *at)
{
	const struct sockaddr *address = (const struct sockaddr *)&at->socket;
	if (bind(fd, address, at->size) == 0) {
		return true;
	}
	if (errno != EADDRINUSE || !endpoint_is_path(at)) {
		return false;
	}
	if (!is_left_behind(at)) {
		errno = EADDRINUSE;
		return false;
	}
	return unlink(at->text) == 0 && bind(fd, address, at->size) == 0;
}

/* -1 with errno. */
static int open_socket(const struct endpoint *at, int type)
{
	int family = at->socket.ss_family;
	int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -1;
	}
	const int on = 1;
	if (type == SOCK_STREAM && !endpoint_is_path(at)) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	}
	send_at_once(fd);
	if (family == AF_INET6) {
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	}
	if (!bind_to(fd, at) || (endpoint_is_path(at) && chmod(at->text, MODE) != 0) ||
		(type == SOCK_STREAM && listen(fd, SOMAXCONN) != 0)) {
		int error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static void close_one(const struct listener *listener)
{
	close(listener->fd);
	/* Once privileges are dropped it may have to stay; the next start replaces it. */
	if (listener->is_file) {
		(void)unlink(listener->text);
	}
}

/* --- all of them ------------------------------------------------------------------------- */

struct listener *listeners_find(struct listeners *listeners, const char *text,
	bool datagrams)
{
	for (size_t i = 0; i < listeners->count; i++) {
		struct listener *listener = &listeners->all[i];
		if (!listener->unused && listener->datagrams == datagrams &&
			strcmp(listener->text, text) == 0) {
			return listener;
		}
	}
	return NULL;
}

struct listener *listeners_add(struct listeners *listeners, const struct listener *listener)
{
	struct listener *all = realloc(listeners->all,
		(listeners->count + 1) * sizeof(*all));
	if (all == NULL) {
		close_one(listener);
		return NULL;
	}
	listeners->all = all;
	all[listeners->count] = *listener;
	return &all[listeners->count++];
}

void listeners_begin(struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->count; i++) {
		listeners->all[i].wanted = listeners->all[i].fresh = false;
	}
}

/* NULL with errno. */
static struct listener *open_one(struct listeners *listeners, const struct endpoint *at,
	bool datagrams)
{
	int type = datagrams ? SOCK_DGRAM : SOCK_STREAM;
	struct listener opened = {
		.fd = find_handed(at, type), .datagrams = datagrams, .fresh = true
	};
	if (opened.fd < 0) {
		opened.fd = open_socket(at, type);
		opened.is_file = endpoint_is_path(at);
	}
	if (opened.fd < 0) {
		return NULL;
	}
	memcpy(opened.text, at->text, sizeof(opened.text));
	struct listener *listener = listeners_add(listeners, &opened);
	if (listener == NULL) {
		errno = ENOMEM;
	}
	return listener;
}

bool listeners_want(struct listeners *listeners, const char *kind, const char *id,
	const struct endpoint *at, bool datagrams, char error[CONF_ERROR_SIZE])
{
	struct listener *listener = listeners_find(listeners, at->text, datagrams);
	if (listener == NULL) {
		listener = open_one(listeners, at, datagrams);
	}
	if (listener == NULL) {
		snprintf(error, CONF_ERROR_SIZE, "%s %s: cannot listen on %s%s: %s", kind,
			id, at->text, datagrams ? " (UDP)" : "", strerror(errno));
		return false;
	}
	/* Its section may have changed: listener_assign() sets that. */
	listener->wanted = true;
	return true;
}

void listeners_close_unwanted(struct listeners *listeners)
{
	size_t kept = 0;
	for (size_t i = 0; i < listeners->count; i++) {
		if (listeners->all[i].wanted) {
			listeners->all[kept++] = listeners->all[i];
		} else {
			close_one(&listeners->all[i]);
		}
	}
	listeners->count = kept;
}

void listeners_abandon(struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->count; i++) {
		listeners->all[i].wanted = !listeners->all[i].fresh;
	}
	listeners_close_unwanted(listeners);
}

void listener_assign(struct listener *listener, const char *kind, const char *id)
{
	snprintf(listener->id, sizeof(listener->id), "%s", id);
	listener->of_metrics = false;
	if (listener->fresh && !listener->datagrams) {
		log_line(LEVEL_NOTICE, "%s %s, listening, address %s", kind, id,
			listener->text);
	}
	listener->fresh = false;
}

bool listeners_want_metrics(struct listeners *listeners, const struct endpoint *at,
	char error[CONF_ERROR_SIZE])
{
	return at->size == 0 ||
		listeners_want(listeners, "server", "metrics", at, false, error);
}

void listeners_assign_metrics(struct listeners *listeners, const struct endpoint *at)
{
	struct listener *listener = at->size != 0 ?
		listeners_find(listeners, at->text, false) :
		NULL;
	if (listener == NULL) {
		return;
	}
	listener->of_metrics = true;
	if (listener->fresh) {
		log_line(LEVEL_NOTICE, "serving metrics, address %s", listener->text);
	}
	listener->fresh = false;
}

bool listeners_wait(struct listeners *listeners, const sigset_t *waiting)
{
	struct pollfd *sockets = calloc(listeners->count + 1, sizeof(*sockets));
	if (sockets == NULL) {
		return false;
	}
	for (size_t i = 0; i < listeners->count; i++) {
		sockets[i] = (struct pollfd){ listeners->all[i].fd, POLLIN, 0 };
	}
	struct timespec pause;
	int happened = ppoll(sockets, listeners->count, watchdog_pause(&pause), waiting);
	bool fine = happened >= 0 || errno == EINTR;
	for (size_t i = 0; i < listeners->count; i++) {
		listeners->all[i].ready = happened > 0 && sockets[i].revents != 0;
	}
	free(sockets);
	return fine;
}

void listeners_close(struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->count; i++) {
		close_one(&listeners->all[i]);
	}
	free(listeners->all);
	*listeners = (struct listeners){ 0 };
}
