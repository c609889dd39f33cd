/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Listening sockets: opened here, or passed by the service manager. */

#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "handed.h"
#include "log.h"

/* --- sockets that were handed over ------------------------------------------------------- */

/* One of this kind and address; -1 if there is none. */
static int find_handed(const struct address *address, int type)
{
	for (int fd = HANDED_FIRST; fd < HANDED_FIRST + handed_count(); fd++) {
		struct sockaddr_storage bound;
		int is;
		if (handed_look_at(fd, &bound, &is) && is == type &&
			address_is_equal(&bound, &address->socket)) {
			return handed_take(fd, type);
		}
	}
	return -1;
}

/* --- our own ----------------------------------------------------------------------------- */

static int open_socket(const struct address *address, bool datagrams)
{
	int type = datagrams ? SOCK_DGRAM : SOCK_STREAM;
	int fd = find_handed(address, type);
	if (fd >= 0) {
		return fd;
	}
	int family = address->socket.ss_family;
	fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -1;
	}
	const int on = 1;
	if (!datagrams) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		/* Accepted connections inherit it. */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
	if (family == AF_INET6) {
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	}
	if (bind(fd, (const struct sockaddr *)&address->socket, address->size) != 0 ||
		(!datagrams && listen(fd, SOMAXCONN) != 0)) {
		int error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

/* Of all sockets, the one for this. */
static struct listener *find(struct listeners *listeners, const char *text, bool datagrams)
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

/* Takes the socket. NULL, with errno, if it is -1 or when out of memory. */
static struct listener *add(struct listeners *listeners, int fd, bool datagrams,
	const char *text)
{
	struct listener *all = fd >= 0 ?
		realloc(listeners->all, (listeners->count + 1) * sizeof(*all)) :
		NULL;
	if (all == NULL) {
		int error = fd >= 0 ? ENOMEM : errno;
		if (fd >= 0) {
			close(fd);
		}
		errno = error;
		return NULL;
	}
	listeners->all = all;
	struct listener *listener = &all[listeners->count++];
	*listener = (struct listener){ .fd = fd, .datagrams = datagrams };
	snprintf(listener->text, sizeof(listener->text), "%s", text);
	return listener;
}

static bool open_one(struct listeners *listeners, const struct conf_listen *section,
	const struct address *address, bool datagrams, char error[CONF_ERROR_SIZE])
{
	struct listener *listener = find(listeners, address->text, datagrams);
	if (listener == NULL) {
		listener = add(listeners, open_socket(address, datagrams), datagrams,
			address->text);
		if (listener == NULL) {
			snprintf(error, CONF_ERROR_SIZE, "%s %s: cannot listen on %s%s: %s",
				section->kind, section->id, address->text,
				datagrams ? " (UDP)" : "", strerror(errno));
			return false;
		}
		listener->fresh = true;
	}
	/* Its section may have changed: listeners_settle() sets that. */
	listener->wanted = true;
	return true;
}

static void close_unwanted(struct listeners *listeners)
{
	size_t kept = 0;
	for (size_t i = 0; i < listeners->count; i++) {
		if (listeners->all[i].wanted) {
			listeners->all[kept++] = listeners->all[i];
		} else {
			close(listeners->all[i].fd);
		}
	}
	listeners->count = kept;
}

bool listeners_open(struct listeners *listeners, const struct conf *conf,
	char error[CONF_ERROR_SIZE])
{
	for (size_t i = 0; i < listeners->count; i++) {
		listeners->all[i].wanted = listeners->all[i].fresh = false;
	}
	bool opened = true;
	for (size_t i = 0; opened && i < conf_listen_count(conf); i++) {
		const struct conf_listen section = conf_listen_at(conf, i);
		for (size_t j = 0; opened && j < section.count; j++) {
			const struct address *address = &section.addresses[j];
			opened = open_one(listeners, &section, address, false, error) &&
				(!section.is_client ||
					open_one(listeners, &section, address, true, error));
		}
	}
	if (!opened) {
		for (size_t i = 0; i < listeners->count; i++) {
			listeners->all[i].wanted = !listeners->all[i].fresh;
		}
		close_unwanted(listeners);
	}
	return opened;
}

/* Does the kernel accept clients on this socket, whether or not we take them? */
static bool takes_clients(int fd, int type)
{
	int listening = 0;
	socklen_t size = sizeof(listening);
	return type == SOCK_DGRAM ||
		(type == SOCK_STREAM &&
			getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 &&
			listening != 0);
}

/* The service manager keeps its sockets open, also those that no section uses, and a later
 * reload may use them. Their clients would wait in vain unless we accepted and turned them
 * away. */
static void take_unused(struct listeners *listeners)
{
	for (int fd = HANDED_FIRST; fd < HANDED_FIRST + handed_count(); fd++) {
		struct sockaddr_storage bound;
		int type;
		if (!handed_look_at(fd, &bound, &type) || !takes_clients(fd, type) ||
			(bound.ss_family != AF_INET && bound.ss_family != AF_INET6)) {
			continue;
		}
		char text[ADDRESS_TEXT_SIZE];
		address_text(text, &bound);
		if (find(listeners, text, type == SOCK_DGRAM) != NULL) {
			continue;
		}
		struct listener *listener = add(listeners, handed_take(fd, type),
			type == SOCK_DGRAM, text);
		if (listener != NULL) {
			listener->unused = true;
		}
		struct log_line line;
		log_line_begin(&line, "unused socket");
		log_line_key(&line, "address", "%s", text);
		log_line_reason(&line, "no section listens there%s, so its clients %s",
			type == SOCK_DGRAM ? " over UDP" : "",
			listener != NULL ? "are turned away" : "wait in vain");
		log_composed(LEVEL_WARNING, &line, LISTENER_UNUSED_ADVICE);
	}
}

/* The section's sockets are its own from now on. */
static void assign(struct listeners *listeners, const struct conf_listen *section)
{
	for (size_t i = 0; i < section->count; i++) {
		for (int datagrams = 0; datagrams < 2; datagrams++) {
			struct listener *listener = find(listeners,
				section->addresses[i].text, datagrams == 1);
			if (listener == NULL) {
				continue;
			}
			listener->of_client = section->is_client;
			snprintf(listener->id, sizeof(listener->id), "%s", section->id);
			if (listener->fresh && !listener->datagrams) {
				log_line(LEVEL_NOTICE, "%s %s, listening, address %s",
					section->kind, section->id, listener->text);
			}
			listener->fresh = false;
		}
	}
}

void listeners_settle(struct listeners *listeners, const struct conf *conf)
{
	close_unwanted(listeners);
	for (size_t i = 0; i < conf_listen_count(conf); i++) {
		const struct conf_listen section = conf_listen_at(conf, i);
		assign(listeners, &section);
	}
	take_unused(listeners);
}

void listeners_close(struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->count; i++) {
		close(listeners->all[i].fd);
	}
	free(listeners->all);
	*listeners = (struct listeners){ 0 };
}
