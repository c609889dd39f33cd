/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Signatures of certificates: the algorithms (RFC 4055, 5754, 5758, 8410), what each asks of the
 * key, and what it costs to check one. GnuTLS does the arithmetic. */

#include "signature.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "der.h"
#include "octets.h"
#include "public_key.h"

enum tag {
	TAG_PSS_HASH = 0xa0,    /* [0] EXPLICIT AlgorithmIdentifier */
	TAG_PSS_MASK = 0xa1,    /* [1] EXPLICIT AlgorithmIdentifier */
	TAG_PSS_SALT = 0xa2,    /* [2] EXPLICIT INTEGER */
	TAG_PSS_TRAILER = 0xa3, /* [3] EXPLICIT INTEGER */
};

#define OID_SIZE_MAX 9

struct algorithm {
	unsigned char oid[OID_SIZE_MAX];
	unsigned char oid_size;
	enum public_key_kind kind; /* of the key */
	gnutls_sign_algorithm_t sign;
};

#define PKCS_1(last) { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, last }, 9
#define ANSI_X962(last) { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, last }, 8
#define NIST_SIGNATURE(last) { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, last }, 9

static const struct algorithm algorithms[] = {
	{ PKCS_1(11), PUBLIC_KEY_RSA, GNUTLS_SIGN_RSA_SHA256 },
	{ PKCS_1(12), PUBLIC_KEY_RSA, GNUTLS_SIGN_RSA_SHA384 },
	{ PKCS_1(13), PUBLIC_KEY_RSA, GNUTLS_SIGN_RSA_SHA512 },
	{ PKCS_1(14), PUBLIC_KEY_RSA, GNUTLS_SIGN_RSA_SHA224 },
	{ PKCS_1(5), PUBLIC_KEY_RSA, GNUTLS_SIGN_RSA_SHA1 },
	{ PKCS_1(4), PUBLIC_KEY_RSA, GNUTLS_SIGN_RSA_MD5 },
	{ ANSI_X962(1), PUBLIC_KEY_EC, GNUTLS_SIGN_ECDSA_SHA224 },
	{ ANSI_X962(2), PUBLIC_KEY_EC, GNUTLS_SIGN_ECDSA_SHA256 },
	{ ANSI_X962(3), PUBLIC_KEY_EC, GNUTLS_SIGN_ECDSA_SHA384 },
	{ ANSI_X962(4), PUBLIC_KEY_EC, GNUTLS_SIGN_ECDSA_SHA512 },
	{ { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1 }, 7, PUBLIC_KEY_EC, GNUTLS_SIGN_ECDSA_SHA1 },
	{ { 0x2b, 101, 112 }, 3, PUBLIC_KEY_ED25519, GNUTLS_SIGN_EDDSA_ED25519 },
	{ { 0x2b, 101, 113 }, 3, PUBLIC_KEY_ED448, GNUTLS_SIGN_EDDSA_ED448 },
	{ NIST_SIGNATURE(9), PUBLIC_KEY_EC, GNUTLS_SIGN_ECDSA_SHA3_224 },
	{ NIST_SIGNATURE(10), PUBLIC_KEY_EC, GNUTLS_SIGN_ECDSA_SHA3_256 },
	{ NIST_SIGNATURE(11), PUBLIC_KEY_EC, GNUTLS_SIGN_ECDSA_SHA3_384 },
	{ NIST_SIGNATURE(12), PUBLIC_KEY_EC, GNUTLS_SIGN_ECDSA_SHA3_512 },
	{ NIST_SIGNATURE(13), PUBLIC_KEY_RSA, GNUTLS_SIGN_RSA_SHA3_224 },
	{ NIST_SIGNATURE(14), PUBLIC_KEY_RSA, GNUTLS_SIGN_RSA_SHA3_256 },
	{ NIST_SIGNATURE(15), PUBLIC_KEY_RSA, GNUTLS_SIGN_RSA_SHA3_384 },
	{ NIST_SIGNATURE(16), PUBLIC_KEY_RSA, GNUTLS_SIGN_RSA_SHA3_512 },
};

static const unsigned char id_pss[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10 };
static const unsigned char id_mgf1[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8 };

/* Hashes for RSASSA-PSS: id-sha256 and so on, 2.16.840.1.101.3.4.2. */
static const unsigned char nist_hash[] = { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2 };

/* How a certificate is signed; also, what a key for RSASSA-PSS is limited to (RFC 4055 3.1). */
struct scheme {
	enum public_key_kind kind; /* of the key */
	gnutls_sign_algorithm_t sign;
	unsigned char hash; /* RSASSA-PSS: the last octet of the OID; 0: another, SHA-1 */
	uint32_t salt;
};

/* A key for GnuTLS never is larger than one that is checked with here. */
#define KEY_SIZE_MAX (2 * PUBLIC_KEY_RSA_BITS_MAX / 8)

static bool is_oid(struct dance_octets oid, const unsigned char *octets, size_t size)
{
	return octets_equal(oid, (struct dance_octets){ octets, size });
}

static bool take_oid(struct dance_octets *values, struct dance_octets *oid)
{
	return der_take(values, DER_OID, oid);
}

/* What is left of an AlgorithmIdentifier is nothing, or NULL. */
static bool is_null_or_absent(struct dance_octets parameters)
{
	struct dance_octets null;
	return parameters.size == 0 ||
		(der_take(&parameters, DER_NULL, &null) && null.size == 0 &&
			parameters.size == 0);
}

/* A hash in the parameters, if it is SHA-256, SHA-384 or SHA-512; else *hash stays what it is. */
static bool read_hash(struct dance_octets whole, unsigned char *hash)
{
	struct dance_octets parts, oid;
	if (!der_sequence(whole, &parts) || !take_oid(&parts, &oid) ||
		!is_null_or_absent(parts)) {
		return false;
	}
	if (oid.size == sizeof(nist_hash) + 1 &&
		memcmp(oid.data, nist_hash, sizeof(nist_hash)) == 0 &&
		oid.data[sizeof(nist_hash)] <= 3) {
		*hash = oid.data[sizeof(nist_hash)];
	}
	return true;
}

static bool read_mask(struct dance_octets whole, unsigned char *hash)
{
	struct dance_octets parts, oid;
	return der_sequence(whole, &parts) && take_oid(&parts, &oid) &&
		is_oid(oid, id_mgf1, sizeof(id_mgf1)) && read_hash(parts, hash);
}

static bool read_number(struct dance_octets whole, uint32_t *number)
{
	struct dance_octets content;
	return der_take(&whole, DER_INTEGER, &content) && der_unsigned(content, number) &&
		whole.size == 0;
}

/* RSASSA-PSS-params (RFC 4055 3.1). The mask must be of the same hash, and the trailer the only
 * one that there is. */
static bool read_pss(struct dance_octets parameters, struct scheme *scheme)
{
	struct dance_octets parts, part;
	unsigned char mask = 0;
	uint32_t trailer = 1;
	*scheme = (struct scheme){ .kind = PUBLIC_KEY_RSA_PSS, .salt = 20 };
	if (!der_sequence(parameters, &parts) ||
		(der_take(&parts, TAG_PSS_HASH, &part) && !read_hash(part, &scheme->hash)) ||
		(der_take(&parts, TAG_PSS_MASK, &part) && !read_mask(part, &mask)) ||
		(der_take(&parts, TAG_PSS_SALT, &part) &&
			!read_number(part, &scheme->salt)) ||
		(der_take(&parts, TAG_PSS_TRAILER, &part) && !read_number(part, &trailer))) {
		return false;
	}
	scheme->sign = scheme->hash == 1 ? GNUTLS_SIGN_RSA_PSS_SHA256 :
		scheme->hash == 2        ? GNUTLS_SIGN_RSA_PSS_SHA384 :
		scheme->hash == 3        ? GNUTLS_SIGN_RSA_PSS_SHA512 :
					   GNUTLS_SIGN_UNKNOWN;
	return parts.size == 0 && mask == scheme->hash && trailer == 1;
}

static bool read_scheme(struct dance_octets algorithm, struct scheme *scheme)
{
	struct dance_octets parts, oid;
	if (!der_sequence(algorithm, &parts) || !take_oid(&parts, &oid)) {
		return false;
	}
	if (is_oid(oid, id_pss, sizeof(id_pss))) {
		return read_pss(parts, scheme);
	}
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		const struct algorithm *known = &algorithms[i];
		if (is_oid(oid, known->oid, known->oid_size)) {
			*scheme = (struct scheme){ .kind = known->kind,
				.sign = known->sign };
			/* Nothing; for RSA (RFC 4055 5) NULL. */
			return parts.size == 0 ||
				(scheme->kind == PUBLIC_KEY_RSA && is_null_or_absent(parts));
		}
	}
	return false;
}

/* RFC 4055 3.3: the parameters of a key for RSASSA-PSS limit what it may be used for. */
static bool is_within(const struct public_key *key, const struct scheme *scheme)
{
	struct scheme of_key;
	return key->parameters.data == NULL ||
		(read_pss(key->parameters, &of_key) && of_key.hash == scheme->hash &&
			of_key.salt <= scheme->salt);
}

/* Does the key go with the scheme, and is it one that we check signatures with? */
static bool is_fit(const struct public_key *key, const struct scheme *scheme)
{
	switch (key->kind) {
	case PUBLIC_KEY_RSA:
		/* RFC 4055 1.2: such keys are for RSASSA-PSS as well. */
		return (scheme->kind == PUBLIC_KEY_RSA ||
			       scheme->kind == PUBLIC_KEY_RSA_PSS) &&
			key->bits <= PUBLIC_KEY_RSA_BITS_MAX && key->exponent != 0;
	case PUBLIC_KEY_RSA_PSS:
		return scheme->kind == PUBLIC_KEY_RSA_PSS && is_within(key, scheme) &&
			key->bits <= PUBLIC_KEY_RSA_BITS_MAX && key->exponent != 0;
	case PUBLIC_KEY_EC:
		return scheme->kind == key->kind && key->curve != PUBLIC_KEY_CURVE_OTHER;
	case PUBLIC_KEY_ED25519:
	case PUBLIC_KEY_ED448:
		return scheme->kind == key->kind;
	case PUBLIC_KEY_OTHER:
		break;
	}
	return false;
}

/* RFC 8017 9.1.1: there must be room for hash and salt in what is signed. */
static bool has_room(const struct public_key *key, const struct scheme *scheme)
{
	size_t room = (key->bits + 6) / 8, hash = 16 + 16u * scheme->hash;
	return room >= hash + 2 && scheme->salt <= room - hash - 2;
}

/* RFC 3279 2.2.3: two numbers, in DER. */
static bool is_pair(struct dance_octets bits)
{
	struct dance_octets parts, r, s;
	return der_sequence((struct dance_octets){ bits.data + 1, bits.size - 1 },
		       &parts) &&
		der_take(&parts, DER_INTEGER, &r) && der_is_integer(r) &&
		der_take(&parts, DER_INTEGER, &s) && der_is_integer(s) && parts.size == 0;
}

/* Of RSA: a squaring for each bit of the exponent, and a product for each that is set. */
static uint32_t rsa_price(const struct public_key *key)
{
	uint32_t limbs = (key->bits + 63) / 64, products = 0;
	for (uint32_t rest = key->exponent; rest != 0; rest >>= 1) {
		products += 1 + (rest & 1);
	}
	return 200 + products * (4 + limbs * limbs / 80);
}

/* In steps, as measured, and a little more; the key is read and what was signed is hashed. */
static uint32_t price(const struct public_key *key, size_t size)
{
	static const uint32_t of_curve[] = {
		[PUBLIC_KEY_P224] = 1700,
		[PUBLIC_KEY_P256] = 1700,
		[PUBLIC_KEY_P384] = 4400,
		[PUBLIC_KEY_P521] = 8500,
	};
	uint32_t hash = (uint32_t)size / 16;
	switch (key->kind) {
	case PUBLIC_KEY_RSA:
	case PUBLIC_KEY_RSA_PSS:
		return hash + rsa_price(key);
	case PUBLIC_KEY_EC:
		return hash + of_curve[key->curve];
	case PUBLIC_KEY_ED25519:
		return hash + 1500;
	case PUBLIC_KEY_ED448:
		return hash + 4300;
	case PUBLIC_KEY_OTHER:
		break;
	}
	return WORK_MAX;
}

/* For GnuTLS, which only reads it. */
static gnutls_datum_t datum(struct dance_octets octets)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)octets.data,
		(unsigned)octets.size };
}

struct writer {
	unsigned char octets[KEY_SIZE_MAX];
	size_t at; /* what is written begins here, and goes to the end */
};

/* Puts octets before all others. There has to be room. */
static void put(struct writer *to, const void *octets, size_t size)
{
	to->at -= size;
	memcpy(to->octets + to->at, octets, size);
}

/* Puts the head of a value before the last so many octets. */
static void put_head(struct writer *to, unsigned char tag, size_t size)
{
	const unsigned char long_form[] = { tag, 0x82, (unsigned char)(size >> 8),
		(unsigned char)size };
	const unsigned char middle_form[] = { tag, 0x81, (unsigned char)size };
	const unsigned char short_form[] = { tag, (unsigned char)size };
	if (size >= 0x100) {
		put(to, long_form, sizeof(long_form));
	} else if (size >= 0x80) {
		put(to, middle_form, sizeof(middle_form));
	} else {
		put(to, short_form, sizeof(short_form));
	}
}

static void wrap(struct writer *to, unsigned char tag, size_t end)
{
	put_head(to, tag, end - to->at);
}

/* AlgorithmIdentifier of the hash. */
static void put_hash(struct writer *to, unsigned char hash)
{
	size_t end = to->at;
	put_head(to, DER_NULL, 0);
	put(to, &hash, 1);
	put(to, nist_hash, sizeof(nist_hash));
	put_head(to, DER_OID, sizeof(nist_hash) + 1);
	wrap(to, DER_SEQUENCE, end);
}

/* The key as one that is for just this RSASSA-PSS: hash, mask and salt. */
static struct dance_octets pss_key(struct writer *to, const struct public_key *key,
	const struct scheme *scheme)
{
	const unsigned char salt[] = { (unsigned char)(scheme->salt >> 8),
		(unsigned char)scheme->salt },
			    zero = 0;
	size_t part = scheme->salt >= 0x80 ? 0 : 1, end;
	to->at = sizeof(to->octets);
	put(to, key->octets.data, key->octets.size);
	put(to, &zero, 1);
	put_head(to, DER_BIT_STRING, key->octets.size + 1);
	size_t algorithm = end = to->at;
	put(to, salt + part, sizeof(salt) - part);
	wrap(to, DER_INTEGER, end);
	wrap(to, TAG_PSS_SALT, end);
	end = to->at;
	put_hash(to, scheme->hash);
	put(to, id_mgf1, sizeof(id_mgf1));
	put_head(to, DER_OID, sizeof(id_mgf1));
	wrap(to, DER_SEQUENCE, end);
	wrap(to, TAG_PSS_MASK, end);
	end = to->at;
	put_hash(to, scheme->hash);
	wrap(to, TAG_PSS_HASH, end);
	wrap(to, DER_SEQUENCE, algorithm);
	put(to, id_pss, sizeof(id_pss));
	put_head(to, DER_OID, sizeof(id_pss));
	wrap(to, DER_SEQUENCE, algorithm);
	wrap(to, DER_SEQUENCE, sizeof(to->octets));
	return (struct dance_octets){ to->octets + to->at, sizeof(to->octets) - to->at };
}

/* Did the library fail? These are errors that no key and no signature brings about. */
static bool is_failure(int status)
{
	switch (status) {
	case GNUTLS_E_MEMORY_ERROR:
	case GNUTLS_E_HASH_FAILED:
	case GNUTLS_E_RANDOM_FAILED:
	case GNUTLS_E_INTERNAL_ERROR:
	case GNUTLS_E_LIB_IN_ERROR_STATE:
	case GNUTLS_E_SELF_TEST_ERROR:
		return true;
	default:
		return false;
	}
}

/* Asks GnuTLS. */
static enum signature verify(struct dance_octets spki, gnutls_sign_algorithm_t sign,
	unsigned flags, struct dance_octets signed_by_it, struct dance_octets signature,
	struct work *work)
{
	static const char failed[] = "a signature cannot be checked: the library failed";
	gnutls_pubkey_t key;
	if (gnutls_pubkey_init(&key) != 0) {
		work_fail(work, failed);
		return SIGNATURE_UNCHECKED;
	}
	const gnutls_datum_t of_key = datum(spki), data = datum(signed_by_it),
			     of_signature = datum(signature);
	int status = gnutls_pubkey_import(key, &of_key, GNUTLS_X509_FMT_DER);
	enum signature is = SIGNATURE_UNFIT_KEY;
	if (status == 0) {
		status = gnutls_pubkey_verify_data2(key, sign, flags, &data, &of_signature);
		is = status >= 0 ? SIGNATURE_GOOD : SIGNATURE_WRONG;
	}
	gnutls_pubkey_deinit(key);
	if (is_failure(status)) {
		work_fail(work, failed);
		return SIGNATURE_UNCHECKED;
	}
	return is;
}

static enum signature check(const struct signed_octets *of, struct dance_octets spki,
	unsigned flags, struct work *work)
{
	struct scheme scheme;
	struct public_key key;
	if (!read_scheme(of->algorithm, &scheme)) {
		return SIGNATURE_UNKNOWN;
	}
	if ((flags & GNUTLS_VERIFY_ALLOW_BROKEN) == 0 &&
		(scheme.sign == GNUTLS_SIGN_UNKNOWN ||
			gnutls_sign_is_secure2(scheme.sign,
				GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS) == 0)) {
		return SIGNATURE_WEAK;
	}
	if (!public_key_read(&key, spki) || !is_fit(&key, &scheme)) {
		return SIGNATURE_UNFIT_KEY;
	}
	/* A signature is whole octets. */
	if (of->signature.size < 2 || of->signature.data[0] != 0 ||
		(scheme.kind == PUBLIC_KEY_EC && !is_pair(of->signature)) ||
		(scheme.kind == PUBLIC_KEY_RSA_PSS && !has_room(&key, &scheme))) {
		return SIGNATURE_WRONG;
	}
	if (!work_take(work, price(&key, of->tbs.size))) {
		return SIGNATURE_UNCHECKED;
	}
	struct writer writer;
	if (scheme.kind == PUBLIC_KEY_RSA_PSS) {
		spki = pss_key(&writer, &key, &scheme);
	}
	return verify(spki, scheme.sign, flags, of->tbs,
		(struct dance_octets){ of->signature.data + 1, of->signature.size - 1 },
		work);
}

enum signature signature_check(const struct signed_octets *of, struct dance_octets spki,
	struct work *work)
{
	return check(of, spki, 0, work);
}

enum signature signature_check_any(const struct signed_octets *of, struct dance_octets spki,
	struct work *work)
{
	return check(of, spki, GNUTLS_VERIFY_ALLOW_BROKEN, work);
}

bool signature_is_pss(const struct signed_octets *of)
{
	struct dance_octets parts, oid;
	return der_sequence(of->algorithm, &parts) && take_oid(&parts, &oid) &&
		is_oid(oid, id_pss, sizeof(id_pss));
}
