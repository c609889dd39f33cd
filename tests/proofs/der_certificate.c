/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: the SPKI and the signed part are found in a certificate exactly if it has the structure
 *   of RFC 5280 4.1 as far as it has to be walked over, and to its last octet; they are the whole
 *   values that this structure says; an extension is looked for only where all behind the SPKI
 *   is what may be there, and its value is found exactly if it is there once, critical or not;
 *   der_is_spki() is true of exactly one SPKI; nothing is taken from anywhere else.
 * Sources: none
 * Contracts: der_take() takes a value of this tag if one is there, as the proof of der_take has
 *   it, from within what it is given; octets_equal() gives any answer, always the same on an OID.
 * Assumes: each value takes one octet of what contains it, and has an object of its own for its
 *   content: the code only hands on what it takes, and looks at no octet itself. There may be
 *   more values in each than belong there; at most 3 extensions.
 * Unwind: 5 harness.0:100
 * Edit: src/der.h 's/^static inline bool (der_take)\(/bool \1(struct dance_octets *values,
 *   unsigned char tag, struct dance_octets *content);static inline bool \1_itself(/'
 * Limit: 60 s */

#include "octets.h"

#define octets_equal is_asked_for
static bool is_asked_for(struct dance_octets name, struct dance_octets oid);

#include "../src/der_certificate.c"

#include "proof.h"

/* Where the values are that stand in one: the certificate, its body, the tbsCertificate; for each
 * value of that a place for what is in it; the list of extensions, and what is in each. */
enum place {
	WHOLE = 0,
	BODY = WHOLE + 2,
	TBS = BODY + 4,
	IN_TBS = TBS + 11,
	LIST = IN_TBS + 11 * 3,
	IN_LIST = LIST + 3,
	PLACES = IN_LIST + 3 * 4, /* and here, for each place, what else is in it */
};

static const unsigned char octets[2 * PLACES], wanted[1];
static uint8_t tags[PLACES], sizes[PLACES]; /* how many values are in it */
static bool asked_for[PLACES];

/* Where that begins which is in a value, and how many there may be. */
static size_t inside(size_t place, size_t *room)
{
	*room = 1;
	if (place == WHOLE) {
		*room = TBS - BODY;
		return BODY;
	}
	if (place == BODY) {
		*room = IN_TBS - TBS;
		return TBS;
	}
	if (place >= TBS && place < IN_TBS) {
		*room = 3;
		return IN_TBS + (place - TBS) * 3;
	}
	if (place >= IN_TBS && place < LIST && (place - IN_TBS) % 3 == 0) {
		*room = IN_LIST - LIST;
		return LIST;
	}
	if (place >= LIST && place < IN_LIST) {
		*room = 4;
		return IN_LIST + (place - LIST) * 4;
	}
	return PLACES + place;
}

bool der_take(struct dance_octets *values, unsigned char tag, struct dance_octets *content)
{
	size_t place = (size_t)(values->data - octets), room;
	must(place < PLACES || values->size == 0, "values are taken from what has some");
	if (values->size == 0 || tags[place] != tag) {
		return false;
	}
	*content = (struct dance_octets){ octets + inside(place, &room), sizes[place] };
	values->data++;
	values->size--;
	return true;
}

static bool is_asked_for(struct dance_octets name, struct dance_octets oid)
{
	size_t place = (size_t)(name.data - octets);
	must(oid.data == wanted && place >= PLACES + IN_LIST, "an OID is compared");
	return asked_for[place - PLACES];
}

/* Is there a value of this tag at a place, where so many begin at another? */
static bool is(unsigned char tag, size_t place, size_t begin, size_t count)
{
	return place - begin < count && tags[place] == tag;
}

static bool is_spki(size_t place)
{
	size_t room, in = inside(place, &room);
	return tags[place] == 0x30 && sizes[place] == 2 && tags[in] == 0x30 &&
		tags[in + 1] == 0x03;
}

static bool is_certificate(size_t size)
{
	return size == 1 && tags[WHOLE] == 0x30 && sizes[WHOLE] == 3 &&
		tags[BODY] == 0x30 && tags[BODY + 1] == 0x30 && tags[BODY + 2] == 0x03;
}

/* Where is the SPKI? */
static bool has_spki(size_t *place)
{
	size_t count = sizes[BODY], serial = TBS + is(0xa0, TBS, TBS, count);
	*place = serial + 5;
	return is(0x02, serial, TBS, count) && is(0x30, serial + 1, TBS, count) &&
		is(0x30, serial + 2, TBS, count) && is(0x30, serial + 3, TBS, count) &&
		is(0x30, serial + 4, TBS, count) && *place - TBS < count && is_spki(*place);
}

/* Is that an extension, and where is its value? */
static bool is_extension(size_t place, size_t *value)
{
	size_t in = IN_LIST + (place - LIST) * 4;
	*value = in + 1 + is(0x01, in + 1, in, sizes[place]);
	return tags[place] == 0x30 && is(0x06, in, in, sizes[place]) &&
		is(0x04, *value, in, sizes[place]) && *value - in + 1 == sizes[place];
}

/* What stands behind the SPKI, and which value was asked for, of how many? */
static bool is_rest(size_t place, size_t *asked, unsigned *count)
{
	size_t end = TBS + sizes[BODY];
	place += is(0x81, place, TBS, sizes[BODY]);
	place += is(0x82, place, TBS, sizes[BODY]);
	if (place == end) {
		return true;
	}
	size_t in = IN_TBS + (place - TBS) * 3;
	if (tags[place] != 0xa3 || place + 1 != end || sizes[place] != 1 ||
		tags[in] != 0x30) {
		return false;
	}
	for (size_t i = 0; i < sizes[in]; i++) {
		size_t value;
		if (!is_extension(LIST + i, &value)) {
			return false;
		}
		if (asked_for[IN_LIST + i * 4]) {
			*asked = value;
			++*count;
		}
	}
	return true;
}

static bool is_value(struct dance_octets slice, size_t place)
{
	return slice.data == octets + place && slice.size == 1;
}

void harness(void)
{
	any_octets(tags);
	any_octets(sizes);
	any_octets(asked_for);
	for (size_t place = 0, room; place < PLACES; place++) {
		(void)inside(place, &room);
		assume(sizes[place] <= room);
	}
	struct dance_octets certificate = { octets, any_size(2) }, oid = { wanted, 1 },
			    found;
	size_t place, asked = 0;
	unsigned count = 0;
	bool is_whole = is_certificate(certificate.size);
	bool has_key = is_whole && has_spki(&place);

	must(der_certificate_tbs(certificate, &found) == is_whole, "it is a certificate");
	must(!is_whole || is_value(found, BODY), "what was signed is the tbsCertificate");
	must(der_certificate_spki(certificate, &found) == has_key, "it has an SPKI");
	must(!has_key || is_value(found, place), "the SPKI is what it is");

	struct dance_octets first = { octets + TBS, any_size(2) };
	must(der_is_spki(first) == (first.size == 1 && is_spki(TBS)), "it is one SPKI");

	bool is_read = has_key && is_rest(place + 1, &asked, &count);
	bool taken = der_certificate_extension(certificate, oid, &found);
	must(taken == (is_read && count <= 1),
		"it is well-formed, and has none of them twice");
	must(!taken || count == 1 || found.data == NULL, "there is no such extension");
	must(!taken || count == 0 ||
			(found.data == octets + PLACES + asked &&
				found.size == sizes[asked]),
		"the value is that of the extension");
	assume(taken && count == 1);
	end_of_proof();
}
