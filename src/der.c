/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A bounds-checked walk to the SPKI. RFC 6698 2.1.2 matches the octets that stand in the
 * certificate; a library that decodes a key and encodes it again can give others (RSA-PSS
 * parameters, explicit curves), so the slice is cut here. Judges nothing it walks over. */

#include "der.h"

enum tag {
	TAG_INTEGER = 0x02,
	TAG_BIT_STRING = 0x03,
	TAG_SEQUENCE = 0x30,
	TAG_VERSION = 0xa0, /* [0] EXPLICIT */
};

/* Takes the next value off the front of `in`: its whole encoding and its content. DER
 * only: definite, minimal lengths; tags of one octet, all that stand before an SPKI. */
static bool take(struct dance_octets *in, enum tag tag, struct dance_octets *whole,
	struct dance_octets *content)
{
	if (in->size < 2 || in->data[0] != tag) {
		return false;
	}

	size_t header = 2;
	size_t length = in->data[1];
	if (length >= 0x80) {
		size_t octets = length & 0x7f;
		if (octets == 0 || octets > 4 || in->size - 2 < octets) {
			return false;
		}
		length = 0;
		for (size_t i = 0; i < octets; i++) {
			length = length << 8 | in->data[2 + i];
		}
		if (length < 0x80 || length >> (8 * (octets - 1)) == 0) {
			return false;
		}
		header += octets;
	}
	if (in->size - header < length) {
		return false;
	}

	*content = (struct dance_octets){ in->data + header, length };
	*whole = (struct dance_octets){ in->data, header + length };
	in->data += header + length;
	in->size -= header + length;
	return true;
}

static bool skip(struct dance_octets *in, enum tag tag)
{
	struct dance_octets whole, content;
	return take(in, tag, &whole, &content);
}

static bool take_spki(struct dance_octets *in, struct dance_octets *spki)
{
	struct dance_octets content;
	return take(in, TAG_SEQUENCE, spki, &content) &&
		skip(&content, TAG_SEQUENCE) &&   /* algorithm */
		skip(&content, TAG_BIT_STRING) && /* subjectPublicKey */
		content.size == 0;
}

bool der_is_spki(struct dance_octets spki)
{
	struct dance_octets whole;
	return take_spki(&spki, &whole) && spki.size == 0;
}

/* A whole certificate: the encoding of its tbsCertificate, and the content of that. */
static bool take_tbs(struct dance_octets certificate, struct dance_octets *tbs,
	struct dance_octets *content)
{
	struct dance_octets whole, body;
	return take(&certificate, TAG_SEQUENCE, &whole, &body) && certificate.size == 0 &&
		take(&body, TAG_SEQUENCE, tbs, content) &&
		skip(&body, TAG_SEQUENCE) &&   /* signatureAlgorithm */
		skip(&body, TAG_BIT_STRING) && /* signatureValue */
		body.size == 0;
}

bool der_certificate_tbs(struct dance_octets certificate, struct dance_octets *tbs)
{
	struct dance_octets content;
	return take_tbs(certificate, tbs, &content);
}

bool der_certificate_spki(struct dance_octets certificate, struct dance_octets *spki)
{
	struct dance_octets tbs, content;
	if (!take_tbs(certificate, &tbs, &content)) {
		return false;
	}
	(void)skip(&content, TAG_VERSION); /* absent in version 1 */
	return skip(&content, TAG_INTEGER) &&  /* serialNumber */
		skip(&content, TAG_SEQUENCE) &&    /* signature */
		skip(&content, TAG_SEQUENCE) &&    /* issuer */
		skip(&content, TAG_SEQUENCE) &&    /* validity */
		skip(&content, TAG_SEQUENCE) &&    /* subject */
		take_spki(&content, spki);
}
