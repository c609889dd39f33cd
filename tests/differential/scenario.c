/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Making cases up. Most are right but for one thing, or for nothing: a case with many faults
 * is refused for the first of them and says little. */

#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#include "dress.h"
#include "record.h"

#define YEAR ((int64_t)31556952)
#define AT (60 * YEAR) /* 2030 */

static const char *const references[] = {
	"ns2.example.net",
	"ns2.example.net",
	"_xfr.ns2.example.net",
	"a.b.example.net",
	"NS2.Example.net",
};

static const char *const authorities[] = { "Root", "CA 1", "CA 2", "CA 3" };

static struct plan plan_any(struct random *random, const char *subject)
{
	return (struct plan){
		.subject = subject,
		.issuer = subject,
		.key = random_below(random, KEY_COMMON),
		.from = AT - 10 * YEAR,
		.to = AT + 10 * YEAR,
		.path_length = -1,
		.serial = random_next(random) >> 8,
		.policy = { .from = -1, .require = -1, .no_maps = -1, .no_any = -1 },
	};
}

/* Who issued it, or NULL: itself. Names are written as one likes (RFC 5280 7.1). */
static void put_issuer(struct plan *plan, const struct plan *issuer, unsigned salt)
{
	const struct plan *by = issuer != NULL ? issuer : plan;
	plan->issuer = by->subject;
	plan->signer = by->key;
	plan->issuer_org = org_alike(by->org, salt);
	plan->issuer_mailbox = by->mailbox;
}

static struct plan plan_authority(struct scenario *scenario, struct random *random,
	const char *subject, const struct plan *issuer)
{
	struct plan plan = plan_any(random, subject);
	plan.authority = true;
	dress_name(&plan, scenario->dress, random);
	put_issuer(&plan, issuer, (unsigned)random_below(random, ORG_COUNT));
	dress_key(&plan, scenario->dress, random);
	plan.signer = issuer != NULL ? issuer->key : plan.key;
	plan.key_usage = random_chance(random, 50) ? KEY_USAGE_RIGHT : KEY_USAGE_ABSENT;
	plan.issuer_key = random_chance(random, 80) ? PART_RIGHT : PART_ABSENT;
	plan.subject_key = random_chance(random, 80) ? PART_RIGHT : PART_ABSENT;
	if (random_chance(random, 10)) {
		plan.path_length = (int)random_below(random, 4);
	}
	if (random_chance(random, 5)) {
		plan.permitted = "net";
	} else if (random_chance(random, 5)) {
		plan.excluded = "example.org";
	}
	dress_authority(&plan, scenario->dress, random);
	return plan;
}

#define OCTETS(literal) { (const unsigned char *)(literal), sizeof(literal) - 1 }

/* Names that are, nearly are and are not the reference. */
static void put_names(struct scenario *scenario, struct random *random, struct plan *plan)
{
	static const struct dance_octets others[] = {
		OCTETS("other.example.net"),
		OCTETS("*.example.net"),
		OCTETS("*.net"),
		OCTETS("ns*.example.net"),
		OCTETS("*.ns2.example.net"),
		OCTETS("NS2.EXAMPLE.NET"),
		OCTETS("ns2.example.net."),
		OCTETS("ns2.example.net\0.example.org"),
		OCTETS("ns2"),
		OCTETS("ns2.*.net"),
		OCTETS("*"),
		OCTETS(".example.net"),
		OCTETS("*.b.example.net"),
		OCTETS("example.net"),
		OCTETS("ns2.example.net"),
	};
	const struct dance_octets exact = { (const unsigned char *)scenario->name,
		strlen(scenario->name) };
	const size_t count = sizeof(others) / sizeof(others[0]);
	plan->name_count = 1;
	if (random_chance(random, 20)) {
		plan->name_count = random_below(random, PLAN_NAME_MAX + 1);
	}
	for (size_t i = 0; i < plan->name_count; i++) {
		plan->names[i] = exact;
		if (random_chance(random, 15)) {
			plan->names[i] = others[random_below(random, count)];
		}
	}
}

static struct plan plan_leaf(struct scenario *scenario, struct random *random,
	const struct plan *issuer)
{
	static const unsigned purposes[] = { 0, 0, FOR_CLIENT, FOR_CLIENT, FOR_CLIENT,
		FOR_SERVER, FOR_SERVER, FOR_CLIENT | FOR_SERVER, FOR_CLIENT | FOR_SERVER,
		FOR_MAIL, FOR_ANY, FOR_MAIL | FOR_ANY };
	struct plan plan = plan_authority(scenario, random,
		random_chance(random, 90) ? "Leaf" : scenario->name, issuer);
	plan.authority = random_chance(random, 5);
	plan.permitted = NULL;
	plan.excluded = NULL;
	plan.bound_count = 0;
	plan.path_length = -1;
	plan.constraints = random_chance(random, 50) ? PART_RIGHT : PART_ABSENT;
	plan.purposes = random_chance(random, 70) ?
		(scenario->role == DANCE_SERVER ? FOR_SERVER : FOR_CLIENT) :
		purposes[random_below(random, sizeof(purposes) / sizeof(purposes[0]))];
	put_names(scenario, random, &plan);
	dress_leaf(&plan, scenario->dress, random);
	return plan;
}

/* Something in an extension. */
static void spoil_extension(struct plan *plan, struct random *random)
{
	static const unsigned purposes[] = { FOR_CLIENT, FOR_SERVER, FOR_MAIL, FOR_ANY };
	switch (random_below(random, 10)) {
	case 0:
		plan->constraints = PART_ABSENT;
		break;
	case 1:
		plan->constraints = PART_WRONG;
		break;
	case 2:
		plan->path_length = (int)random_below(random, 2);
		break;
	case 3:
		plan->purposes = purposes[random_below(random, 4)];
		break;
	case 4:
		plan->key_usage = KEY_USAGE_WRONG;
		break;
	case 5:
		plan->subject_key = PART_WRONG;
		break;
	case 6:
		plan->issuer_key = PART_WRONG;
		break;
	case 7:
		plan->permitted = "example.org";
		plan->bound_count = 0;
		break;
	case 8:
		plan->excluded = "example.net";
		plan->bound_count = 0;
		break;
	case 9:
		plan->critical = true;
		break;
	}
}

static void spoil(struct plan *plan, struct random *random)
{
	switch (random_below(random, 16)) {
	case 0:
		plan->to = AT - YEAR;
		break;
	case 1:
		plan->from = AT + YEAR;
		break;
	case 2:
		plan->broken_signature = true;
		break;
	case 3:
		plan->version_1 = true;
		break;
	case 4:
		plan->signer = random_below(random, KEY_COMMON);
		break;
	case 5:
		plan->issuer = authorities[random_below(random, 4)];
		break;
	default:
		spoil_extension(plan, random);
		break;
	}
}

/* Makes a certificate; SCENARIO_NOBODY if it could not be. */
static size_t add(struct scenario *scenario, const struct plan *plan)
{
	if (scenario->certificate_count == SCENARIO_CERTIFICATE_MAX ||
		!specimen_make(&scenario->certificates[scenario->certificate_count], plan)) {
		return SCENARIO_NOBODY;
	}
	return scenario->certificate_count++;
}

/* Now and then an authority issues its next key to itself (RFC 5280 3.3). */
static void roll_over(struct plan *plan, const struct plan *issuer, unsigned dress,
	struct random *random)
{
	if (random_chance(random, (dress & DRESS_POLICIES) != 0 ? 35 : 15) &&
		strcmp(plan->issuer, issuer->subject) == 0) {
		plan->subject = issuer->subject;
		plan->org = org_alike(issuer->org,
			(unsigned)random_below(random, ORG_COUNT));
		plan->mailbox = issuer->mailbox;
	}
}

/* The plans of root, CAs and leaf, one issued by the one before it. */
static size_t plan_path(struct scenario *scenario, struct random *random,
	struct plan plans[SCENARIO_CERTIFICATE_MAX])
{
	size_t count = 0;
	plans[count++] = plan_authority(scenario, random, authorities[0], NULL);
	size_t depth = random_below(random, 4);
	for (size_t i = 1; i <= depth; i++) {
		plans[count] = plan_authority(scenario, random, authorities[i],
			&plans[count - 1]);
		roll_over(&plans[count], &plans[count - 1], scenario->dress, random);
		count++;
	}
	plans[count] = plan_leaf(scenario, random,
		random_chance(random, 92) ? &plans[count - 1] : NULL);
	if (random_chance(random, 5)) {
		roll_over(&plans[count], &plans[count - 1], scenario->dress, random);
	}
	return count + 1;
}

/* Certificates that make the search harder, or have nothing to do with it. */
static size_t plan_others(struct scenario *scenario, struct random *random,
	struct plan *plans, size_t path)
{
	size_t count = path;
	if (random_chance(random, 35)) {
		/* Another root, which may have issued one of the CAs too, or a leaf. */
		struct plan root = plan_authority(scenario, random,
			random_chance(random, 80) ? "Other root" : authorities[0], NULL);
		if (path > 2 && random_chance(random, 60)) {
			struct plan cross = plans[1 + random_below(random, path - 2)];
			put_issuer(&cross, &root, root.org);
			cross.serial++;
			plans[count++] = cross;
		}
		if (random_chance(random, 30)) {
			plans[count++] = plan_leaf(scenario, random, &root);
		}
		plans[count++] = root;
	}
	if (random_chance(random, 15)) {
		/* One of the authorities again: renewed, or as somebody else would have it. */
		struct plan again = plans[random_below(random, path - 1)];
		again.serial += 2;
		if (random_chance(random, 50)) {
			again.key = random_below(random, KEY_COMMON);
		}
		if (random_chance(random, 50)) {
			spoil(&again, random);
		}
		plans[count++] = again;
	}
	return count;
}

static bool make_certificates(struct scenario *scenario, struct random *random)
{
	struct plan plans[SCENARIO_CERTIFICATE_MAX];
	size_t path = plan_path(scenario, random, plans);
	size_t count = plan_others(scenario, random, plans, path);
	unsigned faults = 0;
	dress_odd(plans, path, scenario->dress, random);
	if (random_chance(random, scenario->dress == 0 ? 55 : 20)) {
		faults = random_chance(random, 80) ? 1 : 3;
	}
	for (unsigned i = 0; i < faults; i++) {
		spoil(&plans[random_below(random, random_chance(random, 80) ? path : count)],
			random);
	}
	for (size_t i = 0; i < count; i++) {
		if (add(scenario, &plans[i]) == SCENARIO_NOBODY) {
			return false;
		}
	}
	scenario->root = 0;
	scenario->leaf = path - 1;
	return true;
}

static void make_chain(struct scenario *scenario, struct random *random)
{
	size_t *chain = scenario->chain, count = 0;
	chain[count++] = scenario->leaf;
	for (size_t i = scenario->leaf; i-- > 0;) {
		if (random_chance(random, i == scenario->root ? 50 : 90)) {
			chain[count++] = i;
		}
	}
	for (size_t i = scenario->leaf + 1; i < scenario->certificate_count; i++) {
		if (random_chance(random, 60)) {
			chain[count++] = i;
		}
	}
	if (random_chance(random, 5)) {
		chain[count] = chain[random_below(random, count)];
		count++;
	}
	if (random_chance(random, 25)) {
		for (size_t i = count; i-- > 2;) {
			size_t other = 1 + random_below(random, i);
			size_t moved = chain[i];
			chain[i] = chain[other];
			chain[other] = moved;
		}
	}
	scenario->chain_count = count;
}

static void make_store(struct scenario *scenario, struct random *random)
{
	if (random_chance(random, 35)) {
		return;
	}
	size_t count = random_chance(random, 80) ? 1 : SCENARIO_STORE_MAX;
	for (size_t i = 0; i < count; i++) {
		scenario->store[i] = i == 0 && random_chance(random, 75) ?
			scenario->root :
			random_below(random, scenario->certificate_count);
	}
	scenario->store_count = count;
}

bool scenario_make(struct scenario *scenario, struct random *random)
{
	*scenario = (struct scenario){ .at = AT };
	scenario->name = references[random_below(random, 5)];
	scenario->role = random_chance(random, 70) ? DANCE_CLIENT : DANCE_SERVER;
	scenario->usages = random_chance(random, 85) ?
		DANCE_PKIX_TA | DANCE_PKIX_EE | DANCE_DANE_TA | DANCE_DANE_EE :
		(unsigned)random_below(random, 16);
	scenario->raw_key = random_chance(random, 8);
	scenario->dress = dress_choose(random);
	if (!make_certificates(scenario, random)) {
		return false;
	}
	make_chain(scenario, random);
	make_store(scenario, random);
	size_t count = random_chance(random, 3) ? 0 : 1 + random_below(random, 4);
	for (size_t i = 0; i < count; i++) {
		if (!record_add(scenario, random)) {
			return false;
		}
	}
	return true;
}

void scenario_clear(struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->certificate_count; i++) {
		specimen_clear(&scenario->certificates[i]);
	}
	for (size_t i = 0; i < scenario->record_count; i++) {
		free((void *)(uintptr_t)scenario->records[i].data);
	}
	*scenario = (struct scenario){ 0 };
}
