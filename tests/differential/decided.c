/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The rules, each with what has to be the case for it to explain a difference. What is
 * allowed here and refused there has to be allowed there too once OpenSSL is spared what it
 * does otherwise. */

#include "decided.h"

#include <string.h>

#include "dress.h"
#include "mild.h"
#include "rules.h"

/* What is asked of a rule. */
struct question {
	const struct scenario *scenario;
	struct oracle *oracle;
	const struct dance_result *result;
};

/* The next smaller set within a set of bits; ~0u after the empty one. */
static unsigned smaller(unsigned bits, unsigned within)
{
	return bits == 0 ? ~0u : (bits - 1) & within;
}

/* Would OpenSSL allow the peer by these records if others of the certificates were there? */
static bool agrees_with_less(const struct question *question, unsigned records)
{
	const struct scenario *scenario = question->scenario;
	bool pkix = question->result->usage < 2;
	unsigned all = oracle_certificates(scenario, pkix ? 0 : 2), trusted = 0;
	for (size_t i = 0; pkix && i < scenario->store_count; i++) {
		trusted |= 1u << scenario->store[i];
	}
	all |= trusted; /* what the store holds below its roots is there as well */
	for (unsigned some = all; some != ~0u; some = smaller(some, all)) {
		for (unsigned in = trusted; in != ~0u; in = smaller(in, trusted)) {
			const struct oracle_part part = { records, some, in };
			const struct oracle_opinion opinion =
				oracle_judge_part(question->oracle, scenario, part);
			/* A path that a rule refuses explains nothing. */
			if (opinion.allow &&
				rule_of_path(scenario, opinion.path, opinion.length,
					opinion.bare) == RULE_NONE) {
				return true;
			}
		}
	}
	return false;
}

/* Any one path is enough (RFC 7671 5.2, 5.4). OpenSSL builds one, of whatever it comes upon
 * first; once in the store it stays there; and for a bare key (RFC 7671 5.2.3) it climbs to
 * the key's certificate if that was sent. So it is asked about fewer certificates, by the
 * record that decided: whole data alone, a digest among all of its kind, as it counts only
 * if there is no stronger one (RFC 7671 9). */
static bool has_another_path(const struct question *question)
{
	const struct dance_result *result = question->result;
	unsigned digests = 0;
	for (size_t i = 0; i < question->scenario->record_count; i++) {
		const struct dance_tlsa *record = &question->scenario->records[i];
		if (record->usage != result->usage ||
			record->selector != result->selector) {
			continue;
		}
		if (record->matching != 0) {
			digests |= 1u << i;
		} else if (result->matching == 0 && agrees_with_less(question, 1u << i)) {
			return true;
		}
	}
	return result->matching != 0 && agrees_with_less(question, digests);
}

/* A wildcard stands for any one label (RFC 9525 6.3); OpenSSL's for letters, digits and
 * hyphens. */
static bool wildcard_for_underscore(const struct question *question)
{
	const struct scenario *scenario = question->scenario;
	const struct plan *leaf = &scenario->certificates[scenario->leaf].plan;
	const char *rest = strchr(scenario->name, '.');
	size_t size = strlen(rest);
	bool wildcard = false;
	for (size_t i = 0; i < leaf->name_count; i++) {
		wildcard |= leaf->names[i].size == size + 1 &&
			leaf->names[i].data[0] == '*' &&
			memcmp(leaf->names[i].data + 1, rest, size) == 0;
	}
	return scenario->role == DANCE_SERVER && scenario->name[0] == '_' && wildcard;
}

/* Digest agility is for raw keys too (RFC 7671 9): OpenSSL takes any digest of them. */
static bool raw_key_by_weaker_digest(const struct question *question)
{
	const struct scenario *scenario = question->scenario;
	bool weaker = false, stronger = false;
	for (size_t i = 0; i < scenario->record_count; i++) {
		const struct dance_tlsa *record = &scenario->records[i];
		bool ours = record->usage == 3 && record->selector == 1;
		weaker |= ours && record->matching == 1;
		stronger |= ours && record->matching == 2 && record->size == 64;
	}
	return scenario->raw_key && weaker && stronger;
}

/* A whole certificate in DNS that cannot be read is no anchor (RFC 6698 2.1.1); OpenSSL reads
 * some that GnuTLS does not, such as one whose two signature algorithms differ. */
static bool anchor_unreadable(const struct question *question)
{
	const struct scenario *scenario = question->scenario;
	for (size_t i = 0; i < scenario->record_count; i++) {
		const struct dance_tlsa *record = &scenario->records[i];
		if ((record->usage == 0 || record->usage == 2) && record->selector == 0 &&
			record->matching == 0 && scenario->targets[i] == SCENARIO_NOBODY) {
			return true;
		}
	}
	return false;
}

/* And the other way round, such as one with a broken object identifier, or a key with bits
 * that are not used: what is in DNS is an anchor as far as it can be read. */
static bool anchor_readable(const struct question *question)
{
	const struct scenario *scenario = question->scenario;
	const struct dance_result *result = question->result;
	bool garbled = false;
	for (size_t i = 0; i < scenario->record_count; i++) {
		const struct dance_tlsa *record = &scenario->records[i];
		garbled |= record->usage == result->usage &&
			record->selector == result->selector && record->matching == 0 &&
			scenario->targets[i] == SCENARIO_NOBODY;
	}
	return garbled && result->usage != 3 && result->matching == 0;
}

/* A certificate that issued itself may also have been issued by another of its name and key;
 * OpenSSL ends every path there. */
static bool has_twin_root(const struct question *question)
{
	const struct scenario *scenario = question->scenario;
	bool twins = false;
	for (size_t i = 0; i < scenario->certificate_count; i++) {
		const struct plan *one = &scenario->certificates[i].plan;
		for (size_t j = 0; j < i; j++) {
			const struct plan *other = &scenario->certificates[j].plan;
			twins |= one->authority && one->key == other->key &&
				strcmp(one->subject, other->subject) == 0 &&
				strcmp(one->subject, one->issuer) == 0;
		}
	}
	return twins && question->result->usage < 2;
}

/* Restricts it nothing below it, as an anchor? */
static bool is_free_anchor(const struct scenario *scenario, const struct plan *plan)
{
	return plan->authority && plan->constraints == PART_RIGHT && !plan->version_1 &&
		plan->path_length < 0 && plan->purposes == 0 &&
		plan->key_usage != KEY_USAGE_WRONG && !plan->critical &&
		plan->odd == NULL && plan->permitted == NULL && plan->excluded == NULL &&
		plan->bound_count == 0 && (scenario->dress & DRESS_POLICIES) == 0 &&
		key_is_fit(plan->key) && scenario->at >= plan->from &&
		scenario->at <= plan->to;
}

/* The same for usage 2: the anchor issued its twin, which issued what is below. So OpenSSL has
 * to allow the path as far as the twin, were that the anchor, and the anchor to let it be. */
static bool is_above_twin(const struct question *question)
{
	const struct scenario *scenario = question->scenario;
	for (size_t i = 0; i < scenario->record_count; i++) {
		size_t target = scenario->targets[i];
		if (scenario->records[i].usage != 2 || target == SCENARIO_NOBODY ||
			!is_free_anchor(scenario, &scenario->certificates[target].plan)) {
			continue;
		}
		const struct plan *anchor = &scenario->certificates[target].plan;
		for (size_t j = 0; j < scenario->certificate_count; j++) {
			const struct plan *twin = &scenario->certificates[j].plan;
			struct scenario moved;
			if (j == target || !rule_is_self_issued(twin) ||
				twin->signer != anchor->key || twin->key != anchor->key ||
				strcmp(twin->subject, anchor->subject) != 0 ||
				(twin->issuer_key != PART_ABSENT &&
					anchor->subject_key != PART_ABSENT &&
					twin->issuer_key != anchor->subject_key) ||
				!mild_move(&moved, scenario, i, j)) {
				continue;
			}
			struct oracle_part part = oracle_whole(&moved, true);
			part.records = 1u << i;
			part.certificates &= ~(1u << target);
			struct oracle_opinion opinion = oracle_judge_part(question->oracle,
				&moved, part);
			bool allow = opinion.allow &&
				rule_of_path(&moved, opinion.path, opinion.length,
					opinion.bare) == RULE_NONE;
			scenario_clear(&moved);
			if (allow) {
				return true;
			}
		}
	}
	return false;
}

/* Only basicConstraints make a CA (RFC 5280 4.2.1.9); OpenSSL takes keyCertSign alone, and a
 * self-signed certificate of version 1. */
static bool issuer_without_constraints(const struct question *question)
{
	const struct scenario *scenario = question->scenario;
	for (size_t i = 0; i < scenario->certificate_count; i++) {
		const struct plan *plan = &scenario->certificates[i].plan;
		if (plan->authority &&
			(plan->version_1 ||
				(plan->constraints == PART_ABSENT &&
					plan->key_usage == KEY_USAGE_RIGHT))) {
			return true;
		}
	}
	return false;
}

/* A trusted certificate is a root if it signed itself; OpenSSL goes by its names. */
static bool root_by_another(const struct question *question)
{
	const struct scenario *scenario = question->scenario;
	for (size_t i = 0; i < scenario->store_count; i++) {
		const struct plan *plan = &scenario->certificates[scenario->store[i]].plan;
		if (strcmp(plan->subject, plan->issuer) == 0 &&
			(plan->signer != plan->key || plan->broken_signature)) {
			return true;
		}
	}
	return false;
}

/* The anchor too has to be in force; OpenSSL looks at the dates of a self-signed one only. */
static bool anchor_not_in_force(const struct question *question)
{
	const struct scenario *scenario = question->scenario;
	for (size_t i = 0; i < scenario->record_count; i++) {
		size_t target = scenario->targets[i];
		if (scenario->records[i].usage != 2 || target == SCENARIO_NOBODY) {
			continue;
		}
		for (size_t j = 0; j < scenario->certificate_count; j++) {
			const struct plan *plan = &scenario->certificates[j].plan;
			if (plan->key == scenario->certificates[target].plan.key &&
				(scenario->at < plan->from || scenario->at > plan->to)) {
				return true;
			}
		}
	}
	return false;
}

struct decision {
	const char *rule;
	bool allow; /* what we say */
	bool (*applies)(const struct question *question);
	unsigned count;
};

static struct decision decisions[] = {
	{ "R9 R11 R12: any path does", true, has_another_path, 0 },
	{ "R13: a wildcard stands for any label", true, wildcard_for_underscore, 0 },
	{ "R12: a root may stand in the midst of a path", true, has_twin_root, 0 },
	{ "R9: an anchor may have issued itself once more", true, is_above_twin, 0 },
	{ "R3: an anchor in DNS can be read here", true, anchor_readable, 0 },
	{ "R3: an anchor in DNS cannot be read here", false, anchor_unreadable, 0 },
	{ "R6: digest agility for raw keys", false, raw_key_by_weaker_digest, 0 },
	{ "R9: a CA has basicConstraints", false, issuer_without_constraints, 0 },
	{ "R8 R12: a root has signed itself", false, root_by_another, 0 },
	{ "R9: the anchor is in force", false, anchor_not_in_force, 0 },
};

static const size_t decision_count = sizeof(decisions) / sizeof(decisions[0]);

static unsigned rule_counts[RULE_COUNT], mild_counts[MILD_COUNT];

/* Of how many paths OpenSSL is asked before a case counts as undecided. */
#define PATH_QUESTION_MAX 2000

/* A search for paths that OpenSSL allows and no rule refuses. */
struct search {
	const struct scenario *scenario;
	struct oracle *oracle;
	unsigned questions;
	enum rule rule; /* the last one that refused */
};

/* Without that certificate, and without the records that bring it along. */
static struct oracle_part without(const struct scenario *scenario, struct oracle_part part,
	size_t number)
{
	part.certificates &= ~(1u << number);
	part.store &= ~(1u << number);
	for (size_t i = 0; i < scenario->record_count; i++) {
		const struct dance_tlsa *record = &scenario->records[i];
		if (record->selector == 0 && record->matching == 0 &&
			scenario->targets[i] == number) {
			part.records &= ~(1u << i);
		}
	}
	return part;
}

/* Do rules refuse each path that OpenSSL finds in this part? Any other lacks a certificate of
 * the one that it finds, or is not for the bare key that ends it. */
static bool are_paths_refused(struct search *search, struct oracle_part part)
{
	const struct scenario *scenario = search->scenario;
	if (search->questions++ == PATH_QUESTION_MAX) {
		return false;
	}
	struct oracle_opinion opinion = oracle_judge_part(search->oracle, scenario, part);
	if (!opinion.allow) {
		return opinion.asked;
	}
	if (opinion.length == 0 || opinion.usage == 3 ||
		(opinion.bare && opinion.record == SCENARIO_NOBODY)) {
		return false;
	}
	enum rule rule = rule_of_path(scenario, opinion.path, opinion.length, opinion.bare);
	if (rule == RULE_NONE) {
		return false;
	}
	search->rule = rule;
	if (rule_of_path(scenario, opinion.path, 1, false) != RULE_NONE) {
		/* The leaf alone is what is wrong: only DANE-EE is left. */
		struct oracle_part ee = part;
		for (size_t i = 0; i < scenario->record_count; i++) {
			if (scenario->records[i].usage != 3) {
				ee.records &= ~(1u << i);
			}
		}
		return !oracle_judge_part(search->oracle, scenario, ee).allow;
	}
	for (size_t i = 1; i < opinion.length; i++) {
		if (!are_paths_refused(search, without(scenario, part, opinion.path[i]))) {
			return false;
		}
	}
	if (opinion.bare || opinion.length == 1) {
		part.records &= ~(1u << opinion.record);
		return are_paths_refused(search, part);
	}
	return true;
}

/* The rule by which no path is left that OpenSSL would allow; RULE_NONE: some is. */
static enum rule refusing_rule(const struct question *question)
{
	struct search search = { question->scenario, question->oracle, 0, RULE_NONE };
	if (question->scenario->raw_key ||
		!are_paths_refused(&search, oracle_whole(question->scenario, true)) ||
		!are_paths_refused(&search, oracle_whole(question->scenario, false))) {
		return RULE_NONE;
	}
	return search.rule;
}

/* Refused here, allowed there. */
static bool is_refused_by_rule(const struct question *question)
{
	enum rule rule = refusing_rule(question);
	rule_counts[rule]++;
	return rule != RULE_NONE;
}

/* The decision that explains the result; NULL: none does. */
static struct decision *find_decision(const struct question *question)
{
	bool allow = question->result->verdict == DANCE_ALLOW;
	for (size_t i = 0; i < decision_count; i++) {
		if (decisions[i].allow == allow && decisions[i].applies(question)) {
			return &decisions[i];
		}
	}
	return NULL;
}

/* Allowed here, refused there. */
static bool is_allowed_if_mild(const struct question *question)
{
	for (int i = 0; i < MILD_COUNT; i++) {
		struct scenario mild;
		if (!mild_make(&mild, question->scenario, (enum mildness)i)) {
			continue;
		}
		const struct question again = { &mild, question->oracle, question->result };
		bool allow = oracle_judge(question->oracle, &mild).allow ||
			find_decision(&again) != NULL;
		scenario_clear(&mild);
		if (allow) {
			mild_counts[i]++;
			return true;
		}
	}
	return false;
}

bool decided_otherwise(const struct scenario *scenario, struct oracle *oracle,
	const struct dance_result *result)
{
	const struct question question = { scenario, oracle, result };
	struct decision *decision = find_decision(&question);
	if (decision != NULL) {
		decision->count++;
		return true;
	}
	return result->verdict == DANCE_ALLOW ? is_allowed_if_mild(&question) :
						is_refused_by_rule(&question);
}

/* Allowed by both, where a rule leaves no path. */
static bool is_allowed_wrongly(const struct question *question,
	const struct oracle_opinion *opinion)
{
	return opinion->length > 0 && opinion->usage != 3 &&
		rule_of_path(question->scenario, opinion->path, opinion->length,
			opinion->bare) != RULE_NONE &&
		refusing_rule(question) != RULE_NONE && !has_another_path(question);
}

/* Refused by both, and by OpenSSL only for what the RFC lets pass. */
static bool is_refused_wrongly(const struct question *question)
{
	static const enum mildness kinds[] = { MILD_ODD, MILD_NAMES, MILD_MAPPINGS };
	bool wrongly = false;
	for (size_t i = 0; !wrongly && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct scenario mild;
		if (!mild_make(&mild, question->scenario, kinds[i])) {
			continue;
		}
		const struct question again = { &mild, question->oracle, question->result };
		wrongly = oracle_judge(question->oracle, &mild).allow &&
			refusing_rule(&again) == RULE_NONE && find_decision(&again) == NULL;
		scenario_clear(&mild);
	}
	return wrongly;
}

const char *decided_fault(const struct scenario *scenario, struct oracle *oracle,
	const struct dance_result *result, const struct oracle_opinion *opinion)
{
	const struct question question = { scenario, oracle, result };
	if (opinion->allow) {
		return is_allowed_wrongly(&question, opinion) ?
			"allowed, and a rule refuses it" :
			NULL;
	}
	return result->verdict == DANCE_DENY_CHAIN && is_refused_wrongly(&question) ?
		"refused, and no rule says so" :
		NULL;
}

void decided_report(void)
{
	for (size_t i = 0; i < decision_count; i++) {
		printf("%u decided otherwise, %s here: %s\n", decisions[i].count,
			decisions[i].allow ? "allowed" : "refused", decisions[i].rule);
	}
	for (int i = 0; i < MILD_COUNT; i++) {
		printf("%u decided otherwise, allowed here: %s\n", mild_counts[i],
			mild_words[i]);
	}
	for (int i = RULE_NONE + 1; i < RULE_COUNT; i++) {
		printf("%u decided otherwise, refused here: %s\n", rule_counts[i],
			rule_words[i]);
	}
}
