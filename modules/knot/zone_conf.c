/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Reads items of zones. Knows how knotd finds them: at the zone, else at its template. */

#include "zone_conf.h"

#include <string.h>

#include "conf_item.h"

/* clang-format off */
#define C_ACL		"\x03""acl"
#define C_AUTO_ACL	"\x0D""automatic-acl"
#define C_CATALOG_ROLE	"\x0C""catalog-role"
#define C_DOMAIN	"\x06""domain"
#define C_MASTER	"\x06""master"
#define C_NOTIFY	"\x06""notify"
#define C_SERVER	"\x06""server"
#define C_TEMPLATE	"\x08""template"
#define C_ZONE		"\x04""zone"
/* clang-format on */

/* Values of catalog-role for zones that are catalogs. */
#define CATALOG_INTERPRET 1
#define CATALOG_GENERATE 2

bool zone_conf_is_catalog(knotd_mod_t *mod)
{
	if (knotd_mod_zone(mod) == NULL) {
		return false;
	}
	knotd_conf_t role = knotd_conf_zone(mod, C_CATALOG_ROLE, knotd_mod_zone(mod));
	return role.single.option == CATALOG_INTERPRET ||
		role.single.option == CATALOG_GENERATE;
}

/* Is the item set at the zone itself? It is if there is no memory to tell. */
static bool has_own(knotd_mod_t *mod, const yp_name_t *item, const knotd_conf_t *zone)
{
	bool failed = false;
	knotd_conf_t own = conf_item(mod, C_ZONE, item, zone, &failed);
	bool has = failed || own.count > 0;
	knotd_conf_free(&own);
	return has;
}

/* A member of a catalog is no zone of the configuration, and may have any template. */
static bool is_configured(knotd_mod_t *mod, const knotd_conf_t *zone)
{
	return knotd_conf(mod, C_ZONE, C_DOMAIN, zone).count > 0;
}

bool zone_conf_is_same(knotd_mod_t *mod, struct zone_conf *last)
{
	const knot_dname_t *name = knotd_mod_zone(mod);
	const knotd_conf_t zone = { .count = 1,
		.single = { .data = name, .data_len = knot_dname_size(name) } };
	struct zone_conf now = { .asked = true, .automatic = last->automatic };
	if (!last->asked) {
		now.automatic = knotd_conf(mod, C_SERVER, C_AUTO_ACL, NULL).single.boolean;
	}
	knotd_conf_t template = knotd_conf(mod, C_ZONE, C_TEMPLATE, &zone);
	if (template.count > 0 && template.single.data_len <= sizeof(now.template)) {
		now.size = template.single.data_len;
		memcpy(now.template, template.single.data, now.size);
	}
	now.known = (template.count > 0 ? now.size > 0 : is_configured(mod, &zone)) &&
		!has_own(mod, C_ACL, &zone) && !has_own(mod, C_CATALOG_ROLE, &zone) &&
		(!now.automatic ||
			(!has_own(mod, C_NOTIFY, &zone) && !has_own(mod, C_MASTER, &zone)));
	if (now.known && last->known && now.size == last->size &&
		memcmp(now.template, last->template, now.size) == 0) {
		return true;
	}
	now.catalog = zone_conf_is_catalog(mod);
	*last = now;
	return false;
}
