/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The PROXY protocol, version 2, section 2.2 of its specification: a signature, what is
 * said, how long the rest is, the addresses, and what is said besides, each with its type and
 * length (TLV). */

#include "proxyv2.h"

#include <netinet/in.h>
#include <string.h>

#define VERSION_2_PROXY 0x21 /* not LOCAL: the addresses are to be used */
#define TCP_OVER_IPV4 0x11
#define TCP_OVER_IPV6 0x21

#define START_SIZE 16 /* as far as the length, which does not count it */
#define LENGTH_AT 14
#define BODY_LIMIT 500 /* servers have no room for more */

/* Section 2.2.6. */
#define TLV_SSL 0x20
#define TLV_SSL_VERSION 0x21
#define TLV_SSL_CN 0x22
#define TLV_SSL_CIPHER 0x23
/* The connection is over TLS, and the client has shown a certificate in this very handshake. Said
 * of raw public keys too: servers believe a common name only beside all three, and what a
 * certificate is shown for, a proof of the key in this connection, there is just as well. */
#define CLIENT_SSL 0x01
#define CLIENT_CERT_CONN 0x02
#define CLIENT_CERT_SESS 0x04

_Static_assert(PROXYV2_TLS_HEADER_MAX - START_SIZE <= BODY_LIMIT,
	"the longest name fits into what servers read");

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

/* An IPv4 client of a socket for both families. */
static void unmap(struct endpoint *endpoint)
{
	static const uint8_t prefix[12] = {
		[10] = 0xff, [11] = 0xff
	}; /* RFC 4291 2.5.5.2 */
	if (endpoint->size == 16 && memcmp(endpoint->address, prefix, sizeof(prefix)) == 0) {
		endpoint->size = 4;
		memmove(endpoint->address, endpoint->address + sizeof(prefix),
			endpoint->size);
	}
}

static uint8_t *put_number(uint8_t *to, size_t number)
{
	to[0] = (uint8_t)(number >> 8);
	to[1] = (uint8_t)number;
	return to + 2;
}

static uint8_t *put_octets(uint8_t *to, const void *octets, size_t size)
{
	memcpy(to, octets, size);
	return to + size;
}

static uint8_t *put_tlv(uint8_t *to, uint8_t type, const char *text)
{
	size_t size = strlen(text);
	*to++ = type;
	to = put_number(to, size);
	return put_octets(to, text, size);
}

size_t proxyv2_header(uint8_t header[PROXYV2_HEADER_MAX], const struct sockaddr *source,
	uint16_t port, const struct sockaddr *local)
{
	struct endpoint from = endpoint_of(source), to = endpoint_of(local);
	if (from.size == 0) {
		return 0;
	}
	unmap(&from);
	if (from.size == 4) {
		unmap(&to);
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

/* Nobody but who has verified the client may say that it is verified: this is said of the verdict
 * DANCE_ALLOW only, and of the name that it is about, which is none that the client wrote. */
size_t proxyv2_tls_header(uint8_t header[PROXYV2_TLS_HEADER_MAX],
	const struct sockaddr *source, uint16_t port, const struct sockaddr *local,
	const struct dance_result *proved, const char *cipher)
{
	static const uint8_t verified[4]; /* 0: yes */
	if (proved->verdict != DANCE_ALLOW || proved->name[0] == '\0' ||
		strlen(cipher) > PROXYV2_CIPHER_MAX) {
		return 0;
	}
	size_t size = proxyv2_header(header, source, port, local);
	if (size == 0) {
		return 0;
	}
	uint8_t *tlv = header + size, *end = tlv + 3;
	*end++ = CLIENT_SSL | CLIENT_CERT_CONN | CLIENT_CERT_SESS;
	end = put_octets(end, verified, sizeof(verified));
	end = put_tlv(end, TLV_SSL_VERSION, "TLSv1.3"); /* we speak no other */
	end = put_tlv(end, TLV_SSL_CN, proved->name);
	end = put_tlv(end, TLV_SSL_CIPHER, cipher);
	*tlv = TLV_SSL;
	put_number(tlv + 1, (size_t)(end - tlv) - 3);
	put_number(header + LENGTH_AT, (size_t)(end - header) - START_SIZE);
	return (size_t)(end - header);
}
