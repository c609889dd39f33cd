/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The life of a key, step by step. A run takes the steps that are due, and no more. Asks DNS, the
 * clock and other programs through its host, so that a test can own them. */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "roll_conf.h"
#include "roll_look.h"
#include "roll_publish.h"
#include "roll_state.h"

struct roll_host {
	void *arg;
	int64_t (*now)(void *arg); /* seconds since 1970 */
	void (*look)(void *arg, struct roll_look *look, const struct roll_key *key,
		const char *const digests[ROLL_DIGEST_MAX]);
	bool (*publish)(void *arg, const struct roll_key *key,
		const struct roll_record *record, char why[DANCE_ERROR_SIZE]);
	bool (*reload)(void *arg, const struct roll_key *key, const char *digest,
		char why[DANCE_ERROR_SIZE]);
};

enum roll_wish {
	ROLL_ON_TIME,
	ROLL_NOW,     /* begin, if nothing is under way */
	ROLL_GIVE_UP, /* end a roll before the switch */
};

enum roll_result {
	ROLL_DONE,   /* nothing more is due */
	ROLL_HELD,   /* something other than time keeps it from going on */
	ROLL_FAILED, /* a file or a program failed, or the state cannot be used */
	ROLL_GO_ON,  /* within a run: the next step may be due */
};

struct roll {
	const struct roll_key *key;
	const char *folder; /* of the state */
	const struct roll_host *host;
	enum roll_wish wish;
	FILE *news; /* a line for each thing that was done */
	struct roll_state state;
	char why[DANCE_ERROR_SIZE]; /* HELD and FAILED */
	const char *advice;         /* what to do then; may be empty */
};

/* Takes the steps of one key that are due. Its lock must be held. */
enum roll_result roll_run(struct roll *roll);

/* Loads the state; that of a key that nobody has looked at is that of ROLL_ADOPT. False with a
 * reason. */
bool roll_load(struct roll *roll);

/* It may take a while until all servers of a zone have what was published. */
#define ROLL_PATIENCE 3600
