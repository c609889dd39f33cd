/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Host names, label by label. */

#include "host_name.h"

#include <string.h>

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

static bool is_letter(unsigned char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool host_name_is_valid(struct dance_octets text)
{
	bool in_label = false;
	for (size_t i = 0; i < text.size; i++) {
		if (is_letter(text.data[i])) {
			in_label = true;
		} else if (text.data[i] == '.' && in_label) {
			in_label = false;
		} else {
			return false;
		}
	}
	return in_label;
}

bool host_name_is_equal(struct dance_octets a, struct dance_octets b)
{
	if (a.size != b.size) {
		return false;
	}
	for (size_t i = 0; i < a.size; i++) {
		if (lower(a.data[i]) != lower(b.data[i])) {
			return false;
		}
	}
	return true;
}

bool host_name_is_below(struct dance_octets host, struct dance_octets base)
{
	if (host.size <= base.size || host.data[host.size - base.size - 1] != '.') {
		return false;
	}
	host.data += host.size - base.size;
	host.size = base.size;
	return host_name_is_equal(host, base);
}

struct dance_octets host_name_parent(struct dance_octets host)
{
	const unsigned char *dot = host.size > 0 ? memchr(host.data, '.', host.size) : NULL;
	if (dot == NULL) {
		return (struct dance_octets){ NULL, 0 };
	}
	return (struct dance_octets){ dot + 1, host.size - (size_t)(dot + 1 - host.data) };
}
