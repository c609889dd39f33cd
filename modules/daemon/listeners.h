/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The sockets that a daemon listens on: opened here, or passed by the service manager. They
 * outlive reloads: a place that stays in the configuration stays open. Knows neither sections
 * nor what is served. Main thread only. */

#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "conf_error.h"
#include "endpoint.h"

/* What the operator can do about sockets of the service manager that are unused. */
#define LISTENER_UNUSED_ADVICE \
	"remove the socket from the .socket unit, or add its address to 'listen'"

struct listener {
	int fd;
	bool datagrams;                /* UDP */
	char text[ENDPOINT_TEXT_SIZE]; /* where, as in the configuration */
	char id[64];                   /* of its section */
	bool of_metrics;               /* they are served there, and no section */
	bool of_client; /* dance-front: its section is a client, else a front */
	bool unused; /* handed over, and no section listens there: its clients are turned away */
	bool is_file; /* of ours: it goes with the listener */
	bool wanted;  /* by the configuration to come */
	bool fresh;   /* opened for it */
	bool ready;   /* somebody has come: listeners_wait() */
};

struct listeners {
	struct listener *all;
	size_t count;
};

/* A configuration is to come; each place where it listens is then wanted by the section `id` of
 * this kind. What is not open yet is taken from the service manager (LISTEN_FDS) if it has it, or
 * opened. False with a sentence in `error`: then listeners_abandon(). */
void listeners_begin(struct listeners *listeners);
bool listeners_want(struct listeners *listeners, const char *kind, const char *id,
	const struct endpoint *at, bool datagrams, char error[CONF_ERROR_SIZE]);

/* The configuration is not in force: only what was open before stays open. */
void listeners_abandon(struct listeners *listeners);

/* The configuration is in force: only what it wants stays open. */
void listeners_close_unwanted(struct listeners *listeners);

/* Of all that are not `unused`, the one for this place, or NULL. */
struct listener *listeners_find(struct listeners *listeners, const char *text,
	bool datagrams);

/* Metrics are wanted there; `at` of size 0: nowhere. As for a section. */
bool listeners_want_metrics(struct listeners *listeners, const struct endpoint *at,
	char error[CONF_ERROR_SIZE]);
void listeners_assign_metrics(struct listeners *listeners, const struct endpoint *at);

/* The section's own from now on; logged if it was opened for it. */
void listener_assign(struct listener *listener, const char *kind, const char *id);

/* Takes the socket. NULL when out of memory: it is closed then. */
struct listener *listeners_add(struct listeners *listeners,
	const struct listener *listener);

/* Waits until somebody comes, a signal does (`waiting` as of signals_take()) or the watchdog is
 * due, and says of each listener whether it is `ready`. False if that is not possible. */
bool listeners_wait(struct listeners *listeners, const sigset_t *waiting);

void listeners_close(struct listeners *listeners);
