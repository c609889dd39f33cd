/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The queries of one connection to a server that are not answered wholly yet. An AXFR or IXFR
 * is answered by as many messages as the server likes: only its records show where it ends
 * (RFC 5936 2.2, RFC 1995 4). Knows nothing of sockets. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PENDING_MAX 128 /* queries that are followed at once */

struct pending_query;

/* Zeroed: nothing is pending. */
struct pending {
	struct pending_query *first; /* in the order of their ids' arrival */
	size_t count;
	bool lost; /* a message was not understood: nobody can tell any longer */
};

/* A query that the server gets. */
void pending_query(struct pending *pending, const uint8_t *message, size_t size);

/* A whole message from the server. True if it is the first one of an answer. */
bool pending_answer(struct pending *pending, const uint8_t *message, size_t size);

/* One more query could not be followed. */
bool pending_is_full(const struct pending *pending);

/* Every query is answered to its end. Never true in doubt. */
bool pending_is_none(const struct pending *pending);

/* For the next connection; frees what there is. */
void pending_clear(struct pending *pending);
