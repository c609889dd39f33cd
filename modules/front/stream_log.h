/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the log says of a stream: that its client is let in or not, and how it ended. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"

/* No, and why, to a client that comes. */
void stream_log_refusal(const struct connection *connection,
	const struct dance_result *result);

/* The same, and the end of a stream, to one that was let in under this name. */
void stream_log_closed(const struct connection *connection, const char *name,
	const struct dance_result *result);

/* A reload, or DNS, has made another of it. `name` may be NULL. */
void stream_log_changed(const struct connection *connection, const char *name);

void stream_log_allowed(const struct connection *connection,
	const struct dance_result *result, const struct conf_identity *identity);

void stream_log_out_of_memory(const struct connection *connection, bool flows);

/* Octets from the client and to it, and for how long. */
struct stream_log_flow {
	uint64_t received, sent;
	int64_t ms;
};

/* The last line about a client that was let in. */
void stream_log_end(const struct connection *connection, const char *name,
	const struct stream_log_flow *flow, const char *why);
