/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The grammar of a mailbox (RFC 5321 4.1.2), and what of it means the same. */

#include "mailbox.h"

#include <string.h>

#include "host_name.h"

static bool is_printable(unsigned char c)
{
	return c >= 0x20 && c <= 0x7e;
}

/* Of an atom, the dots between atoms included. */
static bool is_plain(unsigned char c)
{
	return c > ' ' && is_printable(c) && memchr("\"(),:;<>@[\\]", c, 12) == NULL;
}

/* How many octets of the text are a string in quotes, or one without; 0: none. */
static size_t measure_local(struct dance_octets text)
{
	size_t i = 0;
	if (text.size == 0 || text.data[0] != '"') {
		bool in_atom = false;
		for (; i < text.size && is_plain(text.data[i]); i++) {
			if (text.data[i] == '.' && !in_atom) {
				return 0;
			}
			in_atom = text.data[i] != '.';
		}
		return in_atom ? i : 0;
	}
	for (i = 1; i < text.size && text.data[i] != '"'; i++) {
		if (text.data[i] == '\\') {
			i++;
		}
		if (i == text.size || !is_printable(text.data[i])) {
			return 0;
		}
	}
	return i < text.size ? i + 1 : 0;
}

bool mailbox_read(struct dance_octets text, struct mailbox *mailbox)
{
	size_t size = measure_local(text);
	if (size == 0 || size == text.size || text.data[size] != '@') {
		return false;
	}
	mailbox->local = (struct dance_octets){ text.data, size };
	mailbox->host = (struct dance_octets){ text.data + size + 1, text.size - size - 1 };
	return host_name_is_valid(mailbox->host);
}

/* The next octet that is meant; -1 at the end. */
static int next(struct dance_octets *local, bool quoted)
{
	if (quoted && local->size > 0 && local->data[0] == '\\') {
		local->data++;
		local->size--;
	}
	if (local->size == 0) {
		return -1;
	}
	local->size--;
	return *local->data++;
}

static bool strip_quotes(struct dance_octets *local)
{
	if (local->data[0] != '"') {
		return false;
	}
	local->data++;
	local->size -= 2;
	return true;
}

static bool is_local_equal(struct dance_octets a, struct dance_octets b)
{
	bool a_quoted = strip_quotes(&a), b_quoted = strip_quotes(&b);
	int c;
	do {
		c = next(&a, a_quoted);
		if (c != next(&b, b_quoted)) {
			return false;
		}
	} while (c >= 0);
	return true;
}

bool mailbox_is_same(const struct mailbox *a, const struct mailbox *b)
{
	return is_local_equal(a->local, b->local) && host_name_is_equal(a->host, b->host);
}
