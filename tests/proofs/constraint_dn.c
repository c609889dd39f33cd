/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a Name lies within another exactly if the RDNs of that are its first ones, as far as
 *   every pair of RDNs can be compared (RFC 5280 4.2.1.10, 7.1): one that differs makes it a no,
 *   and only a pair that cannot be compared, or spent work, leaves it unclear.
 * Sources: none
 * Contracts: compare_rdns() gives any answer on a pair of places, always the same;
 *   der_sequence() and dn_rdn_take() take RDNs of one octet.
 * Assumes: at most 3 RDNs in each.
 * Unwind: 5
 * Edit: src/dn.c 's/^static enum dn_answer (compare_rdns)(\(.*)$/static enum dn_answer \1(struct
 *   dance_octets a, struct dance_octets b, struct work *work);static enum dn_answer
 *   \1_itself\2/;s/^bool (dn_rdn_take)(\(.*)$/bool \1_itself\2/;s/der_sequence\(name,
 *   rest\)/take_name(name, rest)/;s/der_sequence\(base, \&rdns\)/take_name(base, \&rdns)/'
 * Limit: 60 s */

#include "dn.h"

#include "proof.h"

#define RDNS 3

static bool take_name(struct dance_octets name, struct dance_octets *rdns);

#include "../src/dn.c"

static const unsigned char octets[2][RDNS + 1];
static enum dn_answer same[RDNS];
static bool readable[2], well_formed[2][RDNS];

static bool take_name(struct dance_octets name, struct dance_octets *rdns)
{
	*rdns = name;
	return readable[name.data == octets[1]];
}

bool dn_rdn_take(struct dance_octets *rdns, struct dance_octets *attributes)
{
	bool base = __CPROVER_same_object(rdns->data, octets) && rdns->data >= octets[1];
	*attributes = (struct dance_octets){ rdns->data, 1 };
	if (rdns->size == 0 || !well_formed[base][rdns->data - octets[base]]) {
		return false;
	}
	rdns->data++;
	rdns->size--;
	return true;
}

static enum dn_answer compare_rdns(struct dance_octets a, struct dance_octets b,
	struct work *work)
{
	must(a.data - octets[0] == b.data - octets[1], "RDNs of one place are compared");
	work->spent |= nondet_bool();
	return work->spent ? DN_UNCLEAR : same[a.data - octets[0]];
}

bool work_take(struct work *work, uint32_t steps)
{
	work->spent |= nondet_bool();
	return !work->spent;
}

void harness(void)
{
	struct work work = { .spent = false };
	size_t name_size = any_size(RDNS), base_size = any_size(RDNS);
	bool all = true, differs = false, clear = true;
	any_octets(readable);
	any_octets(well_formed);
	clear = readable[0] && readable[1];
	for (size_t i = 0; i < RDNS; i++) {
		same[i] = (enum dn_answer)nondet_unsigned();
		assume(same[i] == DN_YES || same[i] == DN_NO || same[i] == DN_UNCLEAR);
		if (i >= base_size) {
			continue;
		}
		clear = clear &&
			(i >= name_size || (well_formed[0][i] && well_formed[1][i]));
		all = all && i < name_size && same[i] == DN_YES;
		differs = differs || i >= name_size || same[i] == DN_NO;
	}
	enum dn_answer answer = dn_is_within((struct dance_octets){ octets[0], name_size },
		(struct dance_octets){ octets[1], base_size }, &work);
	must(answer != DN_YES || (clear && all), "inside: all its RDNs are the same");
	must(answer != DN_NO || differs, "outside: one of them differs");
	must(answer != DN_UNCLEAR || work.spent || !clear || (!all && !differs),
		"unclear: something cannot be compared");
	end_of_proof();
}
