/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Policies by the set of those that are valid at each certificate: whether that set is empty
 * is all that a path is judged by, and neither the tree of RFC 5280 6.1 nor the graph of RFC
 * 9618 says more of it. */

#include "certificate_policy.h"

#include "der.h"
#include "octets.h"

enum tag {
	TAG_REQUIRE_EXPLICIT = 0x80, /* [0] IMPLICIT INTEGER */
	TAG_INHIBIT_MAPPING = 0x81,  /* [1] IMPLICIT INTEGER */
};

/* The contents of object identifiers. */
static const unsigned char any_policy[] = { 0x55, 0x1d, 0x20, 0x00 };
static const unsigned char qualifiers[2][8] = {
	{ 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x01 }, /* id-qt-cps */
	{ 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x02 }, /* id-qt-unotice */
};

static const char unreadable_policies[] = "certificate policies cannot be read";
static const char unreadable_mappings[] = "policy mappings cannot be read";
static const char too_many[] = "a certificate has more than " POLICY_MAX_TEXT " policies";
static const char too_dear[] = "the policies of a path take too much work";

struct policies {
	struct dance_octets oids[POLICY_MAX]; /* without anyPolicy */
	unsigned count;
	bool any; /* anyPolicy */
};

/* One extension policyMappings: pairs of policies of issuer and subject. */
struct mappings {
	struct dance_octets from[POLICY_MAX];
	struct dance_octets to[POLICY_MAX];
	unsigned count;
};

/* The state variables (RFC 5280 6.1.2 a, d to f). */
struct state {
	struct policies valid; /* those expected in the next certificate */
	uint32_t explicit_policy, inhibit_any, policy_mapping;
};

static bool is_any(struct dance_octets oid)
{
	return octets_equal(oid, (struct dance_octets){ any_policy, sizeof(any_policy) });
}

/* Sixteen short ones in a step. False also where the work is spent. */
static bool has(const struct policies *set, struct dance_octets oid, struct work *work)
{
	if (!work_take(work, 1 + set->count * (1 + (uint32_t)oid.size / 64) / 16)) {
		return false;
	}
	for (unsigned i = 0; i < set->count; i++) {
		if (octets_equal(set->oids[i], oid)) {
			return true;
		}
	}
	return false;
}

/* Adds a policy that may be there already. */
static const char *add(struct policies *set, struct dance_octets oid, struct work *work)
{
	if (has(set, oid, work)) {
		return NULL;
	}
	if (set->count == POLICY_MAX) {
		return "more than " POLICY_MAX_TEXT " policies are valid in a path";
	}
	set->oids[set->count++] = oid;
	return NULL;
}

/* Each policy is written in one way only. */
static bool take_oid(struct dance_octets *values, struct dance_octets *oid)
{
	return der_take(values, DER_OID, oid) && der_is_oid(*oid);
}

/* Reading costs by the octet. */
static bool pay_for(struct dance_octets extension, struct work *work)
{
	return work_take(work, 1 + (uint32_t)(extension.size / 16));
}

static bool is_known_qualifier(struct dance_octets oid)
{
	const struct dance_octets cps = { qualifiers[0], sizeof(qualifiers[0]) };
	const struct dance_octets notice = { qualifiers[1], sizeof(qualifiers[1]) };
	return octets_equal(oid, cps) || octets_equal(oid, notice);
}

/* policyQualifiers, whose contents change nothing for the path. Those of RFC 5280 4.2.1.4
 * are understood; a critical extension may have no others. */
static const char *qualifiers_fault(struct dance_octets list, bool critical)
{
	if (list.size == 0) {
		return unreadable_policies;
	}
	while (list.size > 0) {
		struct dance_octets qualifier, oid, content;
		unsigned char tag;
		if (!der_take(&list, DER_SEQUENCE, &qualifier) ||
			!take_oid(&qualifier, &oid) ||
			!der_next(&qualifier, &tag, &content) || qualifier.size != 0) {
			return unreadable_policies;
		}
		if (critical && !is_known_qualifier(oid)) {
			return "a policy qualifier in a critical extension is unknown";
		}
	}
	return NULL;
}

/* One PolicyInformation. Each policy stands there once (RFC 5280 4.2.1.4). */
static const char *read_policy(struct dance_octets *list, bool critical,
	struct policies *read, struct work *work)
{
	struct dance_octets information, oid, content;
	const char *why = NULL;
	if (!der_take(list, DER_SEQUENCE, &information) || !take_oid(&information, &oid)) {
		return unreadable_policies;
	}
	if (information.size != 0) {
		why = !der_sequence(information, &content) ?
			unreadable_policies :
			qualifiers_fault(content, critical);
	}
	if (why != NULL) {
		return why;
	}
	if (is_any(oid) ? read->any : has(read, oid, work)) {
		return "a certificate has a policy twice";
	}
	if (is_any(oid)) {
		read->any = true;
		return NULL;
	}
	if (read->count == POLICY_MAX) {
		return too_many;
	}
	read->oids[read->count++] = oid;
	return NULL;
}

static const char *read_policies(const struct policy_step *step, struct policies *read,
	struct work *work)
{
	struct dance_octets list;
	read->count = 0;
	read->any = false;
	if (step->policies.data == NULL) {
		return NULL;
	}
	if (!pay_for(step->policies, work)) {
		return too_dear;
	}
	if (!der_sequence(step->policies, &list) || list.size == 0) {
		return unreadable_policies;
	}
	const char *why = NULL;
	while (why == NULL && list.size > 0) {
		why = read_policy(&list, step->policies_critical, read, work);
	}
	return why;
}

static const char *read_mappings(struct dance_octets extension, struct mappings *read,
	struct work *work)
{
	struct dance_octets list, pair;
	read->count = 0;
	if (extension.data == NULL) {
		return NULL;
	}
	if (!pay_for(extension, work)) {
		return too_dear;
	}
	if (!der_sequence(extension, &list) || list.size == 0) {
		return unreadable_mappings;
	}
	while (list.size > 0) {
		if (read->count == POLICY_MAX) {
			return "a certificate has more than " POLICY_MAX_TEXT
			       " policy mappings";
		}
		unsigned i = read->count++;
		if (!der_take(&list, DER_SEQUENCE, &pair) ||
			!take_oid(&pair, &read->from[i]) ||
			!take_oid(&pair, &read->to[i]) || pair.size != 0) {
			return unreadable_mappings;
		}
	}
	return NULL;
}

/* A number of certificates, if it is there; UINT32_MAX, which no path reaches, if not. */
static bool take_skip(struct dance_octets *values, unsigned char tag, uint32_t *skip)
{
	struct dance_octets content;
	*skip = UINT32_MAX;
	return values->size == 0 || values->data[0] != tag ||
		(der_take(values, tag, &content) && der_unsigned(content, skip));
}

/* What the extensions limit below the certificate. */
struct limits {
	uint32_t explicit_policy, inhibit_any, policy_mapping;
};

static const char *read_limits(const struct policy_step *step, struct limits *limits)
{
	struct dance_octets inside, any = step->inhibit_any;
	*limits = (struct limits){ UINT32_MAX, UINT32_MAX, UINT32_MAX };
	if (step->constraints.data != NULL &&
		(!der_sequence(step->constraints, &inside) || inside.size == 0 ||
			!take_skip(&inside, TAG_REQUIRE_EXPLICIT,
				&limits->explicit_policy) ||
			!take_skip(&inside, TAG_INHIBIT_MAPPING, &limits->policy_mapping) ||
			inside.size != 0)) {
		return "policy constraints cannot be read";
	}
	if (any.data != NULL &&
		(any.size == 0 || !take_skip(&any, DER_INTEGER, &limits->inhibit_any) ||
			any.size != 0)) {
		return "inhibitAnyPolicy cannot be read";
	}
	return NULL;
}

/* RFC 5280 6.1.3 d, e: what was expected and is there; all of it where one of the two says
 * anyPolicy. `any`: the certificate's anyPolicy counts. */
static const char *accept(struct policies *valid, const struct policies *found, bool any,
	struct work *work)
{
	const char *why = NULL;
	struct policies both;
	both.count = 0;
	both.any = any && valid->any;
	for (unsigned i = 0; i < found->count; i++) {
		if (valid->any || has(valid, found->oids[i], work)) {
			both.oids[both.count++] = found->oids[i];
		}
	}
	for (unsigned i = 0; any && why == NULL && i < valid->count; i++) {
		why = add(&both, valid->oids[i], work);
	}
	*valid = both;
	return why;
}

/* Is the policy mapped to others? */
static bool is_mapped(const struct mappings *mappings, struct dance_octets oid,
	struct work *work)
{
	if (!work_take(work, 1 + mappings->count * (1 + (uint32_t)oid.size / 64) / 16)) {
		return true;
	}
	for (unsigned i = 0; i < mappings->count; i++) {
		if (octets_equal(mappings->from[i], oid)) {
			return true;
		}
	}
	return false;
}

/* RFC 5280 6.1.4 a, b: those that are mapped give way to what they are mapped to, or, where
 * that is inhibited, to nothing. */
static const char *map(struct policies *valid, const struct mappings *mappings,
	bool inhibited, struct work *work)
{
	const char *why = NULL;
	struct policies mapped;
	mapped.count = 0;
	mapped.any = valid->any;
	for (unsigned i = 0; i < mappings->count; i++) {
		if (is_any(mappings->from[i]) || is_any(mappings->to[i])) {
			return "a policy is mapped to or from anyPolicy";
		}
	}
	for (unsigned i = 0; i < valid->count; i++) {
		if (!is_mapped(mappings, valid->oids[i], work)) {
			mapped.oids[mapped.count++] = valid->oids[i];
		}
	}
	for (unsigned i = 0; !inhibited && why == NULL && i < mappings->count; i++) {
		if (valid->any || has(valid, mappings->from[i], work)) {
			why = add(&mapped, mappings->to[i], work);
		}
	}
	*valid = mapped;
	return why;
}

static bool is_empty(const struct policies *valid)
{
	return valid->count == 0 && !valid->any;
}

/* RFC 5280 6.1.4 h. */
static void count_down(uint32_t *skip, bool counts)
{
	*skip -= counts && *skip > 0;
}

static void lower(uint32_t *to, uint32_t limit)
{
	*to = limit < *to ? limit : *to;
}

static const char required[] =
	"a certificate policy is required, but none is valid for the path";

/* One certificate: of the path, or, with `anchor`, the one above it. */
static const char *step_fault(const struct policy_step *step, bool anchor, bool leaf,
	struct state *state, struct work *work)
{
	struct policies found;
	struct mappings mappings;
	struct limits limits;
	const char *why = read_policies(step, &found, work);
	why = why != NULL ? why : read_mappings(step->mappings, &mappings, work);
	why = why != NULL ? why : read_limits(step, &limits);
	if (why != NULL) {
		return why;
	}
	if (anchor) {
		if (step->policies.data != NULL) {
			state->valid = found;
		}
	} else {
		/* 6.1.3 d 2, e, f */
		bool any = found.any &&
			(state->inhibit_any > 0 || (!leaf && step->self_issued));
		why = accept(&state->valid, &found, any, work);
		if (why == NULL && state->explicit_policy == 0 && is_empty(&state->valid)) {
			why = required;
		}
	}
	if (why != NULL) {
		return why;
	}
	if (leaf) {
		/* 6.1.5 a, b, g */
		bool explicit = state->explicit_policy <= 1 || limits.explicit_policy == 0;
		return explicit && is_empty(&state->valid) ? required : NULL;
	}
	why = map(&state->valid, &mappings, state->policy_mapping == 0, work);
	bool counts = !anchor && !step->self_issued;
	count_down(&state->explicit_policy, counts);
	count_down(&state->policy_mapping, counts);
	count_down(&state->inhibit_any, counts);
	lower(&state->explicit_policy, limits.explicit_policy);
	lower(&state->policy_mapping, limits.policy_mapping);
	lower(&state->inhibit_any, limits.inhibit_any);
	return why;
}

const char *policy_fault(const struct policy_step *steps, unsigned count, bool anchored,
	struct work *work)
{
	/* RFC 5280 6.1.2: more than there are certificates is never. */
	struct state state;
	state.valid.count = 0;
	state.valid.any = true;
	state.explicit_policy = state.inhibit_any = state.policy_mapping = count + 1;
	const char *why = count > 0 ? NULL : required;
	for (unsigned i = 0; why == NULL && i < count; i++) {
		why = step_fault(&steps[i], anchored && i == 0, i + 1 == count, &state,
			work);
	}
	return work->spent ? too_dear : why;
}
