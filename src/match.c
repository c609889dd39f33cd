/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Does one of these records match this peer? Knows usages, selectors and matching types;
 * takes the set as usable and agile already; knows nothing of DNS and of rosters. */

#include "match.h"

#include <string.h>

#include "verdict.h"

bool match_end_entity(struct peer *peer, const struct dance_tlsa *record)
{
	struct dance_octets shown =
		peer_association(peer, record->selector, record->matching);
	return shown.data != NULL && shown.size == record->size &&
		memcmp(shown.data, record->data, record->size) == 0;
}

/* Can this record say anything about this peer here? */
static bool is_applicable(const struct dance_tlsa *record, const struct peer *peer,
	unsigned usages)
{
	if ((usages & 1u << record->usage) == 0) {
		return false; /* switched off, RFC 7671 4 */
	}
	if (peer->shown->raw_key) {
		return record->usage == TLSA_DANE_EE && record->selector == TLSA_SPKI;
	}
	/* Usages that need a path to an anchor can prove nobody without one. */
	return record->usage == TLSA_DANE_EE;
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

enum dance_verdict match_peer(struct peer *peer, const struct tlsa_set *set,
	const struct dance_options *options, struct dance_result *result)
{
	unsigned usages = options->usages != 0 ? options->usages : MATCH_USAGES_DEFAULT;
	size_t applicable = 0;
	for (size_t i = 0; i < set->count; i++) {
		const struct dance_tlsa *record = &set->records[i];
		if (!is_applicable(record, peer, usages)) {
			continue;
		}
		applicable++;
		if (match_end_entity(peer, record)) {
			return allow(record, result);
		}
	}
	if (applicable == 0) {
		return result_say(result, DANCE_DENY_UNUSABLE, set->count == 0 ?
			"no record is well-formed and of a known kind" :
			"no record is of a usage that can prove this client here");
	}
	return result_say(result, DANCE_DENY_MISMATCH,
		"the key or certificate matches none of %zu usable record%s", applicable,
		applicable == 1 ? "" : "s");
}
