/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What the ACL of a zone says about proved names, read once when the module is loaded.
 * Zones whose rules say the same share it. */

#pragma once

#include <stdbool.h>

#include <knot/module.h>

/* The actions of knotd's ACL, by their numbers in its configuration. */
enum acl_action {
	ACL_NOTIFY = 1,
	ACL_TRANSFER = 2,
	ACL_UPDATE = 3,
};

#define ACL_BIT(action) (1u << (action))

struct acl;

/* Reads the ACL of the module's zone, as far as it is about `actions` (ACL_BITs). NULL if
 * there is no such zone, or not enough memory. Give it back with acl_release(). */
struct acl *acl_read(knotd_mod_t *mod, unsigned actions);

/* NULL is fine. */
void acl_release(struct acl *acl);

/* Does a rule, be it of allowing or of denying, name this UNIX path for one of `actions`? */
bool acl_names(const struct acl *acl, const char *path, unsigned actions);

/* The id of a rule that allows any client, because it asks for no address, no key and no
 * certificate; NULL if there is none. */
const char *acl_open_rule(const struct acl *acl);
