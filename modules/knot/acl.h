/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What the ACL of a zone says about proved names and about clients of no name. */

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

#define ACL_ID_SIZE 128

/* What the rules of a zone, as they are at the moment, say. */
struct acl {
	bool named;                  /* one, be it of allowing or denying, names the path */
	char open_rule[ACL_ID_SIZE]; /* the id of one that allows any client, because it asks
	                              * for no key, no certificate and no address, or one
	                              * that an eighth of all have; "" if there is none */
};

/* Reads the ACL of the module's zone: is it open for one of the actions `guarded`, and does
 * it name the UNIX path for `action` (ACL_BITs)? The path may be "". False if there is not
 * enough memory; then nothing follows from it. */
bool acl_read(knotd_mod_t *mod, unsigned guarded, const char *path, unsigned action,
	struct acl *acl);

/* Does a rule that allows something allow it to any client, as above? */
bool acl_rule_is_open(knotd_mod_t *mod, const knotd_conf_t *rule, bool *failed);
