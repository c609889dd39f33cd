/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A bounds-checked walk to the SPKI. RFC 6698 2.1.2 matches the octets that stand in the
 * certificate; a library that decodes a key and encodes it again can give others (RSA-PSS
 * parameters, explicit curves), so the slice is cut here. Judges nothing it walks over. */

#include "der.h"

#include <string.h>

/* What is still to be read. */
struct span {
	const unsigned char *at;
	const unsigned char *end;
};

/* Reads the length at the front of `in` (X.690 8.1.3, 10.1): definite and minimal, at most
 * four octets. False also if less than that is there. */
static inline bool take_length(struct span *in, size_t *length)
{
	if (in->at == in->end) {
		return false;
	}
	*length = *in->at++;
	if (*length < 0x80) {
		return (size_t)(in->end - in->at) >= *length;
	}
	size_t octets = *length & 0x7f;
	if (octets == 0 || octets > 4 || (size_t)(in->end - in->at) < octets ||
		*in->at == 0) {
		return false;
	}
	*length = 0;
	while (octets-- > 0) {
		*length = *length << 8 | *in->at++;
	}
	return *length >= 0x80 && (size_t)(in->end - in->at) >= *length;
}

/* Takes one value off the front of `in`: its content. Tags of one octet, all that stand
 * in a certificate. What is not taken stays. */
static inline bool take(struct span *in, unsigned char tag, struct span *content)
{
	size_t length;
	if (in->at == in->end || *in->at != tag) {
		return false;
	}
	const unsigned char *start = in->at++;
	if (!take_length(in, &length)) {
		in->at = start;
		return false;
	}
	content->at = in->at;
	content->end = in->at + length;
	in->at = content->end;
	return true;
}

static inline bool skip(struct span *in, unsigned char tag)
{
	struct span content;
	return take(in, tag, &content);
}

static inline struct span span_of(struct dance_octets octets)
{
	/* Not from NULL, which nothing may be added to. */
	static const unsigned char none;
	const unsigned char *at = octets.size != 0 ? octets.data : &none;
	return (struct span){ at, at + octets.size };
}

static inline struct dance_octets octets_from(const unsigned char *at,
	const struct span *in)
{
	return (struct dance_octets){ at, (size_t)(in->at - at) };
}

static bool take_spki(struct span *in, struct dance_octets *spki)
{
	const unsigned char *start = in->at;
	struct span content;
	if (!take(in, DER_SEQUENCE, &content) ||
		!skip(&content, DER_SEQUENCE) ||   /* algorithm */
		!skip(&content, DER_BIT_STRING) || /* subjectPublicKey */
		content.at != content.end) {
		return false;
	}
	*spki = octets_from(start, in);
	return true;
}

bool der_is_spki(struct dance_octets spki)
{
	struct span in = span_of(spki);
	struct dance_octets whole;
	return take_spki(&in, &whole) && in.at == in.end;
}

/* A whole certificate: the encoding of its tbsCertificate, and the content of that. */
static inline bool take_tbs(struct dance_octets certificate, struct dance_octets *tbs,
	struct span *content)
{
	struct span in = span_of(certificate);
	struct span body;
	if (!take(&in, DER_SEQUENCE, &body) || in.at != in.end) {
		return false;
	}
	const unsigned char *start = body.at;
	if (!take(&body, DER_SEQUENCE, content)) {
		return false;
	}
	*tbs = octets_from(start, &body);
	return skip(&body, DER_SEQUENCE) &&    /* signatureAlgorithm */
		skip(&body, DER_BIT_STRING) && /* signatureValue */
		body.at == body.end;
}

bool der_certificate_tbs(struct dance_octets certificate, struct dance_octets *tbs)
{
	struct span content;
	return take_tbs(certificate, tbs, &content);
}

/* The SPKI, and what stands behind it. */
static bool take_to_spki(struct dance_octets certificate, struct dance_octets *spki,
	struct span *rest)
{
	struct dance_octets tbs;
	if (!take_tbs(certificate, &tbs, rest)) {
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
	struct span rest;
	return take_to_spki(certificate, spki, &rest);
}

/* One of the extensions: its OID and its value. */
static bool take_extension(struct span *in, struct span *oid, struct span *value)
{
	struct span extension;
	if (!take(in, DER_SEQUENCE, &extension) || !take(&extension, DER_OID, oid)) {
		return false;
	}
	(void)skip(&extension, DER_BOOLEAN); /* critical */
	return take(&extension, DER_OCTET_STRING, value) && extension.at == extension.end;
}

bool der_certificate_extension(struct dance_octets certificate, struct dance_octets oid,
	struct dance_octets *value)
{
	struct dance_octets spki;
	struct span rest, tagged, list, name, found;
	*value = (struct dance_octets){ NULL, 0 };
	if (!take_to_spki(certificate, &spki, &rest)) {
		return false;
	}
	(void)skip(&rest, DER_TBS_ISSUER_ID);
	(void)skip(&rest, DER_TBS_SUBJECT_ID);
	if (rest.at == rest.end) {
		return true;
	}
	if (!take(&rest, DER_TBS_EXTENSIONS, &tagged) || rest.at != rest.end ||
		!take(&tagged, DER_SEQUENCE, &list) || tagged.at != tagged.end) {
		return false;
	}
	while (list.at != list.end) {
		if (!take_extension(&list, &name, &found)) {
			return false;
		}
		if ((size_t)(name.end - name.at) != oid.size ||
			memcmp(name.at, oid.data, oid.size) != 0) {
			continue;
		}
		if (value->data != NULL) {
			return false;
		}
		*value = (struct dance_octets){ found.at, (size_t)(found.end - found.at) };
	}
	return true;
}

bool der_sequence(struct dance_octets sequence, struct dance_octets *content)
{
	struct span in = span_of(sequence);
	struct span inner;
	if (!take(&in, DER_SEQUENCE, &inner) || in.at != in.end) {
		return false;
	}
	*content = (struct dance_octets){ inner.at, (size_t)(inner.end - inner.at) };
	return true;
}

bool der_next(struct dance_octets *values, unsigned char *tag, struct dance_octets *content)
{
	struct span in = span_of(*values);
	size_t length;
	if (in.at == in.end || (*in.at & 0x1f) == 0x1f) {
		return false;
	}
	unsigned char found = *in.at++;
	if (!take_length(&in, &length)) {
		return false;
	}
	*tag = found;
	*content = (struct dance_octets){ in.at, length };
	in.at += length;
	*values = (struct dance_octets){ in.at, (size_t)(in.end - in.at) };
	return true;
}

bool der_take(struct dance_octets *values, unsigned char tag, struct dance_octets *content)
{
	struct dance_octets rest = *values, taken;
	unsigned char found;
	if (!der_next(&rest, &found, &taken) || found != tag) {
		return false;
	}
	*content = taken;
	*values = rest;
	return true;
}

bool der_take_whole(struct dance_octets *values, unsigned char tag,
	struct dance_octets *whole)
{
	const unsigned char *start = values->data;
	struct dance_octets content;
	if (!der_take(values, tag, &content)) {
		return false;
	}
	*whole = (struct dance_octets){ start, (size_t)(values->data - start) };
	return true;
}

bool der_boolean(struct dance_octets content, bool *value)
{
	if (content.size != 1) {
		return false;
	}
	*value = content.data[0] != 0;
	return true;
}

bool der_is_integer(struct dance_octets content)
{
	/* X.690 8.3.2: no more octets than it takes. */
	return content.size == 1 ||
		(content.size > 1 &&
			content.data[0] != ((content.data[1] & 0x80) != 0 ? 0xff : 0));
}

bool der_is_oid(struct dance_octets content)
{
	/* X.690 8.19.2: whole subidentifiers, none with octets that it could do without, or one
	 * object could be written in two ways. */
	bool begins = true;
	for (size_t i = 0; i < content.size; i++) {
		if (begins && content.data[i] == 0x80) {
			return false;
		}
		begins = (content.data[i] & 0x80) == 0;
	}
	return begins && content.size > 0;
}

bool der_is_bits(struct dance_octets content)
{
	/* X.690 8.6.2: the first octet says how many bits of the last one do not count. */
	return content.size > 0 && content.data[0] <= (content.size > 1 ? 7 : 0);
}

bool der_unsigned(struct dance_octets content, uint32_t *value)
{
	if (!der_is_integer(content) || (content.data[0] & 0x80) != 0) {
		return false;
	}
	uint64_t sum = 0;
	for (size_t i = 0; i < content.size && sum <= UINT32_MAX; i++) {
		sum = sum << 8 | content.data[i];
	}
	*value = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
	return true;
}
