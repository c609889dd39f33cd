/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which locks a thread has. */

#pragma once

#include <pthread.h>

/* Ends the test if this thread has not taken it. */
void held_locks_must_have(const pthread_mutex_t *lock);

/* So many has this thread taken since it began. */
unsigned long held_locks_taken(void);
