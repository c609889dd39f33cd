/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a key is read exactly if it is one whole SubjectPublicKeyInfo and, for the algorithms that
 *   are known, what RFC 3279, 4055, 5480 and 8410 have it to be: parameters, an odd modulus and
 *   exponent above 1, a point as long as its curve has it, an EdDSA key of its length; kind, curve,
 *   size and exponent are those of its octets; it may be in a path exactly if it is so read, has
 *   enough bits and, on a curve, names that; nothing outside is read.
 * Sources: none
 * Contracts: der_take() takes a value of this tag if one is there, as the proof of der_take has
 *   it, from within what it is given, and so does der_sequence(); octets_equal() tells octets
 *   apart; for public_key_fault(), public_key_read() gives any key.
 * Assumes: each value takes one octet of what contains it, but for that in an RSA key, and has an
 *   object of its own for its content: OIDs of up to 9 octets, a modulus of up to 5 and an
 *   exponent of up to 6; of other keys, of any size, only the first octet may be read.
 *   PUBLIC_KEY_RSA_BITS_MIN is redefined to 24.
 * Unwind: 10 harness.0:17
 * Edit: src/public_key.c 's/^bool (public_key_read)\(/bool \1_itself(/'
 * Limit: 60 s */

#include "public_key.h"

#include "der.h"
#include "octets.h"

#undef PUBLIC_KEY_RSA_BITS_MIN
#define PUBLIC_KEY_RSA_BITS_MIN 24
#define der_take take
#define der_sequence take_all
#define octets_equal is_same

static bool take(struct dance_octets *values, unsigned char tag,
	struct dance_octets *content);
static bool take_all(struct dance_octets sequence, struct dance_octets *content);
static bool is_same(struct dance_octets oid, struct dance_octets known);

#include "../src/public_key.c"

#include "proof.h"

/* Where the values are: the key, its parts, those of the algorithm, the sequence of an RSA key and
 * its numbers; then the content of some. */
enum place {
	WHOLE = 0,
	PARTS = WHOLE + 2,
	ALGORITHM = PARTS + 3,
	SEQUENCE = ALGORITHM + 3,
	NUMBERS,
	PLACES = NUMBERS + 3,
	OID = PLACES,
	CURVE = OID + 9,
	MODULUS = CURVE + 9,
	EXPONENT = MODULUS + 5,
	KEY = EXPONENT + 6,
	END = KEY + 2,
};

static unsigned char octets[END];
static uint8_t tags[PLACES], sizes[PLACES];
static size_t sequence_size; /* octets of the value in an RSA key */

/* Content stands at the end of its object: an octet too many is that of another. */
static size_t inside(size_t place, size_t *room)
{
	static const uint8_t ends[PLACES] = {
		[WHOLE] = ALGORITHM,
		[PARTS] = SEQUENCE,
		[PARTS + 1] = END,
		[SEQUENCE] = PLACES,
		[NUMBERS] = EXPONENT,
		[NUMBERS + 1] = KEY,
	};
	switch (place) {
	case WHOLE:
	case PARTS:
	case SEQUENCE:
		*room = 3;
		return ends[place] - (size_t)3;
	case PARTS + 1:
		*room = 255;
		return END - (size_t)(sizes[place] < 2 ? sizes[place] : 2);
	case NUMBERS:
		*room = 5;
		break;
	case NUMBERS + 1:
		*room = 6;
		break;
	case ALGORITHM:
		*room = 9;
		return OID;
	case ALGORITHM + 1:
		*room = 9;
		return CURVE;
	default:
		*room = 0;
		return OID;
	}
	return ends[place] - (size_t)sizes[place];
}

static bool take(struct dance_octets *values, unsigned char tag,
	struct dance_octets *content)
{
	if (values->size == 0) {
		return false;
	}
	size_t place = (size_t)(values->data - octets), size = 1, room;
	if (place == END - 1) {
		must(values->size == sizes[PARTS + 1] - (size_t)1, "all of an RSA key");
		place = SEQUENCE;
		size = sequence_size;
	}
	must(place < PLACES, "values are taken from what has some");
	if (values->size < size || tags[place] != tag) {
		return false;
	}
	*content = (struct dance_octets){ octets + inside(place, &room), sizes[place] };
	/* Of what stands behind an RSA key only the size is looked at. */
	values->data += place != SEQUENCE;
	values->size -= size;
	return true;
}

static bool take_all(struct dance_octets sequence, struct dance_octets *content)
{
	return take(&sequence, 0x30, content) && sequence.size == 0;
}

static bool has_oid(size_t at, size_t size, struct dance_octets known)
{
	bool same = size == known.size;
	for (size_t i = 0; i < 9; i++) {
		same = same && (i >= known.size || octets[at + i] == known.data[i]);
	}
	return same;
}

static bool is_same(struct dance_octets oid, struct dance_octets known)
{
	must(oid.data == octets + OID || oid.data == octets + CURVE,
		"an OID is looked for");
	return oid.data == octets + OID ? has_oid(OID, oid.size, known) :
					  has_oid(CURVE, oid.size, known);
}

static bool any_read;
static struct public_key any_key;

bool public_key_read(struct public_key *key, struct dance_octets spki)
{
	must(spki.data == octets, "it is the key");
	*key = any_key;
	return any_read;
}

/* --- what a key has to be, once more -------------------------------------------------------- */

static bool is(unsigned char tag, size_t place, size_t begin, size_t count)
{
	return place - begin < count && tags[place] == tag;
}

static bool is_oid(size_t at, size_t place, const unsigned char *oid, size_t size)
{
	return has_oid(at, sizes[place], (struct dance_octets){ oid, size });
}

static enum public_key_kind kind_of(void)
{
	static const unsigned char rsa[] = { 42, 134, 72, 134, 247, 13, 1, 1, 1 };
	static const unsigned char pss[] = { 42, 134, 72, 134, 247, 13, 1, 1, 10 };
	static const unsigned char ec[] = { 42, 134, 72, 206, 61, 2, 1 };
	static const unsigned char x25519[] = { 43, 101, 112 }, x448[] = { 43, 101, 113 };
	return is_oid(OID, ALGORITHM, rsa, 9)     ? PUBLIC_KEY_RSA :
		is_oid(OID, ALGORITHM, pss, 9)    ? PUBLIC_KEY_RSA_PSS :
		is_oid(OID, ALGORITHM, ec, 7)     ? PUBLIC_KEY_EC :
		is_oid(OID, ALGORITHM, x25519, 3) ? PUBLIC_KEY_ED25519 :
		is_oid(OID, ALGORITHM, x448, 3)   ? PUBLIC_KEY_ED448 :
						    PUBLIC_KEY_OTHER;
}

static enum public_key_curve curve_of(size_t *field)
{
	static const unsigned char p224[] = { 43, 129, 4, 0, 33 },
				   p384[] = { 43, 129, 4, 0, 34 };
	static const unsigned char p521[] = { 43, 129, 4, 0, 35 };
	static const unsigned char p256[] = { 42, 134, 72, 206, 61, 3, 1, 7 };
	enum public_key_curve curve = is_oid(CURVE, ALGORITHM + 1, p224, 5) ?
		PUBLIC_KEY_P224 :
		is_oid(CURVE, ALGORITHM + 1, p256, 8) ? PUBLIC_KEY_P256 :
		is_oid(CURVE, ALGORITHM + 1, p384, 5) ? PUBLIC_KEY_P384 :
		is_oid(CURVE, ALGORITHM + 1, p521, 5) ? PUBLIC_KEY_P521 :
							PUBLIC_KEY_CURVE_OTHER;
	*field = curve == PUBLIC_KEY_P224 ? 28 :
		curve == PUBLIC_KEY_P256  ? 32 :
		curve == PUBLIC_KEY_P384  ? 48 :
					    66;
	return curve;
}

/* An INTEGER above zero, with one octet of zeros or none before it. */
static bool is_number(size_t place, uint64_t *number)
{
	size_t room, at = inside(place, &room), size = sizes[place];
	bool sign = size > 1 && octets[at] == 0;
	*number = 0;
	for (size_t i = 0; i < 6; i++) {
		*number = i < size ? *number << 8 | octets[at + i] : *number;
	}
	return is(0x02, place, NUMBERS, sizes[SEQUENCE]) && size > 0 && octets[at] < 0x80 &&
		octets[at + sign] != 0;
}

static bool is_rsa(const struct public_key *key)
{
	uint64_t modulus, exponent;
	bool is = sequence_size == sizes[PARTS + 1] - (size_t)1 && tags[SEQUENCE] == 0x30 &&
		sizes[SEQUENCE] == 2;
	is = is_number(NUMBERS, &modulus) && is;
	is = is_number(NUMBERS + 1, &exponent) && is && modulus % 2 == 1 &&
		exponent % 2 == 1 && exponent > 1;
	must(!is || modulus >> (key->bits - 1) == 1, "the modulus has so many bits");
	must(!is || key->exponent == (exponent <= UINT32_MAX ? exponent : 0),
		"the exponent is that of the key");
	return is;
}

static bool is_ec(const struct public_key *key, size_t parameters)
{
	size_t size = sizes[PARTS + 1] - (size_t)1, field;
	bool compressed = octets[END - 1] == 2 || octets[END - 1] == 3;
	bool named = parameters > 0 && tags[ALGORITHM + 1] == 0x06;
	enum public_key_curve curve = curve_of(&field);
	bool is = size >= 2 &&
		(!named ||
			(parameters == 1 &&
				(curve == PUBLIC_KEY_CURVE_OTHER ||
					size == 1 + field * (compressed ? 1 : 2))));
	must(!is || key->curve == (named ? curve : PUBLIC_KEY_CURVE_OTHER), "its curve");
	must(!is || key->explicit_curve == !named, "does it name one?");
	must(!is || key->bits == (size - 1) / (compressed ? 1 : 2) * 8, "its bits");
	return is;
}

static bool is_key(const struct public_key *key, size_t size)
{
	if (size != 1 || tags[WHOLE] != 0x30 || sizes[WHOLE] != 2 || tags[PARTS] != 0x30 ||
		tags[PARTS + 1] != 0x03 || !is(0x06, ALGORITHM, ALGORITHM, sizes[PARTS])) {
		return false;
	}
	size_t parameters = sizes[PARTS] - (size_t)1, bits = sizes[PARTS + 1];
	bool none = parameters == 0,
	     null = parameters == 1 && tags[ALGORITHM + 1] == 0x05 &&
		sizes[ALGORITHM + 1] == 0;
	must(key->kind == kind_of(), "its kind");
	must(none ? key->parameters.data == NULL :
		    key->parameters.data == octets + ALGORITHM + 1 &&
				key->parameters.size == parameters,
		"its parameters");
	bool whole = bits >= 2 && octets[END - 2] == 0;
	switch (kind_of()) {
	case PUBLIC_KEY_RSA:
		return whole && (none || null) && is_rsa(key);
	case PUBLIC_KEY_RSA_PSS:
		return whole &&
			(none || (parameters == 1 && tags[ALGORITHM + 1] == 0x30)) &&
			is_rsa(key);
	case PUBLIC_KEY_EC:
		return whole && is_ec(key, parameters);
	case PUBLIC_KEY_ED25519:
		return whole && none && bits == 1 + 32;
	case PUBLIC_KEY_ED448:
		return whole && none && bits == 1 + 57;
	case PUBLIC_KEY_OTHER:
		break;
	}
	return true;
}

void harness(void)
{
	any_octets(octets);
	any_octets(tags);
	any_octets(sizes);
	sequence_size = any_size(255);
	assume(sequence_size > 0);
	for (size_t place = 0, room; place < PLACES; place++) {
		(void)inside(place, &room);
		assume(sizes[place] <= room);
	}
	struct dance_octets spki = { octets, any_size(2) };
	struct public_key key;
	bool is_read = public_key_read_itself(&key, spki);
	bool is = is_key(&key, spki.size);
	must(is_read == is, "it is read exactly if it is a key");
	must(!is || key.kind == PUBLIC_KEY_OTHER ||
			(key.octets.data == octets + END - 1 &&
				key.octets.size == sizes[PARTS + 1] - (size_t)1),
		"its octets are all of them");

	any_read = nondet_bool();
	any_key.kind = (enum public_key_kind)any_size(PUBLIC_KEY_ED448);
	any_key.explicit_curve = nondet_bool();
	any_key.bits = nondet_unsigned();
	bool rsa = any_key.kind == PUBLIC_KEY_RSA || any_key.kind == PUBLIC_KEY_RSA_PSS;
	bool ec = any_key.kind == PUBLIC_KEY_EC;
	must((public_key_fault(spki) == NULL) ==
			(any_read && (!rsa || any_key.bits >= 24) &&
				(!ec || (any_key.bits >= 224 && !any_key.explicit_curve))),
		"only a key of enough bits, with a curve that it names, is in a path");
	assume(is && key.kind == PUBLIC_KEY_RSA);
	end_of_proof();
}
