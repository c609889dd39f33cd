/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Is a path of certificates valid, its signatures aside? Knows RFC 5280 6.1; knows no records,
 * and not how the path was found. */

#include "path_check.h"

#include "constraint.h"
#include "certificate_policy.h"
#include "public_key.h"

/* In itself, at this time, and for what the peer is (RFC 5280 6.1.3 a; 4.2.1.12 of CAs, too). */
static const char *certificate_fault(const struct certificate *certificate,
	enum purpose purpose, int64_t at)
{
	if (certificate->fault != NULL) {
		return certificate->fault;
	}
	if (at < certificate->not_before) {
		return "a certificate is not valid yet";
	}
	if (at > certificate->not_after) {
		return "a certificate has expired";
	}
	if ((certificate->purposes & purpose) == 0) {
		return "a certificate is not for this purpose (extended key usage)";
	}
	if (certificate->unknown_critical) {
		/* 4.2, 6.1.4 o, 6.1.5 f */
		return "a critical extension is not understood";
	}
	return public_key_fault(certificate->spki);
}

/* May it sign certificates (6.1.4 k, n)? A root that the operator trusts may be of an older
 * form. */
static const char *issuer_fault(const struct certificate *issuer)
{
	if ((issuer->uses & USE_CERT_SIGN) == 0) {
		return "an issuer's key is not for signing certificates";
	}
	bool older = issuer->extensions[EXTENSION_BASIC].data == NULL && issuer->root &&
		(issuer->version == 1 ||
			issuer->extensions[EXTENSION_KEY_USAGE].data != NULL);
	return issuer->basic.authority || older ? NULL : "an issuer is not a CA";
}

/* 4.2.1.9: a path length counts the CAs below, except self-issued ones. The leaf is none of
 * them. */
static const char *length_fault(const struct path *path)
{
	unsigned between = 0;
	for (unsigned i = 1; i < path->length; i++) {
		const struct certificate *issuer = path->certificates[i];
		if (issuer->basic.limited && between > issuer->basic.limit) {
			return "the path is longer than an issuer allows";
		}
		between += !issuer->self_issued;
	}
	return NULL;
}

/* An issuer's constraints hold for all certificates below it (4.2.1.10), except self-issued ones
 * that are not the leaf (6.1.3 b). */
static const char *names_fault(const struct path *path, unsigned place, struct work *work)
{
	const struct dance_octets *constraints =
		&path->certificates[place]->extensions[EXTENSION_NAME_CONSTRAINTS];
	const char *why = NULL;
	for (unsigned i = 0; constraints->data != NULL && why == NULL && i < place; i++) {
		const struct certificate *below = path->certificates[i];
		if (i == 0 || !below->self_issued) {
			why = constraint_fault(*constraints, below->subject,
				below->extensions[EXTENSION_SUBJECT_NAMES], work);
		}
	}
	return why;
}

/* Nothing is below the leaf that its constraints could apply to. They must only be readable. */
static const char *leaf_constraints_fault(const struct certificate *leaf, struct work *work)
{
	static const unsigned char nobody[] = { 0x30, 0 };
	const struct dance_octets *constraints =
		&leaf->extensions[EXTENSION_NAME_CONSTRAINTS];
	return constraints->data == NULL ?
		NULL :
		constraint_fault(*constraints,
			(struct dance_octets){ nobody, sizeof(nobody) },
			(struct dance_octets){ NULL, 0 }, work);
}

/* 6.1.3 d to f, 6.1.4 a, b, h to j, 6.1.5 a, b, g. */
static const char *policies_fault(const struct path *path, struct work *work)
{
	struct policy_step steps[PATH_LENGTH_MAX];
	for (unsigned i = 0; i < path->length; i++) {
		const struct certificate *from = path->certificates[path->length - 1 - i];
		steps[i] = (struct policy_step){
			.policies = from->extensions[EXTENSION_POLICIES],
			.mappings = from->extensions[EXTENSION_POLICY_MAPPINGS],
			.constraints = from->extensions[EXTENSION_POLICY_CONSTRAINTS],
			.inhibit_any = from->extensions[EXTENSION_INHIBIT_ANY],
			.self_issued = from->self_issued,
			.policies_critical = (from->critical & 1u << EXTENSION_POLICIES) !=
				0,
		};
	}
	return policy_fault(steps, path->length, path->key.data == NULL, work);
}

/* RFC 5280 4.2.1.3, 4.2.1.12: which uses of the key go with the purpose? */
static bool is_leaf_for(const struct certificate *leaf, enum purpose purpose)
{
	unsigned fit = USE_DIGITAL_SIGNATURE | USE_KEY_AGREEMENT;
	if (purpose == PURPOSE_SERVER) {
		fit |= USE_KEY_ENCIPHERMENT;
	}
	return (leaf->uses & fit) != 0;
}

static const char *fault(const struct path *path, enum purpose purpose, int64_t at,
	struct work *work)
{
	const char *why = NULL;
	for (unsigned i = 0; why == NULL && i < path->length; i++) {
		why = certificate_fault(path->certificates[i], purpose, at);
	}
	if (why == NULL && !is_leaf_for(path->certificates[0], purpose)) {
		why = "the certificate's key is not for this purpose (key usage)";
	}
	for (unsigned i = 1; why == NULL && i < path->length; i++) {
		why = issuer_fault(path->certificates[i]);
	}
	if (why == NULL && path->key.data != NULL) {
		why = public_key_fault(path->key);
	}
	if (why == NULL) {
		why = length_fault(path);
	}
	if (why == NULL) {
		why = leaf_constraints_fault(path->certificates[0], work);
	}
	for (unsigned i = 1; why == NULL && i < path->length; i++) {
		why = names_fault(path, i, work);
	}
	return why != NULL ? why : policies_fault(path, work);
}

const char *path_fault(const struct path *path, enum purpose purpose, int64_t at,
	struct work *work)
{
	/* What each certificate says is known: comparing it costs little. */
	if (!work_take(work, 2 + 2 * path->length)) {
		return WORK_SPENT;
	}
	const char *why = fault(path, purpose, at, work);
	return work->spent ? WORK_SPENT : why;
}
