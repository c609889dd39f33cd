/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a PEM file shows of a peer. Knows what the labels of blocks mean. */

#include "credential.h"

#include <string.h>

#include "der_certificate.h"
#include "file.h"
#include "key.h"
#include "pem.h"
#include "reason.h"

/* What a block is good for, the best first. */
enum kind {
	KIND_CERTIFICATE,
	KIND_PUBLIC,
	KIND_PKCS8,
	KIND_RSA,
	KIND_EC,
	KIND_ENCRYPTED,
	KIND_OTHER,
	KIND_COUNT
};

static const struct {
	const char *label;
	enum kind kind;
} labels[] = {
	{ "CERTIFICATE", KIND_CERTIFICATE },
	{ "X509 CERTIFICATE", KIND_CERTIFICATE },
	{ "PUBLIC KEY", KIND_PUBLIC },
	{ "PRIVATE KEY", KIND_PKCS8 },
	{ "RSA PRIVATE KEY", KIND_RSA },
	{ "EC PRIVATE KEY", KIND_EC },
	{ "ENCRYPTED PRIVATE KEY", KIND_ENCRYPTED },
};

static enum kind kind_of(const struct pem_block *block)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (pem_has_label(block, labels[i].label)) {
			return labels[i].kind;
		}
	}
	return KIND_OTHER;
}

/* The first block of each kind. */
struct survey {
	struct pem_block first[KIND_COUNT];
	size_t count[KIND_COUNT];
};

static bool look_through(struct dance_octets text, struct survey *survey,
	char why[DANCE_ERROR_SIZE])
{
	struct pem_block block;
	const char *fault;
	memset(survey, 0, sizeof(*survey));
	while (pem_next(&text, &block, &fault)) {
		enum kind kind = kind_of(&block);
		if (survey->count[kind]++ == 0) {
			survey->first[kind] = block;
		}
	}
	return fault == NULL || reason_say(why, "%s", fault);
}

static enum kind best_of(const struct survey *survey)
{
	enum kind kind = KIND_CERTIFICATE;
	while (kind < KIND_OTHER && survey->count[kind] == 0) {
		kind++;
	}
	return kind;
}

/* Says what is there instead of what was looked for. */
static bool fail_without(const struct survey *survey, const char *wanted,
	char why[DANCE_ERROR_SIZE])
{
	for (size_t kind = 0; kind < KIND_COUNT; kind++) {
		const struct dance_octets *label = &survey->first[kind].label;
		if (survey->count[kind] != 0) {
			return reason_say(why, "it contains no %s, but %.*s", wanted,
				(int)(label->size < 64 ? label->size : 64),
				(const char *)label->data);
		}
	}
	return reason_say(why, "it is not PEM, or contains no %s", wanted);
}

static bool take_certificate(struct credential *credential, char why[DANCE_ERROR_SIZE])
{
	credential->certificate = credential->decoded;
	return der_certificate_spki(credential->certificate, &credential->spki) ||
		reason_say(why, "no public key can be found in the certificate");
}

static bool take_public(struct credential *credential, char why[DANCE_ERROR_SIZE])
{
	credential->spki = credential->decoded;
	return der_is_spki(credential->spki) ||
		reason_say(why, "the public key is not a SubjectPublicKeyInfo");
}

static bool take_private(struct credential *credential, enum key_form form,
	char why[DANCE_ERROR_SIZE])
{
	const char *fault;
	if (!key_spki(form, credential->decoded, &credential->made, &fault)) {
		return reason_say(why, "%s", fault);
	}
	credential->spki = credential->made;
	return true;
}

bool credential_from_pem(struct dance_octets text, struct credential *credential,
	char why[DANCE_ERROR_SIZE])
{
	memset(credential, 0, sizeof(*credential));
	struct survey survey;
	if (!look_through(text, &survey, why)) {
		return false;
	}
	enum kind kind = best_of(&survey);
	const struct pem_block *block = &survey.first[kind];
	if (kind == KIND_OTHER) {
		return fail_without(&survey, "certificate, public key or private key", why);
	}
	if (kind == KIND_ENCRYPTED || pem_is_encrypted(block)) {
		return reason_say(why,
			"the private key is encrypted: decrypt it first, or give "
			"the certificate or the public key");
	}
	const char *fault;
	if (!pem_decode(block, &credential->decoded, &fault)) {
		return reason_say(why, "%s", fault);
	}
	credential->certificates = survey.count[KIND_CERTIFICATE];
	switch (kind) {
	case KIND_CERTIFICATE:
		return take_certificate(credential, why);
	case KIND_PUBLIC:
		return take_public(credential, why);
	case KIND_PKCS8:
		return take_private(credential, KEY_PKCS8, why);
	case KIND_RSA:
		return take_private(credential, KEY_RSA, why);
	case KIND_EC:
		return take_private(credential, KEY_EC, why);
	case KIND_ENCRYPTED:
	case KIND_OTHER:
	case KIND_COUNT:
		break;
	}
	return false;
}

bool credential_from_file(const char *path, struct credential *credential,
	char why[DANCE_ERROR_SIZE])
{
	struct dance_octets text;
	const char *fault;
	memset(credential, 0, sizeof(*credential));
	if (!file_read(path, &text, &fault)) {
		return reason_say(why, "%s", fault);
	}
	bool read = credential_from_pem(text, credential, why);
	file_clear(&text);
	return read;
}

void credential_clear(struct credential *credential)
{
	pem_clear(&credential->decoded);
	pem_clear(&credential->made);
}

bool chain_from_pem(struct dance_octets text, bool raw_key, struct chain *chain,
	char why[DANCE_ERROR_SIZE])
{
	chain->count = 0;
	enum kind wanted = raw_key ? KIND_PUBLIC : KIND_CERTIFICATE;
	struct survey survey;
	if (!look_through(text, &survey, why)) {
		return false;
	}
	if (survey.count[wanted] == 0) {
		return fail_without(&survey, raw_key ? "public key" : "certificate", why);
	}
	if (raw_key && survey.count[wanted] > 1) {
		return reason_say(why, "it contains more than one public key");
	}

	struct pem_block block;
	const char *fault;
	while (chain->count < CHAIN_MAX && pem_next(&text, &block, &fault)) {
		if (kind_of(&block) != wanted) {
			continue;
		}
		if (!pem_decode(&block, &chain->entries[chain->count], &fault)) {
			return reason_say(why, "%s", fault);
		}
		chain->count++;
	}
	return true;
}

bool chain_from_file(const char *path, bool raw_key, struct chain *chain,
	char why[DANCE_ERROR_SIZE])
{
	struct dance_octets text;
	const char *fault;
	chain->count = 0;
	if (!file_read(path, &text, &fault)) {
		return reason_say(why, "%s", fault);
	}
	bool read = chain_from_pem(text, raw_key, chain, why);
	file_clear(&text);
	return read;
}

void chain_clear(struct chain *chain)
{
	while (chain->count > 0) {
		pem_clear(&chain->entries[--chain->count]);
	}
}
