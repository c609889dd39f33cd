/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Certificates and records made anew from milder plans. */

#include "mild.h"

#include <stdio.h>
#include <string.h>

#include "record.h"
#include "rules.h"

const char *const mild_words[MILD_COUNT] = {
	/* RFC 5280 4.2: a SHOULD of issuers is no duty of who reads; identifiers may be
	 * critical, and are for finding (4.2.1.1); not every oddity is an error. */
	[MILD_ODD] = "R21: what is odd but can be read says what it says",
	/* A mailbox in the subject counts only without alternative names; a URI has userinfo,
	 * a query, a fragment around its host (RFC 3986 3.2). */
	[MILD_NAMES] = "R21: names that constraints permit (RFC 5280 4.2.1.10)",
	/* Mappings are processed on the way to the next certificate (RFC 5280 6.1.4 a). */
	[MILD_MAPPINGS] = "R21: a leaf's mappings of policies say nothing",
	/* Of one name need not mean signed by oneself (RFC 5280 3.3). */
	[MILD_IDENTIFIERS] =
		"R21: an issuer is found by its name and key, with identifiers or not",
	/* The same where certificates that issued themselves have no room for identifiers. */
	[MILD_APART] = "R21: an issuer is found by its key, where others have its name",
	[MILD_ALL] = "R21: several of them",
};

/* Names apart do without identifiers, which may have been planned not to fit; and with names apart
 * nobody issues himself any more, so all do without that. */
static bool takes(enum mildness mildness, enum mildness part)
{
	return mildness == part || (mildness == MILD_ALL && part != MILD_APART) ||
		(mildness == MILD_APART && part != MILD_IDENTIFIERS);
}

/* Could `issuer` have issued it? */
static bool is_issued_by(const struct plan *plan, const struct plan *issuer)
{
	return plan != issuer && plan->signer == issuer->key &&
		strcmp(plan->issuer, issuer->subject) == 0;
}

/* All that may stand below a certificate: a bit for each. */
static unsigned below(const struct scenario *scenario, size_t number)
{
	unsigned found = 0, last;
	do {
		last = found;
		for (size_t i = 0; i < scenario->certificate_count; i++) {
			for (size_t j = 0; j < scenario->certificate_count; j++) {
				if ((j == number || (last & 1u << j) != 0) && i != number &&
					is_issued_by(&scenario->certificates[i].plan,
						&scenario->certificates[j].plan)) {
					found |= 1u << i;
				}
			}
		}
	} while (found != last);
	return found;
}

static bool permits_all_below(const struct scenario *scenario, size_t number)
{
	const struct plan *issuer = &scenario->certificates[number].plan;
	unsigned those = below(scenario, number);
	for (size_t i = 0; i < scenario->certificate_count; i++) {
		const struct plan *plan = &scenario->certificates[i].plan;
		bool exempt = i != scenario->leaf && rule_is_self_issued(plan);
		if ((those & 1u << i) != 0 && !exempt && !rule_permits(issuer, plan)) {
			return false;
		}
	}
	return true;
}

/* Is there anybody who says by which identifier it is to be found? */
static bool is_identified(const struct scenario *scenario, const struct plan *issuer)
{
	for (size_t i = 0; i < scenario->certificate_count; i++) {
		const struct plan *plan = &scenario->certificates[i].plan;
		if (plan->issuer_key != PART_ABSENT && plan->signer == issuer->key &&
			strcmp(plan->issuer, issuer->subject) == 0) {
			return true;
		}
	}
	return false;
}

/* Identifiers are compared where both are there (4.2.1.1): does any issuer have one that this
 * certificate's is compared with? If none has, it says nothing, right or wrong. */
static bool is_compared(const struct scenario *scenario, const struct plan *plan)
{
	for (size_t i = 0; i < scenario->certificate_count; i++) {
		const struct plan *issuer = &scenario->certificates[i].plan;
		if (plan->signer == issuer->key && !issuer->version_1 &&
			strcmp(plan->issuer, issuer->subject) == 0 &&
			(issuer->subject_key != PART_ABSENT || issuer->odd != NULL)) {
			return true;
		}
	}
	return false;
}

/* A leaf of its issuer's name and key looks as if it had signed itself, where OpenSSL ends the
 * path. The identifier of a leaf finds nothing, so it may be another. */
static bool identify(const struct scenario *scenario, size_t number, struct plan *plan)
{
	/* What a root signed is known by its signature: nobody looks for its issuer (3.2). */
	if (number != scenario->leaf && rule_is_self_issued(plan) &&
		plan->key == plan->signer && plan->issuer_key != PART_ABSENT &&
		plan->issuer_key != plan->subject_key) {
		plan->issuer_key = PART_ABSENT;
		return true;
	}
	bool changed = plan->issuer_key == PART_ABSENT ||
		(plan->issuer_key == PART_WRONG && !is_compared(scenario, plan));
	if (changed) {
		plan->issuer_key = PART_RIGHT;
	}
	if (number == scenario->leaf && rule_is_self_issued(plan) &&
		plan->key == plan->signer) {
		changed |= plan->subject_key != PART_WRONG;
		plan->subject_key = PART_WRONG;
	} else if (plan->subject_key == PART_ABSENT ||
		(plan->subject_key == PART_WRONG && !is_identified(scenario, plan))) {
		plan->subject_key = PART_RIGHT;
		changed = true;
	}
	return changed;
}

/* An ordinary part in the place of the odd one, and not what was planned beside that: of the
 * two only the odd one was written. */
static void straighten(struct plan *plan)
{
	switch (plan->odd->part) {
	case ODD_KEY_USAGE:
		plan->key_usage = KEY_USAGE_RIGHT;
		break;
	case ODD_BASIC:
		plan->constraints = PART_RIGHT;
		plan->path_length = -1;
		break;
	case ODD_SUBJECT_KEY:
		plan->subject_key = PART_ABSENT;
		break;
	case ODD_ISSUER_KEY:
		plan->issuer_key = PART_ABSENT;
		break;
	case ODD_PURPOSES:
	case ODD_BESIDE:
	case ODD_FROM:
		break;
	}
	plan->odd = NULL;
}

/* One name for each name and key, for as long as the program runs. */
static const char *name_of_key(const char *name, size_t key)
{
	static char names[1024][24];
	char wanted[sizeof(names[0])];
	size_t i = 0;
	snprintf(wanted, sizeof(wanted), "%.12s %zu", name, key % 1000);
	while (i < sizeof(names) / sizeof(names[0]) && names[i][0] != '\0' &&
		strcmp(names[i], wanted) != 0) {
		i++;
	}
	if (i == sizeof(names) / sizeof(names[0])) {
		return name;
	}
	strcpy(names[i], wanted);
	return names[i];
}

/* Another certificate has its name and another key. */
static bool shares_name(const struct scenario *scenario, const char *name, size_t key)
{
	for (size_t i = 0; i < scenario->certificate_count; i++) {
		const struct plan *plan = &scenario->certificates[i].plan;
		if (plan->key != key && strcmp(plan->subject, name) == 0) {
			return true;
		}
	}
	return false;
}

/* Who could have issued whom stays as it is. Of a certificate that issued itself with another
 * key more is then asked, as of any. */
static bool set_apart(const struct scenario *scenario, struct plan *plan)
{
	bool changed = false;
	if (shares_name(scenario, plan->subject, plan->key)) {
		plan->subject = name_of_key(plan->subject, plan->key);
		changed = true;
	}
	if (shares_name(scenario, plan->issuer, plan->signer)) {
		plan->issuer = name_of_key(plan->issuer, plan->signer);
		changed = true;
	}
	return changed;
}

static bool soften(const struct scenario *scenario, size_t number, struct plan *plan,
	enum mildness mildness)
{
	bool changed = false;
	if (takes(mildness, MILD_ODD) && plan->odd != NULL &&
		(number == scenario->leaf ? plan->odd->leaf : plan->odd->issuer)) {
		straighten(plan);
		changed = true;
	}
	if (takes(mildness, MILD_NAMES) &&
		(plan->bound_count > 0 || plan->permitted != NULL ||
			plan->excluded != NULL) &&
		permits_all_below(scenario, number)) {
		plan->bound_count = 0;
		plan->permitted = plan->excluded = NULL;
		changed = true;
	}
	if (takes(mildness, MILD_MAPPINGS) && number == scenario->leaf &&
		plan->policy.from >= 0) {
		plan->policy.from = -1;
		changed = true;
	}
	changed |= takes(mildness, MILD_IDENTIFIERS) && identify(scenario, number, plan);
	return (takes(mildness, MILD_APART) && set_apart(scenario, plan)) || changed;
}

/* Certificates and records anew; false, and nothing to clear, if they cannot be made. */
static bool renew(struct scenario *copy, const struct plan *plans, size_t certificates,
	size_t records)
{
	bool ok = true;
	copy->certificate_count = copy->record_count = 0;
	for (size_t i = 0; ok && i < certificates; i++) {
		ok = specimen_make(&copy->certificates[i], &plans[i]);
		copy->certificate_count += ok;
	}
	for (size_t i = 0; ok && i < records; i++) {
		ok = record_renew(copy, i);
		copy->record_count += ok;
	}
	if (!ok) {
		scenario_clear(copy);
	}
	return ok;
}

bool mild_make(struct scenario *mild, const struct scenario *scenario,
	enum mildness mildness)
{
	struct plan plans[SCENARIO_CERTIFICATE_MAX];
	bool changed = false;
	for (size_t i = 0; i < scenario->certificate_count; i++) {
		plans[i] = scenario->certificates[i].plan;
		changed |= soften(scenario, i, &plans[i], mildness);
	}
	*mild = *scenario;
	return changed &&
		renew(mild, plans, scenario->certificate_count, scenario->record_count);
}

bool mild_move(struct scenario *moved, const struct scenario *scenario, size_t record,
	size_t target)
{
	struct plan plans[SCENARIO_CERTIFICATE_MAX];
	for (size_t i = 0; i < scenario->certificate_count; i++) {
		plans[i] = scenario->certificates[i].plan;
	}
	*moved = *scenario;
	moved->targets[record] = target;
	return renew(moved, plans, scenario->certificate_count, scenario->record_count);
}
