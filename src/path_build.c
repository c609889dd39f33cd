/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Paths from the leaf to an anchor. An anchor counts only if a path of good signatures leads
 * to it (RFC 7671 5.2): that it stands among the certificates a peer sent proves nothing.
 * Searched from the leaf upward, over what was sent, what only DNS holds and, for PKIX, what
 * the operator trusts; what a path must be otherwise is path_check.c's business. */

#include "path_build.h"

#include <stdlib.h>
#include <time.h>

#include "certificate.h"
#include "octets.h"
#include "path_check.h"
#include "trust_store.h"
#include "work.h"

/* A digest wants its anchor sent (RFC 7671 5.2.2), or in DNS by a record of the same kind: a
 * certificate that DNS holds for one is in no path for another. PKIX-EE has none of its own;
 * those for PKIX-TA may lead from its leaf up. */
#define FOR_DANE (1u << TLSA_DANE_TA)
#define FOR_PKIX (1u << TLSA_PKIX_TA | 1u << TLSA_PKIX_EE)

struct path_search {
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
	struct association key; /* of a record's bare key */
	struct path path;
	unsigned unfit; /* certificates on it with which no path is valid */
	bool met;       /* a path led to what the record names, valid or not */
	bool cut;       /* one would go on, but is as long as it may be */
	enum signature
		dead_end; /* what was wrong with a certificate that none of its issuers by
	                          * name has signed; SIGNATURE_GOOD: there was none such */
	const char *why;
};

static struct work *work_of(const struct path_search *search)
{
	return &search->peer->work;
}

/* Adds a certificate once, for paths of these usages. One that cannot be read can be in no
 * path, but the record may be of it. */
static void add(struct path_search *search, struct dance_octets der, unsigned usages)
{
	if (der.size == 0) {
		return;
	}
	for (size_t i = 0; i < search->count; i++) {
		struct certificate *there = &search->certificates[i];
		if (work_equal(work_of(search), there->der, der)) {
			there->usages |= there->subject.data != NULL ? usages : 0;
			return;
		}
	}
	/* Where there will be no search, nobody needs to read it. */
	struct certificate *certificate = &search->certificates[search->count];
	bool read = search->unnamed == NULL &&
		certificate_read(certificate, der, work_of(search));
	if (!read) {
		if (search->unnamed == NULL && search->count == 0) {
			return; /* the leaf */
		}
		*certificate = (struct certificate){ .der = der };
		association_of_certificate(&certificate->own, der);
		search->unread |= search->unnamed == NULL;
	}
	if (search->count == 0) {
		certificate->shared = &search->peer->association;
	}
	certificate->usages = read ? usages : 0;
	search->count++;
}

/* RFC 7671 5.2.1: a certificate from DNS is there even if the peer did not send it. */
static void add_records(struct path_search *search, const struct tlsa_set *set,
	unsigned usages)
{
	size_t added = 0;
	for (size_t i = 0; i < set->count && added < PATH_RECORD_MAX; i++) {
		const struct dance_tlsa *record = &set->records[i];
		if ((usages & 1u << record->usage) != 0 &&
			(record->usage == TLSA_DANE_TA || record->usage == TLSA_PKIX_TA) &&
			record->selector == TLSA_CERTIFICATE &&
			record->matching == TLSA_FULL) {
			add(search, (struct dance_octets){ record->data, record->size },
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
static struct certificate *find_trusted(const struct path_search *search,
	struct dance_octets der)
{
	for (unsigned i = 0; search->trust != NULL && i < search->trust->count; i++) {
		if (work_equal(work_of(search), search->trust->certificates[i].der, der)) {
			return &search->trust->certificates[i];
		}
	}
	return NULL;
}

struct path_search *path_search_new(struct peer *peer, const struct name *name,
	const struct tlsa_set *set, unsigned usages, const struct dance_options *options)
{
	struct path_search *search = calloc(1, sizeof(*search));
	if (search == NULL) {
		return NULL;
	}
	search->certificates = calloc(DANCE_CHAIN_MAX + PATH_RECORD_MAX,
		sizeof(search->certificates[0]));
	if (search->certificates == NULL) {
		free(search);
		return NULL;
	}
	search->peer = peer;
	search->trust = options->trust;
	search->purpose = options->role == DANCE_SERVER ? PURPOSE_SERVER : PURPOSE_CLIENT;
	search->at = options->at != 0 ? options->at : (int64_t)time(NULL);
	search->unnamed = name_fault(peer, name, options->role);

	add(search, peer->association.whole[TLSA_CERTIFICATE], FOR_DANE | FOR_PKIX);
	if (search->count == 0) {
		return search; /* the leaf cannot be read */
	}
	for (size_t i = 1; i < peer->shown->chain_count; i++) {
		add(search, peer->shown->chain[i], FOR_DANE | FOR_PKIX);
	}
	search->sent_count = search->count;
	add_records(search, set, usages);
	search->trusted_leaf = find_trusted(search, search->certificates[0].der);
	return search;
}

void path_search_free(struct path_search *search)
{
	if (search == NULL) {
		return;
	}
	free(search->certificates);
	free(search);
}

static struct certificate *top(const struct path_search *search)
{
	return search->path.certificates[search->path.length - 1];
}

static enum signature check_issuer(struct path_search *search, struct certificate *issuer)
{
	return signature_of(&search->peer->signatures, top(search),
		certificate_association(issuer), work_of(search));
}

static bool is_on_path(const struct path_search *search,
	const struct certificate *certificate)
{
	for (unsigned i = 0; i < search->path.length; i++) {
		const struct certificate *there = search->path.certificates[i];
		if (there == certificate ||
			work_equal(work_of(search), there->der, certificate->der)) {
			return true;
		}
	}
	return false;
}

/* Could it have issued the top of the path, as far as can be told without a signature? */
static bool may_have_issued(const struct path_search *search,
	const struct certificate *issuer)
{
	return certificate_names_issuer(top(search), issuer, work_of(search)) &&
		!is_on_path(search, issuer);
}

static bool is_for_usage(const struct path_search *search,
	const struct certificate *certificate)
{
	return (certificate->usages & 1u << search->record->usage) != 0;
}

/* Did a certificate that is there sign the top of the path, and so not the record's key? Not
 * asked where the record may be of the same key in another form. */
static bool is_signed_by_another(struct path_search *search)
{
	struct dance_octets key = search->key.whole[TLSA_SPKI];
	bool there = signature_is_pss(&top(search)->signed_part);
	for (size_t i = 1; i < search->count && !there; i++) {
		const struct certificate *issuer = &search->certificates[i];
		there = is_for_usage(search, issuer) && octets_equal(issuer->spki, key) &&
			may_have_issued(search, issuer);
	}
	for (size_t i = 1; i < search->count && !there; i++) {
		struct certificate *issuer = &search->certificates[i];
		if (is_for_usage(search, issuer) && may_have_issued(search, issuer) &&
			check_issuer(search, issuer) == SIGNATURE_GOOD) {
			return true;
		}
	}
	return false;
}

/* RFC 7671 5.2.3: a bare key from DNS is the anchor of what it has signed. Other issuers are
 * tried first, since their signatures are checked anyway when the path goes on. */
static bool is_signed_by_record(struct path_search *search)
{
	const struct dance_tlsa *record = search->record;
	return record->selector == TLSA_SPKI && record->matching == TLSA_FULL &&
		!is_signed_by_another(search) &&
		signature_of(&search->peer->signatures, top(search), &search->key,
			work_of(search)) == SIGNATURE_GOOD;
}

static bool is_of_record(struct path_search *search, struct certificate *certificate)
{
	return association_compare(certificate_association(certificate), search->record,
		       work_of(search)) == ASSOCIATION_SAME;
}

/* May a path end here, at its top? */
static bool is_end(struct path_search *search)
{
	const struct dance_tlsa *record = search->record;
	search->path.key = (struct dance_octets){ NULL, 0 };
	switch ((enum tlsa_usage)record->usage) {
	case TLSA_DANE_TA:
		if (search->path.length > 1 && is_of_record(search, top(search))) {
			return true;
		}
		if (!is_signed_by_record(search)) {
			return false;
		}
		search->path.key = (struct dance_octets){ record->data, record->size };
		return true;
	case TLSA_PKIX_EE:
		return top(search)->root;
	case TLSA_PKIX_TA:
		for (unsigned i = 1; top(search)->root && i < search->path.length; i++) {
			if (is_of_record(search, search->path.certificates[i])) {
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

static bool is_valid(struct path_search *search)
{
	const char *why = path_fault(&search->path, search->purpose, search->at,
		work_of(search));
	if (why != NULL && search->why == NULL) {
		search->why = why;
	}
	return why == NULL;
}

/* In force, and for what the peer is, as far as it can be seen without a path? */
static bool is_in_force(const struct path_search *search,
	const struct certificate *certificate)
{
	return certificate->fault == NULL && !certificate->unknown_critical &&
		(certificate->purposes & search->purpose) != 0 &&
		search->at >= certificate->not_before &&
		search->at <= certificate->not_after;
}

/* Could a path with this issuer be valid? Such issuers are tried first. The others are tried
 * afterwards, for the reason why no path is valid. */
static bool is_fit(const struct path_search *search, const struct certificate *issuer)
{
	return is_in_force(search, issuer) && (issuer->basic.authority || issuer->root) &&
		(issuer->uses & USE_CERT_SIGN) != 0;
}

static bool climb(struct path_search *search);

/* What was found of those that could have issued the top of the path. */
struct issuers {
	bool signed_by_one;
	enum signature failed; /* the last that did not; SIGNATURE_GOOD: there was none */
};

static bool try_issuer(struct path_search *search, struct certificate *issuer,
	struct issuers *issuers)
{
	if (!may_have_issued(search, issuer)) {
		return false;
	}
	if (search->path.length == PATH_LENGTH_MAX) {
		search->cut = true;
		return false;
	}
	enum signature is = check_issuer(search, issuer);
	if (is == SIGNATURE_UNCHECKED) {
		return false;
	}
	if (is != SIGNATURE_GOOD) {
		issuers->failed = is;
		return false;
	}
	issuers->signed_by_one = true;
	unsigned unfit = search->unfit;
	search->unfit += !is_fit(search, issuer);
	search->path.certificates[search->path.length++] = issuer;
	bool found = climb(search);
	search->path.length--;
	search->unfit = unfit;
	return found;
}

/* A trusted certificate first: the shortest way to a root. */
static bool try_all(struct path_search *search, bool fit, struct issuers *issuers)
{
	bool pkix = search->record->usage != TLSA_DANE_TA;
	for (unsigned i = 0; pkix && i < search->trust->count; i++) {
		struct certificate *issuer = &search->trust->certificates[i];
		if (is_fit(search, issuer) == fit && try_issuer(search, issuer, issuers)) {
			return true;
		}
	}
	for (size_t i = 1; i < search->count; i++) {
		struct certificate *issuer = &search->certificates[i];
		if (is_for_usage(search, issuer) && is_fit(search, issuer) == fit &&
			try_issuer(search, issuer, issuers)) {
			return true;
		}
	}
	return false;
}

/* Searches on from the top of the path: for its end, or for who issued it. No deeper than
 * PATH_LENGTH_MAX. Each step is paid for, so where the work is spent the search ends. */
static bool climb(struct path_search *search)
{
	struct issuers issuers = { .failed = SIGNATURE_GOOD };
	if (search->unfit != 0 && search->met) {
		return false;
	}
	size_t candidates = search->count +
		(search->trust != NULL ? search->trust->count : 0);
	if (!work_take(work_of(search), 1 + (uint32_t)(candidates / 8))) {
		return false;
	}
	if (is_end(search)) {
		search->met = true;
		if (is_valid(search)) {
			return true;
		}
		if (search->unfit != 0) {
			return false; /* one reason is enough */
		}
	}
	if (try_all(search, true, &issuers) || try_all(search, false, &issuers)) {
		return true;
	}
	if (!issuers.signed_by_one && issuers.failed != SIGNATURE_GOOD &&
		!top(search)->self_issued) {
		search->dead_end = issuers.failed;
	}
	return false;
}

/* Is the record of a certificate that was sent above the leaf, or for usage 0, of one that
 * is trusted? */
static bool is_known(struct path_search *search)
{
	bool pkix = search->record->usage == TLSA_PKIX_TA;
	for (size_t i = 1; i < search->sent_count; i++) {
		if (is_of_record(search, &search->certificates[i])) {
			return true;
		}
	}
	for (unsigned i = 0; pkix && i < search->trust->count; i++) {
		if (is_of_record(search, &search->trust->certificates[i])) {
			return true;
		}
	}
	return false;
}

/* The leaf, or the trusted root that it is: of one there may be nothing above. */
static struct certificate *leaf_of(const struct path_search *search)
{
	bool trusted = search->record->usage != TLSA_DANE_TA &&
		search->trusted_leaf != NULL;
	return trusted ? search->trusted_leaf : &search->certificates[0];
}

#define NO_PATH(why) \
	{ "no path leads from the certificate to a trusted CA" why, \
		"no path leads from the certificate to the one of the record" why }

/* Why none was found. */
static const char *no_path(const struct path_search *search)
{
	static const char *const no_more[] = NO_PATH(" within " PATH_LENGTH_MAX_TEXT
						     " certificates");
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
	};
	bool dane = search->record->usage == TLSA_DANE_TA;
	return search->cut ? no_more[dane] :
		search->unread && search->dead_end == SIGNATURE_GOOD ?
			     unread[dane] :
			     reasons[search->dead_end][dane];
}

/* A search in which something failed, or that was cut short for want of work, proves nothing and
 * disproves nothing. The want of work is the peer's own doing, and a no. */
static bool is_cut_short(const struct path_search *search, enum path_outcome *outcome,
	const char **why)
{
	const struct work *work = work_of(search);
	*outcome = work->failed != NULL ? PATH_UNKNOWN : PATH_BROKEN;
	*why = work->failed != NULL ? work->failed : WORK_SPENT;
	return work->failed != NULL || work->spent;
}

/* RFC 7671 10.2: without the name no path is good enough. */
static enum path_outcome verify_unnamed(struct path_search *search, const char **why)
{
	const struct dance_tlsa *record = search->record;
	bool broken = record->usage == TLSA_PKIX_EE || record->matching == TLSA_FULL ||
		is_known(search);
	enum path_outcome outcome;
	if (is_cut_short(search, &outcome, why)) {
		return outcome;
	}
	*why = search->unnamed;
	return broken ? PATH_BROKEN : PATH_NONE;
}

enum path_outcome path_find(struct path_search *search, const struct dance_tlsa *record,
	const char **why)
{
	enum path_outcome outcome;
	search->record = record;
	if (work_of(search)->spent) {
		(void)is_cut_short(search, &outcome, why);
		return outcome;
	}
	if (search->count == 0) {
		*why = "the certificate cannot be read";
		return PATH_BROKEN;
	}
	if (search->unnamed != NULL) {
		return verify_unnamed(search, why);
	}
	search->met = search->cut = false;
	search->dead_end = SIGNATURE_GOOD;
	search->why = NULL;
	search->path.certificates[0] = leaf_of(search);
	search->path.length = 1;
	search->unfit = !is_in_force(search, search->path.certificates[0]);
	association_of_key(&search->key,
		(struct dance_octets){ record->data, record->size });
	if (climb(search)) {
		return PATH_PROVED;
	}
	bool broken = search->met || record->usage == TLSA_PKIX_EE || is_known(search);
	if (is_cut_short(search, &outcome, why)) {
		return outcome;
	}
	*why = search->why != NULL ? search->why : no_path(search);
	return broken ? PATH_BROKEN : PATH_NONE;
}
