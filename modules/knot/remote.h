/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The remotes of knotd's configuration, one by one or in groups: what they ask of a client.
 * Read anew at each call. */

#pragma once

#include <stdbool.h>

#include <knot/module.h>

/* Calls `each` with the id of every remote that a list names, and of those in the groups
 * that it names. *failed becomes true when there is no memory to read them. */
void remote_each(knotd_mod_t *mod, const knotd_conf_t *list,
	void (*each)(void *arg, const knotd_conf_t *remote), void *arg, bool *failed);

/* To be freed with knotd_conf_free(). */
knotd_conf_t remote_addresses(knotd_mod_t *mod, const knotd_conf_t *remote, bool *failed);

/* What a client has to be, beyond its address, to be taken for the remote. */
struct remote_terms {
	bool key;           /* signs with a TSIG key */
	bool certificate;   /* shows a certificate that is pinned, or of a name */
	bool secure;        /* comes over TLS or QUIC */
	bool automatic_acl; /* may be allowed with no rule of the ACL */
};

struct remote_terms remote_terms(knotd_mod_t *mod, const knotd_conf_t *remote,
	bool *failed);
