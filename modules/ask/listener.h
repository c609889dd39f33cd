/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The sockets that hosts connect to. Main thread only. */

#pragma once

#include "conf/conf.h"
#include "listeners.h"

/* Opens what `conf` listens on and is not open yet. False with a sentence in `error`; then only
 * what was open before is open. */
bool listeners_open(struct listeners *listeners, const struct conf *conf,
	char error[CONF_ERROR_SIZE]);

/* Serves what `conf`, that of listeners_open(), says from now on, and closes the rest. Tells of
 * sockets of the service manager that `conf` does not use. */
void listeners_settle(struct listeners *listeners, const struct conf *conf);
