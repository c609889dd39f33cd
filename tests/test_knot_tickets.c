/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * TLS sessions that would be resumed: no ticket of a server with guarded zones opens, and who sees
 * to that. */

#include "knot_scene.h"

static void with_the_module_for_all_zones_a_resumed_session_is_an_old_one(void **state)
{
	(void)state;
	knotd_mod_t *mod = fake_mod_new(NULL, "one");
	assert_int_equal(fake_mod_load(mod), KNOT_EOK);
	fake_resolver_settle();
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	finish(mod);
	assert_int_equal(fake_log_count(LOG_INFO, "AXFR example.com. allowed, remote"), 1);
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	come_resumed();
	check_refused("resumed", mod, DANCE_DENY_UNPROVEN, KNOT_RCODE_NOTAUTH);
	assert_int_equal(fake_log_count(LOG_NOTICE,
				 "(the TLS session was resumed); do: nothing, if"),
		1);
	fake_mod_unload(mod);
}

/* A ticket for each connection that ends resumption, whatever is asked. */
static void every_connection_gets_one_ticket_that_does_not_open(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	come(&mine, KNOTD_QUERY_TYPE_NORMAL);
	for (int i = 0; i < 3; i++) {
		assert_true(passes(mod));
		finish(mod);
	}
	assert_int_equal(tls.tickets, 1);
	assert_int_equal(tls.sent_expiration, 604800);
	fake_mod_unload(mod);
}

static void without_a_section_a_zone_is_closed_and_the_server_sees_to_tickets(void **state)
{
	(void)state;
	knotd_mod_t *of_zone = fake_mod_new(scene_zone, NULL),
		    *global = fake_mod_new(NULL, NULL);
	assert_int_equal(fake_mod_load(of_zone), KNOT_EOK);
	assert_int_equal(fake_log_count(LOG_ERR, "all clients are refused"), 1);
	assert_int_equal(fake_mod_load(global), KNOT_EOK);
	assert_int_equal(fake_log_count(LOG_ERR, "all clients are refused"), 1);
	static const knotd_query_type_t types[] = { KNOTD_QUERY_TYPE_AXFR,
		KNOTD_QUERY_TYPE_NOTIFY, KNOTD_QUERY_TYPE_UPDATE };
	for (size_t i = 0; i < ROWS(types); i++) {
		come(&mine, types[i]);
		assert_true(passes(global));
		assert_int_equal(tls.tickets, 1);
		finish(global);
		assert_int_equal(fake_begin(&query, of_zone), KNOTD_STATE_FAIL);
		assert_int_equal(query.qdata.rcode, KNOT_RCODE_SERVFAIL);
		fake_end(&query, of_zone, KNOTD_STATE_FAIL);
	}
	fake_mod_unload(global);
	fake_mod_unload(of_zone);
}

static void a_gnutls_that_takes_our_tickets_is_told_of(void **state)
{
	(void)state;
	fake_tls_set_default_expiration(604800);
	knotd_mod_t *mod = load();
	assert_int_equal(fake_log_count(LOG_ERR,
				 "TLS sessions can be resumed (the TLS library"),
		1);
	fake_mod_unload(mod);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, knot_scene_begin, knot_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(with_the_module_for_all_zones_a_resumed_session_is_an_old_one),
		ONE(every_connection_gets_one_ticket_that_does_not_open),
		ONE(without_a_section_a_zone_is_closed_and_the_server_sees_to_tickets),
		ONE(a_gnutls_that_takes_our_tickets_is_told_of),
	};
	return cmocka_run_group_tests(tests, knot_scene_make, knot_scene_clear);
}
