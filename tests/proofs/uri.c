/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: the host that is found in a URI is what stands in its authority behind the user's at sign,
 *   if there is one, and before the port, with what is percent-encoded decoded and without a dot at
 *   its end (RFC 3986 3.2), which leaves a host name and no address; the user has only characters
 *   that he may have; nothing outside the URI is read, nor outside the room written.
 * Sources: src/uri.c src/host_name.c
 * Contracts: none
 * Assumes: URIs of at most 9 octets with a scheme of one; URI_HOST_MAX stays above that.
 * Unwind: 11 strchr.0:19
 * Without: --conversion-check (the C library's strchr() takes a character for an octet)
 * Limit: 60 s */

#include "uri.h"

#include "host_name.h"
#include "proof.h"

#define SIZE 9
#define SCHEME 4 /* with what stands between it and the authority */

static unsigned char uri[SIZE], room[URI_HOST_MAX];

static struct {
	unsigned char octets[SIZE];
	size_t size;
} wanted;

void *memchr(const void *at, int c, size_t size)
{
	must(can_read(at, size), "memchr() reads what is there");
	for (size_t i = 0; i < size; i++) {
		if (((const unsigned char *)at)[i] == c) {
			return (unsigned char *)(uintptr_t)at + i;
		}
	}
	return NULL;
}

/* RFC 3986 3.2.1: none that ends what stands before it in any reading of a URI. */
static bool is_of_user(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '#' && c != '/' && c != '<' &&
		c != '>' && c != '?' && c != '@' && c != '[' && c != '\\' && c != ']' &&
		c != '^' && c != '`' && c != '{' && c != '|' && c != '}';
}

static unsigned hex(unsigned char c)
{
	return c >= '0' && c <= '9'  ? c - (unsigned)'0' :
		c >= 'a' && c <= 'f' ? c - (unsigned)'a' + 10 :
		c >= 'A' && c <= 'F' ? c - (unsigned)'A' + 10 :
				       256;
}

/* RFC 3986 3.2 read once more: the authority is what stands before the first of three characters,
 * the user before the last at sign, the port behind the first colon after that. */
static void find_host(size_t size)
{
	size_t end = size, start = SCHEME;
	for (size_t i = SIZE; i-- > SCHEME;) {
		if (i < size && (uri[i] == '/' || uri[i] == '?' || uri[i] == '#')) {
			end = i;
		}
	}
	for (size_t i = SCHEME; i < SIZE; i++) {
		if (i < end && uri[i] == '@') {
			start = i + 1;
		}
	}
	for (size_t i = SCHEME; i < SIZE; i++) {
		must(i + 1 >= start || is_of_user(uri[i]),
			"a user has no other characters");
	}
	for (size_t i = SIZE; i-- > SCHEME;) {
		if (i >= start && i < end && uri[i] == ':') {
			end = i;
		}
	}
	wanted.size = 0;
	size_t skip = 0;
	for (size_t i = SCHEME; i < SIZE; i++) {
		if (i < start || i >= end || skip > 0) {
			skip -= skip > 0;
			continue;
		}
		unsigned char c = uri[i];
		if (c == '%') {
			must(i + 2 < end, "what is percent-encoded is there");
			c = (unsigned char)(hex(uri[i + 1]) * 16 + hex(uri[i + 2]));
			must(hex(uri[i + 1]) < 16 && hex(uri[i + 2]) < 16,
				"in hexadecimal");
			skip = 2;
		}
		wanted.octets[wanted.size++] = c;
	}
	if (wanted.size > 0 && wanted.octets[wanted.size - 1] == '.') {
		wanted.size--;
	}
}

void harness(void)
{
	struct dance_octets host;
	any_octets(uri);
	size_t size = any_size(SIZE);
	assume(uri[1] == ':');
	if (!uri_host((struct dance_octets){ uri, size }, room, &host)) {
		return;
	}
	must(size > SCHEME && uri[2] == '/' && uri[3] == '/', "there is an authority");
	find_host(size);
	must(host.size > 0 && host.size == wanted.size,
		"the host is all that stands there");
	bool label = true, number = false;
	for (size_t i = 0; i < SIZE; i++) {
		if (i >= host.size) {
			continue;
		}
		unsigned char c = host.data[i];
		must(c == wanted.octets[i], "it is that, decoded");
		if (label) {
			number = c >= '0' && c <= '9';
		}
		label = c == '.';
	}
	must(!number, "it is no address");
	must(host_name_is_valid(host), "it is a host name");
	assume(host.data == room);
	end_of_proof();
}
