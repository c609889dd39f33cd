/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * IPv4 and IPv6 addresses with their ports: read, written and compared. Knows nothing of what
 * they are used for. Takes no other family unless it says so. */

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

/* Reads "ADDR" or "ADDR@PORT". Sets *has_port; without one it is `port`, and where that is 0,
 * none is written out. False if it is no IPv4 or IPv6 address. */
bool address_read(struct address *address, const char *text, uint16_t port, bool *has_port);

/* "192.0.2.1@53", or "192.0.2.1" if the port is 0. The same address is always written in the
 * same way. */
void address_text(char text[ADDRESS_TEXT_SIZE], const struct sockaddr_storage *address);

uint16_t address_port(const struct sockaddr_storage *address);

/* The same address and port? `a` may be of any family. */
bool address_is_equal(const struct sockaddr_storage *a, const struct sockaddr_storage *b);

/* 127/8 or ::1? */
bool address_is_loopback(const struct sockaddr_storage *address);

/* Could a connection come from it? Not from 0.0.0.0, ::, or a group's; nor, as it would be
 * written in one of two ways, from an IPv4 address within an IPv6 one. */
bool address_is_unicast(const struct sockaddr_storage *address);

/* Would a connection to `address` come to who listens on `listen`: is it the same, or does
 * that one listen on all addresses and this is one of this host's? */
bool address_reaches(const struct sockaddr_storage *address,
	const struct sockaddr_storage *listen);
