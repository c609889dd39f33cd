/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Groups first, then the user; then it is tried whether there is a way back. */

#include "privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME_MAX_SIZE 64

static bool complain(char error[CONF_ERROR_SIZE], const char *user, const char *what)
{
	snprintf(error, CONF_ERROR_SIZE, "server: user %s: %s", user, what);
	return false;
}

bool privilege_drop(const char *user, char error[CONF_ERROR_SIZE])
{
	if (geteuid() != 0) {
		return true;
	}
	char name[NAME_MAX_SIZE];
	const char *colon = strchr(user, ':');
	size_t size = colon != NULL ? (size_t)(colon - user) : strlen(user);
	if (size == 0 || size >= sizeof(name)) {
		return complain(error, user, "no such user");
	}
	memcpy(name, user, size);
	name[size] = '\0';

	const struct passwd *entry = getpwnam(name);
	if (entry == NULL) {
		return complain(error, user, "no such user");
	}
	const uid_t uid = entry->pw_uid;
	gid_t gid = entry->pw_gid;
	if (colon != NULL) {
		const struct group *group = getgrnam(colon + 1);
		if (group == NULL) {
			return complain(error, user, "no such group");
		}
		gid = group->gr_gid;
	}
	if (initgroups(name, gid) != 0 || setresgid(gid, gid, gid) != 0 ||
		setresuid(uid, uid, uid) != 0) {
		return complain(error, user, strerror(errno));
	}
	if (uid != 0 && setuid(0) == 0) {
		return complain(error, user, "can regain root");
	}
	return true;
}
