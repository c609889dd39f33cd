/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The sockets that connections come in on. Knows nothing of what is served. Main thread
 * only. */

#pragma once

#include "conf/conf.h"
#include "listeners.h"

/* Opens the addresses of `conf` that are not open yet. False with a sentence in `error`;
 * then only what was open before is open. */
bool listeners_open(struct listeners *listeners, const struct conf *conf,
	char error[CONF_ERROR_SIZE]);

/* Serves what `conf`, that of listeners_open(), says from now on, and closes the rest.
 * Sockets of the service manager that `conf` does not use stay open, as `unused`. */
void listeners_settle(struct listeners *listeners, const struct conf *conf);
