/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A proved name as a remote address. Knows how knotd passes addresses to modules and to
 * its ACL, which compares UNIX paths to the letter; without the module nothing matches. */

#include "identity.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#define PREFIX "/dance/"

bool identity_fits(const char *name)
{
	return strlen(PREFIX) + strlen(name) < sizeof(((struct sockaddr_un *)0)->sun_path);
}

static bool is_shown(const knotd_qdata_t *qdata)
{
	const struct sockaddr_un *remote = (const struct sockaddr_un *)qdata->params->remote;
	return remote->sun_family == AF_UNIX &&
		strncmp(remote->sun_path, PREFIX, strlen(PREFIX)) == 0;
}

void identity_show(struct identity *identity, knotd_qdata_t *qdata, const char *name)
{
	if (identity->real != NULL || is_shown(qdata)) {
		return;
	}
	struct sockaddr_un *shown = (struct sockaddr_un *)&identity->shown;
	memset(&identity->shown, 0, sizeof(identity->shown));
	shown->sun_family = AF_UNIX;
	(void)snprintf(shown->sun_path, sizeof(shown->sun_path), PREFIX "%s", name);

	identity->real = qdata->params->remote;
	qdata->params->remote = &identity->shown;
}

void identity_hide(struct identity *identity, knotd_qdata_t *qdata)
{
	if (identity->real != NULL) {
		qdata->params->remote = identity->real;
		identity->real = NULL;
	}
}
