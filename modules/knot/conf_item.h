/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Items of knotd's configuration. A list that knotd has no memory for looks empty; here that
 * is told apart, because an empty list can mean that less is guarded. */

#pragma once

#include <errno.h>
#include <stdbool.h>

#include <knot/module.h>

/* *failed becomes true if there is no memory for the values, and else stays as it is. `failed` is
 * NULL where an empty list does no harm. */
static inline knotd_conf_t conf_item_checked(knotd_conf_t conf, bool *failed)
{
	if (failed != NULL && conf.count == 0 && errno == ENOMEM) {
		*failed = true;
	}
	return conf;
}

/* Of the module's own section. */
static inline knotd_conf_t conf_item_mod(knotd_mod_t *mod, const yp_name_t *item,
	bool *failed)
{
	errno = 0;
	return conf_item_checked(knotd_conf_mod(mod, item), failed);
}

/* Of any section; `id` is NULL for one without identifiers. */
static inline knotd_conf_t conf_item(knotd_mod_t *mod, const yp_name_t *section,
	const yp_name_t *item, const knotd_conf_t *id, bool *failed)
{
	errno = 0;
	return conf_item_checked(knotd_conf(mod, section, item, id), failed);
}

/* Of the zone that the module is loaded for. */
static inline knotd_conf_t conf_item_zone(knotd_mod_t *mod, const yp_name_t *item,
	bool *failed)
{
	errno = 0;
	return conf_item_checked(knotd_conf_zone(mod, item, knotd_mod_zone(mod)), failed);
}
