/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * One libdance context for all instances of the module that look names up in the same way.
 * knotd loads new instances before it unloads the old ones, so what is known of the names
 * outlives a reload. */

#pragma once

#include <knot/module.h>

#include "dance.h"

#define SHARED_CONTEXT_ADDRESS_SIZE 64

/* How names are looked up. */
struct shared_context_settings {
	const char *trust_anchor; /* NULL: libdance's default */
	const char *root_hints;   /* NULL: the Internet's */
	char forwarders[DANCE_FORWARDER_MAX][SHARED_CONTEXT_ADDRESS_SIZE]; /* "" ends */
};

struct shared_context;

/* One instance of the module, as the context knows it. */
struct shared_context_user {
	struct shared_context *shared;
	struct shared_context_user *next;
	struct shared_context_user *
		*link; /* what points to it: a server may have very many zones */
	knotd_mod_t *mod;
};

/* Joins the context with these settings, made if need be; news of it goes to the log of one
 * of its users. -1 when out of memory. */
int shared_context_join(struct shared_context_user *user, knotd_mod_t *mod,
	const struct shared_context_settings *settings);

/* The last user takes the context along. */
void shared_context_leave(struct shared_context_user *user);

struct dance_context *shared_context_get(const struct shared_context_user *user);
