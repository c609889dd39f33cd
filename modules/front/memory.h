/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sets memory up for many threads, and keeps some of it for those that begin while there is
 * none. Knows nothing of what they do with it. */

#pragma once

#include <stdbool.h>

/* So many threads can begin while there is no memory. */
#define MEMORY_BEGINNERS 16

/* To be called once, before the first thread is started and before OpenSSL is used. */
void memory_settle(void);

/* To be called by each thread before it uses OpenSSL. Makes room for the thread's errors,
 * so that it is told when memory runs out. False if there is no memory even for that: the
 * thread must not use OpenSSL then. In both cases OPENSSL_thread_stop() gives the room
 * back. */
bool memory_thread_begin(void);
