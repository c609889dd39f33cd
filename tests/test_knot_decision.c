/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What becomes of one message, and the whole line that the log has of it. */

#include <stdio.h>
#include <string.h>

#include "../modules/shared_context.h"
#include "acl.h"
#include "knot_scene.h"

#define FROM ", remote 192.0.2.7@4711, protocol TLS, "

/* As libdance is asked: never but between the two. */
static _Atomic int asking;
static _Atomic unsigned asked;

void __real_shared_context_ask(void);
void __wrap_shared_context_ask(void);
void __wrap_shared_context_ask(void)
{
	asking++;
	__real_shared_context_ask();
}

void __real_shared_context_asked(void);
void __wrap_shared_context_asked(void);
void __wrap_shared_context_asked(void)
{
	__real_shared_context_asked();
	asking--;
}

enum dance_verdict __real_dance_verify(struct dance_roster *roster,
	const struct dance_peer *peer, struct dance_result *result);
enum dance_verdict __wrap_dance_verify(struct dance_roster *roster,
	const struct dance_peer *peer, struct dance_result *result);
enum dance_verdict __wrap_dance_verify(struct dance_roster *roster,
	const struct dance_peer *peer, struct dance_result *result)
{
	assert_int_equal(asking, 1);
	asked++;
	return __real_dance_verify(roster, peer, result);
}

static const char *key_of(const struct credential *certificate)
{
	static char text[2 * DANCE_SHA256_SIZE + 1];
	for (size_t i = 0; i < DANCE_SHA256_SIZE; i++) {
		snprintf(text + 2 * i, 3, "%02x", certificate->sha256[TLSA_SPKI][i]);
	}
	return text;
}

/* This is the only line in the log on a query; the log is then empty. "KEY" stands for the key of the
 * certificate, "MINE" for the one that NAME has in DNS. */
static void check_line(int priority, const char *wanted,
	const struct credential *certificate)
{
	char line[512];
	size_t size = 0;
	while (*wanted != '\0') {
		bool mine_here = strncmp(wanted, "MINE", 4) == 0;
		bool key_here = strncmp(wanted, "KEY", 3) == 0;
		size += (size_t)snprintf(line + size, sizeof(line) - size, "%.*s",
			mine_here || key_here ? 64 : 1,
			mine_here        ? key_of(&mine) :
				key_here ? key_of(certificate) :
					   wanted);
		wanted += mine_here ? 4 : key_here ? 3 : 1;
	}
	if (fake_log_lines(priority, line) != 1) {
		for (unsigned i = 0; fake_log_line(i) != NULL; i++) {
			print_error("'%s'\n", fake_log_line(i));
		}
		fail_msg("there is no '%s'", line);
	}
	assert_true(fake_log_count(-1, "AXFR") <= 1);
	fake_log_clear();
}

static void ask(knotd_mod_t *mod, const struct credential *certificate, bool passing)
{
	fake_log_clear();
	come(certificate, KNOTD_QUERY_TYPE_AXFR);
	assert_true(passes(mod) == passing);
	fake_end(&query, mod, passing ? KNOTD_STATE_DONE : KNOTD_STATE_FAIL);
	assert_int_equal(asking, 0);
}

static void a_line_tells_who_was_allowed_and_by_what(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	ask(mod, &mine, true);
	check_line(LOG_INFO,
		"AXFR allowed" FROM "client " NAME
		", key KEY, verdict allow, record 3 1 1, "
		"ttl 3600",
		&mine);
	ask(mod, &member, true);
	check_line(LOG_INFO,
		"AXFR allowed" FROM "client " MEMBER ", entry *." SUFFIX
		", key KEY, verdict allow, record 3 1 1, ttl 3600",
		&member);
	fake_mod_unload(mod);
	/* And as whom the ACL sees it. */
	use_alias();
	mod = load();
	ask(mod, &mine, true);
	check_line(LOG_INFO,
		"AXFR allowed" FROM "as /dance/" NAME ", client " NAME
		", key KEY, verdict allow, record 3 1 1, ttl 3600",
		&mine);
	fake_mod_unload(mod);
	assert_int_equal(asked, 3);
}

static void a_line_tells_why_a_client_was_refused_and_what_helps(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	ask(mod, &other, false);
	check_line(LOG_NOTICE,
		"AXFR refused" FROM "client " NAME
		", key KEY, verdict mismatch (the one usable record is 3 1 1 MINE); do: publish TLSA 3 1 1 "
		"of this key, if it is really the client's",
		&other);
	fake_mod_unload(mod);

	answer(NAME, RESOLVER_FAILED, 60, "no server");
	mod = load();
	ask(mod, &mine, false);
	check_line(LOG_WARNING,
		"AXFR failed" FROM "client " NAME
		", key KEY, verdict lookup (no server); do: open "
		"outgoing port 53 or set 'resolver'; else check the name servers of the "
		"client's zone",
		&mine);
	fake_mod_unload(mod);

	use_alias();
	mod = load();
	ask(mod, &long_one, false);
	check_line(LOG_NOTICE,
		"AXFR refused" FROM
		"client aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..."
		"aaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbb." SUFFIX ", entry *." SUFFIX
		", key KEY, verdict name, record 3 1 1, ttl 3600 (the name is too long for identity-address); do: set "
		"'identity-entry: on', or give the client a shorter name",
		&long_one);
	fake_mod_unload(mod);
}

static void who_is_left_to_the_acl_is_told_with_the_reason(void **state)
{
	(void)state;
	use_acl();
	knotd_mod_t *mod = load();
	ask(mod, &other, true);
	check_line(LOG_INFO,
		"AXFR left to the acl" FROM "client " NAME
		", key KEY, verdict mismatch (the one usable record is 3 1 1 MINE); do: publish TLSA 3 1 1 "
		"of this key, if it is really the client's",
		&other);
	ask(mod, &member, true);
	check_line(LOG_INFO,
		"AXFR allowed" FROM "client " MEMBER ", entry *." SUFFIX
		", key KEY, verdict allow, record 3 1 1, ttl 3600 (no acl rule names this "
		"client, so it keeps its address); do: add an acl rule with 'address: "
		"/dance/NAME'",
		&member);
	ask(mod, &mine, true);
	check_line(LOG_INFO,
		"AXFR allowed" FROM "as /dance/" NAME ", client " NAME
		", key KEY, verdict allow, record 3 1 1, ttl 3600",
		&mine);
	fake_mod_unload(mod);
}

#define MISMATCH(acl, as) \
	"AXFR refused" FROM acl "client " NAME \
	", key KEY, verdict mismatch (the one usable record is 3 1 1 MINE; 'refuse: off' has no effect, " as \
	"); do: publish TLSA 3 1 1 of this key, if it is really the client's"

/* The rule may have an id of one letter. */
static void who_cannot_be_left_to_the_acl_is_told_why_not(void **state)
{
	(void)state;
	use_acl();
	knotd_mod_t *mod = load();
	fake_log_clear();
	come(&other, KNOTD_QUERY_TYPE_AXFR);
	fake_conf_fail_at(1);
	assert_false(passes(mod));
	fake_conf_fail_at(0);
	check_line(LOG_NOTICE, MISMATCH("", "as the acl cannot be read: not enough memory"),
		&other);
	fake_end(&query, mod, KNOTD_STATE_FAIL);

	fake_conf_text("zone", "", "acl", "a");
	fake_conf_option("acl", "a", "action", ACL_TRANSFER);
	ask(mod, &other, false);
	check_line(LOG_NOTICE, MISMATCH("acl a, ", "as this acl rule allows any client"),
		&other);
	ask(mod, NULL, false);
	check_line(LOG_NOTICE,
		"AXFR refused" FROM
		"acl a, verdict credential (no client certificate; 'refuse: "
		"off' has no effect, as this acl rule allows any client); do: configure a "
		"certificate and key on the client",
		NULL);
	answer(MEMBER, RESOLVER_DENIED, 60, NULL);
	ask(mod, &member, false);
	check_line(LOG_NOTICE,
		"AXFR refused" FROM "acl a, client " MEMBER ", entry *." SUFFIX
		", key KEY, verdict no-tlsa (no TLSA record, proved by DNSSEC; 'refuse: off' has "
		"no effect, as this acl rule allows any client); do: publish the client's TLSA "
		"record, or correct its name",
		&member);
	/* An open ACL does not matter to a client that is proved, */
	ask(mod, &mine, true);
	check_line(LOG_INFO,
		"AXFR allowed" FROM "as /dance/" NAME ", client " NAME
		", key KEY, verdict allow, record 3 1 1, ttl 3600",
		&mine);
	/* nor does one that cannot be read. */
	come(&mine, KNOTD_QUERY_TYPE_AXFR);
	fake_conf_fail_at(1);
	assert_true(passes(mod));
	fake_conf_fail_at(0);
	finish(mod);
	check_line(LOG_INFO,
		"AXFR allowed" FROM "as /dance/" NAME ", client " NAME
		", key KEY, verdict allow, record 3 1 1, ttl 3600",
		&mine);
	fake_mod_unload(mod);
}

/* A reason of one letter, and one that must give way. */
static void a_reason_of_any_length_has_the_acl_behind_it(void **state)
{
	(void)state;
	char reason[DANCE_DETAIL_SIZE], line[512];
	use_acl();
	fake_conf_text("zone", "", "acl", "a");
	fake_conf_option("acl", "a", "action", ACL_TRANSFER);
	for (size_t size = 1; size < sizeof(reason);
		size = size == 1 ? sizeof(reason) - 1 : sizeof(reason)) {
		static const char end[] =
			"; 'refuse: off' has no effect, as this acl rule allows any client";
		memset(reason, 'x', size);
		reason[size] = '\0';
		answer(NAME, RESOLVER_FAILED, 60, reason);
		knotd_mod_t *mod = load();
		ask(mod, &mine, false);
		size_t room = sizeof(reason) - sizeof(end);
		snprintf(line, sizeof(line),
			"verdict lookup (%.*s%s); do: open outgoing port 53", (int)room,
			reason, end);
		assert_int_equal(fake_log_count(LOG_WARNING, line), 1);
		fake_mod_unload(mod);
	}
}

static void what_cannot_be_set_up_is_told(void **state)
{
	(void)state;
	static const char *const versions[] = { "Knot DNS 2.9.1", NULL };
	for (size_t i = 0; i < ROWS(versions); i++) {
		char line[512];
		fake_knotd_set_version(versions[i]);
		fake_log_clear();
		knotd_mod_t *mod = load();
		snprintf(line, sizeof(line),
			"all clients are refused (this module is built for Knot DNS %d.%d, 3.4.1 or "
			"newer, and this is %s); do: build or install the module for this version",
			KNOT_VERSION_MAJOR, KNOT_VERSION_MINOR,
			versions[i] != NULL ? versions[i] : "unknown");
		check_line(LOG_ERR, line, NULL);
		ask(mod, &mine, false);
		assert_int_equal(query.qdata.rcode, KNOT_RCODE_SERVFAIL);
		check_line(LOG_WARNING,
			"AXFR failed" FROM
			"verdict internal (the module could not be set up); do: "
			"see the log for what ran out: memory, threads or files",
			NULL);
		fake_mod_unload(mod);
	}
	assert_int_equal(asked, 0);
}

static void an_earlier_refusal_is_told_by_another_instance(void **state)
{
	(void)state;
	knotd_mod_t *mod = load();
	knotd_mod_t *second = fake_mod_new((const knot_dname_t *)"\7example\3org", "one");
	assert_int_equal(fake_mod_load(second), KNOT_EOK);
	come(&other, KNOTD_QUERY_TYPE_AXFR);
	assert_false(passes(mod));
	fake_log_clear();
	assert_false(passes(second));
	check_line(LOG_NOTICE,
		"AXFR refused" FROM "verdict mismatch (as for an earlier request on this "
		"connection); do: publish TLSA 3 1 1 of this key, if it is really the client's",
		NULL);
	assert_int_equal(asked, 1);
	fake_mod_unload(second);
	fake_mod_unload(mod);
}

/* A refusal is looked at again when a second has gone, to the millisecond. */
static void time_is_counted_in_milliseconds(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		long from, seconds, to; /* nanoseconds, and how many seconds later */
		bool again;
	} rows[] = {
		{ "a second", 0, 1, 0, true },
		{ "a second less a nanosecond", 0, 0, 999999999, false },
		{ "from the middle of one", 500000000, 1, 499999999, false },
		{ "and more", 500000000, 1, 500000000, true },
		{ "from its first millisecond", 1000000, 1, 0, false },
		{ "to its last millisecond", 999000000, 1, 998999999, false },
		{ "to the next", 999000000, 1, 999000000, true },
	};
	publish(NAME, 60, &mine);
	knotd_mod_t *mod = load();
	for (size_t i = 0; i < ROWS(rows); i++) {
		publish(NAME, 60, &mine);
		pass(64000);
		scene_seconds += 10;
		scene_nanoseconds = rows[i].from;
		come(&other, KNOTD_QUERY_TYPE_AXFR);
		check_true(rows[i].row, !passes(mod));
		publish(NAME, 60, &other);
		pass(64000);
		scene_seconds += rows[i].seconds;
		scene_nanoseconds = rows[i].to;
		check_true(rows[i].row, passes(mod) == rows[i].again);
	}
	fake_mod_unload(mod);
}

static int begin(void **state)
{
	asking = 0;
	int ret = knot_scene_begin(state);
	asked = 0;
	return ret;
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, knot_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_line_tells_who_was_allowed_and_by_what),
		ONE(a_line_tells_why_a_client_was_refused_and_what_helps),
		ONE(who_is_left_to_the_acl_is_told_with_the_reason),
		ONE(who_cannot_be_left_to_the_acl_is_told_why_not),
		ONE(a_reason_of_any_length_has_the_acl_behind_it),
		ONE(what_cannot_be_set_up_is_told),
		ONE(an_earlier_refusal_is_told_by_another_instance),
		ONE(time_is_counted_in_milliseconds),
	};
	return cmocka_run_group_tests(tests, knot_scene_make, knot_scene_clear);
}
