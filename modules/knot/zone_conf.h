/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What knotd's configuration says of a zone. Knows what zones have from one template, so that it
 * is read once for all of them. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <knot/module.h>

#define ZONE_CONF_TEMPLATE_SIZE 128

/* What the zones of one template have in common. All zero: nothing is known. */
struct zone_conf {
	bool asked;
	bool automatic; /* there are automatic ACLs: remotes count too */
	bool known;
	bool catalog;
	size_t size; /* of the id of the template; 0: the default one */
	char template[ZONE_CONF_TEMPLATE_SIZE];
};

/* Is the zone of the module a catalog zone? Never one of all zones: it knows a catalog by its
 * content. */
bool zone_conf_is_catalog(knotd_mod_t *mod);

/* Has the zone of the module its ACL, its role and its remotes from the template in `last`? If not,
 * that becomes the template from which it has them, or unknown if it has some of them itself. */
bool zone_conf_is_same(knotd_mod_t *mod, struct zone_conf *last);
