/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Parts of a certificate as slices of the DER as sent, for those who need not look at all of it:
 * the SubjectPublicKeyInfo, the signed part, one extension. */

#pragma once

#include "der.h"

/* The tags of a TBSCertificate's own (RFC 5280 4.1). */
enum der_tbs_tag {
	DER_TBS_VERSION = 0xa0,    /* [0] EXPLICIT */
	DER_TBS_ISSUER_ID = 0x81,  /* [1] IMPLICIT BIT STRING */
	DER_TBS_SUBJECT_ID = 0x82, /* [2] IMPLICIT BIT STRING */
	DER_TBS_EXTENSIONS = 0xa3, /* [3] EXPLICIT */
};

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

/* Is this one SubjectPublicKeyInfo (RFC 5280 4.1.2.7) and nothing after it? */
bool der_is_spki(struct dance_octets spki);
