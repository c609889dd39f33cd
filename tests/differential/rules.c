/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The rules, each as it stands in the RFC. */

#include "rules.h"

#include <string.h>

const char *const rule_words[RULE_COUNT] = {
	[RULE_NONE] = "none",
	[RULE_KEY] =
		"R21: keys have 112 bits of strength, and curves a name (RFC 5480 2.1.1)",
	[RULE_DIGEST] = "R21: signatures by SHA-1 prove nothing",
	[RULE_ODD] = "R21: what cannot be read, stands there twice or is critical and not "
		     "understood refuses (RFC 5280 4.2)",
	[RULE_NAMES] = "R21: name constraints of each form (RFC 5280 4.2.1.10)",
	[RULE_POLICY] = "R21: policies, those that an anchor requires too (RFC 5280 6.1, "
			"RFC 5937 3.2)",
};

static bool is_same_mailbox(const struct bearing *a, const struct bearing *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a->text, b->text) == 0);
}

bool rule_is_self_issued(const struct plan *plan)
{
	return strcmp(plan->subject, plan->issuer) == 0 &&
		org_equal(plan->org, plan->issuer_org) &&
		is_same_mailbox(plan->mailbox, plan->issuer_mailbox);
}

static bool has_unfit_key(const struct scenario *scenario, const size_t *path,
	size_t length, bool bare)
{
	for (size_t i = 0; i < length; i++) {
		const struct plan *plan = &scenario->certificates[path[i]].plan;
		if (!key_is_fit(plan->key) ||
			(bare && i + 1 == length && !key_is_fit(plan->signer))) {
			return true;
		}
	}
	return false;
}

/* On the anchor's own signature nothing rests. */
static bool has_weak_digest(const struct scenario *scenario, const size_t *path,
	size_t length, bool bare)
{
	for (size_t i = 0; i + !bare < length; i++) {
		const struct plan *plan = &scenario->certificates[path[i]].plan;
		if (!key_has_own_digest(plan->signer) && plan->digest == DIGEST_SHA1) {
			return true;
		}
	}
	return false;
}

static bool has_odd(const struct scenario *scenario, const size_t *path, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const struct plan *plan = &scenario->certificates[path[i]].plan;
		if (plan->odd != NULL && !plan->version_1 &&
			!(i == 0 ? plan->odd->leaf : plan->odd->issuer)) {
			return true;
		}
	}
	return false;
}

/* One name under all bounds of its form. */
struct verdict {
	bool constrained, permitted, refused;
};

static void weigh(struct verdict *verdict, const struct bound *bound, enum place place)
{
	verdict->refused |= bound->limited || place == PLACE_UNKNOWN ||
		(bound->excluded && place == PLACE_IN);
	if (!bound->excluded) {
		verdict->constrained = true;
		verdict->permitted |= place == PLACE_IN;
	}
}

static bool passes(const struct verdict *verdict)
{
	return !verdict->refused && (!verdict->constrained || verdict->permitted);
}

static bool is_bearing_permitted(const struct bound *bounds, size_t count,
	const struct bearing *bearing)
{
	struct verdict verdict = { false, false, false };
	for (size_t i = 0; i < count; i++) {
		if (bounds[i].base->form == bearing->form) {
			weigh(&verdict, &bounds[i], bearing_place(bearing, bounds[i].base));
		}
	}
	return passes(&verdict);
}

/* 6.1.3 b, c: the subject; its mailbox if there are no alternative names; those. */
static bool are_names_permitted(const struct bound *bounds, size_t count,
	const struct plan *below)
{
	struct verdict subject = { false, false, false };
	for (size_t i = 0; i < count; i++) {
		if (bounds[i].base->form == FORM_DIRECTORY) {
			weigh(&subject, &bounds[i], org_place(below->org, bounds[i].base));
		}
	}
	if (!passes(&subject)) {
		return false;
	}
	bool alternative = !below->version_1 && below->name_count + below->extra_count > 0;
	if (below->mailbox != NULL && !alternative &&
		!is_bearing_permitted(bounds, count, below->mailbox)) {
		return false;
	}
	for (size_t i = 0; alternative && i < below->extra_count; i++) {
		if (!is_bearing_permitted(bounds, count, below->extra[i])) {
			return false;
		}
	}
	return true;
}

/* Constraints on dNSNames, of which there is one at most. */
static bool is_domain_permitted(const struct plan *issuer, const struct plan *below)
{
	const char *domain = issuer->permitted != NULL ? issuer->permitted :
							 issuer->excluded;
	for (size_t i = 0; domain != NULL && i < below->name_count; i++) {
		enum place place = dns_place(below->names[i], domain);
		if (place != (issuer->permitted != NULL ? PLACE_IN : PLACE_OUT)) {
			return false;
		}
	}
	return true;
}

bool rule_permits(const struct plan *issuer, const struct plan *below)
{
	return issuer->version_1 ||
		((below->version_1 || is_domain_permitted(issuer, below)) &&
			are_names_permitted(issuer->bounds, issuer->bound_count, below));
}

static bool breaks_constraints(const struct scenario *scenario, const size_t *path,
	size_t length)
{
	for (size_t i = 1; i < length; i++) {
		const struct plan *issuer = &scenario->certificates[path[i]].plan;
		for (size_t j = 0; j < i; j++) {
			const struct plan *below = &scenario->certificates[path[j]].plan;
			bool exempt = j > 0 && rule_is_self_issued(below);
			if (!exempt && !rule_permits(issuer, below)) {
				return true;
			}
		}
	}
	return false;
}

/* The state of RFC 5280 6.1.2. */
struct state {
	unsigned valid; /* policies, a bit for each */
	int require, no_maps, no_any;
};

static bool has_bit(unsigned set, int number)
{
	return (set & 1u << number) != 0;
}

/* 6.1.3 d, e */
static void accept_policies(struct state *state, const struct policy_plan *policy, bool any)
{
	unsigned found = policy->there ? policy->policies : 0, valid = 0;
	for (int i = 0; i < POLICY_COUNT - 1; i++) {
		if ((has_bit(found, i) && (state->valid & (1u << i | POLICY_ANY)) != 0) ||
			((found & POLICY_ANY) != 0 && any && has_bit(state->valid, i))) {
			valid |= 1u << i;
		}
	}
	if (any) {
		valid |= found & state->valid & POLICY_ANY;
	}
	state->valid = valid;
}

/* 6.1.4 b */
static void map_policies(struct state *state, const struct policy_plan *policy)
{
	if (policy->from < 0) {
		return;
	}
	bool known = (state->valid & (1u << policy->from | POLICY_ANY)) != 0;
	state->valid &= ~(1u << policy->from);
	if (known && state->no_maps > 0) {
		state->valid |= 1u << policy->to;
	}
}

static void lower(int *to, int limit)
{
	*to = limit >= 0 && limit < *to ? limit : *to;
}

/* 6.1.4 h to j */
static void count_down(struct state *state, const struct plan *plan, bool anchor)
{
	if (!anchor && !rule_is_self_issued(plan)) {
		state->require -= state->require > 0;
		state->no_maps -= state->no_maps > 0;
		state->no_any -= state->no_any > 0;
	}
	lower(&state->require, plan->policy.require);
	lower(&state->no_maps, plan->policy.no_maps);
	lower(&state->no_any, plan->policy.no_any);
}

static const struct policy_plan silent = {
	.from = -1, .require = -1, .no_maps = -1, .no_any = -1
};

static bool breaks_policies(const struct scenario *scenario, const size_t *path,
	size_t length, bool bare)
{
	int never = (int)length + 1;
	struct state state = { POLICY_ANY, never, never, never };
	for (size_t i = length; i-- > 0;) {
		struct plan plan = scenario->certificates[path[i]].plan;
		bool anchor = !bare && i + 1 == length;
		if (plan.version_1) {
			plan.policy = silent;
		}
		const struct policy_plan *policy = &plan.policy;
		if (!anchor || policy->there) {
			accept_policies(&state, policy,
				anchor || state.no_any > 0 ||
					(i > 0 && rule_is_self_issued(&plan)));
		}
		if (!anchor && state.require == 0 && state.valid == 0) {
			return true;
		}
		if (i == 0) {
			state.require -= state.require > 0;
			return (state.require == 0 || policy->require == 0) &&
				state.valid == 0;
		}
		if (policy->from >= 0 &&
			((1u << policy->from | 1u << policy->to) & POLICY_ANY) != 0) {
			return true;
		}
		map_policies(&state, policy);
		count_down(&state, &plan, anchor);
	}
	return false;
}

enum rule rule_of_path(const struct scenario *scenario, const size_t *path, size_t length,
	bool bare)
{
	if (has_unfit_key(scenario, path, length, bare)) {
		return RULE_KEY;
	}
	if (has_weak_digest(scenario, path, length, bare)) {
		return RULE_DIGEST;
	}
	if (has_odd(scenario, path, length)) {
		return RULE_ODD;
	}
	if (breaks_constraints(scenario, path, length)) {
		return RULE_NAMES;
	}
	return breaks_policies(scenario, path, length, bare) ? RULE_POLICY : RULE_NONE;
}
