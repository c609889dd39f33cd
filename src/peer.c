/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the peer showed. Knows certificates and keys as octets; GnuTLS is asked for digests
 * and for the names, because a certificate that GnuTLS cannot read can still be proved by
 * its octets (RFC 7671 5.1). Knows no records and no roster. */

#include "peer.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509-ext.h>
#include <gnutls/x509.h>
#include <string.h>

#include "der.h"

void peer_rest(struct peer *peer)
{
	peer->signatures_left = PEER_SIGNATURE_MAX;
	peer->paths_left = PEER_PATH_MAX;
}

bool peer_import(struct peer *peer, const struct dance_peer *shown, const char **why)
{
	peer->shown = shown;
	peer_rest(peer);
	peer->hashed = 0;
	peer->names_read = false;
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
			GNUTLS_DIG_SHA512, whole->data, whole->size, digest) != 0) {
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

static void add_name(struct peer *peer, const gnutls_datum_t *text)
{
	struct peer_name *to = &peer->names[peer->name_count];
	const char *octets = (const char *)text->data;
	size_t size = text->size;
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

static bool read_extension(struct peer *peer, const gnutls_datum_t *extension)
{
	gnutls_subject_alt_names_t names;
	if (gnutls_subject_alt_names_init(&names) != 0) {
		return false;
	}
	bool read = gnutls_x509_ext_import_subject_alt_names(extension, names, 0) == 0;
	for (unsigned i = 0; read && i < PEER_ALTERNATIVE_MAX; i++) {
		gnutls_datum_t name;
		unsigned type;
		int status = gnutls_subject_alt_names_get(names, i, &type, &name, NULL);
		if (status != 0) {
			read = status == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
			break;
		}
		if (type == GNUTLS_SAN_DNSNAME) {
			add_name(peer, &name);
		}
	}
	gnutls_subject_alt_names_deinit(names);
	return read;
}

static bool read_certificate(struct peer *peer, gnutls_x509_crt_t certificate)
{
	const struct dance_octets *leaf = &peer->whole[TLSA_CERTIFICATE];
	/* GnuTLS does not write to its input, but does not say so. */
	gnutls_datum_t der = { (unsigned char *)(uintptr_t)leaf->data,
		(unsigned)leaf->size };
	gnutls_datum_t extension;
	if (gnutls_x509_crt_import(certificate, &der, GNUTLS_X509_FMT_DER) != 0) {
		return false;
	}
	int status = gnutls_x509_crt_get_extension_by_oid2(certificate, "2.5.29.17", 0,
		&extension, NULL);
	if (status != 0) {
		return status == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
	}
	bool read = read_extension(peer, &extension);
	gnutls_free(extension.data);
	return read;
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
	peer->readable = leaf->data == NULL;
	gnutls_x509_crt_t certificate;
	if (!peer->readable && leaf->size <= PEER_CERTIFICATE_MAX &&
	    gnutls_x509_crt_init(&certificate) == 0) {
		peer->readable = read_certificate(peer, certificate);
		gnutls_x509_crt_deinit(certificate);
	}
	if (!peer->readable) {
		peer->name_count = 0;
	}
	return peer->readable;
}

bool peer_dns_names(struct peer *peer, bool (*each)(void *arg, const struct name *name),
	void *arg)
{
	if (!read_names(peer)) {
		return false;
	}
	for (size_t i = 0; i < peer->name_count; i++) {
		if (!peer->names[i].wildcard && !each(arg, &peer->names[i].name)) {
			break;
		}
	}
	return true;
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
