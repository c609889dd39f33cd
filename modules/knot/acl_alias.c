/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A proved name as a remote address. Knows how knotd passes addresses to modules and to
 * its ACL, which compares UNIX paths to the letter; without the module nothing matches. */

#include "acl_alias.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "/dance/"

/* What this thread shows at the moment. A path alone does not tell: knotd may listen on a
 * UNIX socket of any path, and shows that as the remote address. */
static _Thread_local const struct sockaddr_storage *shown_here;

bool acl_alias_path(char path[ACL_ALIAS_PATH_SIZE], const char *name)
{
	int size = snprintf(path, ACL_ALIAS_PATH_SIZE, PREFIX "%s", name);
	return (size_t)size < ACL_ALIAS_PATH_SIZE; /* an error of snprintf() is larger */
}

bool acl_alias_fits(const char *name)
{
	char path[ACL_ALIAS_PATH_SIZE];
	return acl_alias_path(path, name);
}

const char *acl_alias_name(const char *path)
{
	return strncmp(path, PREFIX, strlen(PREFIX)) == 0 ? path + strlen(PREFIX) : NULL;
}

void acl_alias_show(struct acl_alias *alias, knotd_qdata_t *qdata, const char *path)
{
	if (alias->real != NULL ||
		(shown_here != NULL && qdata->params->remote == shown_here)) {
		return;
	}
	struct sockaddr_un *shown = (struct sockaddr_un *)&alias->shown;
	memset(&alias->shown, 0, sizeof(alias->shown));
	shown->sun_family = AF_UNIX;
	(void)snprintf(shown->sun_path, sizeof(shown->sun_path), "%s", path);

	alias->real = qdata->params->remote;
	qdata->params->remote = shown_here = &alias->shown;
}

void acl_alias_hide(struct acl_alias *alias, knotd_qdata_t *qdata)
{
	if (alias->real != NULL) {
		qdata->params->remote = alias->real;
		alias->real = NULL;
		shown_here = NULL;
	}
}
