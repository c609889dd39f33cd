/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: two RDNs are equal only if each attribute of one has one of its own in the other with the
 *   same type and an equal value, in any order, and differ only if there is no such order, whatever
 *   the values mean that cannot be compared; they are found equal or different wherever all can be
 *   compared and the work suffices (RFC 5280 7.1; X.501 9.3).
 * Sources: none
 * Contracts: dn_attribute_take() takes an attribute of any type and value; dn_value_compare() is an
 *   equality that is unclear with some values; octets_equal() tells types apart by size.
 * Assumes: at most 3 attributes in each RDN, to which DN_ATTRIBUTE_MAX is redefined, of 4 types
 *   and 8 values.
 * Unwind: 7
 * Edit: src/dn.c 's/^bool (dn_attribute_take)(\(.*)$/bool \1_itself\2/'
 * Limit: 60 s */

#include "peer_limits.h"

#undef DN_ATTRIBUTE_MAX
#define DN_ATTRIBUTE_MAX 3
#define ATTRIBUTES 3

#include "octets.h"

#define octets_equal(...) is_same(__VA_ARGS__)
static bool is_same(struct dance_octets a, struct dance_octets b);

#include "../src/dn.c"

#include "proof.h"

/* The attributes of two RDNs by place, those of the second one behind those of the first. */
static const unsigned char places[2 * ATTRIBUTES + 1];
static uint8_t types[2 * ATTRIBUTES], values[2 * ATTRIBUTES];
#define VALUES 8
static bool unclear[VALUES];     /* values that can be compared with themselves only */
static uint8_t meanings[VALUES]; /* of a value that can be compared: itself */
static bool identical;

static bool is_same(struct dance_octets a, struct dance_octets b)
{
	/* Types have sizes from 256 on. */
	return a.size >= 256 ? a.size == b.size : identical;
}

bool work_take(struct work *work, uint32_t steps)
{
	work->spent |= nondet_bool();
	return !work->spent;
}

bool dn_attribute_take(struct dance_octets *attributes, struct dn_attribute *attribute)
{
	size_t place = (size_t)(attributes->data - places);
	attribute->type = (struct dance_octets){ places, types[place] + (size_t)256 };
	attribute->value.content = (struct dance_octets){ places, values[place] };
	attributes->data++;
	attributes->size--;
	return true;
}

enum dn_answer dn_value_compare(const struct dn_value *a, const struct dn_value *b,
	struct work *work)
{
	size_t left = a->content.size, right = b->content.size;
	return left == right                    ? DN_YES :
		unclear[left] || unclear[right] ? DN_UNCLEAR :
						  DN_NO;
}

static bool is_pair(size_t first, size_t second)
{
	return types[first] == types[ATTRIBUTES + second] &&
		meanings[values[first]] == meanings[values[ATTRIBUTES + second]];
}

/* Is there an order in which all are pairs? */
static bool is_matched(size_t count)
{
	bool pairs[ATTRIBUTES][ATTRIBUTES];
	for (size_t i = 0; i < ATTRIBUTES; i++) {
		for (size_t j = 0; j < ATTRIBUTES; j++) {
			/* What is not there is paired with itself. */
			pairs[i][j] = i < count && j < count ? is_pair(i, j) : i == j;
		}
	}
	return (pairs[0][0] && pairs[1][1] && pairs[2][2]) ||
		(pairs[0][0] && pairs[1][2] && pairs[2][1]) ||
		(pairs[0][1] && pairs[1][0] && pairs[2][2]) ||
		(pairs[0][1] && pairs[1][2] && pairs[2][0]) ||
		(pairs[0][2] && pairs[1][0] && pairs[2][1]) ||
		(pairs[0][2] && pairs[1][1] && pairs[2][0]);
}

void harness(void)
{
	struct work work = { .spent = false };
	any_octets(types);
	any_octets(values);
	any_octets(unclear);
	any_octets(meanings);
	size_t first = any_size(ATTRIBUTES), second = any_size(ATTRIBUTES);
	assume(first > 0 && second > 0);
	bool all_clear = true;
	for (size_t i = 0; i < 2 * ATTRIBUTES; i++) {
		types[i] &= 3;
		values[i] &= VALUES - 1;
		meanings[values[i]] &= VALUES - 1;
		bool is_clear = !unclear[values[i]];
		assume(!is_clear || meanings[values[i]] == values[i]);
		all_clear = all_clear && is_clear;
	}
	identical = nondet_bool();
	assume(!identical || (first == second && is_matched(first)));

	enum dn_answer answer = compare_rdns((struct dance_octets){ places, first },
		(struct dance_octets){ places + ATTRIBUTES, second }, &work);
	bool matched = first == second && is_matched(first);
	must(answer != DN_YES || matched, "equal: they have the same attributes");
	must(answer != DN_NO || !matched, "different: they cannot have the same");
	must(answer != DN_UNCLEAR || work.spent || !all_clear, "else it is known which");
	assume(answer == DN_YES && first == ATTRIBUTES && !identical);
	end_of_proof();
}
