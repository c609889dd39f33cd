/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The header of the PROXY protocol, version 2, in which a front tells the upstream server
 * which client it connects for. It is only written here, never read. */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "dance.h"

#define PROXYV2_HEADER_MAX 52 /* two IPv6 addresses and ports */

#define PROXYV2_CIPHER_MAX 64 /* octets of the name of a cipher suite */

/* Addresses, and of TLS: its fixed part, version, name and cipher suite, each with its type and
 * length. */
#define PROXYV2_TLS_HEADER_MAX \
	(PROXYV2_HEADER_MAX + (3 + 5) + (3 + 7) + (3 + DANCE_NAME_SIZE - 1) + \
		(3 + PROXYV2_CIPHER_MAX))

/* Writes the header of a TCP connection from `source`, the address of an identity or of the
 * client, with `port`, to `local` if that is of the same family, else to the source's own address.
 * An IPv4-mapped address counts as IPv4 if both can. Returns its octets; 0 when `source` is
 * neither IPv4 nor IPv6. */
size_t proxyv2_header(uint8_t header[PROXYV2_HEADER_MAX], const struct sockaddr *source,
	uint16_t port, const struct sockaddr *local);

/* The same, and what a server takes for the client's certificate: the name that DNS has proved, as
 * the common name, and TLS 1.3 with this cipher suite (SSL_get_cipher_name()). Also 0 unless the
 * result is DANCE_ALLOW, or if the cipher suite has a longer name. The whole must go to the server
 * in one write, before the first octet of the stream. */
size_t proxyv2_tls_header(uint8_t header[PROXYV2_TLS_HEADER_MAX],
	const struct sockaddr *source, uint16_t port, const struct sockaddr *local,
	const struct dance_result *proved, const char *cipher);
