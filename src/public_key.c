/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reads public keys as far as path_check.c and signature.c have to know them. Calculates nothing:
 * whether a point lies on its curve is seen when a signature is checked. */

#include "public_key.h"

#include <string.h>

#include "der.h"
#include "octets.h"

#define OID_SIZE_MAX 9

struct oid {
	unsigned char octets[OID_SIZE_MAX];
	size_t size;
	int means;
};

/* What is not known is 0: PUBLIC_KEY_OTHER, PUBLIC_KEY_CURVE_OTHER. */
static int find(const struct oid *oids, size_t count, struct dance_octets oid)
{
	for (size_t i = 0; i < count; i++) {
		if (octets_equal(oid,
			    (struct dance_octets){ oids[i].octets, oids[i].size })) {
			return oids[i].means;
		}
	}
	return 0;
}

#define FIND(oids, oid) find(oids, sizeof(oids) / sizeof(oids[0]), oid)

static const struct oid algorithms[] = {
	{ { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1 }, 9, PUBLIC_KEY_RSA },
	{ { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10 }, 9, PUBLIC_KEY_RSA_PSS },
	{ { 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1 }, 7, PUBLIC_KEY_EC },
	{ { 0x2b, 101, 112 }, 3, PUBLIC_KEY_ED25519 },
	{ { 0x2b, 101, 113 }, 3, PUBLIC_KEY_ED448 },
};

static const struct oid curves[] = {
	{ { 0x2b, 0x81, 4, 0, 33 }, 5, PUBLIC_KEY_P224 },
	{ { 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 }, 8, PUBLIC_KEY_P256 },
	{ { 0x2b, 0x81, 4, 0, 34 }, 5, PUBLIC_KEY_P384 },
	{ { 0x2b, 0x81, 4, 0, 35 }, 5, PUBLIC_KEY_P521 },
};

/* The octets of a point's field element on a curve. */
static size_t field_size(enum public_key_curve curve)
{
	switch (curve) {
	case PUBLIC_KEY_P224:
		return 28;
	case PUBLIC_KEY_P256:
		return 32;
	case PUBLIC_KEY_P384:
		return 48;
	case PUBLIC_KEY_P521:
		return 66;
	case PUBLIC_KEY_CURVE_OTHER:
		break;
	}
	return 0;
}

/* An INTEGER greater than zero, without the octet for its sign. */
static bool take_positive(struct dance_octets *values, struct dance_octets *number)
{
	if (!der_take(values, DER_INTEGER, number) || number->size == 0 ||
		(number->data[0] & 0x80) != 0) {
		return false;
	}
	if (number->data[0] == 0) {
		number->data++;
		number->size--;
	}
	return number->size != 0 && number->data[0] != 0;
}

/* RFC 8017 A.1.1, 3.1: modulus and exponent, which are odd numbers. */
static bool read_rsa(struct public_key *key)
{
	struct dance_octets numbers, modulus, exponent;
	if (!der_sequence(key->octets, &numbers) || !take_positive(&numbers, &modulus) ||
		!take_positive(&numbers, &exponent) || numbers.size != 0) {
		return false;
	}
	if ((modulus.data[modulus.size - 1] & 1) == 0 ||
		(exponent.data[exponent.size - 1] & 1) == 0 ||
		(exponent.size == 1 && exponent.data[0] == 1)) {
		return false;
	}
	key->bits = (unsigned)modulus.size * 8;
	for (unsigned top = modulus.data[0]; top < 0x80; top <<= 1) {
		key->bits--;
	}
	for (size_t i = 0; exponent.size <= PUBLIC_KEY_EXPONENT_MAX && i < exponent.size;
		i++) {
		key->exponent = key->exponent << 8 | exponent.data[i];
	}
	return true;
}

/* RFC 5480 2.1.1, 2.2: a curve by its name, and a point. */
static bool read_ec(struct public_key *key)
{
	struct dance_octets parameters = key->parameters, name;
	if (key->octets.size < 2) {
		return false;
	}
	bool compressed = key->octets.data[0] == 2 || key->octets.data[0] == 3;
	size_t field = (key->octets.size - 1) / (compressed ? 1 : 2);
	key->bits = (unsigned)field * 8;
	if (!der_take(&parameters, DER_OID, &name)) {
		key->explicit_curve = true;
		return true;
	}
	if (parameters.size != 0) {
		return false;
	}
	key->curve = (enum public_key_curve)FIND(curves, name);
	return key->curve == PUBLIC_KEY_CURVE_OTHER ||
		(field == field_size(key->curve) &&
			key->octets.size == 1 + field * (compressed ? 1 : 2));
}

/* Nothing, or for RSA (RFC 3279 2.3.1) NULL. */
static bool has_no_parameters(const struct public_key *key)
{
	struct dance_octets parameters = key->parameters, null;
	return parameters.data == NULL ||
		(key->kind == PUBLIC_KEY_RSA && der_take(&parameters, DER_NULL, &null) &&
			null.size == 0 && parameters.size == 0);
}

/* RFC 4055 1.2: nothing, or RSASSA-PSS-params. */
static bool has_limits_or_none(const struct public_key *key)
{
	struct dance_octets limits;
	return key->parameters.data == NULL || der_sequence(key->parameters, &limits);
}

bool public_key_read(struct public_key *key, struct dance_octets spki)
{
	struct dance_octets parts, algorithm, oid, bits;
	*key = (struct public_key){ .kind = PUBLIC_KEY_OTHER };
	if (!der_sequence(spki, &parts) || !der_take(&parts, DER_SEQUENCE, &algorithm) ||
		!der_take(&algorithm, DER_OID, &oid) ||
		!der_take(&parts, DER_BIT_STRING, &bits) || parts.size != 0) {
		return false;
	}
	key->kind = (enum public_key_kind)FIND(algorithms, oid);
	if (algorithm.size != 0) {
		key->parameters = algorithm;
	}
	if (key->kind == PUBLIC_KEY_OTHER) {
		return true;
	}
	/* Keys of all these kinds are whole octets. */
	if (bits.size == 0 || bits.data[0] != 0) {
		return false;
	}
	key->octets = (struct dance_octets){ bits.data + 1, bits.size - 1 };
	switch (key->kind) {
	case PUBLIC_KEY_RSA:
		return has_no_parameters(key) && read_rsa(key);
	case PUBLIC_KEY_RSA_PSS:
		return has_limits_or_none(key) && read_rsa(key);
	case PUBLIC_KEY_EC:
		return read_ec(key);
	case PUBLIC_KEY_ED25519:
		return has_no_parameters(key) && key->octets.size == 32;
	case PUBLIC_KEY_ED448:
		return has_no_parameters(key) && key->octets.size == 57;
	case PUBLIC_KEY_OTHER:
		break;
	}
	return true;
}

const char *public_key_fault(struct dance_octets spki)
{
	struct public_key key;
	if (!public_key_read(&key, spki)) {
		return "a key cannot be read";
	}
	switch (key.kind) {
	case PUBLIC_KEY_RSA:
	case PUBLIC_KEY_RSA_PSS:
		return key.bits >= PUBLIC_KEY_RSA_BITS_MIN ?
			NULL :
			"an RSA key has fewer than " PUBLIC_KEY_RSA_BITS_MIN_TEXT " bits";
	case PUBLIC_KEY_EC:
		if (key.explicit_curve) {
			/* RFC 5480 2.1.1 */
			return "a key does not name its curve";
		}
		return key.bits >= PUBLIC_KEY_EC_BITS_MIN ?
			NULL :
			"an EC key has fewer than " PUBLIC_KEY_EC_BITS_MIN_TEXT " bits";
	case PUBLIC_KEY_ED25519:
	case PUBLIC_KEY_ED448:
	case PUBLIC_KEY_OTHER:
		break;
	}
	return NULL;
}
