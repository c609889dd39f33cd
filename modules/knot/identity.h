/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A proved name as a remote address: for the rest of one message the query comes from the
 * UNIX path /dance/<name>, so that rules of knotd's own ACL can name it. */

#pragma once

#include <knot/module.h>

/* One for each worker thread. */
struct identity {
	const struct sockaddr_storage *real; /* NULL: not shown */
	struct sockaddr_storage shown;
};

/* Is there room for this name in an address? */
bool identity_fits(const char *name);

/* Shows the name instead of the remote address until identity_hide(). Is another one shown
 * already, by a module of the same query, that one stays. */
void identity_show(struct identity *identity, knotd_qdata_t *qdata, const char *name);

void identity_hide(struct identity *identity, knotd_qdata_t *qdata);
