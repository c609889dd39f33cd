/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a certificate must allow and a key must be for a handshake, whatever the records say: with
 * usage 3 a verifier looks at no more than the key (RFC 7671 5.1), but TLS does before. */

#include "fitness.h"

#include <string.h>

#include "der_certificate.h"
#include "extension.h"

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

/* RFC 5480 2.1.1: the parameters of a key on a curve are the curve's OID. */
static bool has_explicit_curve(struct dance_octets spki)
{
	static const unsigned char ec_oid[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
	struct dance_octets whole, algorithm, oid, parameters;
	return der_sequence(spki, &whole) && der_take(&whole, DER_SEQUENCE, &algorithm) &&
		der_take(&algorithm, DER_OID, &oid) && oid.size == sizeof(ec_oid) &&
		memcmp(oid.data, ec_oid, sizeof(ec_oid)) == 0 &&
		der_take(&algorithm, DER_SEQUENCE, &parameters);
}

const char *fitness_fault(struct dance_octets certificate, struct dance_octets spki)
{
	if (certificate.size != 0 && !may_sign(certificate)) {
		return "the certificate's key usage lacks digitalSignature, so a TLS server may "
		       "end the handshake without a word: issue it with that bit, or without "
		       "key usage";
	}
	if (has_explicit_curve(spki)) {
		return "the key has explicit curve parameters, so a TLS server may end the "
		       "handshake without a word: make a key on a named curve";
	}
	return NULL;
}
