/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The sockets that hosts connect to: opened here, or passed by the service manager. They
 * outlive reloads: what stays in the configuration stays open. Main thread only. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"

struct listener {
	int fd;
	char id[64]; /* of its section */
	char text[ENDPOINT_TEXT_SIZE];
	bool wanted;  /* by the configuration to come */
	bool fresh;   /* opened for it */
	bool is_file; /* of ours: it goes with the listener */
};

struct listeners {
	struct listener *all;
	size_t count;
};

/* Opens what `conf` listens on and is not open yet, and takes sockets that the service manager has
 * passed (LISTEN_FDS) where it can. False with a sentence in `error`; then only what was open
 * before is open. */
bool listeners_open(struct listeners *listeners, const struct conf *conf,
	char error[CONF_ERROR_SIZE]);

/* Serves what `conf`, that of listeners_open(), says from now on, and closes the rest. Tells of
 * sockets of the service manager that `conf` does not use. */
void listeners_settle(struct listeners *listeners, const struct conf *conf);

void listeners_close(struct listeners *listeners);
