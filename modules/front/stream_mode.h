/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A client of a front that passes streams. */

#pragma once

#include "connection.h"

/* Serves it, on its loop, until it is over, and frees the connection. In the loop's thread. */
void stream_mode_begin(struct connection *connection);
