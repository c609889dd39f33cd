/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Where the configuration attaches modules: to a zone, or to all zones. */

#pragma once

#include <knot/module.h>

/* The modules of this instance's zone, or of all zones if it has none. To be freed with
 * knotd_conf_free(). */
knotd_conf_t module_refs_of(knotd_mod_t *mod);

/* The modules of all zones. To be freed in the same way. */
knotd_conf_t module_refs_global(knotd_mod_t *mod);

/* The id in a reference to this module, "" if it has none. NULL if it is to another module. As long
 * as the list. */
const char *module_ref_id(const knotd_conf_val_t *ref);

/* The id of the section that this instance has, as long as the list `refs`, which is of
 * module_refs_of(). `place` is where the first value of its 'client' stands. NULL if it is not
 * found. */
const char *module_refs_find(knotd_mod_t *mod, const knotd_conf_t *refs, const void *place);
