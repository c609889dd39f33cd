/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Which zones have what concerns the module from one template, and which have something of their
 * own. */

#include "check.h"
#include "fake_knotd.h"
#include "zone_conf.h"

#include <string.h>

static const knot_dname_t zones[][10] = { "\5zone0\1a", "\5zone1\1a", "\5zone2\1a" };

static const char *id_of(unsigned zone)
{
	return (const char *)zones[zone];
}

static int begin(void **state)
{
	(void)state;
	fake_knotd_reset();
	for (unsigned i = 0; i < ROWS(zones); i++) {
		fake_conf_text("zone", id_of(i), "domain", "is configured");
	}
	return 0;
}

static bool is_same(unsigned zone, struct zone_conf *last)
{
	return zone_conf_is_same(fake_mod_new(zones[zone], "one"), last);
}

static void zones_of_one_template_are_read_once(void **state)
{
	(void)state;
	for (unsigned with = 0; with < 2; with++) { /* the default one, and another */
		struct zone_conf last = { 0 };
		assert_false(is_same(0, &last));
		assert_true(is_same(1, &last));
		assert_true(is_same(2, &last));
		assert_true(is_same(0, &last));
		begin(state);
		for (unsigned i = 0; i < ROWS(zones); i++) {
			fake_conf_text("zone", id_of(i), "template", "members");
		}
	}
}

static void zones_of_two_templates_differ(void **state)
{
	(void)state;
	static const char *const names[][2] = { { "a", "b" }, { "a", NULL }, { NULL, "a" },
		{ "a", "aa" } };
	for (size_t i = 0; i < ROWS(names); i++) {
		struct zone_conf last = { 0 };
		begin(state);
		for (unsigned zone = 0; zone < 2; zone++) {
			if (names[i][zone] != NULL) {
				fake_conf_text("zone", id_of(zone), "template",
					names[i][zone]);
			}
		}
		assert_false(is_same(0, &last));
		assert_false(is_same(1, &last));
		assert_true(is_same(1, &last));
		assert_false(is_same(0, &last));
	}
}

static void a_zone_with_something_of_its_own_is_like_no_other(void **state)
{
	(void)state;
	static const struct {
		const char *item;
		bool automatic;
		bool own;
	} rows[] = { { "acl", false, true }, { "notify", false, false },
		{ "master", false, false }, { "notify", true, true },
		{ "master", true, true } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct zone_conf last = { 0 };
		begin(state);
		fake_conf_bool("server", "", "automatic-acl", rows[i].automatic);
		fake_conf_text("zone", id_of(1), rows[i].item, "x");
		assert_false(is_same(0, &last));
		assert_true(is_same(0, &last));
		check_true(rows[i].item, is_same(1, &last) != rows[i].own);
		check_true(rows[i].item, is_same(1, &last) != rows[i].own);
		check_true(rows[i].item, is_same(2, &last) != rows[i].own);
		assert_true(is_same(0, &last));
	}
}

static void automatic_acls_are_asked_for_once(void **state)
{
	for (unsigned automatic = 0; automatic < 2; automatic++) {
		struct zone_conf last = { 0 };
		begin(state);
		fake_conf_bool("server", "", "automatic-acl", automatic == 1);
		assert_false(is_same(0, &last));
		assert_true(last.asked);
		assert_int_equal(last.automatic, automatic);
		begin(state);
		fake_conf_bool("server", "", "automatic-acl", automatic == 0);
		fake_conf_text("zone", id_of(1), "template", "other");
		for (unsigned zone = 0; zone < 3; zone++) {
			assert_int_equal(is_same(zone, &last), zone == 0);
			assert_true(last.asked);
			assert_int_equal(last.automatic, automatic);
		}
	}
}

/* Those that a catalog brings. */
static void a_zone_that_is_not_configured_is_like_no_other(void **state)
{
	(void)state;
	fake_knotd_reset();
	struct zone_conf last = { 0 };
	assert_false(is_same(0, &last));
	assert_false(is_same(0, &last));
	assert_false(last.known);
}

static void what_is_a_catalog_comes_from_the_template_or_the_zone(void **state)
{
	(void)state;
	for (unsigned role = 0; role <= 3; role++) {
		bool catalog = role == 1 || role == 2;
		struct zone_conf last = { 0 };
		begin(state);
		fake_conf_option("zone", "", "catalog-role", role);
		assert_false(is_same(0, &last));
		assert_int_equal(last.catalog, catalog);
		assert_true(is_same(1, &last));
		assert_int_equal(last.catalog, catalog);
		fake_conf_option("zone", id_of(2), "catalog-role", role);
		assert_false(is_same(2, &last));
		assert_false(last.known);
		assert_int_equal(last.catalog, catalog);
		assert_int_equal(zone_conf_is_catalog(fake_mod_new(zones[0], "one")),
			catalog);
		assert_false(zone_conf_is_catalog(fake_mod_new(NULL, "one")));
	}
}

static void a_long_template_is_read_again_for_each_zone(void **state)
{
	(void)state;
	char name[ZONE_CONF_TEMPLATE_SIZE + 1];
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	struct zone_conf last = { 0 };
	fake_conf_text("zone", id_of(0), "template", name);
	assert_false(is_same(0, &last));
	assert_false(is_same(0, &last));
	begin(state);
	name[sizeof(name) - 2] = '\0';
	fake_conf_text("zone", id_of(0), "template", name);
	assert_false(is_same(0, &last));
	assert_true(is_same(0, &last));
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(zones_of_one_template_are_read_once),
		ONE(zones_of_two_templates_differ),
		ONE(a_zone_with_something_of_its_own_is_like_no_other),
		ONE(automatic_acls_are_asked_for_once),
		ONE(a_zone_that_is_not_configured_is_like_no_other),
		ONE(what_is_a_catalog_comes_from_the_template_or_the_zone),
		ONE(a_long_template_is_read_again_for_each_zone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
