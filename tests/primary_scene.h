/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A section `client` and its primary: a TLS server on loopback, in a thread of its own, whose
 * key stands in DNS or does not. */

#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "front_scene.h"

enum primary_manner {
	PRIMARY_ANSWERS,      /* each query with one SOA record */
	PRIMARY_ANSWERS_BIG,  /* with as many as make an answer of some 600 octets */
	PRIMARY_ANSWERS_ONCE, /* and leaves then */
	PRIMARY_LEAVES,       /* when it has heard a query */
	PRIMARY_SPEAKS_NO_DOT,
	PRIMARY_SPEAKS_NO_TLS,
};

extern struct primary_scene {
	uint16_t port;
	int listener;
	pthread_t thread;
	enum primary_manner manner;
	atomic_uint connections, queries;
	atomic_uint left; /* once more, and the front has left it as well */
} primary_scene;

/* From now on it listens on 127.0.0.1. */
void primary_scene_begin(enum primary_manner manner);
void primary_scene_end(void);

/* In DNS from now on: this key for the primary; NULL: proof that it has no records. */
void primary_scene_publish(const struct credential *key);

/* Puts a runtime in force with the section `client` "out" for `primaries`, in the manner of a
 * configuration; NULL: for this one. `more`: of that section. */
void primary_scene_configure(const char *primaries, const char *more);
