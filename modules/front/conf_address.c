/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * IPv4 and IPv6 addresses with their ports. */

#include "conf_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static const struct sockaddr_in *v4_of(const struct conf_address *address)
{
	return (const struct sockaddr_in *)&address->socket;
}

static const struct sockaddr_in6 *v6_of(const struct conf_address *address)
{
	return (const struct sockaddr_in6 *)&address->socket;
}

static bool is_v4(const struct conf_address *address)
{
	return address->socket.ss_family == AF_INET;
}

void conf_address_set(struct conf_address *address, const struct sockaddr_storage *socket)
{
	memset(address, 0, sizeof(*address));
	address->socket = *socket;
	address->size = is_v4(address) ? sizeof(struct sockaddr_in) :
		sizeof(struct sockaddr_in6);
	const void *octets = &v6_of(address)->sin6_addr;
	if (is_v4(address)) {
		octets = &v4_of(address)->sin_addr;
	}
	char text[INET6_ADDRSTRLEN] = "";
	inet_ntop(socket->ss_family, octets, text, sizeof(text));
	unsigned port = conf_address_port(address);
	if (port != 0) {
		snprintf(address->text, sizeof(address->text), "%s@%u", text, port);
	} else {
		snprintf(address->text, sizeof(address->text), "%s", text);
	}
}

unsigned conf_address_port(const struct conf_address *address)
{
	return ntohs(is_v4(address) ? v4_of(address)->sin_port : v6_of(address)->sin6_port);
}

/* The port aside. */
static bool is_same_host(const struct conf_address *a, const struct conf_address *b)
{
	if (a->socket.ss_family != b->socket.ss_family) {
		return false;
	}
	if (is_v4(a)) {
		return v4_of(a)->sin_addr.s_addr == v4_of(b)->sin_addr.s_addr;
	}
	return memcmp(&v6_of(a)->sin6_addr, &v6_of(b)->sin6_addr, sizeof(struct in6_addr)) == 0;
}

bool conf_address_is_equal(const struct conf_address *a, const struct conf_address *b)
{
	return is_same_host(a, b) && conf_address_port(a) == conf_address_port(b);
}

bool conf_address_is_loopback(const struct conf_address *address)
{
	if (is_v4(address)) {
		return ntohl(v4_of(address)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	return IN6_IS_ADDR_LOOPBACK(&v6_of(address)->sin6_addr);
}

static bool is_any(const struct conf_address *address)
{
	if (is_v4(address)) {
		return v4_of(address)->sin_addr.s_addr == htonl(INADDR_ANY);
	}
	return IN6_IS_ADDR_UNSPECIFIED(&v6_of(address)->sin6_addr);
}

bool conf_address_reaches(const struct conf_address *address,
	const struct conf_address *listen)
{
	if (conf_address_is_equal(address, listen)) {
		return true;
	}
	return address->socket.ss_family == listen->socket.ss_family && is_any(listen) &&
		conf_address_is_loopback(address) &&
		conf_address_port(address) == conf_address_port(listen);
}
