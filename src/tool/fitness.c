/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a certificate must allow and a key must be for a handshake, whatever the records say: with
 * usage 3 a verifier looks at no more than the key (RFC 7671 5.1), but TLS does before. What
 * libraries reject is told as what may happen: they differ. */

#include "fitness.h"

#include "certificate.h"
#include "der_certificate.h"
#include "extension.h"
#include "public_key.h"

/* Least size at OpenSSL's security level 2, its default since 3.2. More than the other size it
 * does not take at any level (OPENSSL_RSA_MAX_MODULUS_BITS). */
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 16384

#define IT_ENDS "so a TLS server may end the handshake without a word: "

/* RFC 8446 4.4.2.2: if the extension is there, this bit must be set. */
static bool may_sign(struct dance_octets certificate)
{
	static const unsigned char key_usage_oid[] = { 0x55, 0x1d, 0x0f };
	const struct dance_octets oid = { key_usage_oid, sizeof(key_usage_oid) };
	struct dance_octets value;
	unsigned bits;
	return !der_certificate_extension(certificate, oid, &value) || value.data == NULL ||
		!extension_key_usage(value, &bits) ||
		(bits & KEY_USAGE_DIGITAL_SIGNATURE) != 0;
}

/* Of one that is too large nothing is known. */
static bool is_well_formed(struct dance_octets der)
{
	struct certificate certificate;
	struct work work;
	work_begin(&work);
	return der.size > CERTIFICATE_SIZE_MAX ||
		certificate_read(&certificate, der, &work) || work.spent ||
		work.failed != NULL;
}

/* RFC 8446 4.2.3 has a signature scheme for each kind of key that TLS 1.3 can use, and with ECDSA
 * for each curve. */
static const char *curve_fault(const struct public_key *key)
{
	if (key->explicit_curve) {
		return "the key has explicit curve parameters, " IT_ENDS
		       "make a key on a named curve"; /* RFC 5480 2.1.1 */
	}
	switch (key->curve) {
	case PUBLIC_KEY_P256:
	case PUBLIC_KEY_P384:
	case PUBLIC_KEY_P521:
		return NULL;
	case PUBLIC_KEY_P224:
	case PUBLIC_KEY_CURVE_OTHER:
		break;
	}
	return "RFC 8446 has no signature scheme for the curve of this key, " IT_ENDS
	       "make a key on P-256, P-384 or P-521";
}

static const char *key_fault(struct dance_octets spki)
{
	struct public_key key;
	if (!public_key_read(&key, spki)) {
		return "the key is malformed, " IT_ENDS "make another one";
	}
	switch (key.kind) {
	case PUBLIC_KEY_RSA:
	case PUBLIC_KEY_RSA_PSS:
		return key.bits < RSA_BITS_MIN ?
			"the RSA key has fewer than 2048 bits, " IT_ENDS
			"make a key of at least 2048 bits" :
			key.bits > RSA_BITS_MAX ?
			"the RSA key has more than 16384 bits, " IT_ENDS
			"make a smaller key" :
			NULL;
	case PUBLIC_KEY_EC:
		return curve_fault(&key);
	case PUBLIC_KEY_ED25519:
	case PUBLIC_KEY_ED448:
		return NULL;
	case PUBLIC_KEY_OTHER:
		break;
	}
	return "RFC 8446 has no signature scheme for keys of this kind, " IT_ENDS
	       "make an RSA, ECDSA or Ed25519 key";
}

const char *fitness_fault(struct dance_octets certificate, struct dance_octets spki)
{
	if (certificate.size == 0) {
		return key_fault(spki);
	}
	if (!is_well_formed(certificate) ||
		(spki.size == 0 && !der_certificate_spki(certificate, &spki))) {
		return "the certificate is malformed, " IT_ENDS "issue another one";
	}
	if (!may_sign(certificate)) {
		return "the certificate's key usage lacks digitalSignature, " IT_ENDS
		       "issue it with that bit, or without key usage";
	}
	return key_fault(spki);
}

const char *fitness_peer_fault(const struct dance_peer *peer)
{
	const struct dance_octets none = { NULL, 0 };
	if (peer == NULL || peer->chain_count == 0) {
		return NULL;
	}
	return peer->raw_key ? fitness_fault(none, peer->chain[0]) :
			       fitness_fault(peer->chain[0], none);
}
