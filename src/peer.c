/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the peer showed. Knows certificates and keys as octets; GnuTLS is asked for digests
 * and for the names, because a certificate that GnuTLS cannot read can still be proved by
 * its octets (RFC 7671 5.1). Knows no records and no roster. */

#include "peer.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
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

/* No certificate has more alternative names looked at than this. */
#define ALTERNATIVE_NAME_MAX 128

/* Takes one dNSName as it stands; false ends the walk. */
typedef bool (*each_text)(void *arg, const char *text, size_t size);

static void walk_texts(gnutls_x509_crt_t certificate, each_text each, void *arg)
{
	for (unsigned i = 0; i < ALTERNATIVE_NAME_MAX; i++) {
		/* One that does not fit is no name of ours and comes back as an error. */
		char text[DANCE_NAME_SIZE + 2];
		size_t size = sizeof(text);
		int type = gnutls_x509_crt_get_subject_alt_name(certificate, i, text, &size,
			NULL);
		if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
		    (type == GNUTLS_SAN_DNSNAME && !each(arg, text, size))) {
			return;
		}
	}
}

static bool walk_leaf(const struct peer *peer, each_text each, void *arg)
{
	const struct dance_octets *leaf = &peer->whole[TLSA_CERTIFICATE];
	if (leaf->data == NULL) {
		return true; /* a raw key bears no names */
	}
	gnutls_x509_crt_t certificate;
	if (gnutls_x509_crt_init(&certificate) != 0) {
		return false;
	}
	/* GnuTLS does not write to its input, but does not say so. */
	gnutls_datum_t der = { (unsigned char *)(uintptr_t)leaf->data,
		(unsigned)leaf->size };
	bool read = gnutls_x509_crt_import(certificate, &der, GNUTLS_X509_FMT_DER) == 0;
	if (read) {
		walk_texts(certificate, each, arg);
	}
	gnutls_x509_crt_deinit(certificate);
	return read;
}

struct name_walk {
	bool (*each)(void *arg, const struct name *name);
	void *arg;
};

static bool take_name(void *arg, const char *text, size_t size)
{
	const struct name_walk *walk = arg;
	struct name name;
	const char *why;
	return !name_from_text(&name, text, size, &why) || walk->each(walk->arg, &name);
}

bool peer_dns_names(const struct peer *peer,
	bool (*each)(void *arg, const struct name *name), void *arg)
{
	struct name_walk walk = { each, arg };
	return walk_leaf(peer, take_name, &walk);
}

struct name_search {
	const struct name *name;
	bool wildcards;
	bool found;
};

static bool is_name(void *arg, const char *text, size_t size)
{
	struct name_search *search = arg;
	struct name name;
	const char *why;
	bool wildcard = search->wildcards && size > 2 && text[0] == '*' && text[1] == '.';
	if (wildcard) {
		/* Never a whole top-level domain. */
		search->found = memchr(text + 2, '.', size - 2) != NULL &&
			name_from_text(&name, text + 2, size - 2, &why) &&
			name_is_child(search->name, &name);
	} else {
		search->found = name_from_text(&name, text, size, &why) &&
			name_is_equal(search->name, &name);
	}
	return !search->found;
}

bool peer_bears_name(const struct peer *peer, const struct name *name, bool wildcards)
{
	struct name_search search = { name, wildcards, false };
	return walk_leaf(peer, is_name, &search) && search.found;
}
