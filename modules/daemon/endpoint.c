/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * UNIX sockets by their paths; the rest is address.h's. */

#include "endpoint.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>

static const struct sockaddr_un *path_of(const struct sockaddr_storage *socket)
{
	return (const struct sockaddr_un *)socket;
}

static const char *read_path(struct endpoint *endpoint, const char *path)
{
	struct sockaddr_un *at = (struct sockaddr_un *)&endpoint->socket;
	size_t size = strlen(path);
	if (size >= sizeof(at->sun_path)) {
		return "is a longer path than a socket can have";
	}
	at->sun_family = AF_UNIX;
	memcpy(at->sun_path, path, size); /* zeros stand there */
	endpoint->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size + 1);
	memcpy(endpoint->text, path, size);
	return NULL;
}

void endpoint_of_address(struct endpoint *endpoint, const struct address *address)
{
	*endpoint = (struct endpoint){ .socket = address->socket, .size = address->size };
	memcpy(endpoint->text, address->text, sizeof(address->text));
}

const char *endpoint_read(struct endpoint *endpoint, const char *text)
{
	memset(endpoint, 0, sizeof(*endpoint));
	if (text[0] == '/') {
		return read_path(endpoint, text);
	}
	struct address address;
	bool has_port;
	if (!address_read(&address, text, 0, &has_port)) {
		return "must be the path of a socket, or ADDRESS@PORT";
	}
	if (address_port(&address.socket) == 0) {
		return has_port ? "must not have port 0" : "needs a port: ADDRESS@PORT";
	}
	endpoint_of_address(endpoint, &address);
	return NULL;
}

void endpoint_text(char text[ENDPOINT_TEXT_SIZE], const struct sockaddr_storage *bound)
{
	text[0] = '\0';
	if (bound->ss_family == AF_UNIX) {
		snprintf(text, ENDPOINT_TEXT_SIZE, "%.*s",
			(int)sizeof(path_of(bound)->sun_path), path_of(bound)->sun_path);
	} else if (bound->ss_family == AF_INET || bound->ss_family == AF_INET6) {
		address_text(text, bound);
	}
}

bool endpoint_is_path(const struct endpoint *endpoint)
{
	return endpoint->socket.ss_family == AF_UNIX;
}

bool endpoint_is_equal(const struct endpoint *endpoint,
	const struct sockaddr_storage *bound)
{
	if (!endpoint_is_path(endpoint)) {
		return address_is_equal(bound, &endpoint->socket);
	}
	return bound->ss_family == AF_UNIX &&
		strncmp(path_of(bound)->sun_path, endpoint->text,
			sizeof(path_of(bound)->sun_path)) == 0;
}
