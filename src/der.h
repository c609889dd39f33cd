/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The SubjectPublicKeyInfo of a certificate as a slice of the DER as sent. */

#pragma once

#include "dance.h"

/* Finds the SPKI in a certificate (RFC 5280 4.1); `spki` then points into it. The
 * certificate must be one DER value and nothing after it. What stands around the SPKI is
 * walked over, not judged: RFC 7671 5.1 lets DANE-EE ignore it. */
bool der_certificate_spki(struct dance_octets certificate, struct dance_octets *spki);

/* Finds what the signature of a certificate is about (tbsCertificate, RFC 5280 4.1). */
bool der_certificate_tbs(struct dance_octets certificate, struct dance_octets *tbs);

/* Is this one SubjectPublicKeyInfo (RFC 5280 4.1.2.7) and nothing after it? */
bool der_is_spki(struct dance_octets spki);
