/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Does one of these records match this peer? Knows usages, selectors and matching types;
 * takes the set as usable and agile already; leaves paths to path_build.c. */

#include "match.h"

#include <stdio.h>

#include "path_build.h"
#include "verdict.h"

/* The usages that count here: those that are not switched off (RFC 7671 4), PKIX ones only
 * with CAs to rely on. */
unsigned match_usages(const struct dance_options *options)
{
	unsigned usages = options->usages != 0 ? options->usages : DANCE_USAGES_DEFAULT;
	return options->trust != NULL ? usages : usages & ~(DANCE_PKIX_TA | DANCE_PKIX_EE);
}

/* Can this record say anything about this peer? */
static bool is_applicable(const struct dance_tlsa *record, const struct peer *peer,
	unsigned usages)
{
	if ((usages & 1u << record->usage) == 0) {
		return false;
	}
	if (peer_is_digests(peer)) {
		return record->usage == TLSA_DANE_EE &&
			association_knows(&peer->association, record->selector,
				record->matching);
	}
	return !peer->shown->raw_key ||
		(record->usage == TLSA_DANE_EE && record->selector == TLSA_SPKI);
}

static enum dance_verdict allow(const struct dance_tlsa *record,
	struct dance_result *result)
{
	result->has_record = true;
	result->usage = record->usage;
	result->selector = record->selector;
	result->matching = record->matching;
	return result_say(result, DANCE_ALLOW, NULL);
}

/* Is the record of the leaf? Name, dates and chain are not looked at (RFC 7671 5.1). A raw key has
 * no certificate that a record could be of. */
static enum path_outcome match_leaf(struct peer *peer, const struct dance_tlsa *record,
	const char **why)
{
	enum association_match match = peer_is_digests(peer) ?
		association_compare_digest(&peer->association, record, &peer->work) :
		association_compare(&peer->association, record, NULL);
	switch (match) {
	case ASSOCIATION_SAME:
		return PATH_PROVED;
	case ASSOCIATION_OTHER:
		return PATH_NONE;
	case ASSOCIATION_UNKNOWN:
		break;
	}
	*why = peer->work.spent ? "hashing the full records would take too much work" :
				  ASSOCIATION_UNHASHED;
	return PATH_UNKNOWN;
}

/* Does one record match? */
static enum path_outcome try_record(struct peer *peer, const struct dance_tlsa *record,
	struct path_search *search, const char **why)
{
	if (record->usage == TLSA_DANE_EE) {
		return match_leaf(peer, record, why);
	}
	if (record->usage == TLSA_PKIX_EE) {
		enum path_outcome outcome = match_leaf(peer, record, why);
		if (outcome != PATH_PROVED) {
			return outcome;
		}
	}
	return path_find(search, record, why);
}

/* Of one record the digest is told: what DNS has, next to what was shown. */
static enum dance_verdict say_mismatch(struct dance_result *result,
	const struct dance_tlsa *record, size_t count)
{
	if (count > 1) {
		return result_say(result, DANCE_DENY_MISMATCH,
			"the key or certificate matches none of %zu usable records", count);
	}
	char digest[2 * TLSA_SHA512_SIZE + 1] = "";
	for (size_t i = 0; record->matching != TLSA_FULL && i < record->size; i++) {
		snprintf(digest + 2 * i, 3, "%02x", record->data[i]);
	}
	return result_say(result, DANCE_DENY_MISMATCH,
		"the one usable record is %u %u %u %s", record->usage, record->selector,
		record->matching, digest[0] != '\0' ? digest : "with full data");
}

/* What was learned from the records, none of which matches. */
struct finding {
	size_t applicable;
	const struct dance_tlsa *only; /* the last of these */
	const char *broken;            /* why a path is not valid; NULL: there was none */
	const char *unknown; /* why it was not found out whether one matches; NULL: it was */
};

/* Why no record can say anything about this peer. */
static const char *say_inapplicable(const struct peer *peer, const struct tlsa_set *set,
	unsigned usages)
{
	if (set->too_many) {
		return "the name has more than " TLSA_RECORD_MAX_TEXT " TLSA records";
	}
	if (set->count == 0) {
		return "no record is well-formed and of a known kind";
	}
	if (!peer_is_digests(peer) || (usages & DANCE_DANE_EE) == 0) {
		return "no record has a usage that can prove this client here";
	}
	/* Agility has dropped what stood beside them, if anything did (RFC 7671 9). */
	for (size_t i = 0; i < set->count; i++) {
		const struct dance_tlsa *record = &set->records[i];
		if (record->usage == TLSA_DANE_EE && record->matching == TLSA_SHA512 &&
			association_knows(&peer->association, record->selector,
				TLSA_SHA256)) {
			return record->selector == TLSA_SPKI ?
				"the server knows the key only by SHA2-256, and the record "
				"3 1 2 overrides 3 1 1 (RFC 7671 9)" :
				"the server knows the certificate only by SHA2-256, and the "
				"record 3 0 2 overrides 3 0 1 (RFC 7671 9)";
		}
	}
	return "the server knows the client only by SHA2-256 digests, and no record "
	       "has a usage and a selector for these";
}

/* That one of them may match outweighs what is wrong with others. */
static enum dance_verdict refuse(const struct finding *finding, struct dance_result *result)
{
	if (finding->unknown != NULL) {
		return result_say(result, DANCE_FAIL_INTERNAL, "%s", finding->unknown);
	}
	if (finding->broken != NULL) {
		return result_say(result, DANCE_DENY_CHAIN, "%s", finding->broken);
	}
	return say_mismatch(result, finding->only, finding->applicable);
}

enum dance_verdict match_peer(struct peer *peer, const struct name *name,
	const struct tlsa_set *set, const struct dance_options *options,
	struct dance_result *result)
{
	unsigned usages = match_usages(options);
	struct path_search *search = NULL;
	struct finding finding = { .applicable = 0 };
	peer->work.failed = NULL; /* for other records it may have been another time */
	for (size_t i = 0; i < set->count; i++) {
		const struct dance_tlsa *record = &set->records[i];
		const char *why = NULL;
		if (!is_applicable(record, peer, usages)) {
			continue;
		}
		finding.applicable++;
		finding.only = record;
		/* The certificates are read for the first record that needs a path. */
		if (search == NULL && record->usage != TLSA_DANE_EE) {
			search = path_search_new(peer, name, set, usages, options);
			if (search == NULL) {
				finding.unknown = "out of memory";
				break; /* all that follow need one as well */
			}
		}
		enum path_outcome outcome = try_record(peer, record, search, &why);
		if (outcome == PATH_PROVED) {
			path_search_free(search);
			return allow(record, result);
		}
		if (outcome == PATH_UNKNOWN && finding.unknown == NULL) {
			finding.unknown = why;
		}
		if (outcome == PATH_BROKEN && finding.broken == NULL) {
			finding.broken = why;
		}
	}
	path_search_free(search);
	if (finding.applicable == 0) {
		return result_say(result, DANCE_DENY_UNUSABLE, "%s",
			say_inapplicable(peer, set, usages));
	}
	return refuse(&finding, result);
}
