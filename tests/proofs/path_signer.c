/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: the top of a path is called signed by another than the record's key only if a
 *   certificate for this usage that is not on the path names itself its issuer and has signed
 *   it; and if one such is there that is asked about, it is. Where two keys may have made one
 *   signature, or an issuer that may be the one has the record's key, nobody is asked, and it is
 *   not called so. Each issuer is asked about once at most. The record's own key is asked about
 *   only after them, and only if the record holds it whole; that it signed is said only if its
 *   signature is good.
 * Sources: none
 * Contracts: who names and who signed whom are any relations; path_candidates_next() gives the
 *   certificates one after the other, as path_candidates proves; that a signature is paid for,
 *   and not checked when the work is spent, prove signature_memo and signature_paid.
 * Assumes: 3 certificates, one of them the leaf; the path has at most 2.
 * Edit: src/path_build.c 's/^static bool climb(\(struct path_search \*search\))$/static bool
 *   climb_step\1/'
 * Unwind: 4
 * Limit: 60 s */

#include "path_build.c"

#include "proof.h"

#define CERTIFICATES 3

/* Not one array, so that CBMC knows which is meant. */
static struct certificate leaf, first, second;
static struct certificate *const certificates[CERTIFICATES] = { &leaf, &first, &second };
static const unsigned char key_of_record, key_of_other = 1;
static bool names[CERTIFICATES], signs[CERTIFICATES], by_key, is_pss;
static unsigned asked[CERTIFICATES], asked_key;
static struct path_search search;
static struct peer peer;
static struct dance_tlsa record;

static size_t place(const struct certificate *certificate)
{
	return certificate == &leaf ? 0 : certificate == &first ? 1 : 2;
}

static bool is_for_usage(const struct certificate *certificate)
{
	return (certificate->usages & 1u << TLSA_DANE_TA) != 0;
}

int memcmp(const void *a, const void *b, size_t size)
{
	must(size == 1, "keys of one octet");
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

bool work_take(struct work *work, uint32_t steps)
{
	must(work == &peer.work, "one budget pays for all");
	return nondet_bool();
}

bool work_equal(struct work *work, struct dance_octets a, struct dance_octets b)
{
	return work == &peer.work && a.data == b.data;
}

bool certificate_names_issuer(const struct certificate *certificate,
	const struct certificate *issuer, struct work *work)
{
	must(certificate == top(&search), "it is asked of the top");
	return names[place(issuer)];
}

struct association *certificate_association(struct certificate *certificate)
{
	return (struct association *)certificate; /* what it is of is all that counts */
}

enum signature signature_memo_check(struct signature_memo *memo,
	struct certificate *certificate, struct association *key, struct work *work)
{
	must(memo == &peer.signatures && certificate == top(&search) && work == &peer.work,
		"it is asked of the top");
	enum signature bad = nondet_bool() ? SIGNATURE_WRONG : SIGNATURE_UNCHECKED;
	if (key == &search.key) {
		asked_key++;
		return by_key ? SIGNATURE_GOOD : bad;
	}
	size_t issuer = place((struct certificate *)key);
	must(asked_key == 0, "the record's key comes last");
	asked[issuer]++;
	return signs[issuer] ? SIGNATURE_GOOD : bad;
}

bool signature_is_pss(const struct signed_octets *of)
{
	must(of == &top(&search)->signed_part, "it is asked of the top");
	return is_pss;
}

struct certificate *path_candidates_next(const struct path_candidates *candidates,
	enum tlsa_usage usage, size_t *at)
{
	must(usage == TLSA_DANE_TA, "for this usage");
	if (*at == 0 && (*at)++ == 0 && is_for_usage(&first)) {
		return &first;
	}
	if (*at == 1 && (*at)++ == 1 && is_for_usage(&second)) {
		return &second;
	}
	return NULL;
}

/* May this one, by its name, have issued the top? */
static bool may_be(size_t issuer)
{
	return issuer > 0 && names[issuer] && is_for_usage(certificates[issuer]) &&
		(search.path.length == 1 || issuer != 1);
}

static void fill(struct certificate *certificate)
{
	certificate->der = (struct dance_octets){ (unsigned char *)certificate, 1 };
	certificate->spki = (struct dance_octets){
		nondet_bool() ? &key_of_record : &key_of_other, any_size(1)
	};
	certificate->usages = nondet_unsigned();
}

static void judge(void)
{
	bool has_key = false, is_signed = false;
	for (size_t i = 0; i < CERTIFICATES; i++) {
		has_key |= may_be(i) && certificates[i]->spki.size == 1 &&
			certificates[i]->spki.data == &key_of_record;
		is_signed |= may_be(i) && signs[i];
	}
	bool is_whole = record.selector == TLSA_SPKI && record.matching == TLSA_FULL;
	bool by_another = is_signed && !is_pss && !has_key;

	if (nondet_bool()) {
		must(is_signed_by_another(&search) == by_another,
			"exactly then by another");
	} else {
		bool by_record = is_signed_by_record(&search);
		must(by_record == (is_whole && by_key && !by_another),
			"by the record's key");
		must(asked_key == (is_whole && !by_another), "which is asked about once");
	}
	for (size_t i = 0; i < CERTIFICATES; i++) {
		must(asked[i] <= 1, "each is asked about once");
		must(asked[i] == 0 || (may_be(i) && !is_pss && !has_key), "and only then");
	}
	assume(asked_key == 1 && asked[2] == 1);
	end_of_proof();
}

void harness(void)
{
	any_octets(names);
	any_octets(signs);
	by_key = nondet_bool();
	is_pss = nondet_bool();
	record.usage = TLSA_DANE_TA;
	record.selector = nondet_uint8();
	record.matching = nondet_uint8();
	search.peer = &peer;
	search.record = &record;
	search.key.whole[TLSA_SPKI] = (struct dance_octets){ &key_of_record, 1 };
	search.path.certificates[0] = &leaf;
	search.path.certificates[1] = &first;
	fill(&leaf);
	fill(&first);
	fill(&second);
	if (nondet_bool()) {
		search.path.length = 1;
		judge();
	} else {
		search.path.length = 2;
		judge();
	}
}
