/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The service manager's watchdog (sd_watchdog_enabled(3)): a daemon that is silent for too long is
 * killed and started again. Knows nothing of what has to work in a daemon. Main thread only. */

#pragma once

#include <stdbool.h>
#include <time.h>

/* Does the service manager watch this process (WATCHDOG_USEC, WATCHDOG_PID)? To be called first. */
bool watchdog_begin(void);

/* Is it time to tell the service manager that all is well? It is three times within the time that
 * it grants, so that one word that is withheld does no harm. */
bool watchdog_is_due(void);

/* Tells it. */
void watchdog_tell(void);

/* How long the main thread may wait for other events, in *pause; NULL: for ever. */
const struct timespec *watchdog_pause(struct timespec *pause);
