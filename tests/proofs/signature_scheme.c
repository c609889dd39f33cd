/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: an AlgorithmIdentifier is read exactly if it is one whole SEQUENCE of the OID of an
 *   algorithm that is known and parameters that RFC 4055 5, 5758 and 8410 have it to have: none, or
 *   NULL for RSA; and for RSASSA-PSS those of RFC 4055 3.1 in their order, with one hash for what
 *   is signed and for its mask, and the one trailer that there is. The kind of its key, its hash
 *   and its salt are those of its octets; nothing outside is read.
 * Sources: none
 * Contracts: der_take() takes a value of this tag if one is there, as the proof of der_take has
 *   it, from within what it is given, and so does der_sequence(); der_unsigned() gives any number.
 * Assumes: each value takes one octet, its tag, of what contains it, and has an object of its own
 *   for its content; lists of at most 3 values, of parameters at most 5; OIDs of at most 10 octets.
 * Unwind: 24
 * Limit: 120 s */

#include "signature.h"

#include "der.h"

#define der_take take
#define der_sequence take_all

static bool take(struct dance_octets *values, unsigned char tag,
	struct dance_octets *content);
static bool take_all(struct dance_octets sequence, struct dance_octets *content);

#include "../src/signature.c"

#include "proof.h"

/* Values side by side: their tags, at the end of what may be read. */
struct list {
	unsigned char tags[5];
	size_t size;
};

struct oid {
	unsigned char octets[10];
	size_t size;
};

/* An AlgorithmIdentifier: what is to be one SEQUENCE, its parts, its OID and its NULL. */
struct identifier {
	struct list whole, parts;
	struct oid oid;
	size_t null_size;
};

static struct identifier outer, hash, mask, mask_hash;
static struct list pss, salt, trailer;
static uint32_t salt_number, trailer_number;
static bool is_salt, is_trailer;
static unsigned char nothing[2];

static struct dance_octets octets_of(const struct list *list)
{
	return (struct dance_octets){ list->tags + (sizeof(list->tags) - list->size),
		list->size };
}

static struct dance_octets oid_of(const struct oid *oid)
{
	return (struct dance_octets){ oid->octets + (sizeof(oid->octets) - oid->size),
		oid->size };
}

static bool is_in(const struct list *list, const unsigned char *at)
{
	return __CPROVER_same_object(list, at) && at >= list->tags &&
		at < list->tags + sizeof(list->tags);
}

/* The content of a value of an identifier; `second` is that of a SEQUENCE behind its OID. */
static bool find_in(const struct identifier *identifier, const struct list *second,
	const unsigned char *at, unsigned char tag, struct dance_octets *content)
{
	if (is_in(&identifier->whole, at)) {
		*content = octets_of(&identifier->parts);
		return true;
	}
	if (!is_in(&identifier->parts, at)) {
		return false;
	}
	*content = tag == 0x06 ? oid_of(&identifier->oid) :
		tag == 0x30    ? octets_of(second) :
				 (struct dance_octets){ nothing, identifier->null_size };
	return true;
}

static bool take(struct dance_octets *values, unsigned char tag,
	struct dance_octets *content)
{
	if (values->size == 0 || *values->data != tag) {
		return false;
	}
	const unsigned char *at = values->data;
	values->data++;
	values->size--;
	if (find_in(&outer, &pss, at, tag, content) ||
		find_in(&hash, &hash.whole, at, tag, content) ||
		find_in(&mask, &mask_hash.parts, at, tag, content) ||
		find_in(&mask_hash, &hash.whole, at, tag, content)) {
		return true;
	}
	if (is_in(&pss, at)) {
		*content = tag == 0xa0 ? octets_of(&hash.whole) :
			tag == 0xa1    ? octets_of(&mask.whole) :
			tag == 0xa2    ? octets_of(&salt) :
					 octets_of(&trailer);
		return true;
	}
	must(is_in(&salt, at) || is_in(&trailer, at),
		"a value is taken from what there is");
	*content = (struct dance_octets){ is_in(&salt, at) ? nothing : nothing + 1, 1 };
	return true;
}

static bool take_all(struct dance_octets sequence, struct dance_octets *content)
{
	return take(&sequence, 0x30, content) && sequence.size == 0;
}

bool der_unsigned(struct dance_octets content, uint32_t *value)
{
	*value = content.data == nothing ? salt_number : trailer_number;
	return content.data == nothing ? is_salt : is_trailer;
}

/* --- what it has to be ------------------------------------------------------------------- */

static bool is_one(const struct list *list, unsigned char tag)
{
	return list->size == 1 && list->tags[4] == tag;
}

static bool begins(const struct oid *oid, const unsigned char *with, size_t size,
	size_t all)
{
	bool does = oid->size == all;
	for (size_t i = 0; i < size; i++) {
		does = does && oid->octets[10 - all + i] == with[i];
	}
	return does;
}

/* An OID, and nothing or NULL behind it. */
static bool has_null_or_nothing(const struct identifier *of)
{
	const unsigned char *end = of->parts.tags + 5;
	return (of->parts.size == 1 && end[-1] == 0x06) ||
		(of->parts.size == 2 && end[-2] == 0x06 && end[-1] == 0x05 &&
			of->null_size == 0);
}

/* SHA-256 is 1, SHA-384 2, SHA-512 3, each other one 0. */
static unsigned number_of(const struct oid *oid)
{
	static const unsigned char nist[] = { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2 };
	return begins(oid, nist, 8, 9) && oid->octets[9] <= 3 ? oid->octets[9] : 0;
}

static bool is_mask(void)
{
	static const unsigned char mgf1[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8 };
	const unsigned char *end = mask.parts.tags + 5;
	return is_one(&mask.whole, 0x30) && mask.parts.size == 2 && end[-2] == 0x06 &&
		end[-1] == 0x30 && begins(&mask.oid, mgf1, 9, 9) &&
		has_null_or_nothing(&mask_hash);
}

/* Those of RSASSA-PSS. */
static bool is_pss(struct scheme *as)
{
	unsigned of_mask = 0;
	uint32_t last = 1;
	bool is = true;
	*as = (struct scheme){ .kind = PUBLIC_KEY_RSA_PSS, .salt = 20 };
	for (size_t i = 5 - pss.size; i < 5; i++) {
		unsigned char tag = pss.tags[i];
		is = is && tag >= 0xa0 && tag <= 0xa3 &&
			(i == 5 - pss.size || tag > pss.tags[i - 1]);
		if (tag == 0xa0) {
			is = is && is_one(&hash.whole, 0x30) && has_null_or_nothing(&hash);
			as->hash = (unsigned char)number_of(&hash.oid);
		} else if (tag == 0xa1) {
			is = is && is_mask();
			of_mask = number_of(&mask_hash.oid);
		} else if (tag == 0xa2) {
			is = is && is_one(&salt, 0x02) && is_salt;
			as->salt = salt_number;
		} else {
			is = is && is_one(&trailer, 0x02) && is_trailer;
			last = trailer_number;
		}
	}
	static const gnutls_sign_algorithm_t signs[] = { GNUTLS_SIGN_UNKNOWN,
		GNUTLS_SIGN_RSA_PSS_SHA256, GNUTLS_SIGN_RSA_PSS_SHA384,
		GNUTLS_SIGN_RSA_PSS_SHA512 };
	as->sign = signs[as->hash];
	return is && of_mask == as->hash && last == 1;
}

/* The kind of key of another algorithm. */
static enum public_key_kind kind_of(const struct oid *oid)
{
	static const unsigned char pkcs_1[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1 },
				   x962[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3 },
				   sha_1[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1 },
				   nist[] = { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3 },
				   eddsa[] = { 0x2b, 101 };
	unsigned last = oid->octets[9];
	if (begins(oid, pkcs_1, 8, 9) &&
		(last == 4 || last == 5 || (last >= 11 && last <= 14))) {
		return PUBLIC_KEY_RSA;
	}
	if (begins(oid, nist, 8, 9) && last >= 9 && last <= 16) {
		return last <= 12 ? PUBLIC_KEY_EC : PUBLIC_KEY_RSA;
	}
	if ((begins(oid, x962, 7, 8) && last >= 1 && last <= 4) ||
		begins(oid, sha_1, 7, 7)) {
		return PUBLIC_KEY_EC;
	}
	if (begins(oid, eddsa, 2, 3) && (last == 112 || last == 113)) {
		return last == 112 ? PUBLIC_KEY_ED25519 : PUBLIC_KEY_ED448;
	}
	return PUBLIC_KEY_OTHER;
}

static void judge(void)
{
	static const unsigned char id[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10 };
	const unsigned char *end = outer.parts.tags + 5;
	struct scheme scheme, expected;
	bool read = read_scheme(octets_of(&outer.whole), &scheme);
	bool has_oid = is_one(&outer.whole, 0x30) && outer.parts.size > 0 &&
		end[-(int)outer.parts.size] == 0x06;
	if (has_oid && begins(&outer.oid, id, 9, 9)) {
		bool is = outer.parts.size == 2 && end[-1] == 0x30 && is_pss(&expected);
		must(read == is, "RSASSA-PSS is read exactly if it is as it must be");
		must(!read ||
				(scheme.kind == expected.kind &&
					scheme.sign == expected.sign &&
					scheme.hash == expected.hash &&
					scheme.salt == expected.salt),
			"it is read as what it is");
		return;
	}
	enum public_key_kind kind = kind_of(&outer.oid);
	bool fits = kind == PUBLIC_KEY_RSA ? has_null_or_nothing(&outer) :
					     outer.parts.size == 1;
	must(read == (has_oid && kind != PUBLIC_KEY_OTHER && fits),
		"an algorithm is read exactly if it is known and as it must be");
	must(!read || (scheme.kind == kind && scheme.hash == 0 && scheme.salt == 0),
		"its kind of key");
}

static void make(struct identifier *identifier)
{
	any_octets(identifier);
	assume(identifier->whole.size <= 2 && identifier->parts.size <= 3);
	assume(identifier->oid.size <= 10 && identifier->null_size <= 1);
}

void harness(void)
{
	make(&outer);
	make(&hash);
	make(&mask);
	make(&mask_hash);
	any_octets(&pss);
	any_octets(&salt);
	any_octets(&trailer);
	assume(pss.size <= 5 && salt.size <= 2 && trailer.size <= 2);
	salt_number = (uint32_t)nondet_unsigned();
	trailer_number = (uint32_t)nondet_unsigned();
	is_salt = nondet_bool();
	is_trailer = nondet_bool();
	judge();
	struct scheme scheme;
	such_as(pss.size == 4 && hash.oid.size == 9);
	assume(read_scheme(octets_of(&outer.whole), &scheme) && scheme.hash == 2 &&
		scheme.salt == 48);
	end_of_proof();
}
