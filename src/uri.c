/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The grammar of a URI as far as its host (RFC 3986 3, Appendix A). */

#include "uri.h"

#include <string.h>

#include "host_name.h"

static bool is_alpha(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* One of these characters, which are no NUL? */
static bool is_of(unsigned char c, const char *characters)
{
	return c != '\0' && strchr(characters, c) != NULL;
}

static int hex_value(unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = is_digit(c) || is_alpha(c) ? strchr(digits, c | 0x20) : NULL;
	return found == NULL ? -1 : (int)(found - digits);
}

static struct dance_octets from(struct dance_octets octets, size_t at)
{
	return (struct dance_octets){ octets.data + at, octets.size - at };
}

/* Takes the scheme, its colon and the two slashes of an authority off the front. */
static bool skip_scheme(struct dance_octets *uri)
{
	size_t i = 0;
	if (uri->size == 0 || !is_alpha(uri->data[0])) {
		return false;
	}
	while (i < uri->size &&
		(is_alpha(uri->data[i]) || is_digit(uri->data[i]) ||
			is_of(uri->data[i], "+-."))) {
		i++;
	}
	if (uri->size - i < 3 || memcmp(uri->data + i, "://", 3) != 0) {
		return false;
	}
	*uri = from(*uri, i + 3);
	return true;
}

/* The authority: all to the next slash, question mark or hash sign. */
static struct dance_octets authority_of(struct dance_octets rest)
{
	size_t i = 0;
	while (i < rest.size && !is_of(rest.data[i], "/?#")) {
		i++;
	}
	return (struct dance_octets){ rest.data, i };
}

/* Takes the user and his password, if any, off the front of an authority. */
static void drop_user(struct dance_octets *authority)
{
	for (size_t i = 0; i < authority->size; i++) {
		unsigned char c = authority->data[i];
		if (c == '@') {
			*authority = from(*authority, i + 1);
			return;
		}
		/* What neither the user nor the host may hold: there is no name then. */
		if (!is_alpha(c) && !is_digit(c) && !is_of(c, "-._~%!$&'()*+,;=:")) {
			return;
		}
	}
}

/* Takes a port off the end; a colon with anything else behind it is in no host name. */
static void drop_port(struct dance_octets *host)
{
	size_t at = host->size;
	while (at > 0 && is_digit(host->data[at - 1])) {
		at--;
	}
	if (at > 0 && host->data[at - 1] == ':') {
		host->size = at - 1;
	}
}

/* What cannot be decoded stays, with its percent sign, which is in no host name. */
static void decode(struct dance_octets *host, unsigned char room[URI_HOST_MAX])
{
	if (memchr(host->data, '%', host->size) == NULL) {
		return;
	}
	size_t size = 0;
	for (size_t i = 0; i < host->size; i++) {
		unsigned char c = host->data[i];
		if (c == '%') {
			if (host->size - i < 3) {
				return;
			}
			int high = hex_value(host->data[i + 1]);
			int low = hex_value(host->data[i + 2]);
			if (high < 0 || low < 0) {
				return;
			}
			c = (unsigned char)(high << 4 | low);
			i += 2;
		}
		if (size == URI_HOST_MAX) {
			return;
		}
		room[size++] = c;
	}
	*host = (struct dance_octets){ room, size };
}

/* RFC 1123 2.1: the last label of a name begins with a letter, the last part of an address,
 * however it is written, with a digit. */
static bool is_address(struct dance_octets host)
{
	size_t i = host.size;
	while (i > 0 && host.data[i - 1] != '.') {
		i--;
	}
	return is_digit(host.data[i]);
}

bool uri_host(struct dance_octets uri, unsigned char room[URI_HOST_MAX],
	struct dance_octets *host)
{
	if (!skip_scheme(&uri)) {
		return false;
	}
	struct dance_octets found = authority_of(uri);
	drop_user(&found);
	drop_port(&found);
	decode(&found, room);
	if (found.size > 0 && found.data[found.size - 1] == '.') {
		found.size--; /* RFC 3986 3.2.2: it says that the name is complete */
	}
	*host = found;
	return host_name_is_valid(found) && !is_address(found);
}
