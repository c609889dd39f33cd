/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Ceasing to be root, each time in a child that then tries what it still can do. */

#include "check.h"
#include "privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of cases that begin as root. */
static void need_root(void)
{
	if (geteuid() != 0) {
		skip_because("only root can become another user");
	}
}

static void users_that_are_none_are_told(void **state)
{
	(void)state;
	need_root();
	static const struct {
		const char *user, *what;
	} rows[] = {
		{ "no-such-user-here", "no such user" },
		{ "", "no such user" },
		{ ":nogroup", "no such user" },
		{ "a-name-that-is-longer-than-any-user's-name-can-be-on-any-system-we-know",
			"no such user" },
		{ "root:no-such-group-here", "no such group" },
		{ "root:", "no such group" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char error[CONF_ERROR_SIZE] = "", wanted[CONF_ERROR_SIZE];
		check_true(rows[i].user, !privilege_drop(rows[i].user, error));
		snprintf(wanted, sizeof(wanted), "server: user %s: %s", rows[i].user,
			rows[i].what);
		assert_string_equal(error, wanted);
		assert_int_equal(geteuid(), 0);
	}
}

/* What a child finds wrong with itself after it has dropped: the number of its step. */
enum {
	FINE,
	NOT_DROPPED,
	WRONG_USER,
	WRONG_GROUP,
	CAN_RETURN,
	OTHER_GROUPS
};

static int drop(const char *user, uid_t uid, gid_t gid)
{
	char error[CONF_ERROR_SIZE];
	if (!privilege_drop(user, error)) {
		fprintf(stderr, "%s\n", error);
		return NOT_DROPPED;
	}
	uid_t uids[3];
	gid_t gids[3];
	if (getresuid(&uids[0], &uids[1], &uids[2]) != 0 || uids[0] != uid ||
		uids[1] != uid || uids[2] != uid) {
		return WRONG_USER;
	}
	if (getresgid(&gids[0], &gids[1], &gids[2]) != 0 || gids[0] != gid ||
		gids[1] != gid || gids[2] != gid) {
		return WRONG_GROUP;
	}
	if (setuid(0) == 0 || seteuid(0) == 0 || setgid(0) == 0) {
		return CAN_RETURN;
	}
	gid_t groups[64];
	int count = getgroups(64, groups);
	for (int i = 0; i < count; i++) {
		if (groups[i] == 0) { /* root's would stay if nobody took them away */
			return OTHER_GROUPS;
		}
	}
	/* A user that is not root stays what it is. */
	return privilege_drop("root", error) && geteuid() == uid ? FINE : NOT_DROPPED;
}

static void check_fine(pid_t child)
{
	int status = -1;
	assert_true(child > 0);
	while (waitpid(child, &status, 0) < 0) {
		assert_int_equal(errno, EINTR);
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), FINE);
}

static void check_dropped(const char *user, uid_t uid, gid_t gid)
{
	const gid_t roots[] = { 0, 1 };
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		_exit(setgroups(2, roots) != 0 ? NOT_DROPPED : drop(user, uid, gid));
	}
	check_fine(child);
}

static void there_is_no_way_back(void **state)
{
	(void)state;
	need_root();
	const struct passwd *nobody = getpwnam("nobody");
	if (nobody == NULL) {
		skip_because("there is no user nobody");
	}
	uid_t uid = nobody->pw_uid;
	check_dropped("nobody", uid, nobody->pw_gid);
	const struct group *group = getgrnam("daemon");
	if (group == NULL) {
		skip_because("there is no group daemon");
	}
	check_dropped("nobody:daemon", uid, group->gr_gid);
}

/* Its child is somebody else in any case. */
static void who_is_not_root_stays_who_he_is(void **state)
{
	(void)state;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		char error[CONF_ERROR_SIZE] = "";
		bool other = geteuid() != 0 || setuid(65534) == 0;
		uid_t before = geteuid();
		_exit(!other || !privilege_drop("no-such-user-here", error) ||
					error[0] != '\0' || geteuid() != before ?
				1 :
				0);
	}
	check_fine(child);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_that_are_none_are_told),
		cmocka_unit_test(there_is_no_way_back),
		cmocka_unit_test(who_is_not_root_stays_who_he_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
