/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A secondary on this machine, over plain TCP. */

#pragma once

#include "connection.h"

/* Serves it, in the calling thread, until it is over, and closes its socket. */
void client_mode_run(struct connection *connection);
