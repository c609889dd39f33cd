/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What DNS shows of a key's records, put together: from our own validated lookup and from each
 * server of the zone. Makes no queries. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dance.h"
#include "resolver_answer.h"
#include "roll_conf.h"
#include "roll_state.h"

#define ROLL_DIGEST_MAX 2 /* that are looked for at once */
#define ROLL_WHO_SIZE 128

/* Where a key is published. */
struct roll_place {
	char zone[DANCE_NAME_SIZE]; /* no trailing dot; empty: it was not found */
	uint32_t ttl;               /* of the records there; 0: there are none */
	bool has_records;
};

/* Of one record, at all names of the key. */
struct roll_sight {
	bool everywhere;           /* all that were asked have it */
	bool nowhere;              /* none has it */
	char has[ROLL_WHO_SIZE];   /* the first that has it, */
	char lacks[ROLL_WHO_SIZE]; /* ... and that has not */
};

struct roll_look {
	bool complete;              /* all have answered, and all answers are validated */
	char why[DANCE_ERROR_SIZE]; /* if not */
	const char *advice;         /* what to do then */
	struct roll_sight sights[ROLL_DIGEST_MAX];
	uint32_t ttl;   /* the longest of the records, and of their absence */
	size_t servers; /* addresses that were asked */
	struct roll_place places[ROLL_NAME_MAX];
};

/* One answer, by our own lookup or by a server. */
struct roll_view {
	char who[ROLL_WHO_SIZE];
	size_t place;
	enum resolver_outcome outcome;
	bool has[ROLL_DIGEST_MAX];
	uint32_t ttl;
	int64_t serial; /* of the zone there; -1: not known */
	char why[DANCE_ERROR_SIZE];
};

/* Nobody has been asked yet. */
void roll_look_begin(struct roll_look *look);

/* Fills what a view has of an answer. An empty digest is looked for in vain. */
void roll_view_read(struct roll_view *view, const struct resolver_answer *answer,
	const char *const digests[ROLL_DIGEST_MAX]);

void roll_look_add(struct roll_look *look, const struct roll_view *view);

/* It cannot be complete, for this reason. The first one stays. */
void roll_look_fail(struct roll_look *look, const char *advice, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
