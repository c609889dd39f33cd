/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A request for metrics: what is read of HTTP/1.1 (RFC 9112), from whoever can connect. Knows
 * nothing of sockets, nor of what is answered. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define METRICS_REQUEST_MAX 8192 /* octets, with all fields */

struct metrics_request {
	unsigned status; /* of the answer: 200, or what is wrong */
	bool is_head;    /* without the body */
	bool classic;    /* the text format 0.0.4 is wanted, and OpenMetrics is not */
};

/* Reads what has come so far. False: it is not whole, and there may be more. Of one that has
 * METRICS_REQUEST_MAX octets and is still not whole, the status is 431. */
bool metrics_request_read(struct metrics_request *request, const char *octets, size_t size);
