/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A look at the configuration around the module: what would it let in if this module were
 * not there, or did not refuse, and which rules do not do what they seem to? It only says. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <knot/module.h>

#include "zone_conf.h"

struct conf_lint {
	knotd_mod_t *mod;
	const void *instance;       /* a line is logged once for each */
	unsigned actions;           /* that are guarded: ACL_BITs */
	const char *const *clients; /* as they are configured */
	size_t client_count;
	bool identity_address;
	bool identity_entry;
	bool leaves_to_acl; /* with `refuse: off` */
	const struct zone_conf
		*zone; /* what has been read of the module's zone; NULL: nothing */
};

/* Logs what is to be said of the ACL of the module's zone, and of automatic ACLs. */
void conf_lint_acl(const struct conf_lint *lint);

/* May zones without the module hand out session tickets that end at this one? Logs it. */
bool conf_lint_tickets(const struct conf_lint *lint);
