/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A proved name as a remote address: for the rest of one message the query comes from the
 * UNIX path /dance/<name>, so that rules of knotd's own ACL can name it. */

#pragma once

#include <stdbool.h>
#include <sys/un.h>

#include <knot/module.h>

/* One for each worker thread. */
struct acl_alias {
	const struct sockaddr_storage *real; /* NULL: not shown */
	struct sockaddr_storage shown;
};

#define ACL_ALIAS_PATH_SIZE sizeof(((struct sockaddr_un *)0)->sun_path)

/* Writes the path of a name, or of an entry like *.clients.example.net or @clients.example.net.
 * False if the path has no room for it. */
bool acl_alias_path(char path[ACL_ALIAS_PATH_SIZE], const char *name);

/* Is there room for this name in an address? */
bool acl_alias_fits(const char *name);

/* The name, or the entry, in this UNIX path; NULL if it is a path of something else. */
const char *acl_alias_name(const char *path);

/* Shows the path instead of the remote address until acl_alias_hide(). A path that another
 * module of the same query already shows stays. */
void acl_alias_show(struct acl_alias *alias, knotd_qdata_t *qdata, const char *path);

void acl_alias_hide(struct acl_alias *alias, knotd_qdata_t *qdata);
