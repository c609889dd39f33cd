/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In the place of clock.c: time passes when the test says so, also for threads that wait
 * with a time limit (link with --wrap=pthread_cond_timedwait). */

#pragma once

#include "clock.h"

void fake_clock_set(uint64_t ms);
void fake_clock_advance(uint64_t ms);

/* Somebody sets the clock on the wall. */
void fake_clock_step(int64_t ms);

/* With each look of one who waits, so much time passes by itself. */
void fake_clock_set_pace(uint64_t ms);

/* How many threads are waiting with a time limit? */
unsigned fake_clock_waiting(void);

/* The longest sleep, in milliseconds and rounded up, that such a thread has asked for since
 * the last fake_clock_forget_sleeps(). */
uint64_t fake_clock_longest_sleep(void);
void fake_clock_forget_sleeps(void);

/* How often did one look at the clock and go on waiting? */
unsigned fake_clock_looks(void);
