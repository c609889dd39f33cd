/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sockets that the service manager has opened and passed (sd_listen_fds(3)). Knows nothing
 * of what they are for. */

#pragma once

#include <stdbool.h>
#include <sys/socket.h>

#define HANDED_FIRST 3 /* the descriptor of the first one */

/* How many; none if they are meant for another process. */
int handed_count(void);

/* Where it is bound, and SOCK_STREAM or another type. */
bool handed_look_at(int fd, struct sockaddr_storage *bound, int *type);

/* Makes it ours: a duplicate, because a reload may need the original again. It does not block, and
 * listens. -1 with errno. */
int handed_take(int fd, int type);
