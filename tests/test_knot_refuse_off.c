/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The module's hooks with `refuse: off`: knotd's ACL decides about all clients, and sees the names
 * of those that are proved. */

#include <netinet/in.h>
#include <string.h>

#include "acl.h"
#include "knot_scene.h"

static void with_refuse_off_the_acl_decides_about_all(void **state)
{
	(void)state;
	use_acl();
	knotd_mod_t *mod = load();
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	assert_string_equal(fake_query_path(&query), "/dance/" NAME);
	finish(mod);
	for (size_t i = 0; i < ROWS(unproven); i++) {
		scene_seconds++;
		fake_log_clear();
		come(&mine, KNOTD_QUERY_TYPE_AXFR);
		unproven[i].change();
		check_true(unproven[i].row, passes(mod));
		check_true(unproven[i].row, query.qdata.rcode == 0);
		check_true(unproven[i].row, query.params.remote == &query.remote);
		check_logged(&unproven[i], LOG_INFO, "left to the acl");
		/* The ACL may still say no. */
		query.qdata.rcode = KNOT_RCODE_NOTAUTH;
		check_true(unproven[i].row,
			fake_end(&query, mod, KNOTD_STATE_FAIL) == KNOTD_STATE_FAIL);
		check_true(unproven[i].row, query.qdata.rcode == KNOT_RCODE_NOTAUTH);
	}
	fake_mod_unload(mod);
}

/* Without TLS a client is known by its address: from another one it is another client. */
static void with_refuse_off_a_further_message_is_known_by_its_address(void **state)
{
	(void)state;
	use_acl();
	knotd_mod_t *mod = load();
	come(NULL, KNOTD_QUERY_TYPE_AXFR);
	come_over_tcp();
	for (int message = 0; message < 3; message++) {
		assert_true(passes(mod));
		fake_end(&query, mod, FAKE_STATE_PRODUCE);
		assert_int_equal(fake_stats(DANCE_DENY_TRANSPORT), 1);
	}
	((struct sockaddr_in *)&query.remote)->sin_port += 256;
	assert_true(passes(mod));
	fake_end(&query, mod, FAKE_STATE_PRODUCE);
	assert_int_equal(fake_stats(DANCE_DENY_TRANSPORT), 2);
	((struct sockaddr_in *)&query.remote)->sin_addr.s_addr += 256;
	assert_true(passes(mod));
	fake_end(&query, mod, FAKE_STATE_PRODUCE);
	assert_int_equal(fake_stats(DANCE_DENY_TRANSPORT), 3);
	assert_int_equal(fake_log_count(LOG_INFO, "left to the acl"), 3);
	fake_mod_unload(mod);
}

static void with_refuse_off_a_client_that_no_rule_names_keeps_its_address(void **state)
{
	(void)state;
	use_acl();
	knotd_mod_t *mod = load();
	come(&member, KNOTD_QUERY_TYPE_AXFR);
	for (int message = 0; message < 3; message++) {
		assert_true(passes(mod));
		assert_ptr_equal(query.params.remote, &query.remote);
		fake_end(&query, mod, FAKE_STATE_PRODUCE);
	}
	assert_int_equal(
		fake_log_count(LOG_INFO,
			"(no acl rule names this client, so it keeps its address); do: add"),
		1);
	/* The next one is named. */
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	assert_string_equal(fake_query_path(&query), "/dance/" NAME);
	finish(mod);
	fake_mod_unload(mod);
}

static void with_refuse_off_what_dns_cannot_tell_is_servfail(void **state)
{
	(void)state;
	answer(NAME, RESOLVER_FAILED, 60, "no server");
	use_acl();
	knotd_mod_t *mod = load();
	for (int edns = 0; edns < 2; edns++) {
		come(&mine, KNOTD_QUERY_TYPE_AXFR);
		fake_query_use_edns(&query, edns);
		if (edns) { /* and what knotd has put there by then */
			knot_edns_set_do(&query.qdata.opt_rr);
			assert_int_equal(knot_edns_add_option(&query.qdata.opt_rr,
						 KNOT_EDNS_OPTION_NSID, 2,
						 (const uint8_t *)"me", NULL),
				KNOT_EOK);
		}
		assert_true(passes(mod));
		query.qdata.rcode = KNOT_RCODE_NOTAUTH;
		assert_int_equal(fake_end(&query, mod, KNOTD_STATE_FAIL), KNOTD_STATE_FAIL);
		assert_true(!edns || knot_edns_do(&query.qdata.opt_rr));
		assert_null(knot_edns_get_option(&query.qdata.opt_rr, KNOT_EDNS_OPTION_NSID,
			NULL));
		assert_int_equal(query.qdata.rcode, KNOT_RCODE_SERVFAIL);
		assert_int_equal(query.qdata.rcode_ede,
			edns ? KNOT_EDNS_EDE_NONE : KNOT_EDNS_EDE_NREACH_AUTH);
		assert_true(edns ==
			(knot_edns_get_option(&query.qdata.opt_rr, KNOT_EDNS_OPTION_EDE,
				 NULL) != NULL));
	}
	/* One that signed was not kept out by what DNS did not tell. */
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	knot_rrset_t tsig = { 0 };
	query.packet->tsig_rr = &tsig;
	assert_true(passes(mod));
	query.qdata.rcode = KNOT_RCODE_NOTAUTH;
	fake_end(&query, mod, KNOTD_STATE_FAIL);
	assert_int_equal(query.qdata.rcode, KNOT_RCODE_NOTAUTH);
	/* What the ACL lets pass stays so. */
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	finish(mod);
	assert_int_equal(query.qdata.rcode, KNOT_RCODE_NOERROR);
	fake_mod_unload(mod);
}

static void with_refuse_off_an_open_acl_or_one_that_cannot_be_read_refuses(void **state)
{
	(void)state;
	use_acl();
	knotd_mod_t *mod = load();
	for (unsigned n = 1; n < 4; n++) {
		come(NULL, KNOTD_QUERY_TYPE_AXFR);
		fake_conf_fail_at(n);
		check_refused("no memory", mod, DANCE_DENY_CREDENTIAL, KNOT_RCODE_NOTAUTH);
	}
	assert_int_equal(
		fake_log_count(LOG_NOTICE,
			"no effect, as the acl cannot be read: not enough memory); do: "),
		3);
	fake_conf_fail_at(0);
	come(NULL, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	finish(mod);

	/* While the module is loaded, knotc opens the ACL. */
	fake_conf_text("zone", "", "acl", "any");
	fake_conf_option("acl", "any", "action", ACL_TRANSFER);
	come(NULL, KNOTD_QUERY_TYPE_AXFR);
	check_refused("open", mod, DANCE_DENY_CREDENTIAL, KNOT_RCODE_NOTAUTH);
	assert_int_equal(fake_log_count(LOG_NOTICE, "acl any, "), 1);
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	assert_string_equal(fake_query_path(&query), "/dance/" NAME);
	finish(mod);
	fake_mod_unload(mod);
}

/* What has become of a client is logged when it changes. */
static void a_client_that_is_no_longer_left_to_the_acl_is_logged_again(void **state)
{
	(void)state;
	use_acl();
	knotd_mod_t *mod = load();
	come(&other, KNOTD_QUERY_TYPE_AXFR);
	for (int i = 0; i < 2; i++) {
		assert_true(passes(mod));
		finish(mod);
	}
	assert_int_equal(fake_log_count(LOG_INFO, "left to the acl"), 1);
	fake_conf_text("zone", "", "acl", "any");
	fake_conf_option("acl", "any", "action", ACL_TRANSFER);
	assert_false(passes(mod));
	assert_int_equal(fake_log_count(LOG_NOTICE, "acl any, "), 1);
	fake_mod_unload(mod);
}

static void a_global_module_refuses_though_refuse_is_off(void **state)
{
	(void)state;
	use_acl();
	knotd_mod_t *mod = fake_mod_new(NULL, "one");
	assert_int_equal(fake_mod_load(mod), KNOT_EOK);
	assert_int_equal(fake_log_count(LOG_ERR, "'refuse: off' has no effect"), 1);
	come(NULL, KNOTD_QUERY_TYPE_AXFR);
	check_refused("global", mod, DANCE_DENY_CREDENTIAL, KNOT_RCODE_NOTAUTH);
	fake_mod_unload(mod);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, knot_scene_begin, knot_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(with_refuse_off_the_acl_decides_about_all),
		ONE(with_refuse_off_a_further_message_is_known_by_its_address),
		ONE(with_refuse_off_a_client_that_no_rule_names_keeps_its_address),
		ONE(with_refuse_off_what_dns_cannot_tell_is_servfail),
		ONE(with_refuse_off_an_open_acl_or_one_that_cannot_be_read_refuses),
		ONE(a_client_that_is_no_longer_left_to_the_acl_is_logged_again),
		ONE(a_global_module_refuses_though_refuse_is_off),
	};
	return cmocka_run_group_tests(tests, knot_scene_make, knot_scene_clear);
}
