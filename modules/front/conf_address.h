/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * IPv4 and IPv6 addresses with their ports, as a file names them. */

#pragma once

#include <stdbool.h>

#include "conf.h"

/* Takes an IPv4 or IPv6 socket address, and writes it out: "ADDR@PORT", or "ADDR" where the
 * port is 0. */
void conf_address_set(struct conf_address *address, const struct sockaddr_storage *socket);

unsigned conf_address_port(const struct conf_address *address);

/* The same address and port? */
bool conf_address_is_equal(const struct conf_address *a, const struct conf_address *b);

/* 127/8 or ::1? */
bool conf_address_is_loopback(const struct conf_address *address);

/* Would a connection to `address` come to who listens on `listen`: is it the same, or does
 * that one listen on all addresses and this is one of this host's? */
bool conf_address_reaches(const struct conf_address *address,
	const struct conf_address *listen);
