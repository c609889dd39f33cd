/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: path_fault() finds no fault exactly if each certificate is whole, in force, for the
 *   purpose, without an unknown critical extension and has a fit key, the leaf's key may be used
 *   so, each issuer may sign certificates and is a CA (or a trusted root of an older form), no
 *   path length is exceeded by CAs that are not self-issued, the names of each certificate that
 *   is the leaf or not self-issued are within the constraints of all above it, and the policies
 *   are valid (RFC 5280 6.1); where the work is spent, there is a fault.
 * Sources: src/path_check.c
 * Contracts: public_key_fault(), constraint_fault() and certificate_policy_fault() give any
 *   answer, always the same on the same.
 * Assumes: at most 4 certificates, the code has no threshold of its own; dates and path lengths
 *   from 0 to 7, since they are only compared.
 * Unwind: 5 any_certificate.0:12
 * Limit: 120 s */

#include "path_check.h"

#include "certificate_policy.h"
#include "constraint.h"
#include "public_key.h"

#include "proof.h"

#define LENGTH 4

static struct certificate leaf, second, third, fourth;
static struct certificate *const certificates[LENGTH] = { &leaf, &second, &third, &fourth };
static struct path path;
static struct work work;
static const unsigned char octets[1] = { 0 };
static bool fit[LENGTH], fit_bare, within[LENGTH][LENGTH], policies, readable;

bool work_take(struct work *of, uint32_t steps)
{
	of->spent |= nondet_bool();
	return !of->spent;
}

/* What belongs to a certificate of the path has sizes that tell its place. */
static size_t size_of(size_t place, size_t kind)
{
	return 100 * (place + 1) + kind;
}

#define SUBJECT 90
#define KEY 91

const char *public_key_fault(struct dance_octets spki)
{
	bool is_fit = fit_bare;
	for (size_t i = 0; i < LENGTH; i++) {
		is_fit = spki.size == size_of(i, KEY) ? fit[i] : is_fit;
	}
	return is_fit ? NULL : "a fault";
}

const char *constraint_fault(struct dance_octets constraints, struct dance_octets subject,
	struct dance_octets alternative_names, struct work *of)
{
	bool found = false, is_within = false;
	of->spent |= nondet_bool();
	if (constraints.size == size_of(0, EXTENSION_NAME_CONSTRAINTS)) {
		must(subject.size == 2 && subject.data[0] == 0x30 && subject.data[1] == 0 &&
				alternative_names.data == NULL,
			"nothing is below the leaf");
		return readable ? NULL : "a fault";
	}
	for (size_t above = 1; above < LENGTH; above++) {
		for (size_t below = 0; below < above; below++) {
			if (constraints.size != size_of(above, EXTENSION_NAME_CONSTRAINTS) ||
				subject.size != size_of(below, SUBJECT)) {
				continue;
			}
			found = alternative_names.size ==
				size_of(below, EXTENSION_SUBJECT_ALT_NAME);
			is_within = within[above][below];
		}
	}
	must(found, "they are the names of one below");
	return is_within ? NULL : "a fault";
}

const char *certificate_policy_fault(const struct certificate_policy_step *steps,
	unsigned count, bool anchored, struct work *of)
{
	must(count == path.length && anchored == (path.key.data == NULL), "it is the path");
	for (unsigned i = 0; i < LENGTH && i < count; i++) {
		const struct certificate *from = path.certificates[count - 1 - i];
		must(steps[i].policies.size == from->extensions[EXTENSION_POLICIES].size &&
				steps[i].mappings.size ==
					from->extensions[EXTENSION_POLICY_MAPPINGS].size &&
				steps[i].constraints.size ==
					from->extensions[EXTENSION_POLICY_CONSTRAINTS].size &&
				steps[i].inhibit_any.size ==
					from->extensions[EXTENSION_INHIBIT_ANY].size &&
				steps[i].self_issued == from->self_issued,
			"from its top down");
	}
	of->spent |= nondet_bool();
	return policies ? NULL : "a fault";
}

/* --- RFC 5280 6.1 once more -------------------------------------------------------------- */

static bool is_whole(const struct certificate *of, unsigned place, enum purpose purpose,
	int64_t at)
{
	return of->fault == NULL && !(at < of->not_before) && !(at > of->not_after) &&
		(of->purposes & purpose) != 0 && !of->unknown_critical && fit[place];
}

static bool is_issuer(const struct certificate *of)
{
	bool has_basic = of->extensions[EXTENSION_BASIC_CONSTRAINTS].data != NULL;
	bool has_usage = of->extensions[EXTENSION_KEY_USAGE].data != NULL;
	return (of->key_usage >> 5 & 1) == 1 &&
		(of->basic.ca ||
			(of->root && !has_basic && (of->version == 1 || has_usage)));
}

static bool is_below_its_issuers(unsigned place)
{
	const struct certificate *of = certificates[place];
	for (unsigned above = 1; above < LENGTH; above++) {
		const struct certificate *issuer = certificates[above];
		unsigned between = 0;
		for (unsigned i = 1; i < above; i++) {
			between += !certificates[i]->self_issued;
		}
		if (above >= path.length || above <= place) {
			continue;
		}
		if (place == 0 && issuer->basic.has_path_length &&
			between > issuer->basic.path_length) {
			return false;
		}
		if (issuer->extensions[EXTENSION_NAME_CONSTRAINTS].data != NULL &&
			(place == 0 || !of->self_issued) && !within[above][place]) {
			return false;
		}
	}
	return true;
}

static bool is_valid(enum purpose purpose, int64_t at)
{
	unsigned uses = certificates[0]->key_usage;
	bool server = purpose == PURPOSE_SERVER;
	bool valid = policies && ((uses & 0x11) != 0 || (server && (uses & 4) != 0)) &&
		(path.key.data == NULL || fit_bare) &&
		(certificates[0]->extensions[EXTENSION_NAME_CONSTRAINTS].data == NULL ||
			readable);
	for (unsigned i = 0; i < LENGTH; i++) {
		if (i < path.length) {
			valid = valid && is_whole(certificates[i], i, purpose, at) &&
				(i == 0 || is_issuer(certificates[i])) &&
				is_below_its_issuers(i);
		}
	}
	return valid;
}

static void any_certificate(unsigned place)
{
	struct certificate *certificate = certificates[place];
	for (unsigned i = 0; i < EXTENSION_KIND_COUNT; i++) {
		certificate->extensions[i] = (struct dance_octets){
			nondet_bool() ? octets : NULL, size_of(place, i)
		};
	}
	certificate->subject = (struct dance_octets){ octets, size_of(place, SUBJECT) };
	certificate->spki = (struct dance_octets){ octets, size_of(place, KEY) };
	certificate->version = nondet_unsigned();
	certificate->not_before = (int64_t)any_size(7);
	certificate->not_after = (int64_t)any_size(7);
	certificate->basic.ca = nondet_bool();
	certificate->basic.has_path_length = nondet_bool();
	certificate->basic.path_length = (uint32_t)any_size(7);
	certificate->key_usage = nondet_unsigned();
	certificate->purposes = nondet_unsigned();
	certificate->self_issued = nondet_bool();
	certificate->fault = nondet_bool() ? "a fault" : NULL;
	certificate->unknown_critical = nondet_bool();
	certificate->root = nondet_bool();
	path.certificates[place] = certificate;
}

static void judge(unsigned length, enum purpose purpose, int64_t at)
{
	path.length = length;
	const char *why = path_fault(&path, purpose, at, &work);
	must(!work.spent || why != NULL, "spent work is a fault");
	must(work.spent || (why == NULL) == is_valid(purpose, at),
		"it has no fault exactly if it is valid");
}

void harness(void)
{
	enum purpose purpose = nondet_bool() ? PURPOSE_CLIENT : PURPOSE_SERVER;
	int64_t at = (int64_t)any_size(7);
	any_octets(fit);
	any_octets(within);
	fit_bare = nondet_bool();
	policies = nondet_bool();
	readable = nondet_bool();
	for (unsigned i = 0; i < LENGTH; i++) {
		any_certificate(i);
	}
	path.key = (struct dance_octets){ nondet_bool() ? octets : NULL, 1 };
	work.spent = nondet_bool();

	/* Each length on its own: then all places in the path are known. */
	unsigned length = nondet_unsigned();
	assume(length >= 1 && length <= LENGTH);
	for (unsigned i = 1; i <= LENGTH; i++) {
		if (i == length) {
			judge(i, purpose, at);
		}
	}
	end_of_proof();
}
