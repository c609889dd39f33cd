/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Dressing plans up. */

#include "dress.h"

unsigned dress_choose(struct random *random)
{
	if (random_chance(random, 35)) {
		return 0;
	}
	unsigned dress = 1u << random_below(random, DRESS_COUNT);
	if (random_chance(random, 15)) {
		dress |= 1u << random_below(random, DRESS_COUNT);
	}
	return dress | (unsigned)random_below(random, FORM_COUNT) << DRESS_FORM;
}

/* Something of a table that is of the form of the case, or of any. */
static bool is_wanted(enum form form, unsigned dress, struct random *random)
{
	return form == (enum form)(dress >> DRESS_FORM) || random_chance(random, 8);
}

static const struct base *choose_base(unsigned dress, struct random *random)
{
	const struct base *base;
	do {
		base = &bases[random_below(random, base_count)];
	} while (!is_wanted(base->form, dress, random));
	return base;
}

static const struct bearing *choose_bearing(unsigned dress, struct random *random)
{
	const struct bearing *bearing;
	do {
		bearing = &bearings[random_below(random, bearing_count)];
	} while (!is_wanted(bearing->form, dress, random));
	return bearing;
}

void dress_name(struct plan *plan, unsigned dress, struct random *random)
{
	if ((dress & DRESS_NAMES) == 0) {
		return;
	}
	/* Names below constraints should often be right: more of one organization. */
	static const enum org orgs[] = { ORG_NONE, ORG_ACME, ORG_ACME, ORG_ACME_UPPER,
		ORG_ACME_SPACED, ORG_CORP, ORG_CORP_SPACED, ORG_OTHER };
	plan->org = orgs[random_below(random, sizeof(orgs) / sizeof(orgs[0]))];
	bool mail = (enum form)(dress >> DRESS_FORM) == FORM_MAIL;
	if (random_chance(random, mail ? 50 : 10)) {
		plan->mailbox = &mailboxes[random_below(random, mailbox_count)];
	}
}

void dress_key(struct plan *plan, unsigned dress, struct random *random)
{
	static const enum digest digests[] = { DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512,
		DIGEST_SHA1 };
	if ((dress & DRESS_KEYS) != 0) {
		if (random_chance(random, 15)) {
			plan->key = KEY_COMMON +
				random_below(random, KEY_COUNT - KEY_COMMON);
		}
		plan->digest =
			digests[random_below(random, random_chance(random, 50) ? 4 : 3)];
	}
}

static void dress_bounds(struct plan *plan, unsigned dress, struct random *random)
{
	if (!random_chance(random, 60)) {
		return;
	}
	plan->permitted = plan->excluded = NULL;
	plan->bound_count = 1 + random_below(random, PLAN_BOUND_MAX);
	for (size_t i = 0; i < plan->bound_count; i++) {
		plan->bounds[i] = (struct bound){
			.base = choose_base(dress, random),
			.excluded = random_chance(random, 45),
			.limited = random_chance(random, 5),
		};
	}
}

static int skip(struct random *random, unsigned percent)
{
	return random_chance(random, percent) ? (int)random_below(random, 3) : -1;
}

/* Few policies, of which a valid one is often required: mappings, what inhibits them, and
 * self-issued certificates matter only together. */
static void dress_policies(struct plan *plan, struct random *random)
{
	static const unsigned sets[] = { 1, 1, 3, 2, 2, POLICY_ANY, POLICY_ANY,
		POLICY_ANY | 1, 6 };
	struct policy_plan *policy = &plan->policy;
	policy->there = random_chance(random, 92);
	policy->policies = sets[random_below(random, sizeof(sets) / sizeof(sets[0]))];
	if (random_chance(random, 30)) {
		bool any = random_chance(random, 4);
		policy->from = any ? (int)random_below(random, POLICY_COUNT) : 0;
		policy->to = any ? (int)random_below(random, POLICY_COUNT) : 1;
	}
	policy->require = skip(random, 50);
	policy->no_maps = skip(random, 25);
	policy->no_any = skip(random, 30);
}

static void dress_far(struct plan *plan, struct random *random)
{
	static const int64_t froms[] = { -62135596800, -631152000, -631152001, -1, 0,
		1577836800 };
	static const int64_t tos[] = { 2524607999, 2524608000, 4102444800, 253402300799,
		1924905600 };
	plan->from = froms[random_below(random, sizeof(froms) / sizeof(froms[0]))];
	plan->to = tos[random_below(random, sizeof(tos) / sizeof(tos[0]))];
	plan->serial_octets = (unsigned)random_below(random, 3) * 16;
	plan->serial_negative = random_chance(random, 30);
	if (random_chance(random, 20)) {
		plan->serial = plan->serial_octets = 0;
	}
}

static void dress_any(struct plan *plan, unsigned dress, struct random *random)
{
	if ((dress & DRESS_POLICIES) != 0) {
		dress_policies(plan, random);
	}
	if ((dress & DRESS_FAR) != 0) {
		dress_far(plan, random);
	}
}

void dress_authority(struct plan *plan, unsigned dress, struct random *random)
{
	dress_any(plan, dress, random);
	if ((dress & DRESS_NAMES) != 0) {
		dress_bounds(plan, dress, random);
	}
}

void dress_leaf(struct plan *plan, unsigned dress, struct random *random)
{
	if ((dress & DRESS_NAMES) != 0) {
		plan->extra_count = random_below(random, PLAN_EXTRA_MAX + 1);
		for (size_t i = 0; i < plan->extra_count; i++) {
			plan->extra[i] = choose_bearing(dress, random);
		}
	}
}

void dress_odd(struct plan *plans, size_t count, unsigned dress, struct random *random)
{
	if ((dress & DRESS_ODD) == 0) {
		return;
	}
	size_t place = random_below(random, count);
	const struct odd *odd = &odds[random_below(random, odd_count)];
	if (!odd->only_leaf || place == count - 1) {
		plans[place].odd = odd;
		if (odd->part == ODD_BASIC && odd->issuer && place != count - 1) {
			/* It says what the table says, and nothing else. */
			plans[place].constraints = PART_RIGHT;
			plans[place].path_length = -1;
		}
		if (odd->part == ODD_KEY_USAGE) {
			plans[place].key_usage = KEY_USAGE_RIGHT;
		}
	}
}
