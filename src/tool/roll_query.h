/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DNS queries of any type, answered with validation: by the usual way, or by one server of a
 * zone. Several are under way at once. Knows nothing of TLSA. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dance.h"

#define ROLL_TYPE_A 1
#define ROLL_TYPE_NS 2
#define ROLL_TYPE_CNAME 5
#define ROLL_TYPE_SOA 6
#define ROLL_TYPE_AAAA 28
#define ROLL_TYPE_TLSA 52

/* An answer as libunbound gives it: see answer.h. It lives while the callback runs. */
struct roll_reply {
	int rcode;
	const uint8_t *octets; /* NULL: there is no message */
	size_t size;
	int security; /* enum answer_security */
	const char *why_bogus;
};

typedef void (*roll_query_done)(void *arg, const struct roll_reply *reply);

struct roll_queries;
struct roll_source;

/* Strings are copied. NULL with a reason. */
struct roll_queries *roll_queries_new(const struct dance_context_options *options,
	char why[DANCE_ERROR_SIZE]);

/* Queries under way are given up: their callbacks are not called. NULL is fine. */
void roll_queries_free(struct roll_queries *queries);

/* A source of answers with a cache of its own, which begins empty. With a zone and an address,
 * what is in the zone is asked of that server alone. NULL with a reason. It lives as long as
 * `queries`. */
struct roll_source *roll_source_new(struct roll_queries *queries, const char *zone,
	const char *address, char why[DANCE_ERROR_SIZE]);

/* Asks; `done` is called from roll_queries_wait(), or not at all. False with a reason. */
bool roll_query_start(struct roll_source *source, const char *name, uint16_t type,
	roll_query_done done, void *arg, char why[DANCE_ERROR_SIZE]);

/* Waits until all that was asked is answered. False if so many milliseconds passed before. */
bool roll_queries_wait(struct roll_queries *queries, unsigned timeout_ms);
