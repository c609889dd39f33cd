/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A proved name as a remote address. Knows how knotd passes addresses to modules and to
 * its ACL, which compares UNIX paths to the letter; without the module nothing matches. */

#include "identity.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "/dance/"

/* What this thread shows at the moment. A path alone does not tell: knotd may listen on a
 * UNIX socket of any path, and shows that as the remote address. */
static _Thread_local const struct sockaddr_storage *shown_here;

bool identity_path(char path[IDENTITY_PATH_SIZE], const char *name)
{
	int size = snprintf(path, IDENTITY_PATH_SIZE, PREFIX "%s", name);
	return size > 0 && (size_t)size < IDENTITY_PATH_SIZE;
}

bool identity_fits(const char *name)
{
	char path[IDENTITY_PATH_SIZE];
	return identity_path(path, name);
}

const char *identity_name_in(const char *path)
{
	return strncmp(path, PREFIX, strlen(PREFIX)) == 0 ? path + strlen(PREFIX) : NULL;
}

void identity_show(struct identity *identity, knotd_qdata_t *qdata, const char *path)
{
	if (identity->real != NULL ||
		(shown_here != NULL && qdata->params->remote == shown_here)) {
		return;
	}
	struct sockaddr_un *shown = (struct sockaddr_un *)&identity->shown;
	memset(&identity->shown, 0, sizeof(identity->shown));
	shown->sun_family = AF_UNIX;
	(void)snprintf(shown->sun_path, sizeof(shown->sun_path), "%s", path);

	identity->real = qdata->params->remote;
	qdata->params->remote = shown_here = &identity->shown;
}

void identity_hide(struct identity *identity, knotd_qdata_t *qdata)
{
	if (identity->real != NULL) {
		qdata->params->remote = identity->real;
		identity->real = NULL;
		shown_here = NULL;
	}
}
