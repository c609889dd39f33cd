/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reads a certificate from its DER, every octet of it but what is in extensions that are not
 * known. path_check.c knows what that means for a path. */

#include "certificate.h"

#include "date.h"
#include "der_certificate.h"
#include "dn.h"
#include "octets.h"

/* What a certificate is made of that is looked at once only. */
struct parts {
	struct dance_octets version, inner_algorithm, validity, extensions;
	bool unique_ids;
};

/* RFC 5280 4.1, tbsCertificate. */
static bool read_tbs(struct certificate *certificate, struct parts *parts)
{
	struct dance_octets tbs, part;
	if (!der_sequence(certificate->signed_part.tbs, &tbs)) {
		return false;
	}
	(void)der_take(&tbs, DER_TBS_VERSION, &parts->version);
	if (!der_take(&tbs, DER_INTEGER, &part) ||
		!der_is_integer(part) || /* serialNumber */
		!der_take_whole(&tbs, DER_SEQUENCE, &parts->inner_algorithm) ||
		!der_take_whole(&tbs, DER_SEQUENCE, &certificate->issuer) ||
		!der_take(&tbs, DER_SEQUENCE, &parts->validity) ||
		!der_take_whole(&tbs, DER_SEQUENCE, &certificate->subject) ||
		!der_take_whole(&tbs, DER_SEQUENCE, &certificate->spki)) {
		return false;
	}
	for (unsigned char tag = DER_TBS_ISSUER_ID; tag <= DER_TBS_SUBJECT_ID; tag++) {
		if (der_take(&tbs, tag, &part)) {
			parts->unique_ids = true;
			if (!der_is_bits(part)) {
				return false;
			}
		}
	}
	(void)der_take(&tbs, DER_TBS_EXTENSIONS, &parts->extensions);
	return tbs.size == 0 && der_is_spki(certificate->spki);
}

/* RFC 5280 4.1.1.2: an object identifier, and parameters or none. */
static bool is_algorithm(struct dance_octets algorithm)
{
	struct dance_octets parts, oid, parameters;
	unsigned char tag;
	return der_sequence(algorithm, &parts) && der_take(&parts, DER_OID, &oid) &&
		der_is_oid(oid) &&
		(parts.size == 0 ||
			(der_next(&parts, &tag, &parameters) && parts.size == 0));
}

static bool take_apart(struct certificate *certificate, struct parts *parts)
{
	struct signed_octets *part = &certificate->signed_part;
	struct dance_octets body;
	*parts = (struct parts){ .unique_ids = false };
	return der_sequence(certificate->der, &body) &&
		der_take_whole(&body, DER_SEQUENCE, &part->tbs) &&
		der_take_whole(&body, DER_SEQUENCE, &part->algorithm) &&
		der_take(&body, DER_BIT_STRING, &part->signature) && body.size == 0 &&
		is_algorithm(part->algorithm) && der_is_bits(part->signature) &&
		read_tbs(certificate, parts);
}

/* What the version permits (RFC 5280 4.1.2.1, 4.1.2.8, 4.1.2.9). */
static const char *version_fault(struct certificate *certificate, const struct parts *parts)
{
	struct dance_octets version = parts->version, number;
	uint32_t value = 0;
	if (version.data != NULL &&
		(!der_take(&version, DER_INTEGER, &number) ||
			!der_unsigned(number, &value) || version.size != 0 || value > 2)) {
		return "a certificate has an unknown version";
	}
	certificate->version = value + 1;
	if (parts->unique_ids && certificate->version == 1) {
		return "a certificate of version 1 has unique identifiers";
	}
	return parts->extensions.data != NULL && certificate->version != 3 ?
		"a certificate of version 1 or 2 has extensions" :
		NULL;
}

static const char *body_fault(struct certificate *certificate, const struct parts *parts)
{
	struct dance_octets validity = parts->validity;
	const char *why = version_fault(certificate, parts);
	if (why != NULL) {
		return why;
	}
	/* 4.1.1.2 */
	if (!octets_equal(certificate->signed_part.algorithm, parts->inner_algorithm)) {
		return "a certificate names two different signature algorithms";
	}
	if (!date_take(&validity, &certificate->not_before) ||
		!date_take(&validity, &certificate->not_after) || validity.size != 0) {
		return "a certificate has no readable dates";
	}
	if (!dn_is_readable(certificate->issuer) || !dn_is_readable(certificate->subject)) {
		return "the issuer or subject of a certificate cannot be read";
	}
	return NULL;
}

static const char unreadable[] = "an extension cannot be read";

/* One extension (4.1.2.9). Key identifiers only help to find an issuer, which is less than a
 * critical extension demands; they must not be critical (4.2.1.1, 4.2.1.2). */
static const char *take_extension(struct certificate *certificate,
	struct dance_octets *list, struct dance_octets *oid)
{
	struct dance_octets extension, value, flag;
	bool critical = false;
	if (!der_take(list, DER_SEQUENCE, &extension) ||
		!der_take(&extension, DER_OID, oid) || !der_is_oid(*oid)) {
		return unreadable;
	}
	if (der_take(&extension, DER_BOOLEAN, &flag) && !der_boolean(flag, &critical)) {
		return unreadable;
	}
	if (!der_take(&extension, DER_OCTET_STRING, &value) || extension.size != 0) {
		return unreadable;
	}
	enum extension_kind kind = extension_kind(*oid);
	if (kind == EXTENSION_KIND_COUNT || kind == EXTENSION_AUTHORITY_KEY_ID ||
		kind == EXTENSION_SUBJECT_KEY_ID) {
		certificate->unknown_critical |= critical;
	}
	if (kind != EXTENSION_KIND_COUNT) {
		certificate->extensions[kind] = value;
		certificate->critical |= (unsigned)critical << kind;
	}
	return NULL;
}

/* 4.2: none of them twice. Sixteen short object identifiers are compared in a step. */
static const char *extensions_fault(struct certificate *certificate,
	const struct parts *parts, struct work *work)
{
	struct dance_octets tagged = parts->extensions, list;
	struct dance_octets oids[CERTIFICATE_EXTENSION_MAX];
	if (tagged.data == NULL) {
		return NULL;
	}
	if (!der_sequence(tagged, &list)) {
		return unreadable;
	}
	for (unsigned count = 0; list.size > 0; count++) {
		if (count == CERTIFICATE_EXTENSION_MAX) {
			return "a certificate has more than " CERTIFICATE_EXTENSION_MAX_TEXT
			       " extensions";
		}
		const char *why = take_extension(certificate, &list, &oids[count]);
		if (why != NULL) {
			return why;
		}
		if (!work_take(work, count * (1 + (uint32_t)oids[count].size / 64) / 16)) {
			return WORK_SPENT;
		}
		for (unsigned i = 0; i < count; i++) {
			if (octets_equal(oids[i], oids[count])) {
				return "a certificate has an extension twice";
			}
		}
	}
	return NULL;
}

/* An extension that is processed must be understood as a whole, critical or not; otherwise the
 * certificate is refused. Name constraints and policies are read where they are judged. */
static const char *meaning_fault(struct certificate *certificate)
{
	const struct dance_octets *values = certificate->extensions;
	const struct dance_octets *basic = &values[EXTENSION_BASIC_CONSTRAINTS];
	const struct dance_octets *key_usage = &values[EXTENSION_KEY_USAGE];
	const struct dance_octets *purposes = &values[EXTENSION_EXT_KEY_USAGE];
	const struct dance_octets *names = &values[EXTENSION_SUBJECT_ALT_NAME];
	const struct dance_octets *own = &values[EXTENSION_SUBJECT_KEY_ID];
	const struct dance_octets *issuer = &values[EXTENSION_AUTHORITY_KEY_ID];
	if (basic->data != NULL &&
		!extension_basic_constraints(*basic, &certificate->basic)) {
		return "basic constraints cannot be read";
	}
	if (key_usage->data != NULL &&
		!extension_key_usage(*key_usage, &certificate->key_usage)) {
		return "a key usage cannot be read";
	}
	if (purposes->data != NULL &&
		!extension_ext_key_usage(*purposes, &certificate->purposes)) {
		return "an extended key usage cannot be read";
	}
	if (names->data != NULL && !extension_is_names(*names)) {
		return "alternative names cannot be read";
	}
	if ((own->data != NULL && !extension_subject_key_id(*own, &certificate->key_id)) ||
		(issuer->data != NULL &&
			!extension_authority_key_id(*issuer, &certificate->issuer_key_id))) {
		return "a key identifier cannot be read";
	}
	return NULL;
}

bool certificate_read(struct certificate *certificate, struct dance_octets der,
	struct work *work)
{
	struct parts parts;
	*certificate = (struct certificate){ .der = der, .key_usage = ~0u, .purposes = ~0u };
	association_of_certificate(&certificate->own, der);
	if (der.size > CERTIFICATE_SIZE_MAX ||
		!work_take(work, 4 + (uint32_t)(der.size / 32)) ||
		!take_apart(certificate, &parts)) {
		return false;
	}
	certificate->self_issued = dn_is_equal(certificate->issuer, certificate->subject,
		work);
	const char *body = body_fault(certificate, &parts);
	const char *list = extensions_fault(certificate, &parts, work);
	const char *meaning = meaning_fault(certificate);
	certificate->fault = body != NULL ? body : list != NULL ? list : meaning;
	return !work->spent;
}

struct association *certificate_association(struct certificate *certificate)
{
	return certificate->shared != NULL ? certificate->shared : &certificate->own;
}

bool certificate_names_issuer(const struct certificate *certificate,
	const struct certificate *issuer, struct work *work)
{
	/* 4.2.1.1: of use where both are there. */
	if (certificate->issuer_key_id.data != NULL && issuer->key_id.data != NULL &&
		!octets_equal(certificate->issuer_key_id, issuer->key_id)) {
		return false;
	}
	return work_equal(work, certificate->issuer, issuer->subject) ||
		dn_is_equal(certificate->issuer, issuer->subject, work);
}

bool certificate_is_self_signed(const struct certificate *certificate, struct work *work)
{
	/* Key identifiers only help to find an issuer (RFC 5280 4.2.1.1). */
	return certificate->self_issued &&
		signature_check_any(&certificate->signed_part, certificate->spki, work) ==
		SIGNATURE_GOOD;
}
