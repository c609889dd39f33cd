/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: match_peer() allows exactly if a record whose usage is on, which a raw key or digests can
 *   satisfy, is of the leaf or proved by a path, as its usage asks, and names that record; it
 *   denies only if nothing remained unknown, and says UNUSABLE exactly if no record applies.
 * Sources: src/match.c
 * Contracts: association_compare() and association_compare_digest() give any answer on the leaf,
 *   path_find() any on a path, each the same for a record; path_search_new() may fail.
 * Assumes: at most 4 records, which are usable.
 * Unwind: 5
 * Limit: 180 s */

#include "match.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "path_build.h"
#include "verdict.h"

#include "proof.h"

#define RECORDS 4

static struct tlsa_set *set;
static enum association_match leaf[RECORDS];
static enum path_outcome path[RECORDS];
static struct peer peer;
static struct dance_peer shown;
static char a_search;
static unsigned made, freed;
static bool no_memory;

static size_t number_of(const struct dance_tlsa *record)
{
	size_t number = (size_t)(record - set->records);
	must(number < set->count, "it is a record of the set");
	return number;
}

enum association_match association_compare(struct association *of,
	const struct dance_tlsa *record, struct work *work)
{
	must(of == &peer.association && shown.chain_count > 0, "of what was shown");
	return leaf[number_of(record)];
}

enum association_match association_compare_digest(struct association *of,
	const struct dance_tlsa *record, struct work *work)
{
	must(of == &peer.association && shown.chain_count == 0, "of the digests");
	must(work == &peer.work, "its hashing is paid for");
	return leaf[number_of(record)];
}

struct path_search *path_search_new(struct peer *of, const struct name *name,
	const struct tlsa_set *records, unsigned usages,
	const struct dance_options *options)
{
	must(of == &peer && records == set, "of this peer and these records");
	must(!shown.raw_key && shown.chain_count > 0, "a path has certificates");
	no_memory = nondet_bool();
	made += !no_memory;
	return no_memory ? NULL : (struct path_search *)&a_search;
}

void path_search_free(struct path_search *search)
{
	freed += search != NULL;
}

enum path_outcome path_find(struct path_search *search, const struct dance_tlsa *record,
	const char **why)
{
	must(search != NULL && made > freed, "there is a search");
	must(record->usage != TLSA_DANE_EE, "DANE-EE has no path");
	*why = "a reason";
	return path[number_of(record)];
}

enum dance_verdict result_say(struct dance_result *result, enum dance_verdict verdict,
	const char *format, ...)
{
	return result->verdict = verdict;
}

int snprintf(char *text, size_t size, const char *format, ...)
{
	must(size > 0 && can_write(text, size), "snprintf() has room");
	text[0] = nondet_bool() ? '\0' : '0';
	return nondet_int();
}

/* The rules written down once more. */
static bool is_applicable_by_rfc(const struct dance_tlsa *record,
	const struct dance_options *options)
{
	unsigned on = options->usages != 0 ? options->usages :
					     (unsigned)DANCE_DANE_TA | DANCE_DANE_EE;
	unsigned bit = 1u << record->usage;
	if ((on & bit) == 0 || (record->usage < 2 && options->trust == NULL)) {
		return false;
	}
	if (shown.chain_count == 0) {
		unsigned known = peer.association.hashed &
			association_bit(record->selector, TLSA_SHA256);
		return record->usage == 3 && known != 0 && record->matching != TLSA_SHA512;
	}
	return !shown.raw_key || (record->usage == 3 && record->selector == 1);
}

static bool is_proof(size_t i)
{
	switch (set->records[i].usage) {
	case 3:
		return leaf[i] == ASSOCIATION_SAME;
	case 1:
		return leaf[i] == ASSOCIATION_SAME && path[i] == PATH_PROVED;
	default:
		return path[i] == PATH_PROVED;
	}
}

static bool is_unknown(size_t i)
{
	switch (set->records[i].usage) {
	case 3:
		return leaf[i] == ASSOCIATION_UNKNOWN;
	case 1:
		return leaf[i] == ASSOCIATION_UNKNOWN ||
			(leaf[i] == ASSOCIATION_SAME && path[i] == PATH_UNKNOWN);
	default:
		return path[i] == PATH_UNKNOWN;
	}
}

static struct {
	bool applies, proves, proves_named, unknown;
} any;

static void look(const struct dance_options *options, const struct dance_result *result)
{
	for (size_t i = 0; i < RECORDS; i++) {
		const struct dance_tlsa *record = &set->records[i];
		if (i >= set->count || !is_applicable_by_rfc(record, options)) {
			continue;
		}
		any.applies = true;
		any.unknown |= is_unknown(i);
		any.proves |= is_proof(i);
		any.proves_named |= is_proof(i) && result->has_record &&
			result->usage == record->usage &&
			result->selector == record->selector &&
			result->matching == record->matching;
	}
}

static void any_set(void)
{
	set = malloc(sizeof(*set) + RECORDS * sizeof(set->records[0]));
	assume(set != NULL);
	set->count = any_size(RECORDS);
	for (size_t i = 0; i < RECORDS; i++) {
		struct dance_tlsa *record = &set->records[i];
		leaf[i] = (enum association_match)nondet_unsigned();
		path[i] = (enum path_outcome)nondet_unsigned();
		assume((unsigned)leaf[i] <= ASSOCIATION_SAME &&
			(unsigned)path[i] <= PATH_PROVED);
		assume(record->usage < TLSA_USAGE_COUNT &&
			record->selector < TLSA_SELECTOR_COUNT &&
			record->matching < TLSA_MATCHING_COUNT);
		record->size = 0; /* say_mismatch() only prints them */
	}
}

void harness(void)
{
	struct dance_options options;
	struct dance_result result = { .has_record = false };
	options.trust = nondet_bool() ? (struct dance_trust *)&a_search : NULL;
	shown.raw_key = nondet_bool();
	shown.chain_count = any_size(2);
	peer.shown = &shown;
	peer.association.hashed = nondet_unsigned();
	any_set();

	enum dance_verdict verdict = match_peer(&peer, NULL, set, &options, &result);
	look(&options, &result);
	must(verdict == result.verdict, "there is one verdict");
	must(made == freed, "what is made is freed");
	must(verdict == DANCE_ALLOW || verdict == DANCE_DENY_UNUSABLE ||
			verdict == DANCE_DENY_MISMATCH || verdict == DANCE_DENY_CHAIN ||
			verdict == DANCE_FAIL_INTERNAL,
		"it is one of five");
	must(verdict != DANCE_ALLOW || any.proves_named,
		"it allows by the record it names");
	must(verdict == DANCE_ALLOW || !any.proves || no_memory, "and if there is one");
	must((verdict == DANCE_DENY_UNUSABLE) == !any.applies, "unusable: none applies");
	must((verdict != DANCE_DENY_MISMATCH && verdict != DANCE_DENY_CHAIN) ||
			!any.unknown,
		"it denies only what is known");
	must(verdict != DANCE_FAIL_INTERNAL || any.unknown || no_memory,
		"it fails only if something did");
	end_of_proof();
}
