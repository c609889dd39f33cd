/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The server that is probed: its words on the command line, and its addresses. */

#pragma once

#include <sys/socket.h>

#include "probe.h"

#define PROBE_ADDRESSES_MAX 8

struct probe_address {
	struct sockaddr_storage socket;
	socklen_t size;
	char text[80]; /* without the port */
};

/* Reads "SERVER" or "SERVER@PORT", SERVER being a name or an address. False with a reason in
 * *why. */
bool probe_target_read(const char *text, struct probe_request *request, const char **why);

/* Fills server_owner once the name is known. False with a reason in *why. */
bool probe_target_name(struct probe_request *request, const char *name, const char **why);

/* Reads a SHA-256 in hex, digits of either case, or in base64 (RFC 4648 4), as Knot DNS logs
 * it. */
bool probe_target_key(const char *text, unsigned char key[DANCE_SHA256_SIZE]);

/* Finds the addresses of the server, in the system's way (a name in /etc/hosts counts too): its
 * records prove a server, wherever it is (RFC 6698 1.3). Waits for so long at most. Returns
 * how many; 0 with a reason in `why`. */
size_t probe_target_find(const struct probe_request *request,
	struct probe_address addresses[PROBE_ADDRESSES_MAX], unsigned timeout_ms,
	char why[DANCE_ERROR_SIZE]);

/* The same address with another port. */
void probe_address_set_port(struct probe_address *address, unsigned port);
