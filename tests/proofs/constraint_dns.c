/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a dNSName lies inside a base exactly if it is the base's host, where that begins with no
 *   dot, or has labels in front of it, in any case of letters; one that begins with an asterisk
 *   lies inside only if every name that it stands for does, and outside only if none does (RFC
 *   5280 4.2.1.10, RFC 9525 6.3); the host of a URI lies inside its base exactly if it is the
 *   base's host, or is below that if the base begins with a dot.
 * Sources: src/general_name.c src/host_name.c
 * Contracts: none
 * Assumes: a name of up to 6 octets, a base of up to 5, an asterisk that stands for one letter.
 * Unwind: 8
 * Limit: 60 s */

#include "general_name.h"

#include <string.h>

#include "proof.h"

#define SIZE 6
#define BASE 5

/* At their ends: an octet too many is out of bounds. */
static unsigned char host[SIZE], base_text[BASE];

void *memchr(const void *at, int c, size_t size)
{
	const unsigned char *octets = at;
	must(can_read(at, size), "memchr() reads what is there");
	for (size_t i = 0; i < SIZE; i++) {
		if (i < size && octets[i] == c) {
			return (void *)&octets[i];
		}
	}
	return NULL;
}

bool work_take(struct work *work, uint32_t steps)
{
	return true;
}

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* The rules once more, of texts that are host names. */
static bool ends_in(const unsigned char *text, size_t size, const unsigned char *end,
	size_t end_size)
{
	bool same = size >= end_size;
	for (size_t i = 0; i < BASE; i++) {
		same = same &&
			(i >= end_size ||
				lower(text[size - end_size + i]) == lower(end[i]));
	}
	return same;
}

static bool is_inside(const unsigned char *text, size_t size, const unsigned char *base,
	size_t base_size, bool uri)
{
	if (base_size == 0) {
		return true;
	}
	if (base[0] == '.') {
		return size > base_size && ends_in(text, size, base, base_size);
	}
	bool below = size > base_size && text[size - base_size - 1] == '.';
	return (size == base_size || (below && !uri)) &&
		ends_in(text, size, base, base_size);
}

void harness(void)
{
	struct general_name name = { .form = NAME_DNS }, base = { .form = NAME_DNS };
	struct work work;
	unsigned char room[URI_HOST_MAX], letter = nondet_uint8();
	size_t size = any_size(SIZE), base_size = any_size(BASE);
	bool uri = nondet_bool();
	any_octets(host);
	any_octets(base_text);
	name.content = (struct dance_octets){ host + (SIZE - size), size };
	base.content = (struct dance_octets){ base_text + (BASE - base_size), base_size };
	if (!general_name_read(&name, room) || !general_name_is_base(&base)) {
		return;
	}
	if (uri) {
		assume(!name.wildcard && base_size > 0);
		name.form = base.form = NAME_URI;
	}
	enum general_name_place place = general_name_place(&name, &base, &work);
	must(place != PLACE_UNCLEAR || name.wildcard, "only an asterisk leaves it unclear");
	if (name.wildcard) {
		assume((letter >= 'a' && letter <= 'z') ||
			(letter >= '0' && letter <= '9'));
		host[SIZE - size] = letter;
	}
	bool inside = is_inside(host + (SIZE - size), size, base_text + (BASE - base_size),
		base_size, uri);
	must(place != PLACE_INSIDE || inside, "it is inside");
	must(place != PLACE_OUTSIDE || !inside, "it is outside");
	end_of_proof();
}
