/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Walks over names. An RDN is a set: those of several attributes are equal in any order. */

#include "dn.h"

#include "der.h"
#include "octets.h"

/* What reading so many octets of two RDNs costs, or finding that they are the same. */
#define WALK_STEPS(size) (1 + (uint32_t)((size) / 32))

bool dn_rdn_take(struct dance_octets *rdns, struct dance_octets *attributes)
{
	return der_take(rdns, DER_SET, attributes) && attributes->size > 0;
}

bool dn_attribute_take(struct dance_octets *attributes, struct dn_attribute *attribute)
{
	struct dance_octets inner;
	return der_take(attributes, DER_SEQUENCE, &inner) &&
		der_take(&inner, DER_OID, &attribute->type) &&
		der_is_oid(attribute->type) &&
		der_next(&inner, &attribute->value.tag, &attribute->value.content) &&
		inner.size == 0;
}

bool dn_is_readable(struct dance_octets name)
{
	struct dance_octets rdns, attributes;
	if (!der_sequence(name, &rdns)) {
		return false;
	}
	while (rdns.size > 0) {
		if (!dn_rdn_take(&rdns, &attributes)) {
			return false;
		}
		while (attributes.size > 0) {
			struct dn_attribute attribute;
			if (!dn_attribute_take(&attributes, &attribute) ||
				!dn_value_is_whole(&attribute.value)) {
				return false;
			}
		}
	}
	return true;
}

/* All attributes of an RDN; false if there are more than are compared. */
static bool read_attributes(struct dance_octets rdn,
	struct dn_attribute attributes[DN_ATTRIBUTE_MAX], unsigned *count)
{
	for (*count = 0; rdn.size > 0; (*count)++) {
		if (*count == DN_ATTRIBUTE_MAX ||
			!dn_attribute_take(&rdn, &attributes[*count])) {
			return false;
		}
	}
	return true;
}

/* Has the RDN one attribute more that equals this one? It is marked as used then. */
static enum dn_answer find(const struct dn_attribute *wanted,
	const struct dn_attribute attributes[], unsigned count, unsigned *used,
	struct work *work)
{
	enum dn_answer answer = DN_NO;
	for (unsigned i = 0; i < count; i++) {
		if ((*used & 1u << i) != 0) {
			continue;
		}
		if (!work_take(work, 1)) {
			return DN_UNCLEAR;
		}
		if (!octets_equal(wanted->type, attributes[i].type)) {
			continue;
		}
		enum dn_answer equal = dn_value_compare(&wanted->value,
			&attributes[i].value, work);
		if (equal == DN_YES) {
			*used |= 1u << i;
			return DN_YES;
		}
		if (equal == DN_UNCLEAR) {
			answer = DN_UNCLEAR;
		}
	}
	return answer;
}

static enum dn_answer compare_rdns(struct dance_octets a, struct dance_octets b,
	struct work *work)
{
	struct dn_attribute first[DN_ATTRIBUTE_MAX], second[DN_ATTRIBUTE_MAX];
	unsigned first_count, second_count, used = 0;
	if (octets_equal(a, b)) {
		return DN_YES;
	}
	if (!read_attributes(a, first, &first_count) ||
		!read_attributes(b, second, &second_count)) {
		return DN_UNCLEAR;
	}
	if (first_count != second_count) {
		return DN_NO;
	}
	enum dn_answer answer = DN_YES;
	for (unsigned i = 0; i < first_count; i++) {
		enum dn_answer found = find(&first[i], second, second_count, &used, work);
		if (found == DN_NO) {
			return DN_NO;
		}
		if (found == DN_UNCLEAR) {
			answer = DN_UNCLEAR;
		}
	}
	return answer;
}

/* Are the first RDNs of a name those of the base? *rest are those behind them. One that differs for
 * certain is what counts, also behind one that cannot be compared. */
static enum dn_answer compare(struct dance_octets name, struct dance_octets base,
	struct dance_octets *rest, struct work *work)
{
	struct dance_octets rdns, wanted, found;
	enum dn_answer answer = DN_YES;
	if (!work_take(work, 1) || !der_sequence(name, rest) ||
		!der_sequence(base, &rdns)) {
		return DN_UNCLEAR;
	}
	while (rdns.size > 0) {
		if (rest->size == 0) {
			return DN_NO;
		}
		if (!dn_rdn_take(&rdns, &wanted) || !dn_rdn_take(rest, &found) ||
			!work_take(work, WALK_STEPS(wanted.size + found.size))) {
			return DN_UNCLEAR;
		}
		enum dn_answer equal = compare_rdns(found, wanted, work);
		if (equal == DN_NO) {
			return DN_NO;
		}
		if (equal == DN_UNCLEAR) {
			answer = DN_UNCLEAR;
		}
	}
	return answer;
}

enum dn_answer dn_is_within(struct dance_octets name, struct dance_octets base,
	struct work *work)
{
	struct dance_octets rest;
	return compare(name, base, &rest, work);
}

bool dn_is_equal(struct dance_octets a, struct dance_octets b, struct work *work)
{
	struct dance_octets rest;
	return octets_equal(a, b) ||
		(compare(a, b, &rest, work) == DN_YES && rest.size == 0);
}
