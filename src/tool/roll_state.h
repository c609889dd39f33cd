/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How far the roll of a key has come, as a file of its own keeps it. A run reads it, takes
 * steps, and writes it after each; it is never there in part. Knows no DNS. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dance.h"

/* A key is called by the SHA-256 of its SPKI in hex, as TLSA 3 1 1 has it. Empty: no key. */
#define ROLL_DIGEST_SIZE 65

enum roll_step {
	ROLL_ADOPT,    /* the key in use must come to be seen */
	ROLL_IDLE,     /* nothing is under way */
	ROLL_PUBLISH,  /* the next key is made; its record must be published */
	ROLL_SPREAD,   /* published; all servers must have it, for two TTLs */
	ROLL_SWITCH,   /* the next key may be taken into use */
	ROLL_KEEP,     /* it is in use; the old one may still be shown */
	ROLL_WITHDRAW, /* nobody shows the old one; its record must go */
	ROLL_CLEAN,    /* withdrawn; when no server has it, the old key is deleted */
	ROLL_ABORT,    /* the record of the next key must go, which was never used */
};

struct roll_state {
	enum roll_step step;
	char names[DANCE_NAME_SIZE * 8]; /* of the configuration, separated by blanks */
	char current[ROLL_DIGEST_SIZE];  /* in use */
	char next[ROLL_DIGEST_SIZE];
	char old[ROLL_DIGEST_SIZE];
	bool publishing; /* a publisher was at work; it may have been interrupted */
	/* Seconds since 1970, 0: not yet. */
	int64_t entered;   /* this step */
	int64_t began;     /* the time until the next roll counts from here */
	int64_t published; /* the record that is waited for */
	int64_t seen;      /* all servers have had it since */
	int64_t switched;
	int64_t held; /* it has not gone on since, for this reason: */
	int64_t ttl;  /* the longest that was published meanwhile, seconds */
	char reason[DANCE_ERROR_SIZE]; /* printable */
	unsigned rolls;                /* that have ended */
};

const char *roll_step_name(enum roll_step step);

enum roll_load {
	ROLL_LOADED,
	ROLL_NOT_THERE, /* and the state is that of a key that nobody has looked at */
	ROLL_UNREADABLE,
};

/* Reads "FOLDER/ID.state". With UNREADABLE a reason in `why`: what is not understood whole is not
 * used in part. */
enum roll_load roll_state_load(struct roll_state *state, const char *folder, const char *id,
	char why[DANCE_ERROR_SIZE]);

/* Puts the state in the place of the one before. False with a reason. */
bool roll_state_save(const struct roll_state *state, const char *folder, const char *id,
	char why[DANCE_ERROR_SIZE]);

/* Keeps others from the key until the descriptor is closed, or this program has ended. -1 with a
 * reason if another has it, or the file cannot be made. */
int roll_state_lock(const char *folder, const char *id, char why[DANCE_ERROR_SIZE]);
