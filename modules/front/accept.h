/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From a listening socket to the loop that serves a connection. Main thread only. */

#pragma once

#include "listener.h"

/* Accepts what waits on a socket, a limited number at a time. False if the caller must
 * leave the socket alone for a moment (no descriptors, no memory). */
bool accept_batch(const struct listener *listener);
