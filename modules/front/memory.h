/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How the memory of many threads is set up, and what is kept for them. Knows nothing of what
 * it is used for. */

#pragma once

#include <stdbool.h>

/* For so many threads there is something kept that they can begin with. */
#define MEMORY_BEGINNERS 16

/* Once, before the first thread and before OpenSSL is used. */
void memory_settle(void);

/* Each thread, before it uses OpenSSL: there has to be a place for its errors, so that it can
 * be told when there is no memory. False if there is none even for that: the thread must not use
 * OpenSSL. OPENSSL_thread_stop() gives the place back in any case. */
bool memory_thread_begin(void);
