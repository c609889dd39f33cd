/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * IPv4 and IPv6 addresses with their ports: read, written and compared. Knows nothing of
 * what they are used for. Takes no other family unless it says so. */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDRESS_TEXT_SIZE 64 /* "2001:db8::1@53000" */

struct address {
	struct sockaddr_storage socket;
	socklen_t size;
	char text[ADDRESS_TEXT_SIZE];
};

/* Reads "ADDR" or "ADDR@PORT", and sets *has_port. Without a port it takes `port`; if that
 * is 0, the text has none. False if it is not an IPv4 or IPv6 address. */
bool address_read(struct address *address, const char *text, uint16_t port, bool *has_port);

/* "192.0.2.1@53", or "192.0.2.1" if the port is 0. The same address is always written in the
 * same way. */
void address_text(char text[ADDRESS_TEXT_SIZE], const struct sockaddr_storage *address);

uint16_t address_port(const struct sockaddr_storage *address);

/* The same address and port? `a` may be of any family. */
bool address_is_equal(const struct sockaddr_storage *a, const struct sockaddr_storage *b);

/* 127/8 or ::1? */
bool address_is_loopback(const struct sockaddr_storage *address);

/* Can a connection come from it? Not from 0.0.0.0, :: or a multicast address; and not
 * from an IPv4-mapped IPv6 address, because the same address could then be written in
 * two ways. */
bool address_is_unicast(const struct sockaddr_storage *address);

/* Does a connection to `address`, of any family, reach a listener on `listen`: are they the same,
 * or does it listen on all addresses, and `address` is one of this host? */
bool address_reaches(const struct sockaddr_storage *address,
	const struct sockaddr_storage *listen);
