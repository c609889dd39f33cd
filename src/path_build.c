/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Paths from the leaf to an anchor. An anchor counts only if a path of good signatures leads
 * to it (RFC 7671 5.2): that it stands among the certificates a peer sent proves nothing.
 * The search goes from the leaf upward. path_candidates.c chooses the certificates, and
 * path_check.c knows what else a path must satisfy. */

#include "path_build.h"

#include <stdlib.h>
#include <time.h>

#include "octets.h"
#include "path_candidates.h"
#include "path_check.h"
#include "work.h"

struct path_search {
	struct peer *peer;
	struct path_candidates candidates;
	enum purpose purpose;
	int64_t at;
	const char *unnamed; /* why the leaf does not contain the name; NULL: it does */

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

/* NULL if it contains the name: a client's is the owner name itself (draft 5), a server's that
 * of the host for whose service the records are published (RFC 7671 10.2; RFC 6698 3). */
static const char *name_fault(struct peer *peer, const struct name *name,
	enum dance_role role)
{
	if (name == NULL) {
		return "the certificate must contain the name, but no name is given";
	}
	struct name host = *name;
	if (role == DANCE_SERVER) {
		name_to_host(name, &host);
	}
	if (peer_bears_name(peer, &host, role == DANCE_SERVER)) {
		return NULL;
	}
	const char *why = peer_names_fault(peer);
	return why != NULL ? why : "the certificate does not contain the name as a dNSName";
}

struct path_search *path_search_new(struct peer *peer, const struct name *name,
	const struct tlsa_set *set, unsigned usages, const struct dance_options *options)
{
	struct path_search *search = calloc(1, sizeof(*search));
	if (search == NULL) {
		return NULL;
	}
	search->peer = peer;
	search->purpose = options->role == DANCE_SERVER ? PURPOSE_SERVER : PURPOSE_CLIENT;
	search->at = options->at != 0 ? options->at : (int64_t)time(NULL);
	search->unnamed = name_fault(peer, name, options->role);
	/* Where there will be no search, nobody needs to read them. */
	if (!path_candidates_gather(&search->candidates, peer, set, usages, options->trust,
		    search->unnamed == NULL)) {
		path_search_free(search);
		return NULL;
	}
	return search;
}

void path_search_free(struct path_search *search)
{
	if (search == NULL) {
		return;
	}
	path_candidates_clear(&search->candidates);
	free(search);
}

static struct certificate *top(const struct path_search *search)
{
	return search->path.certificates[search->path.length - 1];
}

static enum signature check_issuer(struct path_search *search, struct certificate *issuer)
{
	return signature_memo_check(&search->peer->signatures, top(search),
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

/* Did a certificate that is there sign the top of the path, and so not the record's key? Not
 * asked where the record may be of the same key in another form. */
static bool is_signed_by_another(struct path_search *search)
{
	const struct path_candidates *candidates = &search->candidates;
	struct dance_octets key = search->key.whole[TLSA_SPKI];
	struct certificate *issuer;
	size_t at = 0;
	if (signature_is_pss(&top(search)->signed_part)) {
		return false;
	}
	while ((issuer = path_candidates_next(candidates, TLSA_DANE_TA, &at)) != NULL) {
		if (octets_equal(issuer->spki, key) && may_have_issued(search, issuer)) {
			return false;
		}
	}
	at = 0;
	while ((issuer = path_candidates_next(candidates, TLSA_DANE_TA, &at)) != NULL) {
		if (may_have_issued(search, issuer) &&
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
		signature_memo_check(&search->peer->signatures, top(search), &search->key,
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
	return is_in_force(search, issuer) && (issuer->basic.ca || issuer->root) &&
		(issuer->key_usage & KEY_USAGE_CERT_SIGN) != 0;
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

static bool try_all(struct path_search *search, bool fit, struct issuers *issuers)
{
	enum tlsa_usage usage = (enum tlsa_usage)search->record->usage;
	struct certificate *issuer;
	size_t at = 0;
	while ((issuer = path_candidates_next(&search->candidates, usage, &at)) != NULL) {
		if (is_fit(search, issuer) == fit && try_issuer(search, issuer, issuers)) {
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
	size_t candidates = path_candidates_count(&search->candidates);
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

#define NO_PATH(why) \
	{ "no path leads from the certificate to a trusted CA" why, \
		"no path leads from the certificate to that of the record" why }

/* Why none was found. */
static const char *no_path(const struct path_search *search)
{
	static const char *const no_more[] = NO_PATH(" within " PATH_LENGTH_MAX_TEXT
						     " certificates");
	static const char *const unread[] =
		NO_PATH(": a certificate that was sent is too large or cannot be read");
	static const char *const reasons[][2] = {
		[SIGNATURE_GOOD] = NO_PATH(""),
		[SIGNATURE_WRONG] = NO_PATH(": an issuer's signature is wrong"),
		[SIGNATURE_UNKNOWN] = NO_PATH(": a signature uses an unknown algorithm"),
		[SIGNATURE_WEAK] =
			NO_PATH(": a signature uses an algorithm that is too weak"),
		[SIGNATURE_UNFIT_KEY] =
			NO_PATH(": a signature is by a key of an unsupported kind or size"),
	};
	bool dane = search->record->usage == TLSA_DANE_TA;
	return search->cut ? no_more[dane] :
		search->candidates.unread && search->dead_end == SIGNATURE_GOOD ?
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
		path_candidates_hold(&search->candidates, record, work_of(search));
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
	if (search->candidates.count == 0) {
		*why = "the certificate cannot be read";
		return PATH_BROKEN;
	}
	if (search->unnamed != NULL) {
		return verify_unnamed(search, why);
	}
	search->met = search->cut = false;
	search->dead_end = SIGNATURE_GOOD;
	search->why = NULL;
	search->path.certificates[0] = path_candidates_leaf(&search->candidates,
		(enum tlsa_usage)record->usage);
	search->path.length = 1;
	search->unfit = !is_in_force(search, search->path.certificates[0]);
	association_of_key(&search->key,
		(struct dance_octets){ record->data, record->size });
	if (climb(search)) {
		return PATH_PROVED;
	}
	bool broken = search->met || record->usage == TLSA_PKIX_EE ||
		path_candidates_hold(&search->candidates, record, work_of(search));
	if (is_cut_short(search, &outcome, why)) {
		return outcome;
	}
	*why = search->why != NULL ? search->why : no_path(search);
	return broken ? PATH_BROKEN : PATH_NONE;
}
