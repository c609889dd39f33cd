/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One connection of a host: its questions, one after another, and our answers. */

#pragma once

#include "listener.h"

/* Accepts those who have come, and starts them. False if that would fail again at once. */
bool session_accept(const struct listener *listener);

/* Starts a thread that serves a connection, which it closes in the end. False if that is not
 * possible: it is closed then. */
bool session_start(const struct listener *listener, int fd);
