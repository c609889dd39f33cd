/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: what may stand above the leaf in a path of a usage is given one after the other, each once,
 *   up to an end: first all that the operator trusts, for DANE-TA none of them, then exactly those
 *   others that are for this usage, and never the leaf; a path of DANE-TA begins with the
 *   certificate that was sent, even if the operator trusts it, too.
 * Sources: src/path_candidates.c
 * Contracts: none
 * Assumes: the leaf and at most 2 others that were sent or in DNS; at most 2 are trusted.
 * Unwind: 6
 * Limit: 60 s */

#include "path_candidates.h"

#include "proof.h"
#include "trust_store.h"

#define OTHERS 2
#define TRUSTED 2

static struct certificate certificates[1 + OTHERS], trusted[TRUSTED];
static struct dance_trust trust = { .certificates = trusted };
static struct path_candidates candidates = { .certificates = certificates };

void harness(void)
{
	enum tlsa_usage usage = (enum tlsa_usage)any_size(TLSA_DANE_TA);
	unsigned given[1 + OTHERS] = { 0 }, given_trusted[TRUSTED] = { 0 };
	bool others_began = false;
	size_t at = 0;
	candidates.count = 1 + any_size(OTHERS);
	trust.count = (unsigned)any_size(TRUSTED);
	if (usage != TLSA_DANE_TA || nondet_bool()) {
		candidates.trust = &trust;
	}
	for (size_t i = 0; i <= OTHERS; i++) {
		certificates[i].usages = nondet_unsigned();
	}
	candidates.trusted_leaf = nondet_bool() ? &trusted[1] : NULL;

	struct certificate *next;
	while ((next = path_candidates_next(&candidates, usage, &at)) != NULL) {
		for (size_t i = 0; i <= OTHERS; i++) {
			given[i] += next == &certificates[i];
			others_began |= next == &certificates[i];
		}
		for (size_t i = 0; i < TRUSTED; i++) {
			given_trusted[i] += next == &trusted[i];
			must(next != &trusted[i] || !others_began,
				"the trusted ones are first");
		}
	}
	must(path_candidates_next(&candidates, usage, &at) == NULL,
		"the end stays the end");
	must(given[0] == 0, "the leaf is not above itself");
	for (size_t i = 1; i <= OTHERS; i++) {
		bool is_for = i < candidates.count &&
			(certificates[i].usages >> usage & 1) != 0;
		must(given[i] == is_for, "what is for the usage is given once");
	}
	for (size_t i = 0; i < TRUSTED; i++) {
		bool is_for = i < trust.count && usage != TLSA_DANE_TA;
		must(given_trusted[i] == is_for, "what is trusted is given once, for PKIX");
	}
	const struct certificate *leaf = path_candidates_leaf(&candidates, usage);
	must(leaf == &certificates[0] ||
			(usage != TLSA_DANE_TA && leaf == candidates.trusted_leaf &&
				leaf != NULL),
		"the leaf is the one that was sent, or trusted");
	assume(given[OTHERS] == 1 && given_trusted[TRUSTED - 1] == 1);
	end_of_proof();
}
