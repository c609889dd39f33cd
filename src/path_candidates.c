/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Gathers certificates, each once. One that cannot be read can be in no path, but a record may be
 * of it. */

#include "path_candidates.h"

#include <stdlib.h>

#include "trust_store.h"

/* A digest wants its anchor sent (RFC 7671 5.2.2), or in DNS by a record of the same kind: a
 * certificate that DNS holds for one is in no path for another. PKIX-EE has none of its own;
 * those for PKIX-TA may lead from its leaf up. */
#define FOR_DANE (1u << TLSA_DANE_TA)
#define FOR_PKIX (1u << TLSA_PKIX_TA | 1u << TLSA_PKIX_EE)

/* Adds one for paths of these usages, if it is not there already. */
static void add(struct path_candidates *candidates, struct dance_octets der,
	unsigned usages, bool read, struct work *work)
{
	for (size_t i = 0; i < candidates->count; i++) {
		struct certificate *there = &candidates->certificates[i];
		if (work_equal(work, there->der, der)) {
			there->usages |= there->subject.data != NULL ? usages : 0;
			return;
		}
	}
	struct certificate *certificate = &candidates->certificates[candidates->count++];
	bool readable = read && certificate_read(certificate, der, work);
	if (!readable) {
		*certificate = (struct certificate){ .der = der };
		association_of_certificate(&certificate->own, der);
	}
	certificate->usages = readable ? usages : 0;
	candidates->unread |= read && !readable;
}

/* RFC 7671 5.2.1: a certificate from DNS is there even if the peer did not send it. */
static void add_records(struct path_candidates *candidates, const struct tlsa_set *set,
	unsigned usages, bool read, struct work *work)
{
	size_t added = 0;
	for (size_t i = 0; i < set->count && added < PATH_RECORD_MAX; i++) {
		const struct dance_tlsa *record = &set->records[i];
		if ((usages & 1u << record->usage) != 0 &&
			(record->usage == TLSA_DANE_TA || record->usage == TLSA_PKIX_TA) &&
			record->selector == TLSA_CERTIFICATE &&
			record->matching == TLSA_FULL) {
			add(candidates, (struct dance_octets){ record->data, record->size },
				record->usage == TLSA_DANE_TA ? FOR_DANE : FOR_PKIX, read,
				work);
			added++;
		}
	}
}

static struct certificate *find_trusted(const struct dance_trust *trust,
	struct dance_octets der, struct work *work)
{
	for (unsigned i = 0; trust != NULL && i < trust->count; i++) {
		if (work_equal(work, trust->certificates[i].der, der)) {
			return &trust->certificates[i];
		}
	}
	return NULL;
}

bool path_candidates_gather(struct path_candidates *candidates, struct peer *peer,
	const struct tlsa_set *set, unsigned usages, const struct dance_trust *trust,
	bool read)
{
	struct dance_octets leaf = peer->association.whole[TLSA_CERTIFICATE];
	struct work *work = &peer->work;
	*candidates = (struct path_candidates){ .trust = trust };
	candidates->certificates = calloc(DANCE_CHAIN_MAX + PATH_RECORD_MAX,
		sizeof(candidates->certificates[0]));
	if (candidates->certificates == NULL) {
		return false;
	}
	add(candidates, leaf, FOR_DANE | FOR_PKIX, read, work);
	if (candidates->unread) {
		candidates->count = 0;
		return true;
	}
	candidates->certificates[0].shared = &peer->association;
	for (size_t i = 1; i < peer->shown->chain_count; i++) {
		if (peer->shown->chain[i].size > 0) {
			add(candidates, peer->shown->chain[i], FOR_DANE | FOR_PKIX, read,
				work);
		}
	}
	candidates->sent_count = candidates->count;
	add_records(candidates, set, usages, read, work);
	candidates->trusted_leaf = find_trusted(trust, leaf, work);
	return true;
}

void path_candidates_clear(struct path_candidates *candidates)
{
	free(candidates->certificates);
	*candidates = (struct path_candidates){ .count = 0 };
}

size_t path_candidates_count(const struct path_candidates *candidates)
{
	return candidates->count +
		(candidates->trust != NULL ? candidates->trust->count : 0);
}

struct certificate *path_candidates_leaf(const struct path_candidates *candidates,
	enum tlsa_usage usage)
{
	bool trusted = usage != TLSA_DANE_TA && candidates->trusted_leaf != NULL;
	return trusted ? candidates->trusted_leaf : &candidates->certificates[0];
}

struct certificate *path_candidates_next(const struct path_candidates *candidates,
	enum tlsa_usage usage, size_t *at)
{
	size_t trusted = usage != TLSA_DANE_TA ? candidates->trust->count : 0;
	if (*at < trusted) {
		return &candidates->trust->certificates[(*at)++];
	}
	/* Behind those, and without the leaf. */
	while (*at - trusted + 1 < candidates->count) {
		struct certificate *next = &candidates->certificates[*at - trusted + 1];
		++*at;
		if ((next->usages & 1u << usage) != 0) {
			return next;
		}
	}
	return NULL;
}

static bool is_of(struct certificate *certificate, const struct dance_tlsa *record,
	struct work *work)
{
	return association_compare(certificate_association(certificate), record, work) ==
		ASSOCIATION_SAME;
}

bool path_candidates_hold(const struct path_candidates *candidates,
	const struct dance_tlsa *record, struct work *work)
{
	bool pkix = record->usage == TLSA_PKIX_TA;
	for (size_t i = 1; i < candidates->sent_count; i++) {
		if (is_of(&candidates->certificates[i], record, work)) {
			return true;
		}
	}
	for (unsigned i = 0; pkix && i < candidates->trust->count; i++) {
		if (is_of(&candidates->trust->certificates[i], record, work)) {
			return true;
		}
	}
	return false;
}
