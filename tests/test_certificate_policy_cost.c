/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Policies are bounded, in a certificate and in a path, and what they cost is paid for. */

#include "certificate_policy.h"
#include "check.h"
#include "policy_writer.h"

#include <string.h>

/* An extension of `count` policies, or of 'A' mapped to each of them. */
static struct der many(unsigned count, bool mapped)
{
	struct der list = { NULL, 0 }, whole = { NULL, 0 };
	for (unsigned i = 0; i < count; i++) {
		const unsigned char oid[] = { 0x88, (unsigned char)(0x81 + i / 128),
			i % 128 };
		struct der one = { NULL, 0 };
		if (mapped) {
			put_oid(&one, 'A');
		}
		der_put(&one, DER_OID, oid, sizeof(oid));
		der_wrap(&list, DER_SEQUENCE, &one);
	}
	der_wrap(&whole, DER_SEQUENCE, &list);
	return whole;
}

static void policies_are_bounded(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		for (int mapped = 0; mapped < 2; mapped++) {
			struct der value = many(POLICY_MAX + more, mapped);
			struct certificate_policy_step path[2] = {
				{ .policies_critical = false }
			};
			struct dance_octets *place = mapped ? &path[1].mappings :
							      &path[1].policies;
			struct work work;
			*place = (struct dance_octets){ value.octets, value.size };
			work_begin(&work);
			const char *why = certificate_policy_fault(path, 2, false, &work);
			assert_true(more == 0 ? why == NULL :
						why != NULL &&
						strstr(why,
							mapped ? "128 policy mappings" :
								 "128 policies") != NULL);
			der_clear(&value);
		}
	}
}

/* All that is valid above stays so by anyPolicy, beside what else is there. */
static void what_is_valid_is_bounded(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct der list = { NULL, 0 }, above = { NULL, 0 }, below = { NULL, 0 };
		struct der first = many(POLICY_MAX - 1 + more, false);
		struct dance_octets policies = { NULL, 0 };
		assert_true(der_sequence((struct dance_octets){ first.octets, first.size },
			&policies));
		der_append(&list, policies.data, policies.size);
		put_policy(&list, '*');
		der_wrap(&above, DER_SEQUENCE, &list);
		put_policy(&list, '*');
		put_policy(&list, 'A');
		der_wrap(&below, DER_SEQUENCE, &list);
		const struct certificate_policy_step path[2] = {
			{ .policies = { above.octets, above.size } },
			{ .policies = { below.octets, below.size } },
		};
		struct work work;
		work_begin(&work);
		const char *why = certificate_policy_fault(path, 2, false, &work);
		assert_true(more == 0 ? why == NULL :
					why != NULL &&
					strstr(why, "128 policies are valid") != NULL);
		der_clear(&first);
		der_clear(&above);
		der_clear(&below);
	}
}

/* Mapped to more than may be valid at once. */
static void what_is_mapped_is_bounded(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct der policies = { NULL, 0 }, list = { NULL, 0 };
		struct der mappings = many(POLICY_MAX, true);
		put_policy(&list, 'A');
		if (more == 1) {
			put_policy(&list, 'B'); /* stays, beside all that A is mapped to */
		}
		der_wrap(&policies, DER_SEQUENCE, &list);
		const struct certificate_policy_step path[2] = {
			{
				.policies = { policies.octets, policies.size },
				.mappings = { mappings.octets, mappings.size },
			},
			{ .policies = { policies.octets, policies.size } }
		};
		struct work work;
		work_begin(&work);
		const char *why = certificate_policy_fault(path, 2, false, &work);
		assert_true(more == 0 ? why == NULL :
					why != NULL &&
					strstr(why, "128 policies are valid") != NULL);
		der_clear(&policies);
		der_clear(&mappings);
	}
}

static void work_is_paid_for(void **state)
{
	(void)state;
	struct der value = many(POLICY_MAX, false);
	struct certificate_policy_step path[PATH_LENGTH_MAX];
	for (unsigned i = 0; i < PATH_LENGTH_MAX; i++) {
		path[i] = (struct certificate_policy_step){ .policies = { value.octets,
								    value.size } };
	}
	struct work work;
	work_begin(&work);
	assert_null(certificate_policy_fault(path, PATH_LENGTH_MAX, false, &work));
	uint32_t cost = WORK_MAX - work.left;
	/* Thousands of comparisons in each, some sixteen a step. */
	check_range(cost, PATH_LENGTH_MAX * POLICY_MAX * POLICY_MAX / 32,
		PATH_LENGTH_MAX * POLICY_MAX * POLICY_MAX / 4);
	for (uint32_t less = 1; less <= cost; less += cost / 50 + 1) {
		work = (struct work){ .left = cost - less };
		const char *why = certificate_policy_fault(path, PATH_LENGTH_MAX, false,
			&work);
		assert_true(why != NULL && strstr(why, "work") != NULL);
		assert_true(work.spent);
	}
	work = (struct work){ .left = cost };
	assert_null(certificate_policy_fault(path, PATH_LENGTH_MAX, false, &work));
	der_clear(&value);
}

/* Whatever it is that there is no work left for, a path of policies and mappings is refused. */
static void each_want_of_work_refuses(void **state)
{
	(void)state;
	struct der policies = many(3, false), mappings = many(3, true);
	struct certificate_policy_step path[3] = { { .policies_critical = false } };
	for (size_t i = 0; i < ROWS(path); i++) {
		path[i].policies = (struct dance_octets){ policies.octets, policies.size };
		path[i].mappings = (struct dance_octets){ mappings.octets, mappings.size };
	}
	const char *why = "";
	for (uint32_t left = 0; why != NULL; left++) {
		struct work work = { .left = left };
		why = certificate_policy_fault(path, ROWS(path), false, &work);
		assert_int_equal(why != NULL, work.spent);
	}
	der_clear(&policies);
	der_clear(&mappings);
}

static uint32_t cost_of(const struct certificate_policy_step *path, unsigned length)
{
	struct work work;
	work_begin(&work);
	assert_null(certificate_policy_fault(path, length, false, &work));
	return WORK_MAX - work.left;
}

/* One policy with many qualifiers, of which each octet is read. */
static void reading_is_paid_by_the_octet(void **state)
{
	(void)state;
	enum {
		COUNT = 500
	};
	struct der qualifiers = { NULL, 0 }, information = { NULL, 0 }, list = { NULL, 0 },
		   value = { NULL, 0 };
	for (unsigned i = 0; i < COUNT; i++) {
		struct der one = { NULL, 0 };
		put_oid(&one, 'Q');
		der_put(&one, DER_NULL, "", 0);
		der_wrap(&qualifiers, DER_SEQUENCE, &one);
	}
	put_oid(&information, 'A');
	der_wrap(&information, DER_SEQUENCE, &qualifiers);
	der_wrap(&list, DER_SEQUENCE, &information);
	der_wrap(&value, DER_SEQUENCE, &list);
	const struct certificate_policy_step step = { .policies = {
							      value.octets, value.size } };
	assert_true(value.size > COUNT * 9);
	check_range(cost_of(&step, 1), value.size / 16, value.size / 8);
	der_clear(&value);
}

/* Each valid policy is sought among those that are mapped, and each that is mapped among those that
 * are valid. */
static void mappings_are_paid_for(void **state)
{
	(void)state;
	struct der policies = many(POLICY_MAX, false), mappings = many(POLICY_MAX, true);
	const struct certificate_policy_step path[2] = {
		{ .policies = { policies.octets, policies.size } },
		{ .policies = { NULL, 0 } }
	};
	struct certificate_policy_step mapped[2] = { path[0], path[1] };
	mapped[0].mappings = (struct dance_octets){ mappings.octets, mappings.size };
	check_range(cost_of(mapped, 2) - cost_of(path, 2), 2 * POLICY_MAX * POLICY_MAX / 16,
		POLICY_MAX * POLICY_MAX);
	der_clear(&policies);
	der_clear(&mappings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies_are_bounded),
		cmocka_unit_test(what_is_valid_is_bounded),
		cmocka_unit_test(what_is_mapped_is_bounded),
		cmocka_unit_test(work_is_paid_for),
		cmocka_unit_test(each_want_of_work_refuses),
		cmocka_unit_test(reading_is_paid_by_the_octet),
		cmocka_unit_test(mappings_are_paid_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
