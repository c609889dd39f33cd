/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the peer showed. Knows certificates and keys as octets, because a certificate that no
 * library can read can still be proved by its octets (RFC 7671 5.1); GnuTLS is asked for
 * digests only. Knows no records and no roster. */

#include "peer.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "der.h"
#include "verdict.h"

bool peer_import(struct peer *peer, const struct dance_peer *shown, const char **why)
{
	peer->shown = shown;
	work_begin(&peer->work);
	peer->signatures.count = 0;
	peer->hashed = 0;
	peer->names_read = false;
	peer->more_names = false;
	peer->whole[TLSA_CERTIFICATE] = (struct dance_octets){ NULL, 0 };
	peer->whole[TLSA_SPKI] = (struct dance_octets){ NULL, 0 };

	if (shown->chain_count == 0 || shown->chain[0].size == 0) {
		*why = shown->raw_key ? "no raw public key" : "no client certificate";
		return false;
	}
	if (shown->raw_key) {
		if (!der_is_spki(shown->chain[0])) {
			*why = "the raw public key is no SubjectPublicKeyInfo";
			return false;
		}
		peer->whole[TLSA_SPKI] = shown->chain[0];
		return true;
	}
	if (shown->chain_count > PEER_CHAIN_MAX) {
		*why = "too many certificates in the chain";
		return false;
	}
	if (!der_certificate_spki(shown->chain[0], &peer->whole[TLSA_SPKI])) {
		*why = "no public key can be found in the certificate";
		return false;
	}
	peer->whole[TLSA_CERTIFICATE] = shown->chain[0];
	return true;
}

static bool hash(struct peer *peer, enum tlsa_selector selector,
	enum tlsa_matching matching, unsigned char *digest)
{
	unsigned bit = 1u << (selector * TLSA_MATCHING_COUNT + matching);
	if ((peer->hashed & bit) != 0) {
		return true;
	}
	const struct dance_octets *whole = &peer->whole[selector];
	if (whole->data == NULL ||
		gnutls_hash_fast(matching == TLSA_SHA256 ? GNUTLS_DIG_SHA256 :
							   GNUTLS_DIG_SHA512,
			whole->data, whole->size, digest) != 0) {
		return false;
	}
	peer->hashed |= bit;
	return true;
}

struct dance_octets peer_association(struct peer *peer, enum tlsa_selector selector,
	enum tlsa_matching matching)
{
	const struct dance_octets none = { NULL, 0 };
	switch (matching) {
	case TLSA_FULL:
		return peer->whole[selector];
	case TLSA_SHA256:
		return hash(peer, selector, matching, peer->sha256[selector]) ?
			(struct dance_octets){ peer->sha256[selector], TLSA_SHA256_SIZE } :
			none;
	case TLSA_SHA512:
		return hash(peer, selector, matching, peer->sha512[selector]) ?
			(struct dance_octets){ peer->sha512[selector], TLSA_SHA512_SIZE } :
			none;
	case TLSA_MATCHING_COUNT:
		break;
	}
	return none;
}

#define TAG_DNS_NAME 0x82 /* [2] IMPLICIT IA5String */

static void add_name(struct peer *peer, struct dance_octets text)
{
	struct peer_name *to = &peer->names[peer->name_count];
	const char *octets = (const char *)text.data;
	size_t size = text.size;
	const char *why;
	/* Never of a whole top-level domain. */
	to->wildcard = size > 2 && octets[0] == '*' && octets[1] == '.' &&
		memchr(octets + 2, '.', size - 2) != NULL;
	if (to->wildcard) {
		octets += 2;
		size -= 2;
	}
	if (name_from_text(&to->name, octets, size, &why)) {
		peer->name_count++;
	}
}

/* RFC 5280 4.2.1.6. Walked over here, because a library reads all of them first. */
static bool read_names_of(struct peer *peer, struct dance_octets certificate)
{
	static const unsigned char oid[] = { 0x55, 0x1d, 0x11 }; /* 2.5.29.17 */
	struct dance_octets extension, names, name;
	unsigned char tag;
	if (!der_certificate_extension(certificate,
		    (struct dance_octets){ oid, sizeof(oid) }, &extension)) {
		return false;
	}
	if (extension.data == NULL) {
		return true;
	}
	if (!der_sequence(extension, &names)) {
		return false;
	}
	for (unsigned i = 0; names.size > 0; i++) {
		if (i == PEER_ALTERNATIVE_MAX) {
			peer->more_names = true;
			break;
		}
		if (!der_next(&names, &tag, &name) ||
			(tag == TAG_DNS_NAME && name.size == 0)) {
			return false;
		}
		if (tag == TAG_DNS_NAME) {
			add_name(peer, name);
		}
	}
	return true;
}

/* Reads the names once, when somebody asks. */
static bool read_names(struct peer *peer)
{
	const struct dance_octets *leaf = &peer->whole[TLSA_CERTIFICATE];
	if (peer->names_read) {
		return peer->readable;
	}
	peer->names_read = true;
	peer->name_count = 0;
	/* A raw key bears no names. */
	peer->readable = leaf->data == NULL ||
		(leaf->size <= PEER_CERTIFICATE_MAX && read_names_of(peer, *leaf));
	if (!peer->readable) {
		peer->name_count = 0;
	}
	return peer->readable;
}

const char *peer_names_fault(struct peer *peer)
{
	if (!read_names(peer)) {
		return peer->whole[TLSA_CERTIFICATE].size > PEER_CERTIFICATE_MAX ?
			"the certificate is larger than " VERDICT_NUMBER(
				PEER_CERTIFICATE_MAX) " octets, so its names do not count" :
			"the certificate cannot be read, so its names do not count";
	}
	return peer->more_names ?
		"the certificate has more than " VERDICT_NUMBER(PEER_ALTERNATIVE_MAX) " alternative names, and none of the first " VERDICT_NUMBER(
			PEER_ALTERNATIVE_MAX) " is the one" :
		NULL;
}

const struct name *peer_dns_name(struct peer *peer, size_t *at)
{
	if (!read_names(peer)) {
		return NULL;
	}
	while (*at < peer->name_count) {
		const struct peer_name *borne = &peer->names[(*at)++];
		if (!borne->wildcard) {
			return &borne->name;
		}
	}
	return NULL;
}

bool peer_bears_name(struct peer *peer, const struct name *name, bool wildcards)
{
	if (!read_names(peer)) {
		return false;
	}
	for (size_t i = 0; i < peer->name_count; i++) {
		const struct peer_name *borne = &peer->names[i];
		if (borne->wildcard ? wildcards && name_is_child(name, &borne->name) :
				      name_is_equal(name, &borne->name)) {
			return true;
		}
	}
	return false;
}
