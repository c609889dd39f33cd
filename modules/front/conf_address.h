/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * IPv4 and IPv6 addresses with their ports, as a file names them. */

#pragma once

#include <stdbool.h>

#include "conf.h"

/* Reads "ADDR" or "ADDR@PORT". Sets *has_port; without one it is `port`, and where that is 0,
 * none is written out. False if it is no IPv4 or IPv6 address. */
bool conf_address_read(struct conf_address *address, const char *text, uint16_t port,
	bool *has_port);

unsigned conf_address_port(const struct conf_address *address);

/* The same address and port? */
bool conf_address_is_equal(const struct conf_address *a, const struct conf_address *b);

/* 127/8 or ::1? */
bool conf_address_is_loopback(const struct conf_address *address);

/* Could a connection come from it? Not from 0.0.0.0, ::, or a group's; nor, as it would be
 * written in one of two ways, from an IPv4 address within an IPv6 one. */
bool conf_address_is_somebodys(const struct conf_address *address);

/* Would a connection to `address` come to who listens on `listen`: is it the same, or does
 * that one listen on all addresses and this is one of this host's? */
bool conf_address_reaches(const struct conf_address *address,
	const struct conf_address *listen);
