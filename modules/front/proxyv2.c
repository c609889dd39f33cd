/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The PROXY protocol, version 2, section 2.2 of its specification: a signature, what is
 * said, how long the addresses are, and the addresses. */

#include "proxyv2.h"

#include <netinet/in.h>
#include <string.h>

#define VERSION_2_PROXY 0x21 /* not LOCAL: the addresses are to be used */
#define TCP_OVER_IPV4 0x11
#define TCP_OVER_IPV6 0x21

static const uint8_t signature[12] = { 0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55,
	0x49, 0x54, 0x0a };

/* An address as it goes over the wire. */
struct endpoint {
	uint8_t address[16];
	size_t size; /* 4 or 16; 0: neither IPv4 nor IPv6 */
	uint16_t port;
};

static struct endpoint endpoint_of(const struct sockaddr *address)
{
	struct endpoint endpoint = { .size = 0 };
	if (address != NULL && address->sa_family == AF_INET) {
		struct sockaddr_in v4;
		memcpy(&v4, address, sizeof(v4));
		endpoint.size = sizeof(v4.sin_addr);
		memcpy(endpoint.address, &v4.sin_addr, endpoint.size);
		endpoint.port = ntohs(v4.sin_port);
	} else if (address != NULL && address->sa_family == AF_INET6) {
		struct sockaddr_in6 v6;
		memcpy(&v6, address, sizeof(v6));
		endpoint.size = sizeof(v6.sin6_addr);
		memcpy(endpoint.address, &v6.sin6_addr, endpoint.size);
		endpoint.port = ntohs(v6.sin6_port);
	}
	return endpoint;
}

static uint8_t *put_number(uint8_t *to, size_t number)
{
	to[0] = (uint8_t)(number >> 8);
	to[1] = (uint8_t)number;
	return to + 2;
}

static uint8_t *put_octets(uint8_t *to, const uint8_t *octets, size_t size)
{
	memcpy(to, octets, size);
	return to + size;
}

size_t proxyv2_header(uint8_t header[PROXYV2_HEADER_MAX], const struct sockaddr *identity,
	uint16_t port, const struct sockaddr *local)
{
	struct endpoint from = endpoint_of(identity), to = endpoint_of(local);
	if (from.size == 0) {
		return 0;
	}
	if (to.size != from.size) { /* the port is true in any case, if there is one */
		to.port = to.size != 0 ? to.port : port;
		to.size = from.size;
		memcpy(to.address, from.address, from.size);
	}
	uint8_t *end = put_octets(header, signature, sizeof(signature));
	*end++ = VERSION_2_PROXY;
	*end++ = from.size == 4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6;
	end = put_number(end, 2 * from.size + 4);
	end = put_octets(end, from.address, from.size);
	end = put_octets(end, to.address, to.size);
	end = put_number(end, port);
	end = put_number(end, to.port);
	return (size_t)(end - header);
}
