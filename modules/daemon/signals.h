/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the operator tells a daemon by signals: SIGHUP, SIGUSR1, SIGTERM and SIGINT. Main
 * thread only. */

#pragma once

#include <signal.h>
#include <stdbool.h>

/* To be called before the first thread is started: threads inherit that these signals are
 * blocked. *waiting: the signal mask for ppoll(), the only place where they are delivered. False
 * if that is not possible. */
bool signals_take(sigset_t *waiting);

/* Has such a signal come since the last call? */
bool signals_told_to_reload(void);
bool signals_told_to_count(void);

/* Has the program been told to end? */
bool signals_told_to_end(void);

/* Lets pending signals be delivered, for a moment, so that the program can be ended while
 * something keeps failing. */
void signals_pause(const sigset_t *waiting);
