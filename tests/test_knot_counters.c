/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Where verdicts are counted: at each zone, and for all zones in the instance of all zones. */

#include "acl.h"
#include "knot_scene.h"

/* As knotd calls them: the instance of all zones first, at the beginning and at the end. */
static bool ask(knotd_mod_t *global, knotd_mod_t *mod, const struct credential *certificate,
	knotd_query_type_t type)
{
	come(certificate, type);
	assert_true(passes(global));
	bool pass = passes(mod);
	knotd_state_t state = pass ? KNOTD_STATE_DONE : KNOTD_STATE_FAIL;
	fake_end(&query, global, state);
	fake_end(&query, mod, state);
	return pass;
}

static void each_zone_counts_and_so_does_the_server(void **state)
{
	(void)state;
	for (int of_zone = 0; of_zone < 2; of_zone++) {
		fake_knotd_reset();
		fake_conf_text("mod-dance", "one", "client", NAME);
		fake_conf_bool("mod-dance", "one", "zone-counters", of_zone);
		knotd_mod_t *first = load(), *second = load();
		knotd_mod_t *global = fake_mod_new(NULL, NULL);
		assert_int_equal(fake_mod_load(global), KNOT_EOK);
		assert_int_equal(fake_mod_counts(first), of_zone);
		assert_int_equal(fake_mod_counts(second), of_zone);
		assert_true(fake_mod_counts(global));

		assert_true(ask(global, first, &mine, KNOTD_QUERY_TYPE_AXFR));
		assert_true(ask(global, second, &mine, KNOTD_QUERY_TYPE_AXFR));
		assert_false(ask(global, second, &other, KNOTD_QUERY_TYPE_AXFR));
		assert_true(ask(global, second, NULL, KNOTD_QUERY_TYPE_NORMAL));
		assert_int_equal(fake_mod_stats(global, DANCE_ALLOW), 2);
		assert_int_equal(fake_mod_stats(global, DANCE_DENY_MISMATCH), 1);
		assert_int_equal(fake_mod_stats(first, DANCE_ALLOW), of_zone);
		assert_int_equal(fake_mod_stats(second, DANCE_ALLOW), of_zone);
		assert_int_equal(fake_mod_stats(second, DANCE_DENY_MISMATCH), of_zone);
		fake_mod_unload(global);
		fake_mod_unload(first);
		fake_mod_unload(second);
		scene_seconds++;
	}
}

static void a_transfer_counts_once_and_two_instances_of_a_zone_count_both(void **state)
{
	(void)state;
	knotd_mod_t *first = load(), *second = load(), *global = fake_mod_new(NULL, NULL);
	assert_int_equal(fake_mod_load(global), KNOT_EOK);
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	for (int i = 0; i < 3; i++) {
		knotd_state_t at = i < 2 ? FAKE_STATE_PRODUCE : KNOTD_STATE_DONE;
		assert_true(passes(global) && passes(first) && passes(second));
		fake_end(&query, global, at);
		fake_end(&query, first, at);
		fake_end(&query, second, at);
	}
	assert_int_equal(fake_mod_stats(first, DANCE_ALLOW), 1);
	assert_int_equal(fake_mod_stats(second, DANCE_ALLOW), 1);
	assert_int_equal(fake_mod_stats(global, DANCE_ALLOW), 2);
	fake_mod_unload(global);
	fake_mod_unload(first);
	fake_mod_unload(second);
}

/* What was noted before there was an instance of all zones is not counted by it. */
static void a_new_instance_of_all_zones_begins_at_zero(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	finish(mod);
	knotd_mod_t *global = fake_mod_new(NULL, NULL);
	assert_int_equal(fake_mod_load(global), KNOT_EOK);
	assert_true(ask(global, mod, NULL, KNOTD_QUERY_TYPE_NORMAL));
	assert_int_equal(fake_mod_stats(global, DANCE_ALLOW), 0);
	fake_mod_unload(global);
	fake_mod_unload(mod);
}

/* One that guards all zones counts whatever the option says: it is one. */
static void an_instance_that_guards_all_zones_counts(void **state)
{
	(void)state;
	fake_conf_bool("mod-dance", "one", "zone-counters", false);
	knotd_mod_t *global = fake_mod_new(NULL, "one");
	assert_int_equal(fake_mod_load(global), KNOT_EOK);
	fake_resolver_settle();
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(global));
	finish(global);
	assert_int_equal(fake_mod_stats(global, DANCE_ALLOW), 1);
	fake_mod_unload(global);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, knot_scene_begin, knot_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(each_zone_counts_and_so_does_the_server),
		ONE(a_transfer_counts_once_and_two_instances_of_a_zone_count_both),
		ONE(a_new_instance_of_all_zones_begins_at_zero),
		ONE(an_instance_that_guards_all_zones_counts),
	};
	return cmocka_run_group_tests(tests, knot_scene_make, knot_scene_clear);
}
