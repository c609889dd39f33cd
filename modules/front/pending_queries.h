/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The queries of one connection to a server that are not answered wholly yet. An AXFR or
 * IXFR is answered by as many messages as the server likes: only its records show where
 * it ends (RFC 5936 2.2, RFC 1995 4). Knows nothing of sockets. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PENDING_QUERIES_MAX 128 /* queries that are followed at once */

struct pending_query;

/* Zeroed: nothing is pending. */
struct pending_queries {
	struct pending_query *first; /* in the order of their ids' arrival */
	size_t count;
	bool lost; /* a message was not understood: what is pending is unknown */
};

/* A query that the server gets. */
void pending_queries_add(struct pending_queries *pending, const uint8_t *message,
	size_t size);

/* A whole message from the server. True if it is the first one of an answer. */
bool pending_queries_answer(struct pending_queries *pending, const uint8_t *message,
	size_t size);

/* One more query could not be followed. */
bool pending_queries_is_full(const struct pending_queries *pending);

/* Is every query answered to its end? False in doubt. */
bool pending_queries_is_none(const struct pending_queries *pending);

/* For the next connection; frees what there is. */
void pending_queries_clear(struct pending_queries *pending);
