/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * References to the module: which are of this one, and which of them an instance is. */

#include "module_refs.h"
#include "check.h"
#include "conf.h"
#include "fake_knotd.h"

static const knot_dname_t zone[] = "\7example\3com";

static int begin(void **state)
{
	(void)state;
	fake_knotd_reset();
	fake_conf_text("mod-dance", "one", "client", "ns1.example.net");
	fake_conf_text("mod-dance", "two", "client", "ns2.example.net");
	return 0;
}

/* The id of the instance, or NULL. */
static const char *id_of(knotd_mod_t *mod, const knotd_conf_t *refs)
{
	knotd_conf_t clients = knotd_conf_mod(mod, MOD_CLIENT);
	const void *place = clients.count > 0 ? clients.multi[0].string : NULL;
	knotd_conf_free(&clients);
	return module_refs_find(mod, refs, place);
}

static void check_id(const knot_dname_t *of, const char *section, const char *expected)
{
	knotd_mod_t *mod = fake_mod_new(of, section);
	knotd_conf_t refs = module_refs_of(mod);
	const char *id = id_of(mod, &refs);
	if (expected == NULL) {
		assert_null(id);
	} else {
		assert_non_null(id);
		assert_string_equal(id, expected);
	}
	knotd_conf_free(&refs);
	assert_int_equal(fake_conf_lists(), 0);
}

static void a_reference_is_to_this_module_or_to_another(void **state)
{
	(void)state;
	static const struct {
		const char *data;
		size_t size;
		const char *id;
	} rows[] = {
		{ "\x09mod-dance", 10, "" },
		{ "\x09mod-danceone", 14, "one" },
		{ "\x09mod-dancex", 11, "x" },
		{ "\x09mod-stats", 10, NULL },
		{ "\x0Amod-dancer", 11, NULL },
		{ "\x08mod-danc", 9, NULL },
		{ "\x09mod-dancf", 10, NULL },
		/* Of what is in memory, so many octets are of the reference. */
		{ "\x09mod-dance", 9, NULL },
		{ "\x09mod-danceone", 10, "" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const knotd_conf_val_t ref = { .data = (const uint8_t *)rows[i].data,
			.data_len = rows[i].size };
		const char *id = module_ref_id(&ref);
		check_true(rows[i].data, (id == NULL) == (rows[i].id == NULL));
		if (id != NULL) {
			assert_string_equal(id, rows[i].id);
		}
	}
}

static void an_instance_finds_its_own_section(void **state)
{
	(void)state;
	fake_conf_text("zone", "", "module", "\x09mod-stats");
	fake_conf_text("zone", "", "module", "\x09mod-danceone");
	fake_conf_text("zone", "", "module", "\x09mod-dancetwo");
	fake_conf_text("mod-dance", "x", "client", "ns3.example.net");
	fake_conf_text("zone", "", "module",
		"\x09mod-dance"
		"x");
	check_id(zone, "one", "one");
	check_id(zone, "two", "two");
	check_id(zone, "x", "x");
	check_id(zone, NULL, NULL);
	check_id(NULL, "one", NULL);
	fake_conf_text("template", "default", "global-module", "\x09mod-dance");
	fake_conf_text("template", "default", "global-module", "\x09mod-dancetwo");
	check_id(NULL, "two", "two");
	check_id(NULL, "one", NULL);
}

static void a_section_that_is_not_attached_there_is_not_found(void **state)
{
	(void)state;
	check_id(zone, "one", NULL);
	fake_conf_text("zone", "", "module", "\x09mod-dancetwo");
	check_id(zone, "one", NULL);
	check_id(zone, "two", "two");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_reference_is_to_this_module_or_to_another, begin),
		cmocka_unit_test_setup(an_instance_finds_its_own_section, begin),
		cmocka_unit_test_setup(a_section_that_is_not_attached_there_is_not_found,
			begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
