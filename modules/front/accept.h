/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From a listening socket to a thread for each connection. Main thread only. */

#pragma once

#include "listener.h"

/* Takes what waits on a socket, some at a time. False when it has to be left alone for a
 * moment (no descriptors, no memory). */
bool accept_batch(const struct listener *listener);
