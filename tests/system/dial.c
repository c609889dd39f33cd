/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A TCP connection of a test's client. */

#include "dial.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

#define SECONDS 10

int dial(const char *address, uint16_t port, uint16_t *own_port)
{
	const struct timeval patience = { .tv_sec = SECONDS };
	struct sockaddr_in remote = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in local;
	socklen_t length = sizeof(local);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || inet_pton(AF_INET, address, &remote.sin_addr) != 1 ||
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
		connect(fd, (struct sockaddr *)&remote, sizeof(remote)) != 0 ||
		getsockname(fd, (struct sockaddr *)&local, &length) != 0) {
		perror("connect");
		exit(1);
	}
	*own_port = ntohs(local.sin_port);
	return fd;
}
