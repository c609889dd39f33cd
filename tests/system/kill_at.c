/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * To be preloaded: this one program is killed at its n-th call that changes a file or begins
 * another program, before the call does its work. KILL_AT has the n; children do not get it. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long left;

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("KILL_AT");
	left = text != NULL ? atol(text) : 0;
	unsetenv("KILL_AT");
}

static void count(void)
{
	if (left > 0 && --left == 0) {
		raise(SIGKILL);
	}
}

int rename(const char *from, const char *to)
{
	count();
	return (int)syscall(SYS_renameat2, -100, from, -100, to, 0); /* AT_FDCWD */
}

int unlink(const char *path)
{
	count();
	return (int)syscall(SYS_unlinkat, -100, path, 0);
}

int link(const char *from, const char *to)
{
	count();
	return (int)syscall(SYS_linkat, -100, from, -100, to, 0);
}

int fsync(int fd)
{
	count();
	return (int)syscall(SYS_fsync, fd);
}

pid_t waitpid(pid_t child, int *status, int options)
{
	static pid_t seen;
	/* Once for each child, while it is at work. */
	if (child != seen) {
		seen = child;
		count();
	}
	return (pid_t)syscall(SYS_wait4, child, status, options, NULL);
}
