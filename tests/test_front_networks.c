/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which unauthenticated connection has to go: the oldest one of the network that has
 * most. */

#include "check.h"
#include "networks.h"

static struct networks_member members[8];

static void the_oldest_of_the_most_crowded_network_is_the_first(void **state)
{
	(void)state;
	assert_null(networks_first());
	assert_int_equal(networks_size(), 0);
	networks_join(&members[0], 0);
	networks_join(&members[1], NETWORKS_COUNT - 1);
	assert_ptr_equal(networks_first(),
		&members[0]); /* one each: the first to have one */
	networks_join(&members[2], NETWORKS_COUNT - 1);
	assert_ptr_equal(networks_first(), &members[1]);
	networks_join(&members[3], 0);
	assert_ptr_equal(networks_first(), &members[1]); /* two each, and since longer */
	networks_join(&members[4], 0);
	assert_ptr_equal(networks_first(), &members[0]);
	assert_int_equal(networks_size(), 5);
	networks_leave(&members[0]);
	assert_ptr_equal(networks_first(), &members[1]);
	networks_leave(&members[2]); /* not the oldest */
	assert_ptr_equal(networks_first(), &members[3]);
	networks_leave(&members[3]);
	networks_leave(&members[4]);
	assert_ptr_equal(networks_first(), &members[1]);
	networks_leave(&members[1]);
	assert_null(networks_first());
	assert_int_equal(networks_size(), 0);
}

/* Each one that is sent away is of the most crowded network, down to the last. */
static void a_crowd_pushes_out_its_own(void **state)
{
	(void)state;
	networks_join(&members[0], 1); /* alone, and there first */
	for (size_t i = 1; i < ROWS(members); i++) {
		networks_join(&members[i], 2);
	}
	for (size_t i = 1; i < ROWS(members) - 1; i++) {
		assert_ptr_equal(networks_first(), &members[i]);
		networks_leave(&members[i]);
	}
	assert_ptr_equal(networks_first(), &members[0]); /* one each now */
	networks_leave(&members[0]);
	assert_ptr_equal(networks_first(), &members[ROWS(members) - 1]);
	networks_leave(&members[ROWS(members) - 1]);
	assert_null(networks_first());
}

/* A member that joins again, elsewhere, is counted there. */
static void who_leaves_can_join_another(void **state)
{
	(void)state;
	for (size_t i = 0; i < 100; i++) {
		networks_join(&members[0], i);
		networks_join(&members[1], 7);
		networks_join(&members[2], 7);
		assert_ptr_equal(networks_first(), i == 7 ? &members[0] : &members[1]);
		assert_int_equal(networks_size(), 3);
		for (size_t j = 0; j < 3; j++) {
			networks_leave(&members[j]);
		}
	}
	assert_null(networks_first());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_of_the_most_crowded_network_is_the_first),
		cmocka_unit_test(a_crowd_pushes_out_its_own),
		cmocka_unit_test(who_leaves_can_join_another),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
