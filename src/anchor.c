/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Paths from the leaf to an anchor. An anchor counts only if a path of good signatures leads
 * to it (RFC 7671 5.2): that it stands among the certificates a peer sent proves nothing.
 * Searched from the leaf upward, over what was sent, what only DNS holds and, for PKIX, what
 * the operator trusts; what a path must be otherwise is path_check.c's business. */

#include "anchor.h"

#include <stdlib.h>
#include <time.h>

#include "certificate.h"
#include "octets.h"
#include "path_check.h"
#include "trust.h"
#include "verdict.h"
#include "work.h"

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
	struct certificate
		*trusted_leaf; /* the trusted certificate that is the leaf; or NULL */
	const struct dance_trust *trust; /* NULL: no PKIX */
	enum purpose purpose;
	int64_t at;
	bool unread;         /* one of them is too large or cannot be read */
	const char *unnamed; /* why the leaf does not bear the name; NULL: it does */

	/* Of the search under way. */
	const struct dance_tlsa *record;
	unsigned char key_sha256[SIGNATURE_DIGEST_SIZE]; /* of a record's bare key */
	struct path path;
	unsigned unfit; /* certificates on it with which no path is valid */
	bool met;       /* a path led to what the record names, valid or not */
	bool cut;       /* one would go on, but is as long as it may be */
	enum signature
		dead_end; /* what was wrong with a certificate that none of its issuers by
	                          * name has signed; SIGNATURE_GOOD: there was none such */
	const char *why;
};

static struct work *work_of(const struct anchor *anchor)
{
	return &anchor->peer->work;
}

/* Adds a certificate once, for paths of these usages. One that cannot be read can be in no
 * path, but the record may be of it. */
static void add(struct anchor *anchor, struct dance_octets der, unsigned usages)
{
	if (der.size == 0) {
		return;
	}
	for (size_t i = 0; i < anchor->count; i++) {
		struct certificate *there = &anchor->certificates[i];
		if (work_equal(work_of(anchor), there->der, der)) {
			there->usages |= there->subject.data != NULL ? usages : 0;
			return;
		}
	}
	/* Where there will be no search, nobody needs to read it. */
	struct certificate *certificate = &anchor->certificates[anchor->count];
	bool read = anchor->unnamed == NULL &&
		certificate_read(certificate, der, work_of(anchor));
	if (!read) {
		if (anchor->unnamed == NULL && anchor->count == 0) {
			return; /* the leaf */
		}
		*certificate = (struct certificate){ .der = der };
		anchor->unread |= anchor->unnamed == NULL;
	}
	certificate->usages = read ? usages : 0;
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
			record->selector == TLSA_CERTIFICATE &&
			record->matching == TLSA_FULL) {
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
	return why != NULL ? why :
			     "the name does not stand in the certificate as a dNSName";
}

/* The trusted certificate that is this one; NULL if none is. */
static struct certificate *find_trusted(const struct anchor *anchor,
	struct dance_octets der)
{
	for (unsigned i = 0; anchor->trust != NULL && i < anchor->trust->count; i++) {
		if (work_equal(work_of(anchor), anchor->trust->certificates[i].der, der)) {
			return &anchor->trust->certificates[i];
		}
	}
	return NULL;
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
	anchor->purpose = options->role == DANCE_SERVER ? PURPOSE_SERVER : PURPOSE_CLIENT;
	anchor->at = options->at != 0 ? options->at : (int64_t)time(NULL);
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
	anchor->trusted_leaf = find_trusted(anchor, anchor->certificates[0].der);
	return anchor;
}

void anchor_free(struct anchor *anchor)
{
	if (anchor == NULL) {
		return;
	}
	free(anchor->certificates);
	free(anchor);
}

static struct certificate *top(const struct anchor *anchor)
{
	return anchor->path.certificates[anchor->path.length - 1];
}

static enum signature check_issuer(struct anchor *anchor, struct certificate *issuer)
{
	struct work *work = work_of(anchor);
	const unsigned char *sha256 = certificate_sha256(issuer, TLSA_SPKI, work);
	return signature_of(&anchor->peer->signatures, top(anchor),
		(struct signature_key){ issuer->spki, sha256 }, work);
}

static bool is_on_path(const struct anchor *anchor, const struct certificate *certificate)
{
	for (unsigned i = 0; i < anchor->path.length; i++) {
		const struct certificate *there = anchor->path.certificates[i];
		if (there == certificate ||
			work_equal(work_of(anchor), there->der, certificate->der)) {
			return true;
		}
	}
	return false;
}

/* Could it have issued the top of the path, as far as can be told without a signature? */
static bool may_have_issued(const struct anchor *anchor, const struct certificate *issuer)
{
	return certificate_names_issuer(top(anchor), issuer, work_of(anchor)) &&
		!is_on_path(anchor, issuer);
}

static bool is_for_usage(const struct anchor *anchor, const struct certificate *certificate)
{
	return (certificate->usages & 1u << anchor->record->usage) != 0;
}

/* Did a certificate that is there sign the top of the path, and so not the record's key? Not
 * asked where the record may be of the same key in another form. */
static bool is_signed_by_another(struct anchor *anchor, struct dance_octets key)
{
	bool there = signature_is_pss(&top(anchor)->signed_part);
	for (size_t i = 1; i < anchor->count && !there; i++) {
		const struct certificate *issuer = &anchor->certificates[i];
		there = is_for_usage(anchor, issuer) && octets_equal(issuer->spki, key) &&
			may_have_issued(anchor, issuer);
	}
	for (size_t i = 1; i < anchor->count && !there; i++) {
		struct certificate *issuer = &anchor->certificates[i];
		if (is_for_usage(anchor, issuer) && may_have_issued(anchor, issuer) &&
			check_issuer(anchor, issuer) == SIGNATURE_GOOD) {
			return true;
		}
	}
	return false;
}

/* RFC 7671 5.2.3: a bare key from DNS is the anchor of what it has signed. Other issuers are
 * tried first, since their signatures are checked anyway when the path goes on. */
static bool is_signed_by_record(struct anchor *anchor)
{
	const struct dance_tlsa *record = anchor->record;
	const struct dance_octets key = { record->data, record->size };
	return record->selector == TLSA_SPKI && record->matching == TLSA_FULL &&
		!is_signed_by_another(anchor, key) &&
		signature_of(&anchor->peer->signatures, top(anchor),
			(struct signature_key){ key, anchor->key_sha256 },
			work_of(anchor)) == SIGNATURE_GOOD;
}

static bool is_of_record(struct anchor *anchor, struct certificate *certificate)
{
	return certificate_is_of(certificate, anchor->record, work_of(anchor));
}

/* May a path end here, at its top? */
static bool is_end(struct anchor *anchor)
{
	const struct dance_tlsa *record = anchor->record;
	anchor->path.key = (struct dance_octets){ NULL, 0 };
	switch ((enum tlsa_usage)record->usage) {
	case TLSA_DANE_TA:
		if (anchor->path.length > 1 && is_of_record(anchor, top(anchor))) {
			return true;
		}
		if (!is_signed_by_record(anchor)) {
			return false;
		}
		anchor->path.key = (struct dance_octets){ record->data, record->size };
		return true;
	case TLSA_PKIX_EE:
		return top(anchor)->root;
	case TLSA_PKIX_TA:
		for (unsigned i = 1; top(anchor)->root && i < anchor->path.length; i++) {
			if (is_of_record(anchor, anchor->path.certificates[i])) {
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
	const char *why = path_fault(&anchor->path, anchor->purpose, anchor->at,
		work_of(anchor));
	if (why != NULL && anchor->why == NULL) {
		anchor->why = why;
	}
	return why == NULL;
}

/* In force, and for what the peer is, as far as it can be seen without a path? */
static bool is_in_force(const struct anchor *anchor, const struct certificate *certificate)
{
	return certificate->fault == NULL && !certificate->unknown_critical &&
		(certificate->purposes & anchor->purpose) != 0 &&
		anchor->at >= certificate->not_before &&
		anchor->at <= certificate->not_after;
}

/* Could a path with this issuer be valid? Such issuers are tried first. The others are tried
 * afterwards, for the reason why no path is valid. */
static bool is_fit(const struct anchor *anchor, const struct certificate *issuer)
{
	return is_in_force(anchor, issuer) && (issuer->basic.authority || issuer->root) &&
		(issuer->uses & USE_CERT_SIGN) != 0;
}

static bool climb(struct anchor *anchor);

/* What was found of those that could have issued the top of the path. */
struct issuers {
	bool signed_by_one;
	enum signature failed; /* the last that did not; SIGNATURE_GOOD: there was none */
};

static bool try_issuer(struct anchor *anchor, struct certificate *issuer,
	struct issuers *issuers)
{
	if (!may_have_issued(anchor, issuer)) {
		return false;
	}
	if (anchor->path.length == PATH_MAX_LENGTH) {
		anchor->cut = true;
		return false;
	}
	enum signature is = check_issuer(anchor, issuer);
	if (is != SIGNATURE_GOOD) {
		issuers->failed = is;
		return false;
	}
	issuers->signed_by_one = true;
	unsigned unfit = anchor->unfit;
	anchor->unfit += !is_fit(anchor, issuer);
	anchor->path.certificates[anchor->path.length++] = issuer;
	bool found = climb(anchor);
	anchor->path.length--;
	anchor->unfit = unfit;
	return found;
}

/* A trusted certificate first: the shortest way to a root. */
static bool try_all(struct anchor *anchor, bool fit, struct issuers *issuers)
{
	bool pkix = anchor->record->usage != TLSA_DANE_TA;
	for (unsigned i = 0; pkix && i < anchor->trust->count; i++) {
		struct certificate *issuer = &anchor->trust->certificates[i];
		if (is_fit(anchor, issuer) == fit && try_issuer(anchor, issuer, issuers)) {
			return true;
		}
	}
	for (size_t i = 1; i < anchor->count; i++) {
		struct certificate *issuer = &anchor->certificates[i];
		if (is_for_usage(anchor, issuer) && is_fit(anchor, issuer) == fit &&
			try_issuer(anchor, issuer, issuers)) {
			return true;
		}
	}
	return false;
}

/* Searches on from the top of the path: for its end, or for who issued it. No deeper than
 * PATH_MAX_LENGTH. Each step is paid for, so where the work is spent the search ends. */
static bool climb(struct anchor *anchor)
{
	struct issuers issuers = { .failed = SIGNATURE_GOOD };
	if (anchor->unfit != 0 && anchor->met) {
		return false;
	}
	size_t candidates = anchor->count +
		(anchor->trust != NULL ? anchor->trust->count : 0);
	if (!work_take(work_of(anchor), 1 + (uint32_t)(candidates / 8))) {
		return false;
	}
	if (is_end(anchor)) {
		anchor->met = true;
		if (is_valid(anchor)) {
			return true;
		}
		if (anchor->unfit != 0) {
			return false; /* one reason is enough */
		}
	}
	if (try_all(anchor, true, &issuers) || try_all(anchor, false, &issuers)) {
		return true;
	}
	if (!issuers.signed_by_one && issuers.failed != SIGNATURE_GOOD &&
		!top(anchor)->self_issued) {
		anchor->dead_end = issuers.failed;
	}
	return false;
}

/* Is the record of a certificate that was sent above the leaf, or for usage 0, of one that
 * is trusted? */
static bool is_known(struct anchor *anchor)
{
	bool pkix = anchor->record->usage == TLSA_PKIX_TA;
	for (size_t i = 1; i < anchor->sent_count; i++) {
		if (is_of_record(anchor, &anchor->certificates[i])) {
			return true;
		}
	}
	for (unsigned i = 0; pkix && i < anchor->trust->count; i++) {
		if (is_of_record(anchor, &anchor->trust->certificates[i])) {
			return true;
		}
	}
	return false;
}

/* The leaf, or the trusted root that it is: of one there may be nothing above. */
static struct certificate *leaf_of(const struct anchor *anchor)
{
	bool trusted = anchor->record->usage != TLSA_DANE_TA &&
		anchor->trusted_leaf != NULL;
	return trusted ? anchor->trusted_leaf : &anchor->certificates[0];
}

#define NO_PATH(why) \
	{ "no path leads from the certificate to a trusted CA" why, \
		"no path leads from the certificate to the one of the record" why }

/* Why none was found. */
static const char *no_path(const struct anchor *anchor)
{
	static const char *const no_more[] =
		NO_PATH(" within " VERDICT_NUMBER(PATH_MAX_LENGTH) " certificates");
	static const char *const unread[] =
		NO_PATH(": one that was sent is too large or cannot be read");
	static const char *const reasons[][2] = {
		[SIGNATURE_GOOD] = NO_PATH(""),
		[SIGNATURE_WRONG] = NO_PATH(": an issuer's signature is wrong"),
		[SIGNATURE_UNKNOWN] = NO_PATH(": a signature is of an unknown algorithm"),
		[SIGNATURE_WEAK] =
			NO_PATH(": a signature is of an algorithm that is too weak"),
		[SIGNATURE_KEY] = NO_PATH(": a signature is by a key of a kind or size that "
					  "is not taken"),
		[SIGNATURE_UNCHECKED] = NO_PATH(": a signature could not be checked"),
	};
	bool dane = anchor->record->usage == TLSA_DANE_TA;
	return anchor->cut ? no_more[dane] :
		anchor->unread && anchor->dead_end == SIGNATURE_GOOD ?
			     unread[dane] :
			     reasons[anchor->dead_end][dane];
}

/* A search that was cut short for want of work proves nothing and disproves nothing. */
static enum anchor_outcome spent(const char **why)
{
	*why = WORK_SPENT;
	return ANCHOR_BROKEN;
}

/* RFC 7671 10.2: without the name no path is good enough. */
static enum anchor_outcome verify_unnamed(struct anchor *anchor, const char **why)
{
	const struct dance_tlsa *record = anchor->record;
	bool broken = record->usage == TLSA_PKIX_EE || record->matching == TLSA_FULL ||
		is_known(anchor);
	if (work_of(anchor)->spent) {
		return spent(why);
	}
	*why = anchor->unnamed;
	return broken ? ANCHOR_BROKEN : ANCHOR_NONE;
}

/* False if it cannot be done. */
static bool hash_key(struct anchor *anchor)
{
	const struct dance_tlsa *record = anchor->record;
	const struct dance_octets key = { record->data, record->size };
	return record->selector != TLSA_SPKI || record->matching != TLSA_FULL ||
		signature_hash_key(key, anchor->key_sha256, work_of(anchor));
}

enum anchor_outcome anchor_verify(struct anchor *anchor, const struct dance_tlsa *record,
	const char **why)
{
	anchor->record = record;
	if (work_of(anchor)->spent) {
		return spent(why);
	}
	if (anchor->count == 0) {
		*why = "the certificate cannot be read";
		return ANCHOR_BROKEN;
	}
	if (anchor->unnamed != NULL) {
		return verify_unnamed(anchor, why);
	}
	anchor->met = anchor->cut = false;
	anchor->dead_end = SIGNATURE_GOOD;
	anchor->why = NULL;
	anchor->path.certificates[0] = leaf_of(anchor);
	anchor->path.length = 1;
	anchor->unfit = !is_in_force(anchor, anchor->path.certificates[0]);
	if (hash_key(anchor) && climb(anchor)) {
		return ANCHOR_PROVED;
	}
	bool broken = anchor->met || record->usage == TLSA_PKIX_EE || is_known(anchor);
	if (work_of(anchor)->spent) {
		return spent(why);
	}
	*why = anchor->why != NULL ? anchor->why : no_path(anchor);
	return broken ? ANCHOR_BROKEN : ANCHOR_NONE;
}
