/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the thread that looks names up tells its host: how each lookup has ended, and what becomes
 * of the trust anchor. */

#include "check.h"
#include "fixture.h"
#include "scene.h"
#include "watcher.h"

#include <stdatomic.h>
#include <string.h>

static struct credential mine, other;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

#define NAME "a.example"

/* For statistics: of each verdict, and how long the last lookup took. */
static atomic_uint ended[DANCE_FAIL_INTERNAL + 1], took_ms;
static atomic_int anchor;
static int told_arg;

static void count_end(void *arg, enum dance_verdict verdict, unsigned milliseconds)
{
	assert_ptr_equal(arg, &told_arg);
	atomic_fetch_add(&ended[verdict], 1);
	atomic_store(&took_ms, milliseconds);
}

static void keep_anchor(void *arg, enum dance_anchor is)
{
	assert_ptr_equal(arg, &told_arg);
	atomic_store(&anchor, (int)is);
}

static void the_host_is_told_of_the_end_of_each_lookup(void **state)
{
	(void)state;
	const struct dance_context_options options = {
		.size = sizeof(options), .arg = &told_arg, .looked_up = count_end
	};
	scene_limit(&options);
	publish_held(NAME, 300, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	assert_int_equal(ended[DANCE_ALLOW], 0);
	pass(40);
	fake_resolver_release(NAME);
	assert_int_equal(ended[DANCE_ALLOW], 1);
	assert_int_equal(took_ms, 40);
	dance_roster_free(roster);
	answer("b.example", RESOLVER_DENIED, 300, "");
	answer("c.example", RESOLVER_BOGUS, 300, "");
	roster = roster_of("b.example c.example", NULL);
	assert_int_equal(ended[DANCE_DENY_NO_TLSA], 1);
	assert_int_equal(ended[DANCE_FAIL_BOGUS], 1);
	dance_roster_free(roster);
	fake_resolver_refuse("no");
	roster = roster_of("d.example", NULL);
	assert_int_equal(ended[DANCE_FAIL_NOT_READY], 1);
	dance_roster_free(roster);
	assert_int_equal(ended[DANCE_ALLOW], 1);
}

static void the_host_is_told_what_becomes_of_the_trust_anchor(void **state)
{
	(void)state;
	const struct dance_context_options options = {
		.size = sizeof(options), .arg = &told_arg, .anchored = keep_anchor
	};
	scene_limit(&options);
	anchor = -1;
	publish(NAME, 300, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	assert_int_equal(anchor, DANCE_ANCHOR_MISSING);
	fake_resolver_set_anchor(TRUST_ANCHOR_CHANGED, "/root.key", "");
	pass(61000);
	assert_int_equal(anchor, DANCE_ANCHOR_CURRENT);
	fake_resolver_set_anchor(TRUST_ANCHOR_BROKEN, "/root.key", "no such file");
	pass(61000);
	assert_int_equal(anchor, DANCE_ANCHOR_OUTDATED);
	fake_resolver_set_aging("the root revokes its key 1");
	pass(61000);
	assert_int_equal(anchor, DANCE_ANCHOR_OUTDATED);
	fake_resolver_set_anchor(TRUST_ANCHOR_MENDED, "/root.key", "");
	pass(61000);
	assert_int_equal(anchor, DANCE_ANCHOR_AGING);
	fake_resolver_set_aging("");
	pass(61000);
	assert_int_equal(anchor, DANCE_ANCHOR_CURRENT);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_host_is_told_of_the_end_of_each_lookup),
		TEST(the_host_is_told_what_becomes_of_the_trust_anchor),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
