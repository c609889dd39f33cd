/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Certificate policies of a path. Input: an octet of settings, then certificates, the one
 * nearest to the anchor first; either extensions as they are (input_octets, four each), or,
 * in six octets each, what they shall say. Of the latter the tree of RFC 5280 6.1 is built,
 * to the letter and with no limit but that of its size, and has to come to the same end. */

#include "certificate_policy.h"

#include <string.h>

#include "../der_writer.h"
#include "input.h"
#include "target.h"

#define ANCHORED (1u << 0)
#define AS_THEY_ARE (1u << 1)

#define STEP_MAX 6
#define LETTERS 4
#define ANY LETTERS /* the number of anyPolicy */
#define PAIR_MAX 2
#define NONE 9 /* a number of certificates that no path has */
#define NODE_MAX 20000

struct saying {
	bool has_policies;
	unsigned policies; /* a bit for each */
	unsigned from[PAIR_MAX], to[PAIR_MAX], pairs;
	unsigned explicit_policy, policy_mapping, inhibit_any;
	bool self_issued;
};

/* A node of valid_policy_tree (RFC 5280 6.1.2 a). */
struct node {
	unsigned policy, expected, depth;
	unsigned parent; /* its place; the root's is its own */
	bool dead;
};

struct tree {
	struct node nodes[NODE_MAX];
	unsigned count;
	bool full;
};

static struct tree tree;

static void grow(unsigned policy, unsigned expected, unsigned depth, unsigned parent)
{
	if (tree.count == NODE_MAX) {
		tree.full = true;
		return;
	}
	tree.nodes[tree.count++] = (struct node){ policy, expected, depth, parent, false };
}

static bool is_child(unsigned place, unsigned parent)
{
	return place != 0 && !tree.nodes[place].dead && tree.nodes[place].parent == parent;
}

static bool has_child(unsigned parent, unsigned policy)
{
	for (unsigned i = parent + 1; i < tree.count; i++) {
		if (is_child(i, parent) &&
			(policy == NONE || tree.nodes[i].policy == policy)) {
			return true;
		}
	}
	return false;
}

/* 6.1.3 d 3; and children go with their parents. */
static void prune(unsigned depth)
{
	for (unsigned i = 1; i < tree.count; i++) {
		tree.nodes[i].dead |= tree.nodes[tree.nodes[i].parent].dead;
	}
	for (unsigned i = tree.count; i-- > 0;) {
		tree.nodes[i].dead |= tree.nodes[i].depth < depth && !has_child(i, NONE);
	}
}

/* 6.1.3 d, e */
static void accept_policies(const struct saying *says, unsigned depth, bool any)
{
	unsigned before = tree.count;
	for (unsigned policy = 0; policy < LETTERS; policy++) {
		bool matched = false;
		if (!says->has_policies || (says->policies & 1u << policy) == 0) {
			continue;
		}
		for (unsigned i = 0; i < before; i++) {
			const struct node *node = &tree.nodes[i];
			if (!node->dead && node->depth == depth - 1 &&
				(node->expected & 1u << policy) != 0) {
				grow(policy, 1u << policy, depth, i);
				matched = true;
			}
		}
		for (unsigned i = 0; i < before && !matched; i++) {
			const struct node *node = &tree.nodes[i];
			if (!node->dead && node->depth == depth - 1 && node->policy == ANY) {
				grow(policy, 1u << policy, depth, i);
			}
		}
	}
	for (unsigned i = 0; any && i < before; i++) {
		for (unsigned policy = 0; policy <= ANY; policy++) {
			const struct node *node = &tree.nodes[i];
			if (!node->dead && node->depth == depth - 1 &&
				(node->expected & 1u << policy) != 0 &&
				!has_child(i, policy)) {
				grow(policy, 1u << policy, depth, i);
			}
		}
	}
	prune(depth);
}

static unsigned mapped_to(const struct saying *says, unsigned from)
{
	unsigned to = 0;
	for (unsigned i = 0; i < says->pairs; i++) {
		to |= says->from[i] == from ? 1u << says->to[i] : 0;
	}
	return to;
}

/* 6.1.4 b */
static void map_policies(const struct saying *says, unsigned depth, bool inhibited)
{
	unsigned before = tree.count;
	for (unsigned from = 0; from < LETTERS; from++) {
		unsigned to = mapped_to(says, from);
		bool matched = false;
		for (unsigned i = 0; to != 0 && i < before; i++) {
			struct node *node = &tree.nodes[i];
			if (!node->dead && node->depth == depth && node->policy == from) {
				node->expected = to;
				node->dead = inhibited;
				matched = true;
			}
		}
		for (unsigned i = 0; to != 0 && !matched && !inhibited && i < before; i++) {
			const struct node *node = &tree.nodes[i];
			if (!node->dead && node->depth == depth && node->policy == ANY) {
				grow(from, to, depth, node->parent);
			}
		}
	}
	prune(depth);
}

static unsigned lesser(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

struct limits {
	unsigned explicit_policy, policy_mapping, inhibit_any;
};

static void limit(struct limits *limits, const struct saying *says)
{
	limits->explicit_policy = lesser(limits->explicit_policy, says->explicit_policy);
	limits->policy_mapping = lesser(limits->policy_mapping, says->policy_mapping);
	limits->inhibit_any = lesser(limits->inhibit_any, says->inhibit_any);
}

/* 6.1.4 a */
static bool maps_any(const struct saying *says)
{
	for (unsigned i = 0; i < says->pairs; i++) {
		if (says->from[i] == ANY || says->to[i] == ANY) {
			return true;
		}
	}
	return false;
}

static bool has_any(const struct saying *says)
{
	return says->has_policies && (says->policies & 1u << ANY) != 0;
}

/* 6.1.2: what an anchor says is as if it stood in the path, but requires nothing of itself
 * and is not counted. Without policies it allows any. */
static void begin(const struct saying *anchor, struct limits *limits)
{
	static const struct saying silent = { .has_policies = true, .policies = 1u << ANY };
	tree.count = 0;
	tree.full = false;
	grow(ANY, 1u << ANY, 0, 0);
	if (anchor != NULL) {
		const struct saying *says = anchor->has_policies ? anchor : &silent;
		accept_policies(says, 1, has_any(says));
		map_policies(anchor, 1, false);
		limit(limits, anchor);
	}
}

/* 6.1.3 to 6.1.5, of the certificates of a path. */
static bool is_valid(const struct saying *says, unsigned count, struct limits limits,
	unsigned above)
{
	for (unsigned i = 1; i <= count; i++, says++) {
		bool any = has_any(says) &&
			(limits.inhibit_any > 0 || (i < count && says->self_issued));
		accept_policies(says, above + i, any);
		if (limits.explicit_policy == 0 && tree.nodes[0].dead) {
			return false;
		}
		if (i == count) {
			break;
		}
		if (maps_any(says)) {
			return false;
		}
		map_policies(says, above + i, limits.policy_mapping == 0);
		if (!says->self_issued) {
			limits.explicit_policy -= limits.explicit_policy > 0;
			limits.policy_mapping -= limits.policy_mapping > 0;
			limits.inhibit_any -= limits.inhibit_any > 0;
		}
		limit(&limits, says);
	}
	limits.explicit_policy -= limits.explicit_policy > 0;
	if (says->explicit_policy == 0) {
		limits.explicit_policy = 0;
	}
	return limits.explicit_policy > 0 || !tree.nodes[0].dead;
}

static void put_oid(struct der *to, unsigned policy)
{
	const unsigned char of_letter[] = { 0x88, 0x37, (unsigned char)('A' + policy) };
	if (policy == ANY) {
		der_put(to, DER_OID, "\x55\x1d\x20\x00", 4);
	} else {
		der_put(to, DER_OID, of_letter, sizeof(of_letter));
	}
}

static void put_skip(struct der *to, unsigned char tag, unsigned skip)
{
	const unsigned char number = (unsigned char)skip;
	if (skip != NONE) {
		der_put(to, tag, &number, 1);
	}
}

static struct dance_octets finish(struct input *input, struct der *content, bool there)
{
	struct der whole = { NULL, 0 };
	if (!there) {
		return (struct dance_octets){ NULL, 0 };
	}
	der_wrap(&whole, DER_SEQUENCE, content);
	struct dance_octets copy = input_copy(input, whole.octets, whole.size);
	der_clear(&whole);
	return copy;
}

static void write_step(struct input *input, const struct saying *says,
	struct certificate_policy_step *step)
{
	struct der policies = { NULL, 0 }, pairs = { NULL, 0 }, limits = { NULL, 0 };
	struct der any = { NULL, 0 };
	for (unsigned policy = 0; policy <= ANY; policy++) {
		struct der one = { NULL, 0 };
		if ((says->policies & 1u << policy) != 0) {
			put_oid(&one, policy);
			der_wrap(&policies, DER_SEQUENCE, &one);
		}
	}
	for (unsigned i = 0; i < says->pairs; i++) {
		struct der one = { NULL, 0 };
		put_oid(&one, says->from[i]);
		put_oid(&one, says->to[i]);
		der_wrap(&pairs, DER_SEQUENCE, &one);
	}
	put_skip(&limits, 0x80, says->explicit_policy);
	put_skip(&limits, 0x81, says->policy_mapping);
	put_skip(&any, DER_INTEGER, says->inhibit_any);
	*step = (struct certificate_policy_step){
		.policies = finish(input, &policies, says->has_policies),
		.mappings = finish(input, &pairs, says->pairs > 0),
		.constraints = finish(input, &limits, limits.size > 0),
		.inhibit_any = any.size > 0 ? input_copy(input, any.octets, any.size) :
					      (struct dance_octets){ 0 },
		.self_issued = says->self_issued,
	};
	der_clear(&any);
}

static unsigned skip_of(uint8_t octet)
{
	return octet % 8 < 6 ? octet % 8 : NONE;
}

static struct saying read_saying(struct input *input)
{
	struct saying says = { 0 };
	uint8_t octet = input_octet(input);
	says.policies = octet & ((2u << ANY) - 1);
	says.has_policies = says.policies != 0;
	says.self_issued = (octet & 0x80) != 0;
	for (unsigned i = 0; i < PAIR_MAX; i++) {
		octet = input_octet(input);
		if (octet != 0) {
			says.from[says.pairs] = (octet >> 4) % (LETTERS + 1);
			says.to[says.pairs++] = (octet & 0x0f) % (LETTERS + 1);
		}
	}
	says.explicit_policy = skip_of(input_octet(input));
	says.policy_mapping = skip_of(input_octet(input));
	says.inhibit_any = skip_of(input_octet(input));
	return says;
}

static void compare(const struct saying *says, const struct certificate_policy_step *steps,
	unsigned count, bool anchored)
{
	struct work work;
	work_begin(&work);
	bool valid = certificate_policy_fault(steps, count, anchored, &work) == NULL;
	struct limits limits = { count + 1, count + 1, count + 1 };
	must(!work.spent);
	if (anchored && count == 1) {
		must(valid); /* nothing is below it */
		return;
	}
	begin(anchored ? says : NULL, &limits);
	must(valid ==
			(!(anchored && maps_any(says)) &&
				is_valid(says + anchored, count - anchored, limits,
					anchored)) ||
		tree.full);
}

static void try_as_they_are(struct input *input, bool anchored)
{
	struct certificate_policy_step steps[STEP_MAX];
	unsigned count = 0;
	while (count < STEP_MAX && input->size > 0) {
		uint8_t octet = input_octet(input);
		struct certificate_policy_step *step = &steps[count++];
		step->self_issued = (octet & 1) != 0;
		step->policies_critical = (octet & 2) != 0;
		step->policies = input_octets(input);
		step->mappings = input_octets(input);
		step->constraints = input_octets(input);
		step->inhibit_any = input_octets(input);
	}
	struct work work, less;
	work_begin(&work);
	const char *why = certificate_policy_fault(steps, count, anchored, &work);
	must(why != NULL || (count > 0 && !work.spent));
	/* What it cost is enough, and less is not. */
	less = (struct work){ .left = WORK_MAX - work.left };
	must(work.spent || certificate_policy_fault(steps, count, anchored, &less) == why);
	less = (struct work){ .left = WORK_MAX - work.left - 1 };
	must(work.left == WORK_MAX || work.spent ||
		(certificate_policy_fault(steps, count, anchored, &less) != NULL &&
			less.spent));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct saying says[STEP_MAX];
	struct certificate_policy_step steps[STEP_MAX];
	unsigned count = 0;
	uint8_t settings = input_octet(&input);
	bool anchored = (settings & ANCHORED) != 0;
	if ((settings & AS_THEY_ARE) != 0) {
		try_as_they_are(&input, anchored);
	} else {
		while (count < STEP_MAX && input.size > 0) {
			says[count] = read_saying(&input);
			write_step(&input, &says[count], &steps[count]);
			count++;
		}
		if (count > 0) {
			compare(says, steps, count, anchored);
		}
	}
	input_end(&input);
	return 0;
}
