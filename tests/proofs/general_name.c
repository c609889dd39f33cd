/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a GeneralName is taken only with the tag of its form, primitive or constructed as RFC 5280
 *   4.2.1.6 has it; its content lies within what it is taken from, which goes on behind it; an
 *   otherName, an EDIPartyName and a registeredID are well-formed to their ends; nothing outside is
 *   read.
 * Sources: src/general_name.c src/der.c
 * Contracts: der_take_length() as the proof of der_take has it; dn_is_readable() gives any answer.
 * Assumes: at most 12 octets.
 * Unwind: 4 der_is_oid.0:13
 * Edit: src/der.h 's/^static inline bool (der_take_length)/bool
 *   \1(struct dance_octets *in, size_t *length);static inline bool \1_itself/'
 * Limit: 60 s */

#include "general_name.h"

#include "der.h"
#include "dn.h"
#include "proof.h"

#define SIZE 12

/* What is read, at the end of an object: an octet too many is out of bounds. */
static unsigned char octets[SIZE];

/* What stands at each place if it is a length: its own octets, and those that it counts. */
static uint8_t heads[SIZE + 1], lengths[SIZE + 1];

bool der_take_length(struct dance_octets *in, size_t *length)
{
	must(can_read(in->data, in->size), "what is taken is there");
	size_t place = (size_t)(in->data - octets);
	size_t head = heads[place];
	*length = lengths[place];
	if (head < 1 || head > 5 || head > in->size || *length > in->size - head) {
		return false;
	}
	in->data += head;
	in->size -= head;
	return true;
}

static bool read;

bool dn_is_readable(struct dance_octets name)
{
	must(can_read(name.data, name.size), "a name is there");
	return read = nondet_bool();
}

/* Is there a value of this tag at this place, and how far does it go? */
static bool is_value(size_t place, unsigned char tag, size_t *content, size_t *end)
{
	if (place + 2 > SIZE || octets[place] != tag) {
		return false;
	}
	*content = place + 1 + heads[place + 1];
	*end = *content + lengths[place + 1];
	return *end <= SIZE;
}

static void judge(size_t place, const struct general_name *name)
{
	bool constructed = name->form == NAME_OTHER || name->form == NAME_X400 ||
		name->form == NAME_DIRECTORY || name->form == NAME_EDI_PARTY;
	must(name->form < NAME_FORM_COUNT &&
			octets[place] == (constructed ? 0xa0u : 0x80u) + name->form,
		"its tag is that of its form");
	must(name->content.data == octets + place + 1 + heads[place + 1] &&
			name->content.size == lengths[place + 1],
		"its content is all of it");
	size_t at = (size_t)(name->content.data - octets), in, end;
	size_t behind = at + name->content.size;
	switch (name->form) {
	case NAME_OTHER:
		must(is_value(at, DER_OID, &in, &end) && is_value(end, 0xa0, &in, &end) &&
				end == behind,
			"an otherName is a type and a value");
		break;
	case NAME_DIRECTORY:
		must(read, "a directoryName can be read");
		break;
	case NAME_EDI_PARTY:
		must(is_value(at, 0xa1, &in, &end) ||
				(is_value(at, 0xa0, &in, &end) &&
					is_value(end, 0xa1, &in, &end)),
			"an EDIPartyName has a party");
		must(end == behind, "and nothing behind it");
		break;
	case NAME_REGISTERED_ID:
		must(name->content.size > 0 && (octets[behind - 1] & 0x80) == 0,
			"an object identifier ends");
		break;
	default:
		break;
	}
}

void harness(void)
{
	any_octets(octets);
	any_octets(heads);
	any_octets(lengths);
	size_t size = any_size(SIZE);
	struct dance_octets values = { octets + (SIZE - size), size }, left = values;
	struct general_name name;
	if (!general_name_take(&left, &name)) {
		return;
	}
	size_t place = (size_t)(values.data - octets);
	judge(place, &name);
	must(left.data == name.content.data + name.content.size &&
			left.size == (size_t)(octets + SIZE - left.data),
		"what follows is left");
	(void)general_name_is_utf8_mailbox(&name);
	assume(name.form == NAME_OTHER);
	end_of_proof();
}
