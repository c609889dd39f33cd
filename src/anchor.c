/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Paths from the leaf to an anchor. An anchor counts only if a verified path leads to it
 * (RFC 7671 5.2): that it stands among the certificates a peer sent proves nothing. Which
 * certificate issued which is found here, since the right path may need certificates that
 * only DNS holds, and may end below a root. GnuTLS reads the certificates, and verifies
 * each signature. */

#include "anchor.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "der.h"
#include "path.h"
#include "trust.h"

struct anchor {
	struct peer *peer;
	struct path_node *nodes; /* the leaf, what else was sent, what DNS holds */
	size_t node_count;
	size_t sent_count; /* of them, the leaf and what else was sent */
	const struct dance_trust *trust; /* NULL: no PKIX */
	const char *purpose;
	time_t at;
	bool named; /* the leaf bears the name */

	/* Of the search under way. */
	const struct dance_tlsa *record;
	struct path path;
	unsigned tries_left;
	bool met; /* a path led to what the record names, valid or not */
	const char *why;
};

/* GnuTLS does not write to its input, but does not say so. */
static gnutls_datum_t datum(struct dance_octets octets)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)octets.data,
		(unsigned)octets.size };
}

static bool is_same(struct dance_octets a, struct dance_octets b)
{
	return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* Adds a certificate once. One that GnuTLS cannot read is left out: it can be in no path. */
static void add_node(struct anchor *anchor, struct dance_octets der)
{
	for (size_t i = 0; i < anchor->node_count; i++) {
		if (is_same(anchor->nodes[i].der, der)) {
			return;
		}
	}
	gnutls_x509_crt_t certificate;
	if (gnutls_x509_crt_init(&certificate) != 0) {
		return;
	}
	gnutls_datum_t data = datum(der);
	if (gnutls_x509_crt_import(certificate, &data, GNUTLS_X509_FMT_DER) != 0) {
		gnutls_x509_crt_deinit(certificate);
		return;
	}
	anchor->nodes[anchor->node_count++] = (struct path_node){ certificate, der, false };
}

/* RFC 7671 5.2.1: a certificate from DNS is there even if the peer did not send it. */
static void add_records(struct anchor *anchor, const struct tlsa_set *set)
{
	size_t added = 0;
	for (size_t i = 0; i < set->count && added < ANCHOR_RECORD_MAX; i++) {
		const struct dance_tlsa *record = &set->records[i];
		if ((record->usage == TLSA_DANE_TA || record->usage == TLSA_PKIX_TA) &&
		    record->selector == TLSA_CERTIFICATE && record->matching == TLSA_FULL) {
			add_node(anchor, (struct dance_octets){ record->data, record->size });
			added++;
		}
	}
}

struct anchor *anchor_new(struct peer *peer, const struct name *name,
	const struct tlsa_set *set, const struct dance_options *options)
{
	struct anchor *anchor = calloc(1, sizeof(*anchor));
	if (anchor == NULL) {
		return NULL;
	}
	anchor->nodes = calloc(PEER_CHAIN_MAX + ANCHOR_RECORD_MAX, sizeof(anchor->nodes[0]));
	if (anchor->nodes == NULL) {
		free(anchor);
		return NULL;
	}
	anchor->peer = peer;
	anchor->trust = options->trust;
	anchor->purpose = options->role == DANCE_SERVER ? GNUTLS_KP_TLS_WWW_SERVER :
		GNUTLS_KP_TLS_WWW_CLIENT;
	anchor->at = options->at != 0 ? (time_t)options->at : time(NULL);

	add_node(anchor, peer->whole[TLSA_CERTIFICATE]);
	if (anchor->node_count == 0) {
		return anchor; /* the leaf cannot be read */
	}
	for (size_t i = 1; i < peer->shown->chain_count; i++) {
		add_node(anchor, peer->shown->chain[i]);
	}
	anchor->sent_count = anchor->node_count;
	add_records(anchor, set);
	anchor->named = name != NULL &&
		peer_bears_name(peer, name, options->role == DANCE_SERVER);
	return anchor;
}

void anchor_free(struct anchor *anchor)
{
	if (anchor == NULL) {
		return;
	}
	for (size_t i = 0; i < anchor->node_count; i++) {
		gnutls_x509_crt_deinit(anchor->nodes[i].certificate);
	}
	free(anchor->nodes);
	free(anchor);
}

/* Is the record of this certificate (RFC 6698 2.1.2)? */
static bool is_of(const struct dance_tlsa *record, struct dance_octets certificate)
{
	struct dance_octets selected = certificate;
	if (record->selector == TLSA_SPKI && !der_certificate_spki(certificate, &selected)) {
		return false;
	}
	unsigned char digest[TLSA_SHA512_SIZE];
	if (record->matching != TLSA_FULL) {
		if (gnutls_hash_fast(record->matching == TLSA_SHA256 ? GNUTLS_DIG_SHA256 :
				GNUTLS_DIG_SHA512, selected.data, selected.size, digest) != 0) {
			return false;
		}
		selected = (struct dance_octets){ digest, record->size };
	}
	return is_same(selected, (struct dance_octets){ record->data, record->size });
}

static bool is_bare_key(const struct dance_tlsa *record)
{
	return record->usage == TLSA_DANE_TA && record->selector == TLSA_SPKI &&
		record->matching == TLSA_FULL;
}

/* Did this key sign the certificate, with an algorithm that is fit for certificates? */
static bool is_signed_with(const struct path_node *node, gnutls_pubkey_t key)
{
	char octets[1024 + 1]; /* of ANCHOR_KEY_BITS_MAX; longer ones do not fit */
	size_t size = sizeof(octets);
	struct dance_octets tbs;
	if (!der_certificate_tbs(node->der, &tbs) ||
	    gnutls_x509_crt_get_signature(node->certificate, octets, &size) != 0) {
		return false;
	}
	gnutls_sign_algorithm_t algorithm = (gnutls_sign_algorithm_t)
		gnutls_x509_crt_get_signature_algorithm(node->certificate);
	gnutls_datum_t signature = { (unsigned char *)octets, (unsigned)size };
	gnutls_datum_t data = datum(tbs);
	return gnutls_sign_is_secure2(algorithm, GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS) != 0 &&
		gnutls_pubkey_verify_data2(key, algorithm, 0, &data, &signature) >= 0;
}

/* RFC 7671 5.2.3: a bare key from DNS is the anchor of what it has signed. */
static bool is_signed_by_record(const struct path_node *node,
	const struct dance_tlsa *record)
{
	gnutls_pubkey_t key;
	if (gnutls_pubkey_init(&key) != 0) {
		return false;
	}
	gnutls_datum_t spki = datum((struct dance_octets){ record->data, record->size });
	bool ok = gnutls_pubkey_import(key, &spki, GNUTLS_X509_FMT_DER) == 0 &&
		is_signed_with(node, key);
	gnutls_pubkey_deinit(key);
	return ok;
}

static bool is_signed_by_issuer(const struct path_node *node,
	const struct path_node *issuer)
{
	gnutls_pubkey_t key;
	if (gnutls_pubkey_init(&key) != 0) {
		return false;
	}
	bool ok = gnutls_pubkey_import_x509(key, issuer->certificate, 0) == 0 &&
		is_signed_with(node, key);
	gnutls_pubkey_deinit(key);
	return ok;
}

/* May a path end here, at its top? */
static bool is_end(const struct anchor *anchor)
{
	const struct dance_tlsa *record = anchor->record;
	const struct path_node *top = &anchor->path.nodes[anchor->path.length - 1];
	switch ((enum tlsa_usage)record->usage) {
	case TLSA_DANE_TA:
		return (anchor->path.length > 1 && is_of(record, top->der)) ||
			(is_bare_key(record) && is_signed_by_record(top, record));
	case TLSA_PKIX_EE:
		return top->root;
	case TLSA_PKIX_TA:
		for (unsigned i = 1; top->root && i < anchor->path.length; i++) {
			if (is_of(record, anchor->path.nodes[i].der)) {
				return true;
			}
		}
		return false;
	case TLSA_DANE_EE:
	case TLSA_USAGE_COUNT:
		break;
	}
	return false;
}

static bool is_valid(struct anchor *anchor)
{
	const char *why = anchor->named ? path_fault(&anchor->path, anchor->purpose,
		anchor->at) : "the name does not stand in the certificate as a dNSName";
	if (why != NULL && anchor->why == NULL) {
		anchor->why = why;
	}
	return why == NULL;
}

static bool is_on_path(const struct anchor *anchor, struct dance_octets der)
{
	for (unsigned i = 0; i < anchor->path.length; i++) {
		if (is_same(anchor->path.nodes[i].der, der)) {
			return true;
		}
	}
	return false;
}

/* The signature, and the strength of its algorithm. What else GnuTLS would look at, it
 * would look at only on the part of a chain that it needs to reach something trusted, and
 * the record may be of the rest; path_fault() looks at all of it. */
#define LINK_FLAGS (GNUTLS_VERIFY_DO_NOT_ALLOW_SAME | GNUTLS_VERIFY_DISABLE_CA_SIGN | \
	GNUTLS_VERIFY_IGNORE_UNKNOWN_CRIT_EXTENSIONS | GNUTLS_VERIFY_DISABLE_TIME_CHECKS | \
	GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS)

/* Did this issuer sign the top of the path? */
static bool is_link(struct anchor *anchor, const struct path_node *issuer)
{
	const struct path_node *top = &anchor->path.nodes[anchor->path.length - 1];
	unsigned bits = 0;
	if (gnutls_x509_crt_check_issuer(top->certificate, issuer->certificate) == 0 ||
	    gnutls_x509_crt_get_pk_algorithm(issuer->certificate, &bits) < 0 ||
	    bits > ANCHOR_KEY_BITS_MAX || anchor->peer->links_left == 0) {
		return false;
	}
	anchor->peer->links_left--;
	gnutls_x509_crt_t list[1] = { issuer->certificate };
	unsigned status = GNUTLS_CERT_INVALID;
	if (gnutls_x509_crt_verify(top->certificate, list, 1, LINK_FLAGS, &status) != 0) {
		return false;
	}
	/* Name constraints are looked at nevertheless, and at the common name: that is not
	 * to decide. But next to their fault others may go unsaid. */
	if ((status & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE) != 0 &&
	    (status & ~(unsigned)(GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE |
		GNUTLS_CERT_INVALID)) == 0) {
		return is_signed_by_issuer(top, issuer);
	}
	if ((status & GNUTLS_CERT_INSECURE_ALGORITHM) != 0 && anchor->why == NULL &&
	    (status & GNUTLS_CERT_SIGNATURE_FAILURE) == 0) {
		anchor->why = "a signature's algorithm is too weak";
	}
	return status == 0;
}

static bool climb(struct anchor *anchor);

static bool try_issuer(struct anchor *anchor, struct path_node issuer)
{
	if (is_on_path(anchor, issuer.der) || !is_link(anchor, &issuer)) {
		return false;
	}
	anchor->path.nodes[anchor->path.length++] = issuer;
	bool found = climb(anchor);
	anchor->path.length--;
	return found;
}

/* Searches on from the top of the path: for its end, or for who issued it. No deeper than
 * PATH_MAX_LENGTH. */
static bool climb(struct anchor *anchor)
{
	if (is_end(anchor)) {
		anchor->met = true;
		if (anchor->tries_left == 0) {
			return false;
		}
		anchor->tries_left--;
		if (is_valid(anchor)) {
			return true;
		}
	}
	if (anchor->path.length == PATH_MAX_LENGTH) {
		return false;
	}
	/* A trusted certificate first: the shortest way to a root. */
	bool pkix = anchor->record->usage != TLSA_DANE_TA;
	for (unsigned i = 0; pkix && i < anchor->trust->count; i++) {
		gnutls_x509_crt_t certificate = anchor->trust->certificates[i];
		const struct path_node issuer = {
			certificate,
			{ anchor->trust->der[i].data, anchor->trust->der[i].size },
			gnutls_x509_crt_check_issuer(certificate, certificate) != 0,
		};
		if (try_issuer(anchor, issuer)) {
			return true;
		}
	}
	for (size_t i = 1; i < anchor->node_count; i++) {
		if (try_issuer(anchor, anchor->nodes[i])) {
			return true;
		}
	}
	return false;
}

/* Is the record of a certificate that was sent above the leaf? */
static bool was_sent(const struct anchor *anchor)
{
	for (size_t i = 1; i < anchor->sent_count; i++) {
		if (is_of(anchor->record, anchor->nodes[i].der)) {
			return true;
		}
	}
	return false;
}

/* The leaf itself may be one of the trusted roots. */
static bool is_trusted_root(const struct anchor *anchor, const struct path_node *node)
{
	for (unsigned i = 0; anchor->trust != NULL && i < anchor->trust->count; i++) {
		const gnutls_datum_t *der = &anchor->trust->der[i];
		if (is_same(node->der, (struct dance_octets){ der->data, der->size })) {
			return gnutls_x509_crt_check_issuer(node->certificate,
				node->certificate) != 0;
		}
	}
	return false;
}

enum anchor_outcome anchor_verify(struct anchor *anchor, const struct dance_tlsa *record,
	const char **why)
{
	anchor->record = record;
	anchor->tries_left = ANCHOR_TRY_MAX;
	anchor->met = false;
	anchor->why = NULL;
	if (anchor->node_count == 0) {
		*why = "the certificate cannot be read";
		return ANCHOR_BROKEN;
	}
	anchor->path.nodes[0] = anchor->nodes[0];
	anchor->path.nodes[0].root = record->usage != TLSA_DANE_TA &&
		is_trusted_root(anchor, &anchor->nodes[0]);
	anchor->path.length = 1;
	if (climb(anchor)) {
		return ANCHOR_PROVED;
	}
	bool broken = anchor->met || anchor->why != NULL || record->usage == TLSA_PKIX_EE ||
		was_sent(anchor);
	*why = anchor->why != NULL ? anchor->why : record->usage == TLSA_DANE_TA ?
		"no path leads from the certificate to the one of the record" :
		"no path leads from the certificate to a trusted CA";
	return broken ? ANCHOR_BROKEN : ANCHOR_NONE;
}
