/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Listening sockets. A file that a process left behind when it was killed is replaced. */

#include "listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handed.h"
#include "log.h"

/* Who may connect is a matter of the directory: hosts run as users of their own. */
#define MODE 0666

/* One that was handed over for this place; -1 if there is none. */
static int find_handed(const struct endpoint *endpoint)
{
	for (int fd = HANDED_FIRST; fd < HANDED_FIRST + handed_count(); fd++) {
		struct sockaddr_storage bound;
		int type;
		if (handed_look_at(fd, &bound, &type) && type == SOCK_STREAM &&
			endpoint_is_equal(endpoint, &bound)) {
			return handed_take(fd, type);
		}
	}
	return -1;
}

/* Does nobody listen on this path any more? */
static bool is_left_behind(const struct endpoint *endpoint)
{
	struct stat status;
	if (lstat(endpoint->text, &status) != 0 || !S_ISSOCK(status.st_mode)) {
		return false;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool refused = fd >= 0 &&
		connect(fd, (const struct sockaddr *)&endpoint->socket, endpoint->size) !=
			0 &&
		errno == ECONNREFUSED;
	if (fd >= 0) {
		close(fd);
	}
	return refused;
}

static bool bind_to(int fd, const struct endpoint *endpoint)
{
	const struct sockaddr *address = (const struct sockaddr *)&endpoint->socket;
	if (bind(fd, address, endpoint->size) == 0) {
		return true;
	}
	if (errno != EADDRINUSE || !endpoint_is_path(endpoint)) {
		return false;
	}
	if (!is_left_behind(endpoint)) {
		errno = EADDRINUSE;
		return false;
	}
	return unlink(endpoint->text) == 0 && bind(fd, address, endpoint->size) == 0;
}

static int open_socket(const struct endpoint *endpoint)
{
	int family = endpoint->socket.ss_family;
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -1;
	}
	const int on = 1;
	if (!endpoint_is_path(endpoint)) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	}
	if (family == AF_INET6) {
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	}
	if (!bind_to(fd, endpoint) ||
		(endpoint_is_path(endpoint) && chmod(endpoint->text, MODE) != 0) ||
		listen(fd, SOMAXCONN) != 0) {
		int error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static struct listener *find(struct listeners *listeners, const char *text)
{
	for (size_t i = 0; i < listeners->count; i++) {
		if (strcmp(listeners->all[i].text, text) == 0) {
			return &listeners->all[i];
		}
	}
	return NULL;
}

/* NULL with errno. */
static struct listener *add(struct listeners *listeners, const struct endpoint *endpoint)
{
	struct listener *all = realloc(listeners->all,
		(listeners->count + 1) * sizeof(*all));
	if (all == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	listeners->all = all;
	int fd = find_handed(endpoint);
	bool is_ours = fd < 0;
	if (is_ours) {
		fd = open_socket(endpoint);
	}
	if (fd < 0) {
		return NULL;
	}
	struct listener *listener = &all[listeners->count++];
	*listener = (struct listener){
		.fd = fd, .fresh = true, .is_file = is_ours && endpoint_is_path(endpoint)
	};
	memcpy(listener->text, endpoint->text, sizeof(listener->text));
	return listener;
}

static void close_one(const struct listener *listener)
{
	close(listener->fd);
	/* Once privileges are dropped it may have to stay; the next start replaces it. */
	if (listener->is_file) {
		(void)unlink(listener->text);
	}
}

static void close_unwanted(struct listeners *listeners)
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

static bool open_section(struct listeners *listeners, const struct conf_ask *ask,
	char error[CONF_ERROR_SIZE])
{
	for (size_t i = 0; i < ask->listen_count; i++) {
		const struct endpoint *endpoint = &ask->listen[i];
		struct listener *listener = find(listeners, endpoint->text);
		if (listener == NULL) {
			listener = add(listeners, endpoint);
		}
		if (listener == NULL) {
			snprintf(error, CONF_ERROR_SIZE, "ask %s: cannot listen on %s: %s",
				ask->id, endpoint->text, strerror(errno));
			return false;
		}
		listener->wanted = true;
	}
	return true;
}

bool listeners_open(struct listeners *listeners, const struct conf *conf,
	char error[CONF_ERROR_SIZE])
{
	for (size_t i = 0; i < listeners->count; i++) {
		listeners->all[i].wanted = listeners->all[i].fresh = false;
	}
	bool opened = true;
	for (size_t i = 0; opened && i < conf->ask_count; i++) {
		opened = open_section(listeners, &conf->asks[i], error);
	}
	if (!opened) {
		for (size_t i = 0; i < listeners->count; i++) {
			listeners->all[i].wanted = !listeners->all[i].fresh;
		}
		close_unwanted(listeners);
	}
	return opened;
}

/* Hosts that connect there wait in vain. */
static void report_unused(struct listeners *listeners)
{
	for (int fd = HANDED_FIRST; fd < HANDED_FIRST + handed_count(); fd++) {
		struct sockaddr_storage bound;
		int type;
		char text[ENDPOINT_TEXT_SIZE] = "";
		if (handed_look_at(fd, &bound, &type) && type == SOCK_STREAM) {
			endpoint_text(text, &bound);
		}
		if (text[0] == '\0' || find(listeners, text) != NULL) {
			continue;
		}
		struct log_line line;
		log_line_begin(&line, "unused socket");
		log_line_key(&line, "address", "%s", text);
		log_line_reason(&line,
			"no section listens there, so its mail server waits in vain");
		log_composed(LEVEL_WARNING, &line,
			"remove the socket from the .socket unit, or add its address to "
			"'listen'");
	}
}

void listeners_settle(struct listeners *listeners, const struct conf *conf)
{
	close_unwanted(listeners);
	for (size_t i = 0; i < conf->ask_count; i++) {
		const struct conf_ask *ask = &conf->asks[i];
		for (size_t j = 0; j < ask->listen_count; j++) {
			struct listener *listener = find(listeners, ask->listen[j].text);
			if (listener == NULL) {
				continue;
			}
			snprintf(listener->id, sizeof(listener->id), "%s", ask->id);
			if (listener->fresh) {
				log_line(LEVEL_NOTICE, "ask %s, listening, address %s",
					ask->id, listener->text);
			}
			listener->fresh = false;
		}
	}
	report_unused(listeners);
}

void listeners_close(struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->count; i++) {
		close_one(&listeners->all[i]);
	}
	free(listeners->all);
	*listeners = (struct listeners){ 0 };
}
