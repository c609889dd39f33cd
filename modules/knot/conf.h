/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The module's section of knotd's configuration. */

#pragma once

#include <knot/module.h>

#include "dance.h"
#include "engine.h"

/* The items, and the check of a section of them. */
extern const yp_item_t conf_items[];
int conf_check(knotd_conf_check_args_t *args);

/* The values. Strings are knotd's and only valid while the module is being loaded. */
struct conf {
	bool has_section;
	const char **clients;
	size_t client_count;
	unsigned actions; /* ACL_BITs */
	bool identity_address;
	bool identity_entry;
	bool refuse;         /* off only with identity_address */
	const char *ca_file; /* NULL: none */
	struct dance_options options;
	struct engine_settings engine;
};

/* KNOT_EOK, or KNOT_ENOMEM: then not all of it was read. */
int conf_read(struct conf *conf, knotd_mod_t *mod);
void conf_clear(struct conf *conf);
