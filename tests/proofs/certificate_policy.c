/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: the policies of a path are at fault exactly if the tree of RFC 5280 6.1, which is not
 *   built here, would be empty where a policy is required: with anyPolicy and where it is
 *   inhibited, mappings and where they are, self-issued certificates, and a policy required from
 *   some certificate on.
 * Sources: none
 * Contracts: read_policies(), read_mappings() and read_limits() read any policies, mappings and
 *   limits; octets_equal() tells two policies apart by size.
 * Assumes: paths of 3 certificates below a bare key, of 2 policies, anyPolicy aside, and at most
 *   2 mappings a certificate; the work suffices. POLICY_MAX is redefined to 3.
 * Unwind: 4
 * Edit: src/certificate_policy.c 's/^(static const char \*read_)(policies)\((.*)$/\1\2(const
 *   struct certificate_policy_step *step, struct policies *read, struct work
 *   *work);\1\2_itself(\3/;s/^(static const char \*read_)(mappings)\((.*)$/\1\2(struct
 *   dance_octets extension, struct mappings *read, struct work
 *   *work);\1\2_itself(\3/;s/^(static const char \*read_limits)(\(.*)$/struct limits;\1(const
 *   struct certificate_policy_step *step, struct limits *limits);\1_itself\2/'
 * Limit: 120 s */

#include "peer_limits.h"

#undef POLICY_MAX
#define POLICY_MAX 3

#include "octets.h"

#define octets_equal(...) has_size_of(__VA_ARGS__)

static bool has_size_of(struct dance_octets a, struct dance_octets b)
{
	return a.size == b.size;
}

#include "../src/certificate_policy.c"

#include "proof.h"

#define LENGTH 3
#define MAPPINGS 2

/* Policies by number; one of size n + 1 is that of number n. */
enum {
	A,
	B,
	ANY,
	POLICIES
};

static const unsigned char octets[POLICIES];

/* What a certificate says. */
static struct said {
	bool policies, has[POLICIES], self_issued;
	unsigned mapping_count, from[MAPPINGS], to[MAPPINGS];
	struct limits limits;
} said[LENGTH];
static struct certificate_policy_step steps[LENGTH];

static struct dance_octets policy(unsigned number)
{
	return (struct dance_octets){ octets, number + 1 };
}

static const struct said *said_by(const unsigned char *place)
{
	return &said[place - octets];
}

bool work_take(struct work *work, uint32_t cost)
{
	return true;
}

static const char *read_policies(const struct certificate_policy_step *step,
	struct policies *read, struct work *work)
{
	const struct said *by = &said[step - steps];
	read->count = 0;
	for (unsigned i = A; i <= B; i++) {
		if (by->policies && by->has[i]) {
			read->oids[read->count++] = policy(i);
		}
	}
	read->any = by->policies && by->has[ANY];
	return NULL;
}

static const char *read_mappings(struct dance_octets extension, struct mappings *read,
	struct work *work)
{
	const struct said *by = said_by(extension.data);
	read->count = by->mapping_count;
	for (unsigned i = 0; i < MAPPINGS; i++) {
		read->from[i] = policy(by->from[i]);
		read->to[i] = policy(by->to[i]);
	}
	return NULL;
}

static const char *read_limits(const struct certificate_policy_step *step,
	struct limits *limits)
{
	*limits = said[step - steps].limits;
	return NULL;
}

/* The deepest nodes of the tree by their valid policies. Those of one policy have one set of
 * expected policies at every depth. */
struct tree {
	bool node[POLICIES], expected[POLICIES][POLICIES];
};

static bool is_null(const struct tree *tree)
{
	return !tree->node[A] && !tree->node[B] && !tree->node[ANY];
}

static bool is_expected(const struct tree *tree, unsigned number)
{
	return (tree->node[A] && tree->expected[A][number]) ||
		(tree->node[B] && tree->expected[B][number]) ||
		(tree->node[ANY] && tree->expected[ANY][number]);
}

/* 6.1.3 d, e */
static void grow(struct tree *tree, const struct said *by, bool any_counts)
{
	struct tree next;
	for (unsigned i = A; i <= ANY; i++) {
		bool named = i != ANY && by->has[i] &&
			(is_expected(tree, i) || tree->node[ANY]);
		bool by_any = by->has[ANY] && any_counts && is_expected(tree, i);
		next.node[i] = by->policies && (named || by_any);
		for (unsigned j = A; j <= ANY; j++) {
			next.expected[i][j] = j == i;
		}
	}
	*tree = next;
}

/* 6.1.4 b for one policy of an issuer's domain. */
static void map_one(struct tree *tree, const struct said *by, unsigned number,
	bool inhibited)
{
	bool to[POLICIES] = { false }, mapped = false;
	for (unsigned i = 0; i < MAPPINGS; i++) {
		if (i < by->mapping_count && by->from[i] == number) {
			to[by->to[i]] = mapped = true;
		}
	}
	if (!mapped) {
		return;
	}
	tree->node[number] = !inhibited && (tree->node[number] || tree->node[ANY]);
	for (unsigned i = A; i <= ANY; i++) {
		tree->expected[number][i] = to[i];
	}
}

static uint32_t at_most(uint32_t value, uint32_t limit)
{
	return limit < value ? limit : value;
}

static uint32_t less(uint32_t value, bool counts)
{
	return counts && value != 0 ? value - 1 : value;
}

/* RFC 5280 6.1, step by step. */
static bool is_valid(void)
{
	struct tree tree = { .node[ANY] = true, .expected[ANY][ANY] = true };
	uint32_t explicit_policy = LENGTH + 1, inhibit_any = LENGTH + 1;
	uint32_t policy_mapping = LENGTH + 1;
	for (unsigned i = 0; i < LENGTH; i++) {
		const struct said *by = &said[i];
		bool last = i + 1 == LENGTH;
		grow(&tree, by, inhibit_any > 0 || (!last && by->self_issued));
		if (explicit_policy == 0 && is_null(&tree)) {
			return false;
		}
		if (last) {
			explicit_policy = less(explicit_policy, true);
			return !is_null(&tree) ||
				(explicit_policy > 0 && by->limits.explicit_policy != 0);
		}
		map_one(&tree, by, A, policy_mapping == 0);
		map_one(&tree, by, B, policy_mapping == 0);
		explicit_policy = at_most(less(explicit_policy, !by->self_issued),
			by->limits.explicit_policy);
		policy_mapping = at_most(less(policy_mapping, !by->self_issued),
			by->limits.policy_mapping);
		inhibit_any = at_most(less(inhibit_any, !by->self_issued),
			by->limits.inhibit_any);
	}
	return false;
}

void harness(void)
{
	struct work work = { .spent = false };
	for (unsigned i = 0; i < LENGTH; i++) {
		struct said *by = &said[i];
		by->policies = nondet_bool();
		by->self_issued = nondet_bool();
		by->mapping_count = (unsigned)any_size(MAPPINGS);
		for (unsigned j = A; j <= ANY; j++) {
			by->has[j] = nondet_bool();
		}
		for (unsigned j = 0; j < MAPPINGS; j++) {
			by->from[j] = nondet_bool() ? A : B;
			by->to[j] = nondet_bool() ? A : B;
		}
		by->limits.explicit_policy = nondet_unsigned();
		by->limits.inhibit_any = nondet_unsigned();
		by->limits.policy_mapping = nondet_unsigned();
		steps[i].self_issued = by->self_issued;
		steps[i].mappings.data = &octets[i];
	}
	bool valid = certificate_policy_fault(steps, LENGTH, false, &work) == NULL;
	must(valid == is_valid(), "it is as by the tree");
	assume(valid && said[0].limits.explicit_policy == 0 && said[0].mapping_count == 2);
	end_of_proof();
}
