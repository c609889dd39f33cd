/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The protocol of sd_listen_fds(3), which is documented to be spoken without a library. */

#include "handed.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HANDED_MAX 128

int handed_count(void)
{
	const char *pid = getenv("LISTEN_PID");
	const char *count = getenv("LISTEN_FDS");
	if (pid == NULL || count == NULL || strtol(pid, NULL, 10) != (long)getpid()) {
		return 0;
	}
	long number = strtol(count, NULL, 10);
	return number > 0 && number <= HANDED_MAX ? (int)number : 0;
}

int handed_take(int fd, int type)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, HANDED_FIRST);
	if (copy >= 0 &&
		(fcntl(copy, F_SETFL, fcntl(copy, F_GETFL) | O_NONBLOCK) != 0 ||
			(type == SOCK_STREAM && listen(copy, SOMAXCONN) != 0))) {
		close(copy);
		copy = -1;
	}
	return copy;
}

bool handed_look_at(int fd, struct sockaddr_storage *bound, int *type)
{
	socklen_t size = sizeof(*bound), type_size = sizeof(*type);
	memset(bound, 0, sizeof(*bound));
	return getsockname(fd, (struct sockaddr *)bound, &size) == 0 &&
		getsockopt(fd, SOL_SOCKET, SO_TYPE, type, &type_size) == 0;
}
