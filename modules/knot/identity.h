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
struct identity {
	const struct sockaddr_storage *real; /* NULL: not shown */
	struct sockaddr_storage shown;
};

#define IDENTITY_PATH_SIZE sizeof(((struct sockaddr_un *)0)->sun_path)

/* Writes the path of a name, or of an entry like *.clients.example.net. False if the path
 * has no room for it. */
bool identity_path(char path[IDENTITY_PATH_SIZE], const char *name);

/* Is there room for this name in an address? */
bool identity_fits(const char *name);

/* The name, or the entry, in this UNIX path; NULL if it is a path of something else. */
const char *identity_name_in(const char *path);

/* Shows the path instead of the remote address until identity_hide(). A path that another
 * module of the same query already shows stays. */
void identity_show(struct identity *identity, knotd_qdata_t *qdata, const char *path);

void identity_hide(struct identity *identity, knotd_qdata_t *qdata);
