/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which sockets the sections want, and what becomes of those that none wants. */

#include "listener.h"

#include <netinet/in.h>

#include "address.h"
#include "handed.h"
#include "log.h"

static bool open_section(struct listeners *listeners, const struct conf_listen *section,
	char error[CONF_ERROR_SIZE])
{
	bool opened = true;
	for (size_t i = 0; opened && i < section->count; i++) {
		struct endpoint at;
		endpoint_of_address(&at, &section->addresses[i]);
		opened = listeners_want(listeners, section->kind, section->id, &at, false,
				 error) &&
			(!section->is_client ||
				listeners_want(listeners, section->kind, section->id, &at,
					true, error));
	}
	return opened;
}

bool listeners_open(struct listeners *listeners, const struct conf *conf,
	char error[CONF_ERROR_SIZE])
{
	listeners_begin(listeners);
	bool opened = true;
	for (size_t i = 0; opened && i < conf_listen_count(conf); i++) {
		const struct conf_listen section = conf_listen_at(conf, i);
		opened = open_section(listeners, &section, error);
	}
	opened = opened && listeners_want_metrics(listeners, &conf->common.metrics, error);
	if (!opened) {
		listeners_abandon(listeners);
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
		struct listener unused = { .datagrams = type == SOCK_DGRAM,
			.unused = true };
		address_text(unused.text, &bound);
		if (listeners_find(listeners, unused.text, unused.datagrams) != NULL) {
			continue;
		}
		unused.fd = handed_take(fd, type);
		bool taken = unused.fd >= 0 && listeners_add(listeners, &unused) != NULL;
		struct log_line line;
		log_line_begin(&line, "unused socket");
		log_line_key(&line, "address", "%s", unused.text);
		log_line_reason(&line, "no section listens there%s, so its clients %s",
			unused.datagrams ? " over UDP" : "",
			taken ? "are turned away" : "wait in vain");
		log_composed(LEVEL_WARNING, &line, LISTENER_UNUSED_ADVICE);
	}
}

/* The section's sockets are its own from now on. */
static void assign(struct listeners *listeners, const struct conf_listen *section)
{
	for (size_t i = 0; i < section->count; i++) {
		for (int datagrams = 0; datagrams < 2; datagrams++) {
			struct listener *listener = listeners_find(listeners,
				section->addresses[i].text, datagrams == 1);
			if (listener != NULL) {
				listener->of_client = section->is_client;
				listener_assign(listener, section->kind, section->id);
			}
		}
	}
}

void listeners_settle(struct listeners *listeners, const struct conf *conf)
{
	listeners_close_unwanted(listeners);
	listeners_assign_metrics(listeners, &conf->common.metrics);
	for (size_t i = 0; i < conf_listen_count(conf); i++) {
		const struct conf_listen section = conf_listen_at(conf, i);
		assign(listeners, &section);
	}
	take_unused(listeners);
}
