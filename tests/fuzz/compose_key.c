/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Makes keys, and signs with them; the large RSA keys are made up. */

#include "compose_key.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "target.h"

#define KEY_KINDS 8
#define KEYS_OF_KIND 2
#define SIGNATURE_CACHE 1024

static struct compose_key keys[KEY_KINDS][KEYS_OF_KIND];

static void put_oid(struct der *to, const char *octets, size_t size)
{
	der_put(to, DER_OID, octets, size);
}

#define PUT_OID(to, literal) put_oid(to, literal, sizeof(literal) - 1)

static void make_key(struct compose_key *key, gnutls_pk_algorithm_t algorithm,
	unsigned bits, gnutls_sign_algorithm_t sign)
{
	gnutls_pubkey_t public;
	gnutls_datum_t spki = { NULL, 0 };
	must(gnutls_x509_privkey_init(&key->pair) == 0 &&
		gnutls_pubkey_init(&public) == 0 &&
		gnutls_privkey_init(&key->private) == 0);
	must(gnutls_x509_privkey_generate(key->pair, algorithm, bits, 0) == 0 &&
		gnutls_privkey_import_x509(key->private, key->pair, 0) == 0 &&
		gnutls_pubkey_import_privkey(public, key->private, 0, 0) == 0 &&
		gnutls_pubkey_export2(public, GNUTLS_X509_FMT_DER, &spki) == 0);
	der_append(&key->spki, spki.data, spki.size);
	key->algorithm = sign;
	gnutls_free(spki.data);
	gnutls_pubkey_deinit(public);
}

/* With the longest exponent that is worked with; it takes long to make a real one. */
static void make_up_rsa(struct compose_key *key, size_t bits)
{
	unsigned char modulus[1 + 8192 / 8] = { 0 };
	static const unsigned char exponent[] = { 0x00, 0xff, 0xff, 0xff, 0xfd },
				   null[] = { 0 };
	size_t size = bits / 8;
	struct der numbers = { 0 }, algorithm = { 0 }, content = { 0 }, string = { 0 };
	must(gnutls_rnd(GNUTLS_RND_NONCE, modulus + 1, size) == 0);
	modulus[1] |= 0x80;
	modulus[size] |= 1;
	der_put(&content, DER_INTEGER, modulus, 1 + size);
	der_put(&content, DER_INTEGER, exponent, sizeof(exponent));
	der_append(&string, null, 1);
	der_wrap(&string, DER_SEQUENCE, &content);
	PUT_OID(&algorithm, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01");
	der_put(&algorithm, DER_NULL, NULL, 0);
	der_wrap(&numbers, DER_SEQUENCE, &algorithm);
	der_wrap(&numbers, DER_BIT_STRING, &string);
	der_wrap(&key->spki, DER_SEQUENCE, &numbers);
	key->signature_size = size;
}

static void put_signature_algorithm(struct compose_key *key, unsigned kind)
{
	struct der *to = &key->signature_algorithm;
	struct der oid = { 0 };
	switch (kind) {
	case 0:
		PUT_OID(&oid, "\x2a\x86\x48\xce\x3d\x04\x03\x02");
		break;
	case 1:
		PUT_OID(&oid, "\x2a\x86\x48\xce\x3d\x04\x03\x03");
		break;
	case 2:
		PUT_OID(&oid, "\x2a\x86\x48\xce\x3d\x04\x03\x04");
		break;
	case 3:
		PUT_OID(&oid, "\x2b\x65\x70");
		break;
	case 4:
		PUT_OID(&oid, "\x2b\x65\x71");
		break;
	default:
		PUT_OID(&oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b");
		der_put(&oid, DER_NULL, NULL, 0);
		break;
	}
	der_wrap(to, DER_SEQUENCE, &oid);
}

void compose_keys_make(void)
{
	for (unsigned i = 0; i < KEYS_OF_KIND; i++) {
		make_key(&keys[0][i], GNUTLS_PK_ECDSA,
			GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
			GNUTLS_SIGN_ECDSA_SHA256);
		make_key(&keys[1][i], GNUTLS_PK_ECDSA,
			GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1),
			GNUTLS_SIGN_ECDSA_SHA384);
		make_key(&keys[2][i], GNUTLS_PK_ECDSA,
			GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1),
			GNUTLS_SIGN_ECDSA_SHA512);
		make_key(&keys[3][i], GNUTLS_PK_EDDSA_ED25519, 0,
			GNUTLS_SIGN_EDDSA_ED25519);
		make_key(&keys[4][i], GNUTLS_PK_EDDSA_ED448, 0, GNUTLS_SIGN_EDDSA_ED448);
		make_key(&keys[5][i], GNUTLS_PK_RSA, 2048, GNUTLS_SIGN_RSA_SHA256);
		make_up_rsa(&keys[6][i], 4096);
		make_up_rsa(&keys[7][i], 8192);
		for (unsigned kind = 0; kind < KEY_KINDS; kind++) {
			put_signature_algorithm(&keys[kind][i], kind);
		}
	}
}

const struct compose_key *compose_key(uint8_t number)
{
	return &keys[number % KEY_KINDS][number / KEY_KINDS % KEYS_OF_KIND];
}

void compose_key_sign(struct der *to, const struct compose_key *key, const struct der *tbs,
	bool garbage)
{
	static struct cached {
		unsigned char digest[32];
		const struct compose_key *key;
		struct der signature;
	} cache[SIGNATURE_CACHE];
	unsigned char digest[32];
	unsigned place;
	must(gnutls_hash_fast(GNUTLS_DIG_SHA256, tbs->octets, tbs->size, digest) == 0);
	memcpy(&place, digest, sizeof(place));
	struct cached *cached = &cache[place % SIGNATURE_CACHE];
	if (cached->key != key || memcmp(cached->digest, digest, sizeof(digest)) != 0) {
		der_clear(&cached->signature);
		memcpy(cached->digest, digest, sizeof(digest));
		cached->key = key;
		if (key->private != NULL) {
			const gnutls_datum_t data = { tbs->octets, (unsigned)tbs->size };
			gnutls_datum_t signature = { NULL, 0 };
			must(gnutls_privkey_sign_data2(key->private, key->algorithm, 0,
				     &data, &signature) == 0);
			der_append(&cached->signature, signature.data, signature.size);
			gnutls_free(signature.data);
		} else {
			for (size_t at = 0; at < key->signature_size; at++) {
				unsigned char octet = at == 0 ? 0 : digest[at % 32];
				der_append(&cached->signature, &octet, 1);
			}
		}
	}
	struct der string = { 0 };
	static const unsigned char null[] = { 0 };
	der_append(&string, null, 1);
	der_append(&string, cached->signature.octets, cached->signature.size);
	string.octets[string.size - 1] ^= garbage;
	der_wrap(to, DER_BIT_STRING, &string);
}
