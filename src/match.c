/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Does one of these records match this peer? Knows usages, selectors and matching types;
 * takes the set as usable and agile already; leaves paths to path_build.c. */

#include "match.h"

#include <stdio.h>

#include "path_build.h"
#include "verdict.h"

/* Usage 3, and the first half of usage 1: name, dates and chain are not looked at (RFC 7671
 * 5.1). A raw key has no certificate that a record could be of. */
static bool is_leaf_of(struct peer *peer, const struct dance_tlsa *record)
{
	return association_compare(&peer->association, record, NULL) == ASSOCIATION_SAME;
}

/* The usages that count here: those that are not switched off (RFC 7671 4), PKIX ones only
 * with CAs to rely on. */
static unsigned enabled_usages(const struct dance_options *options)
{
	unsigned usages = options->usages != 0 ? options->usages : DANCE_USAGES_DEFAULT;
	return options->trust != NULL ? usages : usages & ~(DANCE_PKIX_TA | DANCE_PKIX_EE);
}

/* Can this record say anything about this peer? */
static bool is_applicable(const struct dance_tlsa *record, const struct peer *peer,
	unsigned usages)
{
	return (usages & 1u << record->usage) != 0 &&
		(!peer->shown->raw_key ||
			(record->usage == TLSA_DANE_EE && record->selector == TLSA_SPKI));
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

/* Does one record match? The certificates are read with the first record that needs a path. */
static enum path_outcome try_record(struct peer *peer, const struct dance_tlsa *record,
	struct path_search *search, const char **why)
{
	if (record->usage == TLSA_DANE_EE) {
		return is_leaf_of(peer, record) ? PATH_PROVED : PATH_NONE;
	}
	if (record->usage == TLSA_PKIX_EE && !is_leaf_of(peer, record)) {
		return PATH_NONE;
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
		"what was shown does not match the one usable record, %u %u %u %s",
		record->usage, record->selector, record->matching,
		digest[0] != '\0' ? digest : "of full data");
}

enum dance_verdict match_peer(struct peer *peer, const struct name *name,
	const struct tlsa_set *set, const struct dance_options *options,
	struct dance_result *result)
{
	unsigned usages = enabled_usages(options);
	struct path_search *search = NULL;
	const char *why = NULL;
	size_t applicable = 0;
	const struct dance_tlsa *only = NULL;
	for (size_t i = 0; i < set->count; i++) {
		const struct dance_tlsa *record = &set->records[i];
		if (!is_applicable(record, peer, usages)) {
			continue;
		}
		if (search == NULL && record->usage != TLSA_DANE_EE) {
			search = path_search_new(peer, name, set, usages, options);
			if (search == NULL) {
				return result_say(result, DANCE_FAIL_INTERNAL,
					"out of memory");
			}
		}
		applicable++;
		only = record;
		const char *fault = NULL;
		enum path_outcome outcome = try_record(peer, record, search, &fault);
		if (outcome == PATH_PROVED) {
			path_search_free(search);
			return allow(record, result);
		}
		if (outcome == PATH_BROKEN && why == NULL) {
			why = fault;
		}
	}
	path_search_free(search);

	if (applicable == 0) {
		return result_say(result, DANCE_DENY_UNUSABLE, "%s",
			set->too_many ?
				"the name has more than " VERDICT_NUMBER(
					TLSA_RECORD_MAX) " TLSA records" :
				set->count == 0 ?
				"no record is well-formed and of a known kind" :
				"no record is of a usage that can prove this client here");
	}
	if (why != NULL) {
		return result_say(result, DANCE_DENY_CHAIN, "%s", why);
	}
	return say_mismatch(result, only, applicable);
}
