/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * One libdance context for all instances of the module that look names up in the same way.
 * knotd loads new instances before it unloads the old ones, so what is known of the names
 * outlives a reload. */

#pragma once

#include <knot/module.h>

#include "dance.h"

#define ENGINE_ADDRESS_SIZE 64

/* How names are looked up. */
struct engine_settings {
	const char *trust_anchor; /* NULL: libdance's default */
	const char *root_hints;   /* NULL: the Internet's */
	char forwarders[DANCE_FORWARDER_MAX][ENGINE_ADDRESS_SIZE]; /* "" ends */
};

struct engine;

/* One instance of the module, as the engine knows it. */
struct engine_user {
	struct engine *engine;
	struct engine_user *next;
	struct engine_user **link; /* what points to it: a server may have very many zones */
	knotd_mod_t *mod;
};

/* Joins the engine with these settings, made if need be; news of it goes to the log of one
 * of its users. -1 when out of memory. */
int engine_join(struct engine_user *user, knotd_mod_t *mod,
	const struct engine_settings *settings);

/* The last user takes the engine along. */
void engine_leave(struct engine_user *user);

struct dance_context *engine_context(const struct engine_user *user);
