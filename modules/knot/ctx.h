/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What an instance of the module holds from its load to its unload. There is one for each zone, so
 * it is small. */

#pragma once

#include <stdbool.h>
#include <sys/queue.h>

#include <knot/module.h>

#include "../rate_limit.h"
#include "section.h"
#include "thread.h"

/* All zero: all clients are refused. */
struct dance_ctx {
	struct section *section;    /* NULL: it has none, or there is no memory for it */
	LIST_ENTRY(dance_ctx) link; /* of the section's instances */
	knotd_mod_t *mod;
	struct threads *threads; /* NULL: nothing can be remembered */
	struct rate_limit refusals;
	unsigned number;    /* of this instance, from 1 */
	uint8_t actions;    /* ACL_BITs */
	bool leaves_to_acl; /* a client that is not proved passes on to the ACL, if that asks
	                     * something of its clients; a zone's instance only */
	bool tickets_only;  /* guards nothing, sees to session tickets, and counts */
	bool catalog;       /* the zone is a catalog zone */
	bool other_series;  /* built for another knotd: no connection is looked at */
	bool counting;
	bool has_gauges;      /* they are being kept up to date */
	unsigned first_gauge; /* among its items; 0: it has none */
	LIST_ENTRY(dance_ctx) of_gauges;
};

/* NULL when out of memory. */
struct dance_ctx *ctx_new(knotd_mod_t *mod);

/* NULL is fine. */
void ctx_free(struct dance_ctx *ctx);

/* NULL: no client is permitted. */
struct dance_roster *ctx_roster(const struct dance_ctx *ctx);

/* NULL if the thread has nothing to remember yet. `ctx` may be NULL. */
struct dance_thread *ctx_thread(const struct dance_ctx *ctx, const knotd_qdata_t *qdata);

/* Makes room for it if need be. NULL if the instance is not set up. */
struct dance_thread *ctx_make_thread(const struct dance_ctx *ctx,
	const knotd_qdata_t *qdata);

/* How a rule of the ACL names a client that DNS proves: by its name, by the entry of 'client' that
 * permits it, or as any other client. */
const char *ctx_acl_advice(const struct dance_ctx *ctx);

/* Lines that clients can cause without being let in are limited. */
bool ctx_may_log(struct dance_ctx *ctx, knotd_mod_t *mod);
