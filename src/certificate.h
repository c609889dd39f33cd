/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A certificate that may stand in a path: what is in it (RFC 5280 4.1), whether a record is of
 * it, and who may have issued it. Knows no paths, and checks no signatures. */

#pragma once

#include "association.h"
#include "extension.h"
#include "signature.h"

/* Everything points into the DER as sent. */
struct certificate {
	struct dance_octets der;          /* borrowed */
	struct signed_octets signed_part; /* what its signature is about, and the signature */
	struct dance_octets issuer, subject,
		spki;                  /* whole encodings; the names are Names */
	unsigned version;              /* from 1 */
	int64_t not_before, not_after; /* seconds since 1970, or DATE_NO_END */

	/* The values of the extensions; data NULL: it is not there. */
	struct dance_octets extensions[EXTENSION_KIND_COUNT];
	unsigned critical; /* a bit for each kind */

	/* What they say. */
	struct basic_constraints basic;
	unsigned key_usage; /* KEY_USAGE_* bits; all if nothing limits them */
	unsigned purposes;  /* PURPOSE_* bits; all if nothing limits them */
	struct dance_octets key_id, issuer_key_id; /* data NULL: not there */

	bool self_issued;  /* issuer and subject are the same name (RFC 5280 3.3) */
	const char *fault; /* in itself, for which it can be in no valid path; NULL: none */
	bool unknown_critical; /* a critical extension is not understood */
	bool root;             /* the operator trusts it, and it signed itself */
	unsigned usages; /* a bit for each usage whose paths it may be in; path_candidates.c's */
	struct association own;     /* what a record of it holds */
	struct association *shared; /* the same, of somebody else; NULL: `own` is used */
};

/* False if it is too large, or cannot even be taken apart, or the work is spent. What else is
 * wrong with it stands in `fault`. */
bool certificate_read(struct certificate *certificate, struct dance_octets der,
	struct work *work);

/* What a record of this certificate holds. */
struct association *certificate_association(struct certificate *certificate);

/* Could `issuer` have issued it, by names and key identifiers (RFC 5280 4.1.2.4, 4.2.1.1)? */
bool certificate_names_issuer(const struct certificate *certificate,
	const struct certificate *issuer, struct work *work);

/* Did it sign itself? The algorithm may be any: nothing rests on that signature. */
bool certificate_is_self_signed(const struct certificate *certificate, struct work *work);
