/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Paths from the leaf to an anchor. An anchor counts only if a path of good signatures leads
 * to it (RFC 7671 5.2): that it stands among the certificates a peer sent proves nothing.
 * Searched from the leaf upward, over what was sent, what only DNS holds and, for PKIX, what
 * the operator trusts; what a path must be otherwise is path.c's business. */

#include "anchor.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "certificate.h"
#include "path.h"
#include "trust.h"
#include "verdict.h"

/* A digest wants its anchor sent (RFC 7671 5.2.2), or in DNS by a record of the same kind: a
 * certificate that DNS holds for one is in no path for another. PKIX-EE has none of its own;
 * those for PKIX-TA may lead from its leaf up. */
#define FOR_DANE (1u << TLSA_DANE_TA)
#define FOR_PKIX (1u << TLSA_PKIX_TA | 1u << TLSA_PKIX_EE)

struct anchor {
	struct peer *peer;
	struct certificate *certificates; /* the leaf, what else was sent, what DNS holds */
	size_t count;
	size_t sent_count; /* of them, the leaf and what else was sent */
	const struct dance_trust *trust; /* NULL: no PKIX */
	const char *purpose;
	time_t at;
	const char *unnamed; /* why the leaf does not bear the name; NULL: it does */

	/* Of the search under way. */
	const struct dance_tlsa *record;
	struct path path;
	bool met; /* a path led to what the record names, valid or not */
	bool cut; /* one would go on, but is as long as it may be */
	bool unsigned_by; /* an issuer by name, whose signature could not be verified */
	const char *why;
};

static bool is_same(struct dance_octets a, struct dance_octets b)
{
	return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* Adds a certificate once, for paths of these usages. One that cannot be read can be in no
 * path. */
static void add(struct anchor *anchor, struct dance_octets der, unsigned usages)
{
	if (der.size == 0) {
		return;
	}
	for (size_t i = 0; i < anchor->count; i++) {
		if (is_same(anchor->certificates[i].der, der)) {
			anchor->certificates[i].usages |= usages;
			return;
		}
	}
	/* Where there will be no search, nobody needs to read it. */
	struct certificate *certificate = &anchor->certificates[anchor->count];
	if (anchor->unnamed != NULL) {
		*certificate = (struct certificate){ .der = der };
	} else if (!certificate_read(certificate, der)) {
		return;
	}
	certificate->usages = usages;
	anchor->count++;
}

/* RFC 7671 5.2.1: a certificate from DNS is there even if the peer did not send it. */
static void add_records(struct anchor *anchor, const struct tlsa_set *set, unsigned usages)
{
	size_t added = 0;
	for (size_t i = 0; i < set->count && added < ANCHOR_RECORD_MAX; i++) {
		const struct dance_tlsa *record = &set->records[i];
		if ((usages & 1u << record->usage) != 0 &&
		    (record->usage == TLSA_DANE_TA || record->usage == TLSA_PKIX_TA) &&
		    record->selector == TLSA_CERTIFICATE && record->matching == TLSA_FULL) {
			add(anchor, (struct dance_octets){ record->data, record->size },
				record->usage == TLSA_DANE_TA ? FOR_DANE : FOR_PKIX);
			added++;
		}
	}
}

/* A client's name is the owner name itself (draft 5); a server's is the host's that the
 * records are published for, one of the services there (RFC 7671 10.2; RFC 6698 3). */
static bool is_named(struct peer *peer, const struct name *name, enum dance_role role)
{
	if (role != DANCE_SERVER) {
		return peer_bears_name(peer, name, false);
	}
	struct name host;
	name_to_host(name, &host);
	return peer_bears_name(peer, &host, true);
}

/* NULL if it bears the name. */
static const char *name_fault(struct peer *peer, const struct name *name,
	enum dance_role role)
{
	if (name == NULL) {
		return "the certificate has to bear the name, and no name is given";
	}
	if (is_named(peer, name, role)) {
		return NULL;
	}
	const char *why = peer_names_fault(peer);
	return why != NULL ? why : "the name does not stand in the certificate as a dNSName";
}

struct anchor *anchor_new(struct peer *peer, const struct name *name,
	const struct tlsa_set *set, unsigned usages, const struct dance_options *options)
{
	struct anchor *anchor = calloc(1, sizeof(*anchor));
	if (anchor == NULL) {
		return NULL;
	}
	anchor->certificates = calloc(PEER_CHAIN_MAX + ANCHOR_RECORD_MAX,
		sizeof(anchor->certificates[0]));
	if (anchor->certificates == NULL) {
		free(anchor);
		return NULL;
	}
	anchor->peer = peer;
	anchor->trust = options->trust;
	anchor->purpose = options->role == DANCE_SERVER ? GNUTLS_KP_TLS_WWW_SERVER :
		GNUTLS_KP_TLS_WWW_CLIENT;
	anchor->at = options->at != 0 ? (time_t)options->at : time(NULL);
	anchor->unnamed = name_fault(peer, name, options->role);

	add(anchor, peer->whole[TLSA_CERTIFICATE], FOR_DANE | FOR_PKIX);
	if (anchor->count == 0) {
		return anchor; /* the leaf cannot be read */
	}
	for (size_t i = 1; i < peer->shown->chain_count; i++) {
		add(anchor, peer->shown->chain[i], FOR_DANE | FOR_PKIX);
	}
	anchor->sent_count = anchor->count;
	add_records(anchor, set, usages);
	return anchor;
}

void anchor_free(struct anchor *anchor)
{
	if (anchor == NULL) {
		return;
	}
	for (size_t i = 0; i < anchor->count; i++) {
		certificate_clear(&anchor->certificates[i]);
	}
	free(anchor->certificates);
	free(anchor);
}

static struct certificate *top(const struct anchor *anchor)
{
	return anchor->path.certificates[anchor->path.length - 1];
}

/* One signature less that may be checked for this peer. */
static bool may_check(struct anchor *anchor)
{
	if (anchor->peer->signatures_left == 0) {
		anchor->why = "too many signatures would have to be checked";
		return false;
	}
	anchor->peer->signatures_left--;
	return true;
}

/* RFC 7671 5.2.3: a bare key from DNS is the anchor of what it has signed. */
static bool is_signed_by_record(struct anchor *anchor)
{
	const struct dance_tlsa *record = anchor->record;
	return record->selector == TLSA_SPKI && record->matching == TLSA_FULL &&
		may_check(anchor) && certificate_is_signed_by_key(top(anchor),
			(struct dance_octets){ record->data, record->size });
}

/* May a path end here, at its top? */
static bool is_end(struct anchor *anchor)
{
	const struct dance_tlsa *record = anchor->record;
	switch ((enum tlsa_usage)record->usage) {
	case TLSA_DANE_TA:
		return (anchor->path.length > 1 && certificate_is_of(top(anchor), record)) ||
			is_signed_by_record(anchor);
	case TLSA_PKIX_EE:
		return top(anchor)->root;
	case TLSA_PKIX_TA:
		for (unsigned i = 1; top(anchor)->root && i < anchor->path.length; i++) {
			if (certificate_is_of(anchor->path.certificates[i], record)) {
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
	if (anchor->peer->paths_left == 0) {
		anchor->why = "too many paths would have to be judged";
		return false;
	}
	anchor->peer->paths_left--;
	const char *why = path_fault(&anchor->path, anchor->purpose, anchor->at);
	if (why != NULL && anchor->why == NULL) {
		anchor->why = why;
	}
	return why == NULL;
}

static bool is_on_path(const struct anchor *anchor, struct dance_octets der)
{
	for (unsigned i = 0; i < anchor->path.length; i++) {
		if (is_same(anchor->path.certificates[i]->der, der)) {
			return true;
		}
	}
	return false;
}

static bool climb(struct anchor *anchor);

static bool try_issuer(struct anchor *anchor, struct certificate *issuer)
{
	if (!certificate_names_issuer(top(anchor), issuer) ||
	    is_on_path(anchor, issuer->der)) {
		return false;
	}
	if (anchor->path.length == PATH_MAX_LENGTH) {
		anchor->cut = true;
		return false;
	}
	if (!may_check(anchor)) {
		return false;
	}
	if (!certificate_is_signed_by(top(anchor), issuer)) {
		anchor->unsigned_by = true;
		return false;
	}
	anchor->path.certificates[anchor->path.length++] = issuer;
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
		if (is_valid(anchor)) {
			return true;
		}
	}
	/* A trusted certificate first: the shortest way to a root. */
	bool pkix = anchor->record->usage != TLSA_DANE_TA;
	for (unsigned i = 0; pkix && i < anchor->trust->count; i++) {
		if (try_issuer(anchor, &anchor->trust->certificates[i])) {
			return true;
		}
	}
	for (size_t i = 1; i < anchor->count; i++) {
		struct certificate *issuer = &anchor->certificates[i];
		if ((issuer->usages & 1u << anchor->record->usage) != 0 &&
		    try_issuer(anchor, issuer)) {
			return true;
		}
	}
	return false;
}

/* Is the record of a certificate that was sent above the leaf, or for usage 0, of one that
 * is trusted? */
static bool is_known(const struct anchor *anchor)
{
	const struct dance_tlsa *record = anchor->record;
	for (size_t i = 1; i < anchor->sent_count; i++) {
		if (certificate_is_of(&anchor->certificates[i], record)) {
			return true;
		}
	}
	for (unsigned i = 0; record->usage == TLSA_PKIX_TA && i < anchor->trust->count; i++) {
		if (certificate_is_of(&anchor->trust->certificates[i], record)) {
			return true;
		}
	}
	return false;
}

/* The leaf, or the trusted root that it is: of one there may be nothing above. */
static struct certificate *leaf_of(const struct anchor *anchor)
{
	struct certificate *leaf = &anchor->certificates[0];
	bool pkix = anchor->record->usage != TLSA_DANE_TA;
	for (unsigned i = 0; pkix && i < anchor->trust->count; i++) {
		if (is_same(anchor->trust->certificates[i].der, leaf->der)) {
			return &anchor->trust->certificates[i];
		}
	}
	return leaf;
}

/* Why none was found. */
static const char *no_path(const struct anchor *anchor)
{
	bool dane = anchor->record->usage == TLSA_DANE_TA;
	if (anchor->cut) {
		return dane ? "no path of up to " VERDICT_NUMBER(PATH_MAX_LENGTH)
			" certificates leads from the certificate to the one of the record" :
			"no path of up to " VERDICT_NUMBER(PATH_MAX_LENGTH)
			" certificates leads from the certificate to a trusted CA";
	}
	if (anchor->unsigned_by) {
		return dane ? "no path leads from the certificate to the one of the record: an "
			"issuer's signature is wrong or of an unknown algorithm" :
			"no path leads from the certificate to a trusted CA: an issuer's "
			"signature is wrong or of an unknown algorithm";
	}
	return dane ? "no path leads from the certificate to the one of the record" :
		"no path leads from the certificate to a trusted CA";
}

enum anchor_outcome anchor_verify(struct anchor *anchor, const struct dance_tlsa *record,
	const char **why)
{
	if (anchor->count == 0) {
		*why = "the certificate cannot be read";
		return ANCHOR_BROKEN;
	}
	anchor->record = record;
	if (anchor->unnamed != NULL) {
		/* RFC 7671 10.2: without the name no path is good enough. */
		*why = anchor->unnamed;
		return record->usage == TLSA_PKIX_EE || record->matching == TLSA_FULL ||
			is_known(anchor) ? ANCHOR_BROKEN : ANCHOR_NONE;
	}
	anchor->met = anchor->cut = anchor->unsigned_by = false;
	anchor->why = NULL;
	anchor->path.certificates[0] = leaf_of(anchor);
	anchor->path.length = 1;
	if (climb(anchor)) {
		return ANCHOR_PROVED;
	}
	bool broken = anchor->met || record->usage == TLSA_PKIX_EE || is_known(anchor);
	*why = anchor->why != NULL ? anchor->why : no_path(anchor);
	return broken ? ANCHOR_BROKEN : ANCHOR_NONE;
}
