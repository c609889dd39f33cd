/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Threads with a stack that is large enough for decisions, and no larger: there may be very
 * many. */

#pragma once

#include <pthread.h>
#include <stdbool.h>

/* Starts one; it is detached if `thread` is NULL. False if that is not possible. */
bool thread_start(pthread_t *thread, void *(*begin)(void *arg), void *arg);
