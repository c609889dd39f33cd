/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Where a socket listens that may be local: the path of a UNIX socket, or an address with a
 * port. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "address.h"

#define ENDPOINT_TEXT_SIZE 112 /* a path may have 107 octets */

struct endpoint {
	struct sockaddr_storage socket;
	socklen_t size;
	char text[ENDPOINT_TEXT_SIZE];
};

/* Reads "/PATH" or "ADDR@PORT". NULL, or what is wrong with it, to stand behind "it". */
const char *endpoint_read(struct endpoint *endpoint, const char *text);

void endpoint_of_address(struct endpoint *endpoint, const struct address *address);

/* Where a socket is bound, in the form that is read: "" if it is of another kind. */
void endpoint_text(char text[ENDPOINT_TEXT_SIZE], const struct sockaddr_storage *bound);

/* "/PATH" instead of an address? */
bool endpoint_is_path(const struct endpoint *endpoint);

/* Is a socket that is bound to this address the one that is meant? */
bool endpoint_is_equal(const struct endpoint *endpoint,
	const struct sockaddr_storage *bound);
