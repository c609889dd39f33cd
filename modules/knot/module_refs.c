/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * References to modules, as knotd keeps them: the name of the module as a yp_name_t, and the id as
 * a string behind it. knotd does not tell an instance which of them is its own. */

#include "module_refs.h"

#include <string.h>

#include "conf.h"

/* clang-format off */
#define C_GLOBAL_MODULE	"\x0D""global-module"
#define C_MODULE	"\x06""module"
#define C_TEMPLATE	"\x08""template"
#define MODULE_NAME	"\x09""mod-dance"
/* clang-format on */

#define NAME_SIZE (sizeof(MODULE_NAME) - 1)

knotd_conf_t module_refs_global(knotd_mod_t *mod)
{
	static const char id[] = "default";
	const knotd_conf_t template = { .count = 1,
		.single = { .data = (const uint8_t *)id, .data_len = sizeof(id) } };
	return knotd_conf(mod, C_TEMPLATE, C_GLOBAL_MODULE, &template);
}

knotd_conf_t module_refs_of(knotd_mod_t *mod)
{
	const knot_dname_t *zone = knotd_mod_zone(mod);
	return zone != NULL ? knotd_conf_zone(mod, C_MODULE, zone) :
			      module_refs_global(mod);
}

const char *module_ref_id(const knotd_conf_val_t *ref)
{
	if (ref->data_len < NAME_SIZE || memcmp(ref->data, MODULE_NAME, NAME_SIZE) != 0) {
		return NULL;
	}
	return ref->data_len > NAME_SIZE ? (const char *)ref->data + NAME_SIZE : "";
}

/* Is this the section whose 'client' stands there? */
static bool is_at(knotd_mod_t *mod, const char *id, const void *place)
{
	const knotd_conf_t section = { .count = 1,
		.single = { .data = (const uint8_t *)id, .data_len = strlen(id) + 1 } };
	knotd_conf_t clients = knotd_conf(mod, MODULE_NAME, MOD_CLIENT, &section);
	bool is = clients.count > 0 && clients.multi[0].string == place;
	knotd_conf_free(&clients);
	return is;
}

const char *module_refs_find(knotd_mod_t *mod, const knotd_conf_t *refs, const void *place)
{
	for (size_t i = 0; i < refs->count; i++) {
		const char *id = module_ref_id(&refs->multi[i]);
		if (id != NULL && id[0] != '\0' && is_at(mod, id, place)) {
			return id;
		}
	}
	return NULL;
}
