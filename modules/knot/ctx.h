/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What an instance of the module holds from its load to its unload. */

#pragma once

#include <stdbool.h>

#include <knot/module.h>

#include "../rate_limit.h"
#include "../shared_context.h"
#include "acl_alias.h"
#include "conf.h"
#include "dance.h"
#include "xfr_verdict.h"

/* What a worker thread remembers from hook to hook. */
struct dance_thread {
	struct xfr_verdict xfr;
	struct acl_alias alias;
	enum dance_verdict verdict; /* on the query at hand, if the ACL is still to decide */
	bool keeps_address;         /* the client of the last transfer: no rule names it */
};

/* All zero: all clients are refused. */
struct dance_ctx {
	struct shared_context_user context;
	struct dance_trust *trust;     /* NULL: PKIX records are unusable */
	struct dance_roster *roster;   /* NULL: no client is permitted */
	struct dance_thread **threads; /* made when they first have something to remember */
	unsigned thread_count;
	size_t log_room;  /* of log_room() */
	unsigned number;  /* of this instance, from 1 */
	unsigned actions; /* ACL_BITs */
	bool identity_address;
	bool identity_entry;
	bool leaves_to_acl; /* a client that is not proved passes on to the ACL, if that asks
	                     * something of its clients; a zone's instance only */
	bool tickets_only;  /* guards nothing, sees to session tickets */
	bool mixed;         /* zones without the module may give tickets out */
	bool catalog;       /* the zone is a catalog zone */
	bool other_series;  /* built for another knotd: no connection is looked at */
	bool counting;
	struct rate_limit refusals;
};

/* NULL when out of memory. */
struct dance_ctx *ctx_new(void);

/* NULL is fine. */
void ctx_free(struct dance_ctx *ctx);

/* Gives it clients, and a context to look them up in. An error leaves it refusing all clients. */
int ctx_set_up(struct dance_ctx *ctx, knotd_mod_t *mod, const struct conf *conf);

/* NULL if the thread has nothing to remember yet. `ctx` may be NULL. */
struct dance_thread *ctx_thread(const struct dance_ctx *ctx, const knotd_qdata_t *qdata);

/* Makes it if need be: with many zones most are never transferred by most threads. NULL if
 * there is no memory, or the instance is not set up. */
struct dance_thread *ctx_make_thread(struct dance_ctx *ctx, const knotd_qdata_t *qdata);

/* How a rule of the ACL names a client that DNS proves: by its name, by the entry of 'client' that
 * permits it, or as any other client. */
const char *ctx_acl_advice(const struct dance_ctx *ctx);

/* Lines that clients can cause without being let in are limited. */
bool ctx_may_log(struct dance_ctx *ctx, knotd_mod_t *mod);
