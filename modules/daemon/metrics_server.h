/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Answers HTTP requests for metrics, on a thread of its own: whoever connects there takes no time
 * of those whom the daemon serves. Knows nothing of what is measured. */

#pragma once

#include <stdbool.h>

#include "conf_common.h"
#include "listeners.h"
#include "openmetrics.h"

/* Connections at once. Another one takes the place of the oldest. */
#define METRICS_CONNECTIONS_MAX 8

/* So long a connection may take for its request, and for reading the answer. */
#define METRICS_TIMEOUT_MS 5000

/* Writes all that is to be told; called on the server's thread. */
typedef void metrics_write(struct openmetrics *out);

/* Starts the thread if it does not run. False if that is not possible. Main thread only, as the
 * next three. */
bool metrics_server_start(metrics_write *write);

/* The same if the configuration asks for it; that it is not possible is logged. */
void metrics_settle(const struct conf_common *conf, metrics_write *write);

/* Accepts those who have come, who are served from now on. False if that would fail again at
 * once. */
bool metrics_server_accept(const struct listener *listener);

/* Ends the thread. Nothing is done if there is none. */
void metrics_server_stop(void);
