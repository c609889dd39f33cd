/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One connection of a host: its questions, one after another, and our answers. */

#pragma once

#include "listener.h"

/* Starts a thread that serves a connection, which it closes in the end. False if that is not
 * possible: it is closed then. */
bool session_start(const struct listener *listener, int fd);
