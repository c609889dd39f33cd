/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the peer showed. Knows certificates and keys as octets, because a certificate that no
 * library can read can still be proved by its octets (RFC 7671 5.1). Knows no records and no
 * roster. */

#include "peer.h"

#include <string.h>

#include "der_certificate.h"

bool peer_import(struct peer *peer, const struct dance_peer *shown, const char **why)
{
	peer->shown = shown;
	work_begin(&peer->work);
	peer->signatures.count = 0;
	peer->failed = NULL;
	peer->names_read = false;
	peer->more_names = false;
	association_of_key(&peer->association, (struct dance_octets){ NULL, 0 });

	if (shown->chain_count == 0) {
		const unsigned char *certificate = shown->raw_key ?
			NULL :
			shown->certificate_sha256;
		association_of_digests(&peer->association, certificate, shown->key_sha256);
		if (peer->association.hashed != 0) {
			return true;
		}
	}
	if (shown->chain_count == 0 || shown->chain[0].size == 0) {
		*why = shown->raw_key ? "the client showed no raw public key" :
					"no client certificate";
		return false;
	}
	if (shown->raw_key) {
		if (!der_is_spki(shown->chain[0])) {
			*why = "the raw public key is not a SubjectPublicKeyInfo";
			return false;
		}
		association_of_key(&peer->association, shown->chain[0]);
		return true;
	}
	if (shown->chain_count > DANCE_CHAIN_MAX) {
		*why = "too many certificates in the chain";
		return false;
	}
	association_of_certificate(&peer->association, shown->chain[0]);
	if (peer->association.whole[TLSA_SPKI].data == NULL) {
		*why = "no public key can be found in the certificate";
		return false;
	}
	return true;
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
		if (i == CERTIFICATE_NAME_MAX) {
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

/* Reads the names once, when they are needed. */
static bool read_names(struct peer *peer)
{
	const struct dance_octets *leaf = &peer->association.whole[TLSA_CERTIFICATE];
	if (peer->names_read) {
		return peer->readable;
	}
	peer->names_read = true;
	peer->name_count = 0;
	/* A raw key has no names. */
	peer->readable = leaf->data == NULL ||
		(leaf->size <= CERTIFICATE_SIZE_MAX && read_names_of(peer, *leaf));
	return peer->readable;
}

const char *peer_names_fault(struct peer *peer)
{
	if (!read_names(peer)) {
		return peer->association.whole[TLSA_CERTIFICATE].size >
				CERTIFICATE_SIZE_MAX ?
			"the certificate is larger than " CERTIFICATE_SIZE_MAX_TEXT
			" octets, so its names do not count" :
			"the certificate cannot be read, so its names do not count";
	}
	return peer->more_names ?
		"the certificate has more than " CERTIFICATE_NAME_MAX_TEXT
		" alternative names, and the name is not among the first " CERTIFICATE_NAME_MAX_TEXT :
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
