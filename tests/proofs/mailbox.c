/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a mailbox lies inside a base that is a mailbox only if the local parts have the same
 *   octets, outside only if both mean two mailboxes: quotes and backslashes aside the local parts
 *   differ, or the hosts do; with a base that is a host, only the host counts (RFC 5280 4.2.1.10,
 *   7.5).
 * Sources: src/general_name.c src/mailbox.c src/work.c
 * Contracts: host_name_is_valid(), host_name_is_equal() and host_name_is_below() give any answer.
 * Assumes: names and bases of at most 6 octets, whose hosts are of no account.
 * Unwind: 8
 * Limit: 60 s */

#include "general_name.h"

#include <string.h>

#include "host_name.h"
#include "proof.h"

#define SIZE 6

static bool hosts_valid, hosts_equal, hosts_below;

bool host_name_is_valid(struct dance_octets text)
{
	must(can_read(text.data, text.size), "a host is there");
	return hosts_valid;
}

bool host_name_is_equal(struct dance_octets a, struct dance_octets b)
{
	must(can_read(a.data, a.size) && can_read(b.data, b.size), "hosts are there");
	return hosts_equal;
}

bool host_name_is_below(struct dance_octets host, struct dance_octets base)
{
	must(can_read(host.data, host.size) && can_read(base.data, base.size),
		"hosts are there");
	return hosts_below;
}

/* The only one that is looked through is that of characters that end an atom. */
void *memchr(const void *at, int c, size_t size)
{
	must(size == 12 && can_read(at, size), "memchr() reads what is there");
	bool ends = c == '"' || c == '(' || c == ')' || c == ',' || c == ':' || c == ';' ||
		c == '<' || c == '>' || c == '@' || c == '[' || c == '\\' || c == ']';
	return ends ? (void *)(uintptr_t)at : NULL;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *left = a, *right = b;
	must(size > 0 && can_read(a, size) && can_read(b, size),
		"memcmp() reads what is there");
	for (size_t i = 0; i < SIZE; i++) {
		if (i < size && left[i] != right[i]) {
			return 1;
		}
	}
	return 0;
}

/* A local part as it is meant (RFC 5321 4.1.2): without quotes, and backslashes in them. */
struct meaning {
	unsigned char octets[SIZE];
	size_t size;
};

static void find_meaning(struct dance_octets local, struct meaning *meaning)
{
	bool quoted = local.data[0] == '"', escaped = false;
	meaning->size = 0;
	for (size_t i = 0; i < SIZE; i++) {
		unsigned char c = i < local.size ? local.data[i] : 0;
		if (i >= local.size || (quoted && (i == 0 || i + 1 == local.size))) {
			continue;
		}
		if (quoted && c == '\\' && !escaped) {
			escaped = true;
			continue;
		}
		escaped = false;
		meaning->octets[meaning->size++] = c;
	}
}

static bool is_meaning_equal(struct dance_octets a, struct dance_octets b)
{
	struct meaning of_a, of_b;
	find_meaning(a, &of_a);
	find_meaning(b, &of_b);
	bool equal = of_a.size == of_b.size;
	for (size_t i = 0; i < SIZE; i++) {
		equal = equal && (i >= of_a.size || of_a.octets[i] == of_b.octets[i]);
	}
	return equal;
}

static void judge(const struct mailbox *name, const struct mailbox *base,
	enum general_name_place place)
{
	bool same = is_meaning_equal(name->local, base->local) && hosts_equal;
	bool identical = name->local.size == base->local.size &&
		memcmp(name->local.data, base->local.data, name->local.size) == 0;
	must((place == PLACE_OUTSIDE) == !same, "outside: they mean two mailboxes");
	must((place == PLACE_INSIDE) == (same && identical),
		"inside: the local parts are the same octets");
}

void harness(void)
{
	static unsigned char text[SIZE], base_text[SIZE];
	struct general_name name = { .form = NAME_EMAIL }, base = { .form = NAME_EMAIL };
	struct mailbox wanted;
	struct work work = { .left = 2 };
	any_octets(text);
	any_octets(base_text);
	name.content = (struct dance_octets){ text, any_size(SIZE) };
	base.content = (struct dance_octets){ base_text, any_size(SIZE) };
	hosts_valid = nondet_bool();
	hosts_equal = nondet_bool();
	hosts_below = nondet_bool();

	assume(mailbox_read(name.content, &name.mailbox));
	must(name.mailbox.local.data == text && text[name.mailbox.local.size] == '@' &&
			name.mailbox.host.size ==
				name.content.size - name.mailbox.local.size - 1,
		"a mailbox is a local part, an at sign and a host");
	enum general_name_place place = general_name_place(&name, &base, &work);
	if (mailbox_read(base.content, &wanted)) {
		judge(&name.mailbox, &wanted, place);
		assume(place == PLACE_UNCLEAR);
		end_of_proof();
		return;
	}
	bool below = base.content.size > 0 && base_text[0] == '.';
	must((place == PLACE_INSIDE) == (below ? hosts_below : hosts_equal) &&
			place != PLACE_UNCLEAR,
		"with a host for a base only the host counts");
}
