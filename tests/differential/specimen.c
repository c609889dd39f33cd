/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Making certificates with OpenSSL. */

#include "specimen.h"

#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

static const EVP_MD *digest_for(const struct plan *plan)
{
	enum key_kind kind = key_kind(plan->signer);
	if (key_has_own_digest(plan->signer)) {
		return kind == KEY_ED25519 || kind == KEY_ED448 ? NULL : EVP_sha256();
	}
	switch (plan->digest) {
	case DIGEST_SHA384:
		return EVP_sha384();
	case DIGEST_SHA512:
		return EVP_sha512();
	case DIGEST_SHA1:
		return EVP_sha1();
	case DIGEST_SHA256:
		break;
	}
	return EVP_sha256();
}

/* Is this part written otherwise? */
static bool is_odd(const struct plan *plan, enum odd_part part)
{
	return plan->odd != NULL && plan->odd->part == part;
}

/* An extension from OpenSSL's own textual form of it. */
static bool add_text(X509 *x, int nid, const char *text)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, text);
	bool ok = extension != NULL && X509_add_ext(x, extension, -1) > 0;
	X509_EXTENSION_free(extension);
	return ok;
}

static bool add_constraints(X509 *x, const struct plan *plan)
{
	if (plan->constraints == PART_ABSENT || is_odd(plan, ODD_BASIC)) {
		return true;
	}
	bool authority = plan->authority != (plan->constraints == PART_WRONG);
	char text[64];
	if (authority && plan->path_length >= 0) {
		snprintf(text, sizeof(text), "critical,CA:TRUE,pathlen:%d",
			plan->path_length);
	} else {
		snprintf(text, sizeof(text), "critical,CA:%s",
			authority ? "TRUE" : "FALSE");
	}
	return add_text(x, NID_basic_constraints, text);
}

static bool add_purposes(X509 *x, const struct plan *plan)
{
	unsigned purposes = is_odd(plan, ODD_PURPOSES) ? 0 : plan->purposes;
	static const char *const words[] = { "clientAuth", "serverAuth", "emailProtection",
		"anyExtendedKeyUsage" };
	char text[128] = "";
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if ((purposes & 1u << i) != 0) {
			strcat(strcat(text, text[0] != '\0' ? "," : ""), words[i]);
		}
	}
	return purposes == 0 || add_text(x, NID_ext_key_usage, text);
}

static bool add_key_usage(X509 *x, const struct plan *plan)
{
	if (is_odd(plan, ODD_KEY_USAGE)) {
		return true;
	}
	switch (plan->key_usage) {
	case KEY_USAGE_ABSENT:
		return true;
	case KEY_USAGE_RIGHT:
		return add_text(x, NID_key_usage,
			plan->authority ? "critical,keyCertSign,cRLSign" :
					  "critical,digitalSignature");
	case KEY_USAGE_WRONG:
		return add_text(x, NID_key_usage, "critical,keyEncipherment");
	}
	return false;
}

static bool add_names(X509 *x, const struct plan *plan)
{
	if (plan->name_count + plan->extra_count == 0) {
		return true;
	}
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	bool ok = names != NULL;
	for (size_t i = 0; ok && i < plan->name_count; i++) {
		GENERAL_NAME *name = GENERAL_NAME_new();
		ASN1_IA5STRING *text = ASN1_IA5STRING_new();
		ok = name != NULL && text != NULL &&
			ASN1_STRING_set(text, plan->names[i].data,
				(int)plan->names[i].size) > 0;
		if (ok) {
			GENERAL_NAME_set0_value(name, GEN_DNS, text);
			ok = sk_GENERAL_NAME_push(names, name) > 0;
		}
	}
	for (size_t i = 0; ok && i < plan->extra_count; i++) {
		GENERAL_NAME *name = bearing_name(plan->extra[i]);
		ok = name != NULL && sk_GENERAL_NAME_push(names, name) > 0;
	}
	ok = ok && X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, 0) > 0;
	GENERAL_NAMES_free(names);
	return ok;
}

static bool push_bound(STACK_OF(GENERAL_SUBTREE) * *trees, const struct bound *bound)
{
	GENERAL_SUBTREE *tree = GENERAL_SUBTREE_new();
	if (*trees == NULL) {
		*trees = sk_GENERAL_SUBTREE_new_null();
	}
	if (tree == NULL || *trees == NULL || sk_GENERAL_SUBTREE_push(*trees, tree) <= 0) {
		GENERAL_SUBTREE_free(tree);
		return false;
	}
	GENERAL_NAME_free(tree->base);
	tree->base = base_name(bound->base);
	if (bound->limited) {
		tree->minimum = ASN1_INTEGER_new();
	}
	return tree->base != NULL &&
		(!bound->limited ||
			(tree->minimum != NULL && ASN1_INTEGER_set(tree->minimum, 1) > 0));
}

static bool add_name_constraints(X509 *x, const struct plan *plan)
{
	char text[256];
	if (plan->permitted != NULL) {
		snprintf(text, sizeof(text), "critical,permitted;DNS:%s", plan->permitted);
		return add_text(x, NID_name_constraints, text);
	}
	if (plan->excluded != NULL) {
		snprintf(text, sizeof(text), "critical,excluded;DNS:%s", plan->excluded);
		return add_text(x, NID_name_constraints, text);
	}
	if (plan->bound_count == 0) {
		return true;
	}
	NAME_CONSTRAINTS *constraints = NAME_CONSTRAINTS_new();
	bool ok = constraints != NULL;
	for (size_t i = 0; ok && i < plan->bound_count; i++) {
		const struct bound *bound = &plan->bounds[i];
		ok = push_bound(bound->excluded ? &constraints->excludedSubtrees :
						  &constraints->permittedSubtrees,
			bound);
	}
	ok = ok && X509_add1_ext_i2d(x, NID_name_constraints, constraints, 1, 0) > 0;
	NAME_CONSTRAINTS_free(constraints);
	return ok;
}

/* Policies by OpenSSL's own text. */
static bool add_policies(X509 *x, const struct policy_plan *policy)
{
	static const char *const oids[POLICY_COUNT] = { "2.999.65", "2.999.66", "2.999.67",
		"anyPolicy" };
	char text[128] = "";
	for (unsigned i = 0; policy->there && i < POLICY_COUNT; i++) {
		if ((policy->policies & 1u << i) != 0) {
			strcat(strcat(text, text[0] != '\0' ? "," : ""), oids[i]);
		}
	}
	if (text[0] != '\0' && !add_text(x, NID_certificate_policies, text)) {
		return false;
	}
	if (policy->from >= 0) {
		snprintf(text, sizeof(text), "critical,%s:%s", oids[policy->from],
			oids[policy->to]);
		if (!add_text(x, NID_policy_mappings, text)) {
			return false;
		}
	}
	text[0] = '\0';
	if (policy->require >= 0) {
		snprintf(text, sizeof(text), ",requireExplicitPolicy:%d", policy->require);
	}
	if (policy->no_maps >= 0) {
		size_t size = strlen(text);
		snprintf(text + size, sizeof(text) - size, ",inhibitPolicyMapping:%d",
			policy->no_maps);
	}
	char all[160];
	snprintf(all, sizeof(all), "critical%s", text);
	if (text[0] != '\0' && !add_text(x, NID_policy_constraints, all)) {
		return false;
	}
	snprintf(text, sizeof(text), "critical,%d", policy->no_any);
	return policy->no_any < 0 || add_text(x, NID_inhibit_any_policy, text);
}

/* An identifier of a key, or of none. */
static ASN1_OCTET_STRING *identifier(size_t key, bool wrong)
{
	unsigned char octets[8] = { 'k', 'e', 'y', wrong, 0, 0, 0, (unsigned char)key };
	ASN1_OCTET_STRING *string = ASN1_OCTET_STRING_new();
	if (string != NULL && ASN1_OCTET_STRING_set(string, octets, sizeof(octets)) <= 0) {
		ASN1_OCTET_STRING_free(string);
		string = NULL;
	}
	return string;
}

static bool add_identifiers(X509 *x, const struct plan *plan)
{
	bool ok = true;
	if (plan->subject_key != PART_ABSENT && !is_odd(plan, ODD_SUBJECT_KEY)) {
		ASN1_OCTET_STRING *id = identifier(plan->key,
			plan->subject_key == PART_WRONG);
		ok = id != NULL &&
			X509_add1_ext_i2d(x, NID_subject_key_identifier, id, 0, 0) > 0;
		ASN1_OCTET_STRING_free(id);
	}
	if (ok && plan->issuer_key != PART_ABSENT && !is_odd(plan, ODD_ISSUER_KEY)) {
		AUTHORITY_KEYID *issuer = AUTHORITY_KEYID_new();
		if (issuer != NULL) {
			issuer->keyid = identifier(plan->signer,
				plan->issuer_key == PART_WRONG);
		}
		ok = issuer != NULL && issuer->keyid != NULL &&
			X509_add1_ext_i2d(x, NID_authority_key_identifier, issuer, 0, 0) >
				0;
		AUTHORITY_KEYID_free(issuer);
	}
	return ok;
}

static bool add_octets(X509 *x, const char *oid, bool critical, const unsigned char *octets,
	size_t size)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	bool ok = object != NULL && value != NULL &&
		ASN1_OCTET_STRING_set(value, octets, (int)size) > 0;
	X509_EXTENSION *extension = ok ?
		X509_EXTENSION_create_by_OBJ(NULL, object, critical, value) :
		NULL;
	ok = extension != NULL && X509_add_ext(x, extension, -1) > 0;
	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(object);
	return ok;
}

static bool add_critical(X509 *x, const struct plan *plan)
{
	static const unsigned char null[] = { 0x05, 0x00 };
	return !plan->critical || add_octets(x, "2.999.1", true, null, sizeof(null));
}

static bool add_odd(X509 *x, const struct odd *odd)
{
	if (odd == NULL || odd->oid == NULL) {
		return true;
	}
	bool ok = add_octets(x, odd->oid, odd->critical, odd->octets, odd->size);
	return ok &&
		(!odd->twice ||
			add_octets(x, odd->oid, odd->critical, odd->octets, odd->size));
}

static bool put_name(X509_NAME *name, enum org org, const char *text,
	const struct bearing *mailbox)
{
	return org_put(name, org) &&
		X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
			(const unsigned char *)text, -1, -1, 0) > 0 &&
		(mailbox == NULL ||
			X509_NAME_add_entry_by_NID(name, NID_pkcs9_emailAddress,
				V_ASN1_IA5STRING, (const unsigned char *)mailbox->text, -1,
				-1, 0) > 0);
}

static bool put_serial(ASN1_INTEGER *serial, const struct plan *plan)
{
	unsigned char octets[48] = { 0x5a, 0xa5 };
	size_t size = sizeof(plan->serial) + plan->serial_octets;
	for (size_t i = 0; i < sizeof(plan->serial); i++) {
		octets[size - 1 - i] = (unsigned char)(plan->serial >> (8 * i));
	}
	BIGNUM *number = BN_bin2bn(octets, (int)size, NULL);
	bool ok = number != NULL;
	if (ok) {
		BN_set_negative(number, plan->serial_negative);
		ok = BN_to_ASN1_INTEGER(number, serial) != NULL;
	}
	BN_free(number);
	return ok;
}

/* RFC 5280 4.1.2.5, or what is odd. */
static bool put_from(ASN1_TIME *time, const struct plan *plan)
{
	const struct odd *odd = plan->odd;
	if (!is_odd(plan, ODD_FROM)) {
		return ASN1_TIME_set(time, (time_t)plan->from) != NULL;
	}
	time->type = odd->octets[0];
	return ASN1_STRING_set(time, odd->octets + 2, (int)odd->size - 2) > 0;
}

static bool fill_extensions(X509 *x, const struct plan *plan)
{
	return add_constraints(x, plan) && add_key_usage(x, plan) &&
		add_purposes(x, plan) && add_names(x, plan) &&
		add_name_constraints(x, plan) && add_policies(x, &plan->policy) &&
		add_identifiers(x, plan) && add_critical(x, plan) && add_odd(x, plan->odd);
}

static bool fill(X509 *x, const struct plan *plan)
{
	return X509_set_version(x, plan->version_1 ? X509_VERSION_1 : X509_VERSION_3) > 0 &&
		put_serial(X509_get_serialNumber(x), plan) &&
		put_name(X509_get_subject_name(x), plan->org, plan->subject,
			plan->mailbox) &&
		put_name(X509_get_issuer_name(x), plan->issuer_org, plan->issuer,
			plan->issuer_mailbox) &&
		put_from(X509_getm_notBefore(x), plan) &&
		ASN1_TIME_set(X509_getm_notAfter(x), (time_t)plan->to) != NULL &&
		X509_set_pubkey(x, keys_get(plan->key)) > 0 &&
		(plan->version_1 || fill_extensions(x, plan)) &&
		X509_sign(x, keys_get(plan->signer), digest_for(plan)) > 0;
}

bool specimen_make(struct specimen *specimen, const struct plan *plan)
{
	*specimen = (struct specimen){ .plan = *plan };
	X509 *x = X509_new();
	bool ok = x != NULL && fill(x, plan);
	int size = ok ? i2d_X509(x, &specimen->der) : -1;
	int spki_size = ok ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &specimen->spki) : -1;
	X509_free(x);
	if (size <= 0 || spki_size <= 0) {
		specimen_clear(specimen);
		return false;
	}
	specimen->size = (size_t)size;
	specimen->spki_size = (size_t)spki_size;
	if (plan->broken_signature) {
		/* Far enough from the end to be in the number, whatever the algorithm. */
		specimen->der[specimen->size - 20] ^= 0x10;
	}
	return true;
}

void specimen_clear(struct specimen *specimen)
{
	OPENSSL_free(specimen->der);
	OPENSSL_free(specimen->spki);
	*specimen = (struct specimen){ 0 };
}
