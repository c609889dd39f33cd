/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A stream that DNS or a reload says something new of: what keeps it, and what cuts it. */

#include "stream_scene.h"
#include "workers.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* As main.c does it. */
static void reload(struct stream_config config)
{
	configure(config);
	workers_tell();
}

/* The stream is cut, on both sides. */
static void expect_cut(void)
{
	expect_end(false);
	expect_left(true);
	expect_closed(server);
	leave();
}

static void await_checks(unsigned count)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	for (int i = 0; atomic_load(&checks) < count; i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
}

/* --- what ends it ------------------------------------------------------------------------ */

static void a_record_of_another_key_cuts_it(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 20);
	come_to_server();
	expect_flow();
	publish(NAME, TTL, &other);
	pass(TTL * 1000);
	expect_cut();
}

static void as_long_as_the_record_is_there_it_goes_on(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 5);
	come_to_server();
	await_checks(5);
	expect_flow();
	pass(TTL * 1000);
	await_checks(atomic_load(&checks) + 3);
	expect_flow();
	leave();
}

/* Not even when others are refused. */
static void with_recheck_off_it_goes_on(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 5);
	configure((struct stream_config){ .more = "    recheck: off\n" });
	come_to_server();
	publish(NAME, TTL, &other);
	pass(TTL * 1000);
	usleep(50000);
	expect_flow();
	leave();
}

static void a_failure_leaves_it_for_max_stale(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 20);
	configure((struct stream_config){ .dns = "    max-stale: 3600\n" });
	come_to_server();
	answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
	pass(TTL * 1000);
	pass(3000);
	await_checks(atomic_load(&checks) + 3);
	expect_flow();
	leave();
}

static void a_failure_cuts_it_when_the_record_has_expired(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 20);
	publish(NAME, 1, &mine);
	configure((struct stream_config){ .limits = "    max-connections: 77\n" });
	pass(TTL * 1000);
	come_to_server();
	answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
	pass(5000);
	expect_cut();
}

static void a_wrong_answer_cuts_it_when_the_ttl_ends(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 20);
	publish(NAME, 2, &mine);
	configure((struct stream_config){ .dns = "    max-stale: 3600\n" });
	pass(TTL * 1000);
	come_to_server();
	answer(NAME, RESOLVER_BOGUS, 0, "signature expired");
	pass(3000);
	expect_flow(); /* the host's clock has not moved */
	expect_cut();
}

/* --- reloads ----------------------------------------------------------------------------- */

static void a_reload_keeps_a_stream_that_may_go_on(void **state)
{
	(void)state;
	const struct timespec moment = { .tv_nsec = 1000000 };
	come_to_server();
	reload((struct stream_config){ .limits = "    max-connections: 77\n" });
	expect_flow();
	/* It is the new runtime's now: the old one need not stay for it. */
	for (int i = 0; atomic_load(&front_scene_runtime()->users) != 2; i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
	expect_flow();
	leave();
}

/* Its record may have expired long ago, and nobody has asked. */
static void without_rechecks_a_reload_that_cannot_decide_keeps_it(void **state)
{
	(void)state;
	static const char off[] = "    recheck: off\n";
	const struct timespec moment = { .tv_nsec = 1000000 };
	publish(NAME, 1, &mine);
	configure((struct stream_config){ .more = off });
	pass(TTL * 1000);
	come_to_server();
	answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
	pass(5000);
	usleep(1200000); /* it has by the host's clock, too */
	unsigned before = atomic_load(&checks);
	reload((struct stream_config){ .more = off });
	while (atomic_load(&checks) == before) {
		nanosleep(&moment, NULL);
	}
	expect_flow();
	leave();
}

static void a_reload_cuts_what_it_changes(void **state)
{
	(void)state;
	char elsewhere[64];
	snprintf(elsewhere, sizeof(elsewhere), "127.0.0.2@%u", port);
	const struct stream_config later[] = {
		{ .name = OTHER_NAME },
		{ .server = elsewhere },
		{ .more = "    source: identity\n" },
		{ .id = "another" },
	};
	for (size_t i = 0; i < ROWS(later); i++) {
		configure((struct stream_config){ .name = NAME });
		come_to_server();
		expect_flow();
		reload(later[i]);
		expect_cut();
	}
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin_scene, end_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_record_of_another_key_cuts_it),
		ONE(as_long_as_the_record_is_there_it_goes_on),
		ONE(with_recheck_off_it_goes_on),
		ONE(a_failure_leaves_it_for_max_stale),
		ONE(a_failure_cuts_it_when_the_record_has_expired),
		ONE(a_wrong_answer_cuts_it_when_the_ttl_ends),
		ONE(a_reload_keeps_a_stream_that_may_go_on),
		ONE(without_rechecks_a_reload_that_cannot_decide_keeps_it),
		ONE(a_reload_cuts_what_it_changes),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
