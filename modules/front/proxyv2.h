/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The header of the PROXY protocol, version 2, in which a front tells the upstream server
 * which client it connects for. It is only written here, never read. */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define PROXYV2_HEADER_MAX 52 /* two IPv6 addresses and ports */

/* Writes the header of a TCP connection from `identity`'s address with `port`, to `local` if
 * that is of the same family, else to the identity's own address. Returns its octets; 0 when
 * `identity` is neither IPv4 nor IPv6. */
size_t proxyv2_header(uint8_t header[PROXYV2_HEADER_MAX], const struct sockaddr *identity,
	uint16_t port, const struct sockaddr *local);
