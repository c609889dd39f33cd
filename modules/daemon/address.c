/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a struct sockaddr holds: the one place that looks into it by family. */

#include "address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct sockaddr_in *v4_of(const struct sockaddr_storage *address)
{
	return (const struct sockaddr_in *)address;
}

static const struct sockaddr_in6 *v6_of(const struct sockaddr_storage *address)
{
	return (const struct sockaddr_in6 *)address;
}

static bool is_v4(const struct sockaddr_storage *address)
{
	return address->ss_family == AF_INET;
}

static bool read_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);
	*port = (uint16_t)number;
	return isdigit((unsigned char)*text) && *end == '\0' && number <= UINT16_MAX;
}

/* Reads only the host, of either family. */
static bool read_host(struct address *address, const char *text)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&address->socket;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address->socket;
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		address->size = sizeof(*v4);
		return true;
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		address->size = sizeof(*v6);
		return true;
	}
	return false;
}

void address_text(char text[ADDRESS_TEXT_SIZE], const struct sockaddr_storage *address)
{
	const void *octets = &v6_of(address)->sin6_addr;
	if (is_v4(address)) {
		octets = &v4_of(address)->sin_addr;
	}
	char host[INET6_ADDRSTRLEN] = "";
	inet_ntop(address->ss_family, octets, host, sizeof(host));
	unsigned port = address_port(address);
	if (port != 0) {
		snprintf(text, ADDRESS_TEXT_SIZE, "%s@%u", host, port);
	} else {
		snprintf(text, ADDRESS_TEXT_SIZE, "%s", host);
	}
}

bool address_read(struct address *address, const char *text, uint16_t port, bool *has_port)
{
	char host[INET6_ADDRSTRLEN];
	size_t size = strcspn(text, "@");
	memset(address, 0, sizeof(*address));
	*has_port = text[size] == '@';
	if (size >= sizeof(host) || (*has_port && !read_port(text + size + 1, &port))) {
		return false;
	}
	memcpy(host, text, size);
	host[size] = '\0';
	if (!read_host(address, host)) {
		return false;
	}
	if (is_v4(&address->socket)) {
		((struct sockaddr_in *)&address->socket)->sin_port = htons(port);
	} else {
		((struct sockaddr_in6 *)&address->socket)->sin6_port = htons(port);
	}
	address_text(address->text, &address->socket);
	return true;
}

uint16_t address_port(const struct sockaddr_storage *address)
{
	return ntohs(is_v4(address) ? v4_of(address)->sin_port : v6_of(address)->sin6_port);
}

/* Ignores the port. */
static bool is_same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	if (a->ss_family != b->ss_family) {
		return false;
	}
	if (is_v4(a)) {
		return v4_of(a)->sin_addr.s_addr == v4_of(b)->sin_addr.s_addr;
	}
	return memcmp(&v6_of(a)->sin6_addr, &v6_of(b)->sin6_addr,
		       sizeof(struct in6_addr)) == 0;
}

bool address_is_equal(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	return is_same_host(a, b) && address_port(a) == address_port(b);
}

bool address_is_loopback(const struct sockaddr_storage *address)
{
	if (is_v4(address)) {
		return ntohl(v4_of(address)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	return IN6_IS_ADDR_LOOPBACK(&v6_of(address)->sin6_addr);
}

bool address_is_unicast(const struct sockaddr_storage *address)
{
	if (is_v4(address)) {
		in_addr_t host = ntohl(v4_of(address)->sin_addr.s_addr);
		return host != INADDR_ANY && !IN_MULTICAST(host) && !IN_BADCLASS(host);
	}
	const struct in6_addr *host = &v6_of(address)->sin6_addr;
	return !IN6_IS_ADDR_UNSPECIFIED(host) && !IN6_IS_ADDR_MULTICAST(host) &&
		!IN6_IS_ADDR_V4MAPPED(host);
}

static bool is_any(const struct sockaddr_storage *address)
{
	if (is_v4(address)) {
		return v4_of(address)->sin_addr.s_addr == htonl(INADDR_ANY);
	}
	return IN6_IS_ADDR_UNSPECIFIED(&v6_of(address)->sin6_addr);
}

bool address_reaches(const struct sockaddr_storage *address,
	const struct sockaddr_storage *listen)
{
	if (address_is_equal(address, listen)) {
		return true;
	}
	return address->ss_family == listen->ss_family && is_any(listen) &&
		address_is_loopback(address) &&
		address_port(address) == address_port(listen);
}
