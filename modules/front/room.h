/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is done when memory, threads or descriptors have run out: unauthenticated connections
 * make room, and the log says so. Any thread. */

#pragma once

#include <stdbool.h>

#include "listener.h"
#include "shortage.h"

#define ROOM_MORE_MEMORY SHORTAGE_OF_MEMORY

/* The line says that this listener's section, or if it is NULL, all of us are out of room,
 * and why. */
void room_make(const struct listener *listener, const char *why, const char *advice);

/* A thread that jobs need cannot be started, or has no memory (jobs_short). */
void room_lacks_threads(bool of_memory);
