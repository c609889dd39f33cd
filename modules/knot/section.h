/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * One section of the module, read once for all zones that have it: its values, its clients, and
 * the libdance context in which their names are looked up. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#include <knot/module.h>

#include "../shared_context.h"
#include "conf.h"
#include "dance.h"
#include "zone_conf.h"

struct dance_ctx;
struct gauge;

struct section {
	struct section *next;      /* in the table of those that may be shared */
	const void *state, *place; /* what it was read from */
	unsigned checks;
	bool shared;
	unsigned references;
	int status; /* KNOT_EOK, or why it has no roster */

	/* The values. */
	unsigned actions; /* ACL_BITs */
	bool identity_address;
	bool identity_entry;
	bool refuse;
	bool zone_counters;
	char **clients; /* one block */
	size_t client_count;
	size_t id_size; /* of log_id_size() */

	struct shared_context_user context;
	struct dance_trust *trust;   /* NULL: PKIX records are unusable */
	struct dance_roster *roster; /* NULL: no client is permitted */
	LIST_HEAD(, dance_ctx) instances;
	struct gauge *gauge; /* NULL: it has none */
	LIST_ENTRY(section) of_gauge;

	/* What was said of its zones: under section_lock(). */
	bool linted;
	bool mixed;            /* zones without the module may give tickets out */
	bool told;             /* of that, also for the sections that are read later */
	struct zone_conf zone; /* that was loaded last */
};

/* The configuration is being checked: what was read before may not be what is read next. knotd
 * lets the module check each section before it puts a new one, or a changed one, in force. */
void section_checked(void);

/* Gives an instance the section that knotd loads it with. One that another instance has read from
 * the same state of the configuration is shared. KNOT_EOK, also if there is no section: then
 * ctx->section is NULL. Or an error: ctx->section is NULL if it could not be read; else it has no
 * roster. Any thread. */
int section_join(struct dance_ctx *ctx, knotd_mod_t *mod);

/* For what zones of one section have in common: more than one thread may load them. */
void section_lock(void);
void section_unlock(void);

/* The last instance frees the section. Fine for an instance without one. */
void section_leave(struct dance_ctx *ctx);
