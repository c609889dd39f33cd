/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The SubjectPublicKeyInfo of a certificate as a slice of the DER as sent; and values one by
 * one, for those who need not look at all of them. */

#pragma once

#include "dance.h"

/* Finds the SPKI in a certificate (RFC 5280 4.1); `spki` then points into it. The
 * certificate must be one DER value and nothing after it. What stands around the SPKI is
 * walked over, not judged: RFC 7671 5.1 lets DANE-EE ignore it. */
bool der_certificate_spki(struct dance_octets certificate, struct dance_octets *spki);

/* Finds what the signature of a certificate is about (tbsCertificate, RFC 5280 4.1). */
bool der_certificate_tbs(struct dance_octets certificate, struct dance_octets *tbs);

/* Finds the value of an extension by the content of its OID (RFC 5280 4.1.2.9); it then points
 * into the certificate, or is NULL if there is no such extension. False for a certificate that
 * is not well-formed up to there, or has it twice. */
bool der_certificate_extension(struct dance_octets certificate, struct dance_octets oid,
	struct dance_octets *value);

/* The content of one SEQUENCE and nothing after it. */
bool der_sequence(struct dance_octets sequence, struct dance_octets *content);

/* Takes one value off the front of `values`: its tag, of one octet, and its content. */
bool der_next(struct dance_octets *values, unsigned char *tag,
	struct dance_octets *content);

/* Takes one value with this tag off the front of `values`: its content, or its whole encoding.
 * What is not taken stays. */
bool der_take(struct dance_octets *values, unsigned char tag, struct dance_octets *content);
bool der_take_whole(struct dance_octets *values, unsigned char tag,
	struct dance_octets *whole);

/* The content of a BOOLEAN. Any octet but 0 is true, as X.690 8.2.2 has it: DER's one true
 * value is not what a path fails by. */
bool der_boolean(struct dance_octets content, bool *value);

/* The content of an INTEGER that is not negative. What does not fit is UINT32_MAX. */
bool der_unsigned(struct dance_octets content, uint32_t *value);

/* The content of an INTEGER, an OBJECT IDENTIFIER or a BIT STRING: as DER has it? */
bool der_is_integer(struct dance_octets content);
bool der_is_oid(struct dance_octets content);
bool der_is_bits(struct dance_octets content);

/* Is this one SubjectPublicKeyInfo (RFC 5280 4.1.2.7) and nothing after it? */
bool der_is_spki(struct dance_octets spki);
