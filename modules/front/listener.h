/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The sockets that connections come in on. They outlive reloads: an address that stays
 * in the configuration stays open. Knows nothing of what is served. Main thread only. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"

/* What the operator can do about sockets of the service manager that are unused. */
#define LISTENER_UNUSED_ADVICE \
	"remove the socket from the .socket unit, or add its address to 'listen'"

struct listener {
	int fd;
	bool datagrams; /* UDP: of a client */
	bool unused;    /* handed over, and no section listens there: its clients are
	                        * turned away */
	bool of_client; /* a client's, else a front's */
	char id[64];    /* of that */
	char text[ADDRESS_TEXT_SIZE]; /* its address, as in the configuration */
	bool wanted;                  /* by the configuration to come */
	bool fresh;                   /* opened for it */
};

struct listeners {
	struct listener *all;
	size_t count;
};

/* Opens the addresses of `conf` that are not open yet, and takes sockets that the service
 * manager has passed (LISTEN_FDS) where it can. False with a sentence in `error`; then only
 * what was open before is open. */
bool listeners_open(struct listeners *listeners, const struct conf *conf,
	char error[CONF_ERROR_SIZE]);

/* Serves what `conf`, that of listeners_open(), says from now on, and closes the rest.
 * Sockets of the service manager that `conf` does not use stay open, as `unused`. */
void listeners_settle(struct listeners *listeners, const struct conf *conf);

void listeners_close(struct listeners *listeners);
