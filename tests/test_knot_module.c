/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The module's hooks while it refuses: who passes on to knotd's ACL, as whom, who is refused and
 * with what answer, and what the next query of the same thread sees of it. */

#include <netinet/in.h>
#include <string.h>

#include "acl.h"
#include "knot_scene.h"

static void a_proved_client_passes_on_to_the_acl(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	assert_int_equal(query.qdata.rcode, KNOT_RCODE_NOERROR);
	assert_ptr_equal(query.params.remote, &query.remote);
	finish(mod);
	assert_int_equal(fake_stats(DANCE_ALLOW), 1);
	assert_int_equal(
		fake_log_count(LOG_INFO,
			"AXFR allowed, remote 192.0.2.7@4711, protocol TLS, client " NAME),
		1);
	fake_mod_unload(mod);
}

static void a_client_that_dns_denies_is_refused_with_notauth(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	come(&other, KNOTD_QUERY_TYPE_AXFR);
	check_refused("mismatch", mod, DANCE_DENY_MISMATCH, KNOT_RCODE_NOTAUTH);
	assert_int_equal(query.qdata.rcode_ede, KNOT_EDNS_EDE_PROHIBITED);
	assert_int_equal(fake_log_count(LOG_NOTICE, "AXFR refused, remote"), 1);
	assert_int_equal(fake_log_count(-1, "verdict mismatch ("), 1);
	fake_mod_unload(mod);
}

static void a_client_of_which_dns_says_nothing_is_refused_with_servfail(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
		int extended_error;
	} rows[] = {
		{ RESOLVER_BOGUS, DANCE_FAIL_BOGUS, KNOT_EDNS_EDE_BOGUS },
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP, KNOT_EDNS_EDE_NREACH_AUTH },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		answer(NAME, rows[i].outcome, 60, "made up");
		knotd_mod_t *mod = load();
		come(&mine, KNOTD_QUERY_TYPE_AXFR);
		check_refused(dance_verdict_name(rows[i].verdict), mod, rows[i].verdict,
			KNOT_RCODE_SERVFAIL);
		assert_int_equal(query.qdata.rcode_ede, rows[i].extended_error);
		assert_int_equal(fake_log_count(LOG_WARNING, "AXFR failed, remote"), i + 1);
		assert_int_equal(fake_log_count(-1, "AXFR refused"), 0);
		fake_mod_unload(mod);
	}
}

static void a_client_with_edns_is_told_the_reason_in_words(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	come(&other, KNOTD_QUERY_TYPE_AXFR);
	fake_query_use_edns(&query, true);
	check_refused("mismatch", mod, DANCE_DENY_MISMATCH, KNOT_RCODE_NOTAUTH);
	assert_int_equal(query.qdata.rcode_ede, KNOT_EDNS_EDE_NONE);
	uint8_t *option = knot_edns_get_option(&query.qdata.opt_rr, KNOT_EDNS_OPTION_EDE,
		NULL);
	assert_non_null(option);
	const char *text = dance_verdict_text(DANCE_DENY_MISMATCH);
	const uint8_t *data = knot_edns_opt_get_data(option);
	assert_int_equal(knot_edns_opt_get_length(option), 2 + strlen(text));
	assert_int_equal(data[0] << 8 | data[1], KNOT_EDNS_EDE_PROHIBITED);
	assert_memory_equal(data + 2, text, strlen(text));
	fake_mod_unload(mod);
}

static void what_this_handshake_does_not_prove_lets_nobody_in(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	for (size_t i = 0; i < ROWS(unproven); i++) {
		scene_seconds++;
		fake_log_clear();
		come(&mine, KNOTD_QUERY_TYPE_AXFR);
		unproven[i].change();
		check_refused(unproven[i].row, mod, unproven[i].verdict,
			KNOT_RCODE_NOTAUTH);
		check_logged(&unproven[i], LOG_NOTICE, "refused");
	}
	fake_mod_unload(mod);
}

/* An allowed transfer does not let in the messages that come after it without its proof. */
static void a_further_message_needs_the_proof_as_well(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	for (size_t i = 0; i < ROWS(unproven); i++) {
		scene_seconds++;
		come(&mine, KNOTD_QUERY_TYPE_AXFR);
		check_true(unproven[i].row, passes(mod));
		fake_end(&query, mod, FAKE_STATE_PRODUCE);
		unproven[i].change();
		check_refused(unproven[i].row, mod, unproven[i].verdict,
			KNOT_RCODE_NOTAUTH);
	}
	fake_mod_unload(mod);
}

#define ALL (ACL_BIT(ACL_NOTIFY) | ACL_BIT(ACL_TRANSFER) | ACL_BIT(ACL_UPDATE))

static void what_is_not_an_action_that_is_guarded_is_left_alone(void **state)
{
	(void)state;
	static const struct {
		knotd_query_type_t type;
		unsigned action;
		const char *text;
	} types[] = {
		{ KNOTD_QUERY_TYPE_AXFR, ACL_TRANSFER, "AXFR refused" },
		{ KNOTD_QUERY_TYPE_IXFR, ACL_TRANSFER, "IXFR refused" },
		{ KNOTD_QUERY_TYPE_NOTIFY, ACL_NOTIFY, "NOTIFY refused" },
		{ KNOTD_QUERY_TYPE_UPDATE, ACL_UPDATE, "UPDATE refused" },
		{ KNOTD_QUERY_TYPE_NORMAL, 0, "query refused" },
	};
	for (unsigned set = 0; set <= ALL; set += 2) { /* none is the default, transfer */
		fake_knotd_reset();
		fake_conf_text("mod-dance", "one", "client", NAME);
		for (unsigned action = ACL_NOTIFY; action <= ACL_UPDATE; action++) {
			if ((set & ACL_BIT(action)) != 0) {
				fake_conf_option("mod-dance", "one", "action", action);
			}
		}
		unsigned guarded = set != 0 ? set : ACL_BIT(ACL_TRANSFER);
		knotd_mod_t *mod = load();
		for (size_t i = 0; i < ROWS(types); i++) {
			fake_log_clear();
			come(NULL, types[i].type);
			bool is_guarded = (guarded & ACL_BIT(types[i].action)) != 0 &&
				types[i].action != 0;
			if (is_guarded) {
				check_refused(types[i].text, mod, DANCE_DENY_CREDENTIAL,
					KNOT_RCODE_NOTAUTH);
			} else {
				check_true(types[i].text, passes(mod));
				finish(mod);
			}
			check_true(types[i].text,
				fake_log_count(LOG_NOTICE, types[i].text) == is_guarded);
		}
		fake_mod_unload(mod);
		scene_seconds++;
	}
}

static void a_proved_client_may_notify_and_update(void **state)
{
	(void)state;
	fake_conf_option("mod-dance", "one", "action", ACL_NOTIFY);
	fake_conf_option("mod-dance", "one", "action", ACL_UPDATE);
	knotd_mod_t *mod = load();
	come(&mine, KNOTD_QUERY_TYPE_NOTIFY);
	assert_true(passes(mod));
	finish(mod);
	come(&mine, KNOTD_QUERY_TYPE_UPDATE);
	assert_true(passes(mod));
	finish(mod);
	assert_int_equal(fake_log_count(LOG_INFO, "NOTIFY allowed"), 1);
	assert_int_equal(fake_log_count(LOG_INFO, "UPDATE allowed"), 1);
	fake_mod_unload(mod);
}

static void to_query_a_catalog_is_to_transfer_it(void **state)
{
	(void)state;
	static const struct {
		unsigned role;
		bool guarded;
	} roles[] = { { 0, false }, { 1, true }, { 2, true }, { 3, false } };
	for (size_t i = 0; i < ROWS(roles); i++) {
		fake_knotd_reset();
		fake_conf_text("mod-dance", "one", "client", NAME);
		fake_conf_option("zone", "", "catalog-role", roles[i].role);
		knotd_mod_t *mod = load();
		come(NULL, KNOTD_QUERY_TYPE_NORMAL);
		assert_true(passes(mod) != roles[i].guarded);
		fake_mod_unload(mod);
	}
}

static void what_another_module_refused_is_not_looked_at(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	struct fake_query refused;
	fake_query_init(&refused, scene_zone, KNOTD_QUERY_TYPE_AXFR);
	assert_int_equal(fake_begin_in(&refused, mod, KNOTD_STATE_FAIL), KNOTD_STATE_FAIL);
	assert_int_equal(refused.qdata.rcode, 0);
	assert_int_equal(fake_stats(DANCE_DENY_TRANSPORT), 0);
	fake_query_clear(&refused);
	fake_mod_unload(mod);
}

/* The verdict does not change half way through a transfer, and is counted once. */
static void all_messages_of_a_transfer_have_one_verdict(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	fake_end(&query, mod, FAKE_STATE_PRODUCE);
	publish(NAME, 3600, &other);
	pass(3700 * 1000ull);
	for (unsigned i = 0; i < 3; i++) {
		/* Over TLS the connection counts, whatever its address is told to be. */
		((struct sockaddr_in *)&query.remote)->sin_port += 256;
		assert_true(passes(mod));
		fake_end(&query, mod, FAKE_STATE_PRODUCE);
	}
	assert_true(passes(mod));
	finish(mod);
	assert_int_equal(fake_stats(DANCE_ALLOW), 1);
	assert_int_equal(fake_log_count(LOG_INFO, "AXFR allowed"), 1);
	/* With its last message the transfer is over. */
	check_refused("anew", mod, DANCE_DENY_MISMATCH, KNOT_RCODE_NOTAUTH);
	fake_mod_unload(mod);
}

static void another_thread_and_another_connection_decide_for_themselves(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	fake_end(&query, mod, FAKE_STATE_PRODUCE);
	query.params.thread_id = 1;
	assert_true(passes(mod));
	fake_end(&query, mod, FAKE_STATE_PRODUCE);
	assert_int_equal(fake_stats(DANCE_ALLOW), 2);

	query.params.thread_id = 0;
	struct fake_tls second;
	fake_tls_init(&second);
	fake_tls_show(&second, &other.whole[TLSA_CERTIFICATE]);
	fake_query_use_tls(&query, fake_tls_session(&second));
	check_refused("another", mod, DANCE_DENY_MISMATCH, KNOT_RCODE_NOTAUTH);
	fake_mod_unload(mod);
}

static void the_acl_sees_the_name_during_each_message_and_nobody_after_it(void **state)
{
	(void)state;
	use_alias();
	knotd_mod_t *mod = load();
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	for (int last = 0; last < 2; last++) {
		assert_true(passes(mod));
		assert_non_null(fake_query_path(&query));
		assert_string_equal(fake_query_path(&query), "/dance/" NAME);
		fake_end(&query, mod, last ? KNOTD_STATE_DONE : FAKE_STATE_PRODUCE);
		assert_ptr_equal(query.params.remote, &query.remote);
	}

	/* The thread's next query is of a stranger, with the same parameters of knotd's. */
	knotd_qdata_params_t params = query.params;
	come(&other, KNOTD_QUERY_TYPE_AXFR);
	params.tls_conn = &query.tls;
	query.params = params;
	check_refused("stranger", mod, DANCE_DENY_MISMATCH, KNOT_RCODE_NOTAUTH);
	assert_ptr_equal(query.params.remote, &query.remote);
	assert_int_equal(fake_log_count(LOG_NOTICE, "remote 192.0.2.7@4711, protocol TLS"),
		1);

	/* And one that is not guarded is not touched at all. */
	come(&other, KNOTD_QUERY_TYPE_NORMAL);
	assert_true(passes(mod));
	assert_ptr_equal(query.params.remote, &query.remote);
	finish(mod);
	assert_ptr_equal(query.params.remote, &query.remote);
	fake_mod_unload(mod);
}

static void each_client_has_its_own_name_or_the_entry_that_permits_it(void **state)
{
	(void)state;
	for (int entry = 0; entry < 2; entry++) {
		fake_knotd_reset();
		fake_conf_text("mod-dance", "one", "client", NAME);
		fake_conf_text("mod-dance", "one", "client", "*." SUFFIX);
		use_alias();
		fake_conf_bool("mod-dance", "one", "identity-entry", entry);
		knotd_mod_t *mod = load();
		come(&mine, KNOTD_QUERY_TYPE_AXFR);
		assert_true(passes(mod));
		assert_string_equal(fake_query_path(&query), "/dance/" NAME);
		finish(mod);
		come(&member, KNOTD_QUERY_TYPE_AXFR);
		for (int message = 0; message < 2; message++) {
			assert_true(passes(mod));
			assert_string_equal(fake_query_path(&query),
				entry ? "/dance/*." SUFFIX : "/dance/" MEMBER);
			fake_end(&query, mod, FAKE_STATE_PRODUCE);
		}
		assert_int_equal(fake_log_count(LOG_INFO,
					 entry ? "as /dance/*." SUFFIX ", client " MEMBER
						 ", entry *." SUFFIX ", key " :
						 "as /dance/" MEMBER ", client " MEMBER
						 ", entry *." SUFFIX ", key "),
			1);
		fake_mod_unload(mod);
	}
}

/* With identity-entry or without. */
static void the_clients_of_a_list_have_one_address(void **state)
{
	(void)state;
	for (int entry = 0; entry < 2; entry++) {
		fake_knotd_reset();
		publish_list("@clients.example.net", 300, NAME " " MEMBER);
		fake_conf_text("mod-dance", "one", "client", "@clients.example.net");
		use_alias();
		fake_conf_bool("mod-dance", "one", "identity-entry", entry);
		knotd_mod_t *mod = load();
		const struct credential *const both[] = { &mine, &member };
		for (size_t i = 0; i < ROWS(both); i++) {
			come(both[i], KNOTD_QUERY_TYPE_AXFR);
			assert_true(passes(mod));
			assert_string_equal(fake_query_path(&query),
				"/dance/@clients.example.net");
			finish(mod);
		}
		assert_int_equal(fake_log_count(LOG_INFO,
					 "as /dance/@clients.example.net, client " MEMBER
					 ", entry @clients.example.net, key "),
			1);
		fake_mod_unload(mod);
	}
}

static void a_name_without_room_in_an_address_is_refused(void **state)
{
	(void)state;
	assert_int_equal(strlen("/dance/" LONG_NAME), 108);
	knotd_mod_t *mod = load();
	come(&long_one, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	finish(mod);
	fake_mod_unload(mod);
	use_alias();
	mod = load();
	come(&long_one, KNOTD_QUERY_TYPE_AXFR);
	check_refused("too long", mod, DANCE_DENY_NAME, KNOT_RCODE_NOTAUTH);
	assert_int_equal(fake_log_count(LOG_NOTICE,
				 "(the name is too long for identity-address); do: set "
				 "'identity-entry: on'"),
		1);
	fake_mod_unload(mod);

	/* The entry is what needs room then. */
	fake_conf_bool("mod-dance", "one", "identity-entry", true);
	mod = load();
	come(&long_one, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	assert_string_equal(fake_query_path(&query), "/dance/*." SUFFIX);
	finish(mod);
	fake_mod_unload(mod);
}

static void in_a_knotd_of_another_series_everybody_is_refused(void **state)
{
	(void)state;
	static const char *const versions[] = { "Knot DNS 2.9.1", "Knot DNS 4.0.0",
		"Knot DNS", "",
#if KNOT_VERSION_MAJOR == 3 && KNOT_VERSION_MINOR == 4
		"Knot DNS 3.4.0", "Knot DNS 3.4",
#endif
		NULL };
	for (size_t i = 0; i < ROWS(versions); i++) {
		fake_knotd_reset();
		fake_conf_text("mod-dance", "one", "client", NAME);
		fake_knotd_set_version(versions[i]);
		knotd_mod_t *mod = load();
		assert_int_equal(fake_log_count(LOG_ERR,
					 "all clients are refused (this module is built for"),
			1);
		assert_int_equal(fake_log_count(LOG_ERR, "all clients are refused"), 1);
		come(&mine, KNOTD_QUERY_TYPE_NOTIFY); /* not read: guarded as well */
		assert_int_equal(fake_begin(&query, mod), KNOTD_STATE_FAIL);
		assert_int_equal(query.qdata.rcode, KNOT_RCODE_SERVFAIL);
		assert_int_equal(tls.tickets, 0); /* its sessions are not looked at */
		fake_mod_unload(mod);
	}
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, knot_scene_begin, knot_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_proved_client_passes_on_to_the_acl),
		ONE(a_client_that_dns_denies_is_refused_with_notauth),
		ONE(a_client_of_which_dns_says_nothing_is_refused_with_servfail),
		ONE(a_client_with_edns_is_told_the_reason_in_words),
		ONE(what_this_handshake_does_not_prove_lets_nobody_in),
		ONE(a_further_message_needs_the_proof_as_well),
		ONE(what_is_not_an_action_that_is_guarded_is_left_alone),
		ONE(a_proved_client_may_notify_and_update),
		ONE(to_query_a_catalog_is_to_transfer_it),
		ONE(what_another_module_refused_is_not_looked_at),
		ONE(all_messages_of_a_transfer_have_one_verdict),
		ONE(another_thread_and_another_connection_decide_for_themselves),
		ONE(the_acl_sees_the_name_during_each_message_and_nobody_after_it),
		ONE(each_client_has_its_own_name_or_the_entry_that_permits_it),
		ONE(the_clients_of_a_list_have_one_address),
		ONE(a_name_without_room_in_an_address_is_refused),
		ONE(in_a_knotd_of_another_series_everybody_is_refused),
	};
	return cmocka_run_group_tests(tests, knot_scene_make, knot_scene_clear);
}
