/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: an rfc822Name lies inside a base exactly if that is its host, in any case; or begins
 *   with a dot and its host is below that; or is a mailbox with the same octets before the same
 *   host. A mailbox that only means the same, since one of them is written in quotes, leaves it
 *   unclear, and one that means another is outside (RFC 5280 4.2.1.10, 7.5; RFC 5321 4.1.2).
 * Sources: src/general_name.c src/host_name.c src/mailbox.c
 * Contracts: none
 * Assumes: a mailbox of up to 6 octets, a base of up to 3.
 * Unwind: 14
 * Limit: 60 s */

#include "general_name.h"

#include <string.h>

#include "proof.h"

#define SIZE 6

/* At their ends: an octet too many is out of bounds. */
static unsigned char name_text[SIZE], base_text[SIZE];

void *memchr(const void *at, int c, size_t size)
{
	const unsigned char *octets = at;
	must(can_read(at, size), "memchr() reads what is there");
	for (size_t i = 0; i < 12; i++) {
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

/* Do two texts end in the same `size` octets, in any case? */
static bool is_same_end(const unsigned char *a, const unsigned char *b, size_t size)
{
	bool same = true;
	for (size_t i = 1; i <= SIZE; i++) {
		same = same && (i > size || lower(a[SIZE - i]) == lower(b[SIZE - i]));
	}
	return same;
}

/* What a local part means: without quotes, and without the signs that quote one octet. */
static size_t meaning(const unsigned char *local, size_t size, unsigned char to[SIZE])
{
	bool quoted = local[0] == '"', escaped = false;
	size_t count = 0;
	for (size_t i = 0; i < SIZE; i++) {
		if (i >= size || (quoted && (i == 0 || i == size - 1))) {
			continue;
		}
		if (quoted && !escaped && local[i] == '\\') {
			escaped = true;
			continue;
		}
		escaped = false;
		to[count++] = local[i];
	}
	return count;
}

static bool is_same_octets(const unsigned char *a, size_t a_size, const unsigned char *b,
	size_t b_size)
{
	bool same = a_size == b_size;
	for (size_t i = 0; i < SIZE; i++) {
		same = same && (i >= a_size || a[i] == b[i]);
	}
	return same;
}

void harness(void)
{
	struct general_name name = { .form = NAME_EMAIL }, base = { .form = NAME_EMAIL };
	struct work work;
	unsigned char room[URI_HOST_MAX], one[SIZE], other[SIZE];
	size_t size = any_size(SIZE), base_size = any_size(3);
	any_octets(name_text);
	any_octets(base_text);
	name.content = (struct dance_octets){ name_text + (SIZE - size), size };
	base.content = (struct dance_octets){ base_text + (SIZE - base_size), base_size };
	if (!general_name_read(&name, room) || !general_name_is_base(&base)) {
		return;
	}
	struct mailbox wanted;
	size_t host = name.mailbox.host.size;
	must(name.mailbox.local.size + 1 + host == size,
		"a mailbox has two parts and a sign");
	enum general_name_place place = general_name_place(&name, &base, &work);
	if (!mailbox_read(base.content, &wanted)) {
		bool below = base.content.data[0] == '.';
		bool inside = is_same_end(name_text, base_text, base_size) &&
			(below ? host > base_size : host == base_size);
		must(place != PLACE_UNCLEAR && (place == PLACE_INSIDE) == inside,
			"it is inside exactly if the host is");
		return;
	}
	bool same_host = wanted.host.size == host &&
		is_same_end(name_text, base_text, host);
	bool same = is_same_octets(name.mailbox.local.data, name.mailbox.local.size,
		wanted.local.data, wanted.local.size);
	size_t one_size = meaning(name.mailbox.local.data, name.mailbox.local.size, one);
	size_t other_size = meaning(wanted.local.data, wanted.local.size, other);
	bool means = is_same_octets(one, one_size, other, other_size);
	must((place == PLACE_INSIDE) == (same_host && same), "inside: the same");
	must((place == PLACE_OUTSIDE) == !(same_host && means), "outside: another");
	end_of_proof();
}
