/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A roll with a DNS and a clock of its own: three servers that follow one after another, a
 * publisher, a program that takes a new key. It lives in memory that child processes share, and
 * ends the process at any of its calls, or at any call that changes a file (link with
 * ROLL_WRAPS). */

#pragma once

#include "roll.h"

#define SCENE_SERVERS 3
#define SCENE_RECORDS 8

/* What the process ends with that is killed. */
#define SCENE_KILLED 99

struct scene_record {
	char digest[ROLL_DIGEST_SIZE];
	int64_t added, removed; /* 0: not */
};

struct scene {
	int64_t now;
	uint32_t ttl, negative_ttl;
	int64_t lag[SCENE_SERVERS];                   /* seconds until it has a change */
	enum resolver_outcome outcome[SCENE_SERVERS]; /* NONE: what there is; else this */
	struct scene_record records[SCENE_RECORDS];
	bool publish_fails, reload_fails;
	bool lawless; /* the test itself breaks what scene_check() is about */
	unsigned published, reloads;
	char used[ROLL_DIGEST_SIZE]; /* the key that the program shows */
	int64_t used_since;
	char before[ROLL_DIGEST_SIZE]; /* ... and has shown before that */
	unsigned calls, kill_at;       /* 0: never */
	bool kill_after;               /* else before the call does its work */
	char folder[64];
};

extern struct scene *scene;
extern struct roll_key scene_key;

/* A key in use in a folder of its own, whose record is published; nothing is under way. `two`: a
 * certificate in a file of its own, else in that of the key. */
void scene_begin(bool two);
void scene_end(void);

/* One run. The lines that it prints are in scene_news, what it says of itself in scene_roll. */
enum roll_result scene_run(enum roll_wish wish);
extern struct roll scene_roll;
extern char scene_news[4096];

/* Runs until a step is over, with so many seconds between runs; so many runs at most. */
void scene_run_past(enum roll_step step, int64_t seconds);

/* Fails unless what must hold at any moment does. */
void scene_check(void);

/* Which key is in a file of the folder? Empty: the file is not there. */
const char *scene_key_in(const char *name);

bool scene_is_published(const char *digest);
void scene_publish(const char *digest);
void scene_withdraw(const char *digest);
