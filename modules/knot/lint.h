/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A look at the zone's ACL: what would it let in if this module were not there? */

#pragma once

#include <knot/module.h>

/* Warns of rules that allow what the module guards over other ways than TLS, and of rules
 * that deny by an address which identity-address hides. Only to be called while the module
 * is loaded for a zone. `actions` are bits of 1 << ACL action. */
void lint_acl(knotd_mod_t *mod, unsigned actions, bool identity_address);

/* The actions of knotd's ACL, by their numbers in its configuration. */
enum lint_action {
	LINT_ACTION_NOTIFY = 1,
	LINT_ACTION_TRANSFER = 2,
	LINT_ACTION_UPDATE = 3,
};
