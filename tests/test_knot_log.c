/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What the module writes into knotd's log: which lines, how many of them, and that what to do
 * stands at the end of each. */

#include <stdio.h>
#include <string.h>

#include "ctx.h"
#include "knot_scene.h"
#include "log.h"

/* What helps depends on what the ACL sees of a client. */
static void the_advice_on_a_rule_is_one_that_helps(void **state)
{
	(void)state;
	static char name[] = NAME, list[] = "@clients.example.net";
	static char *listed[] = { list, name }, *named[] = { name };
	static const struct {
		bool address, entry;
		bool lists;
		const char *advice;
	} rows[] = {
		{ false, false, false, "add an acl rule that allows this client" },
		{ false, true, true, "add an acl rule that allows this client" },
		{ true, false, false, "add an acl rule with 'address: /dance/NAME'" },
		{ true, false, true,
			"add an acl rule with 'address: /dance/NAME', or '/dance/@LIST' for the "
			"clients of a list" },
		{ true, true, false,
			"add an acl rule with 'address: /dance/ENTRY', the entry of 'client' that "
			"permits it" },
		{ true, true, true,
			"add an acl rule with 'address: /dance/ENTRY', the entry of 'client' that "
			"permits it" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct section section = { .identity_address = rows[i].address,
			.identity_entry = rows[i].entry,
			.clients = rows[i].lists ? listed : named,
			.client_count = rows[i].lists ? ROWS(listed) : ROWS(named) };
		const struct dance_ctx ctx = { .section = &section };
		assert_string_equal(ctx_acl_advice(&ctx), rows[i].advice);
	}
	const struct dance_ctx none = { .section = NULL };
	assert_string_equal(ctx_acl_advice(&none),
		"add an acl rule that allows this client");
}

static void a_proved_client_that_the_acl_denies_is_told_of(void **state)
{
	(void)state;
	use_alias();
	knotd_mod_t *mod = load();
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	query.qdata.rcode = KNOT_RCODE_NOTAUTH;
	assert_int_equal(fake_end(&query, mod, KNOTD_STATE_FAIL), KNOTD_STATE_FAIL);
	assert_int_equal(query.qdata.rcode, KNOT_RCODE_NOTAUTH);
	assert_int_equal(fake_log_lines(LOG_NOTICE,
				 "AXFR denied by the acl, remote 192.0.2.7@4711, protocol TLS, verdict "
				 "allow (no acl rule allows this client); do: add an acl rule with "
				 "'address: /dance/NAME'"),
		1);
	/* A signature that failed is knotd's to tell of. */
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod));
	query.qdata.rcode = KNOT_RCODE_NOTAUTH;
	query.qdata.rcode_tsig = KNOT_RCODE_BADSIG;
	fake_end(&query, mod, KNOTD_STATE_FAIL);
	assert_int_equal(fake_log_count(-1, "denied by the acl"), 1);
	fake_mod_unload(mod);
}

static void a_further_request_of_a_connection_is_not_logged_again(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	knotd_mod_t *second = fake_mod_new((const knot_dname_t *)"\7example\3org", "one");
	assert_int_equal(fake_mod_load(second), KNOT_EOK);
	fake_log_clear();
	come(&other, KNOTD_QUERY_TYPE_AXFR);
	for (int i = 0; i < 3; i++) {
		query.params.flags = KNOTD_QUERY_FLAG_AUTHORIZED;
		check_refused("again", mod, DANCE_DENY_MISMATCH, KNOT_RCODE_NOTAUTH);
	}
	assert_int_equal(fake_log_count(LOG_NOTICE, "AXFR refused"), 1);
	check_refused("other zone", second, DANCE_DENY_MISMATCH, KNOT_RCODE_NOTAUTH);
	assert_int_equal(fake_log_count(LOG_NOTICE, "AXFR refused"), 2);
	assert_int_equal(fake_log_count(LOG_NOTICE, "as for an earlier request"), 1);
	fake_mod_unload(second);
	fake_mod_unload(mod);
}

static void refusals_are_logged_ten_times_a_second(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	fake_log_clear();
	for (unsigned i = 0; i < 25; i++) {
		come(&other, KNOTD_QUERY_TYPE_AXFR);
		assert_false(passes(mod));
		/* Those who are let in are logged all the same. */
		come(&mine, KNOTD_QUERY_TYPE_AXFR);
		assert_true(passes(mod));
		finish(mod);
	}
	assert_int_equal(fake_log_count(LOG_NOTICE, "AXFR refused"), 10);
	assert_int_equal(fake_log_count(LOG_INFO, "AXFR allowed"), 25);
	scene_seconds++;
	come(&other, KNOTD_QUERY_TYPE_AXFR);
	assert_false(passes(mod));
	assert_int_equal(fake_log_lines(LOG_NOTICE, "lines suppressed, count 15"), 1);
	assert_int_equal(fake_log_count(-1, "suppressed"), 1);
	assert_int_equal(fake_log_count(LOG_NOTICE, "AXFR refused"), 11);
	assert_int_equal(fake_stats(DANCE_DENY_MISMATCH), 26);
	fake_mod_unload(mod);
}

/* With what it writes before them, knotd has 512 octets for a line. */
static void a_line_fits_where_knotd_puts_it(void **state)
{
	(void)state;
	static const char id[] = "an-id-that-is-not-short";
	char long_line[DANCE_LINE_SIZE], section[64];
	knotd_mod_t *mod = load();
	size_t room = log_room(mod);
	assert_int_equal(room,
		512 - strlen("warning: [example.com.] module 'mod-dance', "));
	fake_conf_text("zone", "", "module", "\x09mod-stats");
	snprintf(section, sizeof(section), "\x09mod-dance%s", id);
	fake_conf_text("zone", "", "module", section);
	assert_int_equal(log_room(mod), room - strlen("/") - sizeof(id));
	fake_mod_unload(mod);

	mod = load();
	fake_log_clear();
	snprintf(long_line, sizeof(long_line), "refused (%0600d); do: try again", 0);
	log_text(mod, LOG_NOTICE, long_line);
	assert_int_equal(fake_log_count(LOG_NOTICE, "0000...); do: try again"), 1);
	snprintf(long_line, sizeof(long_line), "refused (%0*d...); do: try again",
		(int)(log_room(mod) - 1 - strlen("refused (...); do: try again")), 0);
	assert_int_equal(fake_log_count(LOG_NOTICE, long_line), 1);
	fake_mod_unload(mod);
}

/* The name of a zone, of so many characters: octets of one character, and of four. */
static const knot_dname_t *zone_of(size_t characters)
{
	static knot_dname_t name[KNOT_DNAME_MAXLEN];
	knot_dname_t *at = name;
	while (characters > 0) {
		size_t room = --characters; /* without the dot */
		size_t size = 0;
		while (size < KNOT_DNAME_MAXLABELLEN && room > 0) {
			bool escaped = room >= 4;
			at[++size] = escaped ? 1 : 'a';
			room -= escaped ? 4 : 1;
		}
		at[0] = (knot_dname_t)size;
		at += size + 1;
		characters = room;
	}
	*at = 0;
	return name;
}

static void behind_a_long_zone_there_is_no_room(void **state)
{
	(void)state;
	static const size_t before = sizeof("warning: [] module 'mod-dance', ") - 1;
	static const size_t rooms[] = { 2, 1, 0 };
	for (size_t i = 0; i < ROWS(rooms); i++) {
		const knot_dname_t *zone = zone_of(512 - before - rooms[i]);
		assert_int_equal(log_room(fake_mod_new(zone, NULL)), rooms[i]);
	}
	assert_int_equal(log_room(fake_mod_new(zone_of(512 - before + 1), NULL)), 0);
	assert_int_equal(log_room(fake_mod_new(zone_of(900), NULL)), 0);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, knot_scene_begin, knot_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(the_advice_on_a_rule_is_one_that_helps),
		ONE(a_proved_client_that_the_acl_denies_is_told_of),
		ONE(a_further_request_of_a_connection_is_not_logged_again),
		ONE(refusals_are_logged_ten_times_a_second),
		ONE(a_line_fits_where_knotd_puts_it),
		ONE(behind_a_long_zone_there_is_no_room),
	};
	return cmocka_run_group_tests(tests, knot_scene_make, knot_scene_clear);
}
