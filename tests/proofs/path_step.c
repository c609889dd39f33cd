/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: what is judged as a path begins with the leaf, each certificate names and is signed by
 *   the next, all but the leaf are of those for this usage, none is there twice, and it is never
 *   longer than it may be; it ends as the record asks: for DANE-TA with the record's certificate
 *   above the leaf, or by the record's key, which signed the last one; for PKIX with a root, and
 *   for PKIX-TA with the record's certificate above the leaf; only a path that was judged as
 *   valid is found. Shown for one step of the search, the deeper ones by the same contract: for
 *   paths of every length.
 * Sources: none
 * Contracts: who names and who signed whom, and whose certificate the record is of, are any
 *   relations; path_fault() and is_signed_by_another() give any answer; the work may be spent at
 *   any time, and after that no signature is checked; path_candidates_next() gives any that are
 *   for the usage.
 * Assumes: 4 certificates, one of which both was sent and is trusted; a path has at most 3
 *   (PATH_LENGTH_MAX is redefined), and 2 are tried, one after the other.
 * Unwind: 4
 * Edit: src/path_build.c 's/^static bool climb(\(struct path_search \*search\))$/static bool
 *   climb_step\1/;s/^static bool is_signed_by_another(\(struct path_search \*search\))$/static
 *   bool is_signed_by_another\1;static bool is_signed_by_another_itself\1/'
 * Limit: 120 s */

#include "peer_limits.h"

#undef PATH_LENGTH_MAX
#define PATH_LENGTH_MAX 3

#include "path_build.c"

#include "proof.h"

#define DIFFERENT 4

/* The leaf; two more that were sent; the second one and another as they are trusted. */
static struct certificate leaf, first, second, second_trusted, trusted;
static const unsigned char ids[DIFFERENT] = { 0 };
static bool names[DIFFERENT][DIFFERENT], signs[DIFFERENT][DIFFERENT];
static bool of_record[DIFFERENT], by_key[DIFFERENT];
static struct path_search search;
static struct peer peer;
static struct dance_tlsa record;
static bool proved;
static unsigned length;

static unsigned id(const struct certificate *certificate)
{
	return certificate == &leaf     ? 0 :
		certificate == &first   ? 1 :
		certificate == &trusted ? 3 :
					  2;
}

static struct certificate *any_certificate(void)
{
	unsigned which = nondet_unsigned();
	return which == 0  ? &leaf :
		which == 1 ? &first :
		which == 2 ? &second :
		which == 3 ? &second_trusted :
			     &trusted;
}

bool work_take(struct work *work, uint32_t steps)
{
	must(work == &peer.work, "one budget pays for all");
	work->spent |= nondet_bool();
	return !work->spent;
}

bool work_equal(struct work *work, struct dance_octets a, struct dance_octets b)
{
	return work_take(work, 1) && a.data == b.data;
}

bool certificate_names_issuer(const struct certificate *certificate,
	const struct certificate *issuer, struct work *work)
{
	return names[id(certificate)][id(issuer)] && work_take(work, 1);
}

struct association *certificate_association(struct certificate *certificate)
{
	return (struct association *)certificate; /* what it is of is all that counts */
}

enum signature signature_memo_check(struct signature_memo *memo,
	struct certificate *certificate, struct association *key, struct work *work)
{
	must(memo == &peer.signatures, "what is known of signatures is the peer's");
	if (!work_take(work, 1)) {
		return SIGNATURE_UNCHECKED;
	}
	bool good = key == &search.key ?
		by_key[id(certificate)] :
		signs[id(certificate)][id((struct certificate *)key)];
	return good ? SIGNATURE_GOOD : nondet_bool() ? SIGNATURE_WRONG : SIGNATURE_UNKNOWN;
}

static bool is_signed_by_another(struct path_search *of)
{
	return nondet_bool();
}

bool signature_is_pss(const struct signed_octets *of)
{
	return nondet_bool();
}

enum association_match association_compare(struct association *of,
	const struct dance_tlsa *by, struct work *work)
{
	must(by == &record, "it is compared with the record");
	return !work_take(work, 1)                      ? ASSOCIATION_UNKNOWN :
		of_record[id((struct certificate *)of)] ? ASSOCIATION_SAME :
							  ASSOCIATION_OTHER;
}

size_t path_candidates_count(const struct path_candidates *candidates)
{
	return DIFFERENT;
}

static bool is_for_usage(const struct certificate *certificate, unsigned usage)
{
	return certificate == &second_trusted || certificate == &trusted ?
		usage != TLSA_DANE_TA :
		certificate != &leaf && (certificate->usages & 1u << usage) != 0;
}

struct certificate *path_candidates_next(const struct path_candidates *candidates,
	enum tlsa_usage usage, size_t *at)
{
	must(usage == record.usage, "of the record's usage");
	struct certificate *next = any_certificate();
	return (*at)++ < 2 && is_for_usage(next, usage) ? next : NULL;
}

/* What a path is, said once more. */
static bool is_path(const struct path *path)
{
	if (path->length < 1 || path->length > PATH_LENGTH_MAX) {
		return false;
	}
	for (unsigned i = 0; i < PATH_LENGTH_MAX; i++) {
		const struct certificate *above = path->certificates[i];
		if (i >= path->length) {
			continue;
		}
		if (i == 0 ? id(above) != 0 : !is_for_usage(above, record.usage)) {
			return false;
		}
		for (unsigned j = 0; j < i; j++) {
			if (id(path->certificates[j]) == id(above)) {
				return false;
			}
		}
		unsigned below = i > 0 ? id(path->certificates[i - 1]) : 0;
		if (i > 0 && (!names[below][id(above)] || !signs[below][id(above)])) {
			return false;
		}
	}
	return true;
}

static bool climb(struct path_search *deeper)
{
	must(deeper == &search && is_path(&search.path), "it goes deeper by a path");
	must(search.path.length == length + 1, "which is longer by one");
	search.met = nondet_bool();
	search.cut = nondet_bool();
	search.path.key = (struct dance_octets){ nondet_bool() ? ids : NULL, 0 };
	(void)work_take(&peer.work, 1);
	bool found = nondet_bool();
	proved |= found;
	return found;
}

static bool ends_as_record_asks(const struct path *path)
{
	const struct certificate *end = path->certificates[path->length - 1];
	bool above = false;
	for (unsigned i = 1; i < PATH_LENGTH_MAX; i++) {
		above |= i < path->length && of_record[id(path->certificates[i])];
	}
	switch (record.usage) {
	case TLSA_DANE_TA:
		return path->key.data == NULL ?
			path->length > 1 && of_record[id(end)] :
			path->key.data == record.data && record.selector == TLSA_SPKI &&
				record.matching == TLSA_FULL && by_key[id(end)];
	case TLSA_PKIX_EE:
		return end->root && path->key.data == NULL;
	default:
		return end->root && above && path->key.data == NULL;
	}
}

const char *path_fault(const struct path *path, enum purpose purpose, int64_t at,
	struct work *work)
{
	must(path == &search.path && is_path(path), "what is judged is a path");
	must(ends_as_record_asks(path), "it ends as the record asks");
	must(purpose == search.purpose && at == search.at, "for this purpose and time");
	bool fine = nondet_bool();
	proved |= fine;
	return fine ? NULL : "a fault";
}

static void fill(struct certificate *certificate, bool may_be_root)
{
	certificate->der = (struct dance_octets){ &ids[id(certificate)], 1 };
	certificate->usages = nondet_unsigned();
	certificate->root = may_be_root && nondet_bool();
	certificate->fault = nondet_bool() ? "a fault" : NULL;
	certificate->basic.ca = nondet_bool();
	certificate->self_issued = nondet_bool();
}

void harness(void)
{
	any_octets(names);
	any_octets(signs);
	any_octets(of_record);
	any_octets(by_key);
	fill(&leaf, true);
	fill(&first, false);
	fill(&second, false);
	fill(&second_trusted, true);
	fill(&trusted, true);
	record.usage = nondet_uint8();
	record.selector = nondet_uint8();
	record.matching = nondet_uint8();
	assume(record.usage <= TLSA_DANE_TA);
	record.data = ids;
	search.peer = &peer;
	search.record = &record;
	search.purpose = nondet_bool() ? PURPOSE_CLIENT : PURPOSE_SERVER;
	search.met = nondet_bool();
	search.unfit = any_size(PATH_LENGTH_MAX);
	peer.work.spent = nondet_bool();
	length = search.path.length = nondet_unsigned();
	for (unsigned i = 0; i < PATH_LENGTH_MAX; i++) {
		search.path.certificates[i] = any_certificate();
	}
	assume(is_path(&search.path));
	struct certificate *end = search.path.certificates[length - 1];
	unsigned unfit = search.unfit;

	bool found = climb_step(&search);
	must(!found || proved, "it is found only if it is valid");
	must(search.path.length == length && search.path.certificates[length - 1] == end &&
			search.unfit == unfit,
		"the path is left as it was");
	end_of_proof();
}
