/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A walk to the SPKI. RFC 6698 2.1.2 matches the octets that stand in the certificate; a library
 * that decodes a key and encodes it again can give others (RSA-PSS parameters, explicit curves),
 * so the slice is cut here. Judges nothing it walks over. */

#include "der_certificate.h"

#include "octets.h"

static bool skip(struct dance_octets *in, unsigned char tag)
{
	struct dance_octets content;
	return der_take(in, tag, &content);
}

static bool take_spki(struct dance_octets *in, struct dance_octets *spki)
{
	const unsigned char *start = in->data;
	struct dance_octets content;
	if (!der_take(in, DER_SEQUENCE, &content) ||
		!skip(&content, DER_SEQUENCE) ||   /* algorithm */
		!skip(&content, DER_BIT_STRING) || /* subjectPublicKey */
		content.size != 0) {
		return false;
	}
	*spki = (struct dance_octets){ start, (size_t)(in->data - start) };
	return true;
}

bool der_is_spki(struct dance_octets spki)
{
	struct dance_octets whole;
	return take_spki(&spki, &whole) && spki.size == 0;
}

/* What stands behind the tbsCertificate. */
static bool skip_signature(struct dance_octets *in)
{
	return skip(in, DER_SEQUENCE) &&    /* signatureAlgorithm */
		skip(in, DER_BIT_STRING) && /* signatureValue */
		in->size == 0;
}

bool der_certificate_tbs(struct dance_octets certificate, struct dance_octets *tbs)
{
	struct dance_octets body;
	return der_sequence(certificate, &body) &&
		der_take_whole(&body, DER_SEQUENCE, tbs) && skip_signature(&body);
}

/* The SPKI, and what stands behind it. */
static bool take_to_spki(struct dance_octets certificate, struct dance_octets *spki,
	struct dance_octets *rest)
{
	struct dance_octets body;
	if (!der_sequence(certificate, &body) || !der_take(&body, DER_SEQUENCE, rest) ||
		!skip_signature(&body)) {
		return false;
	}
	(void)skip(rest, DER_TBS_VERSION);  /* absent in version 1 */
	return skip(rest, DER_INTEGER) &&   /* serialNumber */
		skip(rest, DER_SEQUENCE) && /* signature */
		skip(rest, DER_SEQUENCE) && /* issuer */
		skip(rest, DER_SEQUENCE) && /* validity */
		skip(rest, DER_SEQUENCE) && /* subject */
		take_spki(rest, spki);
}

bool der_certificate_spki(struct dance_octets certificate, struct dance_octets *spki)
{
	struct dance_octets rest;
	return take_to_spki(certificate, spki, &rest);
}

/* One of the extensions: its OID and its value. */
static bool take_extension(struct dance_octets *in, struct dance_octets *oid,
	struct dance_octets *value)
{
	struct dance_octets extension;
	if (!der_take(in, DER_SEQUENCE, &extension) ||
		!der_take(&extension, DER_OID, oid)) {
		return false;
	}
	(void)skip(&extension, DER_BOOLEAN); /* critical */
	return der_take(&extension, DER_OCTET_STRING, value) && extension.size == 0;
}

bool der_certificate_extension(struct dance_octets certificate, struct dance_octets oid,
	struct dance_octets *value)
{
	struct dance_octets spki, rest, tagged, list, name, found;
	*value = (struct dance_octets){ NULL, 0 };
	if (!take_to_spki(certificate, &spki, &rest)) {
		return false;
	}
	(void)skip(&rest, DER_TBS_ISSUER_ID);
	(void)skip(&rest, DER_TBS_SUBJECT_ID);
	if (rest.size == 0) {
		return true;
	}
	if (!der_take(&rest, DER_TBS_EXTENSIONS, &tagged) || rest.size != 0 ||
		!der_sequence(tagged, &list)) {
		return false;
	}
	while (list.size > 0) {
		if (!take_extension(&list, &name, &found)) {
			return false;
		}
		if (!octets_equal(name, oid)) {
			continue;
		}
		if (value->data != NULL) {
			return false;
		}
		*value = found;
	}
	return true;
}
