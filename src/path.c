/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Is a path of certificates valid, its signatures aside? Knows RFC 5280; knows no records,
 * and not how the path was found. */

#include "path.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509-ext.h>
#include <string.h>

#include "verdict.h"

/* Extensions that are judged here, or that change nothing for a path whose policies nobody
 * asks about. Others are not understood, and fatal if critical (RFC 5280 4.2). */
static bool is_understood(const char *oid)
{
	static const char *const oids[] = {
		"2.5.29.15", /* keyUsage */
		"2.5.29.17", /* subjectAltName */
		"2.5.29.19", /* basicConstraints */
		"2.5.29.30", /* nameConstraints */
		"2.5.29.32", /* certificatePolicies */
		"2.5.29.37", /* extKeyUsage */
	};
	for (size_t i = 0; i < sizeof(oids) / sizeof(oids[0]); i++) {
		if (strcmp(oid, oids[i]) == 0) {
			return true;
		}
	}
	return false;
}

static const char *extensions_fault(gnutls_x509_crt_t certificate)
{
	for (unsigned i = 0; i < PATH_EXTENSION_MAX; i++) {
		char oid[128];
		size_t size = sizeof(oid);
		unsigned critical = 0;
		int status = gnutls_x509_crt_get_extension_info(certificate, i, oid, &size,
			&critical);
		if (status == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
			return NULL;
		}
		if (status != 0) {
			return "an extension cannot be read";
		}
		if (critical != 0 && !is_understood(oid)) {
			return "a critical extension is not understood";
		}
	}
	return "a certificate has too many extensions";
}

/* Is it in force, and good for what the peer is? */
static const char *certificate_fault(gnutls_x509_crt_t certificate, const char *purpose,
	time_t at)
{
	time_t from = gnutls_x509_crt_get_activation_time(certificate);
	time_t to = gnutls_x509_crt_get_expiration_time(certificate);
	if (from == (time_t)-1 || to == (time_t)-1) {
		return "a certificate has no readable dates";
	}
	if (at < from) {
		return "a certificate is not valid yet";
	}
	if (at > to) {
		return "a certificate has expired";
	}
	if (gnutls_x509_crt_check_key_purpose(certificate, purpose,
		GNUTLS_KP_FLAG_DISALLOW_ANY) == 0) {
		return "a certificate is not for this purpose (extended key usage)";
	}
	return extensions_fault(certificate);
}

/* Does the certificate restrict its key's use (RFC 5280 4.2.1.3), and to what? */
static bool has_key_usage(gnutls_x509_crt_t certificate, unsigned *usage)
{
	unsigned critical;
	int status = gnutls_x509_crt_get_key_usage(certificate, usage, &critical);
	if (status != 0) {
		*usage = 0;
	}
	return status != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
}

/* May it sign certificates (RFC 5280 4.2.1.3, 4.2.1.9)? Of what the operator trusts as a
 * root, older forms are taken as well. */
static const char *issuer_fault(const struct certificate *issuer)
{
	unsigned critical, ca = 0, usage;
	int limit;
	bool restricted = has_key_usage(issuer->gnutls, &usage);
	if (restricted && (usage & GNUTLS_KEY_KEY_CERT_SIGN) == 0) {
		return "an issuer's key is not for signing certificates";
	}
	int status = gnutls_x509_crt_get_basic_constraints(issuer->gnutls, &critical,
		&ca, &limit);
	if (status == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE && issuer->root &&
	    (restricted || gnutls_x509_crt_get_version(issuer->gnutls) == 1)) {
		return NULL;
	}
	if (status < 0 || ca == 0) {
		return "an issuer is not a CA";
	}
	return NULL;
}

static bool is_self_issued(gnutls_x509_crt_t certificate)
{
	return gnutls_x509_crt_check_issuer(certificate, certificate) != 0;
}

/* RFC 5280 4.2.1.9: how many CAs may stand below one, those aside that issued
 * themselves? */
static const char *length_fault(const struct path *path)
{
	unsigned between = 0;
	for (unsigned i = 1; i < path->length; i++) {
		gnutls_x509_crt_t issuer = path->certificates[i]->gnutls;
		unsigned critical, ca;
		int limit = -1;
		int status = gnutls_x509_crt_get_basic_constraints(issuer, &critical, &ca, &limit);
		if (status < 0 && status != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
			return "an issuer's basic constraints cannot be read";
		}
		if (limit >= 0 && between > (unsigned)limit) {
			return "the path is longer than an issuer allows";
		}
		between += !is_self_issued(issuer);
	}
	return NULL;
}

/* May the subject of this certificate stand below these constraints? */
static bool is_subject_permitted(gnutls_x509_name_constraints_t constraints,
	gnutls_x509_crt_t certificate)
{
	static const unsigned char empty[] = { 0x30, 0x00 };
	gnutls_datum_t dn;
	if (gnutls_x509_crt_get_raw_dn(certificate, &dn) != 0) {
		return false;
	}
	bool permitted = (dn.size == sizeof(empty) &&
		memcmp(dn.data, empty, sizeof(empty)) == 0) ||
		gnutls_x509_name_constraints_check(constraints, GNUTLS_SAN_DN, &dn) != 0;
	gnutls_free(dn.data);
	return permitted;
}

static const char not_permitted[] = "an issuer does not permit a name below it";

/* May its alternative names? The common name is none of them (RFC 7671 10.2). */
static const char *alternative_fault(gnutls_x509_name_constraints_t constraints,
	gnutls_x509_crt_t certificate)
{
	gnutls_subject_alt_names_t names;
	gnutls_datum_t extension;
	int status = gnutls_x509_crt_get_extension_by_oid2(certificate, "2.5.29.17", 0,
		&extension, NULL);
	if (status == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
		return NULL;
	}
	if (status != 0) {
		return "alternative names cannot be read";
	}
	const char *why = "out of memory";
	if (gnutls_subject_alt_names_init(&names) != 0) {
		goto out;
	}
	why = gnutls_x509_ext_import_subject_alt_names(&extension, names, 0) == 0 ? NULL :
		"alternative names cannot be read";
	for (unsigned i = 0; why == NULL; i++) {
		gnutls_datum_t name;
		unsigned type;
		status = gnutls_subject_alt_names_get(names, i, &type, &name, NULL);
		if (status == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
			break;
		}
		if (i == PATH_NAME_MAX) {
			why = "a certificate below name constraints has more than "
				VERDICT_NUMBER(PATH_NAME_MAX) " alternative names";
		} else if (status != 0 ||
			   gnutls_x509_name_constraints_check(constraints, type, &name) == 0) {
			why = not_permitted;
		}
	}
	gnutls_subject_alt_names_deinit(names);
out:
	gnutls_free(extension.data);
	return why;
}

/* RFC 5280 4.2.1.10, of the issuer at one place of the path for all below it. */
static const char *names_fault(const struct path *path, unsigned place)
{
	gnutls_x509_name_constraints_t constraints;
	unsigned critical;
	if (gnutls_x509_name_constraints_init(&constraints) != 0) {
		return "out of memory";
	}
	const char *why = NULL;
	int status = gnutls_x509_crt_get_name_constraints(path->certificates[place]->gnutls,
		constraints, 0, &critical);
	if (status != 0 && status != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
		why = "an issuer's name constraints cannot be read";
	}
	for (unsigned i = 0; status == 0 && why == NULL && i < place; i++) {
		gnutls_x509_crt_t below = path->certificates[i]->gnutls;
		bool exempt = i > 0 && is_self_issued(below);
		if (!exempt) {
			why = is_subject_permitted(constraints, below) ?
				alternative_fault(constraints, below) : not_permitted;
		}
	}
	gnutls_x509_name_constraints_deinit(constraints);
	return why;
}

/* RFC 5280 4.2.1.12: which uses of the key go with the purpose? */
static bool is_leaf_for(gnutls_x509_crt_t leaf, const char *purpose)
{
	unsigned usage, fit = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_AGREEMENT;
	if (strcmp(purpose, GNUTLS_KP_TLS_WWW_SERVER) == 0) {
		fit |= GNUTLS_KEY_KEY_ENCIPHERMENT;
	}
	return !has_key_usage(leaf, &usage) || (usage & fit) != 0;
}

const char *path_fault(const struct path *path, const char *purpose, time_t at)
{
	const char *why = is_leaf_for(path->certificates[0]->gnutls, purpose) ? NULL :
		"the certificate's key is not for this purpose (key usage)";
	for (unsigned i = 0; why == NULL && i < path->length; i++) {
		why = certificate_fault(path->certificates[i]->gnutls, purpose, at);
	}
	for (unsigned i = 1; why == NULL && i < path->length; i++) {
		why = issuer_fault(path->certificates[i]);
	}
	if (why == NULL) {
		why = length_fault(path);
	}
	for (unsigned i = 1; why == NULL && i < path->length; i++) {
		why = names_fault(path, i);
	}
	return why;
}
