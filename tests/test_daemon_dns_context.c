/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What of a configuration becomes an option of libdance. */

#include "check.h"
#include "dns_context.h"
#include "log.h"
#include "metrics.h"
#include "program.h"

const char program_name[] = "dance-ask";

static struct dance_context_options joined;
static bool joins;

bool __wrap_shared_context_join(struct shared_context_user *user,
	const struct dance_context_options *options);
bool __wrap_shared_context_join(struct shared_context_user *user,
	const struct dance_context_options *options)
{
	assert_non_null(user);
	joined = *options;
	return joins;
}

static void values_are_handed_on(void **state)
{
	(void)state;
	static char anchor[] = "/a", hints[] = "/b";
	static char forwarders[DANCE_FORWARDER_MAX][2];
	struct conf_common conf = { .trust_anchor = anchor,
		.root_hints = hints,
		.timeout_ms = 500,
		.lookups_per_second = 100,
		.lookups_in_flight = 64,
		.remember = 4096 };
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		conf.forwarders[i] = forwarders[i];
	}
	struct shared_context_user user = { 0 };
	for (int i = 0; i < 2; i++) {
		joins = i == 1;
		assert_true(dns_context_join(&user, &conf, 7) == joins);
	}
	assert_int_equal(joined.size, sizeof(joined));
	assert_ptr_equal(joined.trust_anchor, anchor);
	assert_ptr_equal(joined.root_hints, hints);
	assert_int_equal(joined.max_waiting, 7);
	assert_ptr_equal(joined.log, log_libdance);
	assert_ptr_equal(joined.looked_up, metrics_looked_up);
	assert_ptr_equal(joined.anchored, metrics_anchored);
	assert_int_equal(joined.lookups_per_second, 100);
	assert_int_equal(joined.lookups_in_flight, 64);
	assert_int_equal(joined.lookups_queued, 50);
	assert_int_equal(joined.remembered, 4096);
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		assert_ptr_equal(joined.forwarders[i], forwarders[i]);
	}
}

/* As many as can be looked up while a client waits. */
static void the_queue_is_as_long_as_a_client_waits(void **state)
{
	(void)state;
	static const struct {
		unsigned per_second, timeout_ms, length;
	} rows[] = {
		{ 1, 1, 1 },
		{ 1, 999, 1 },
		{ 1, 1000, 1 },
		{ 1, 1999, 1 },
		{ 1, 2000, 2 },
		{ 100, 500, 50 },
		{ DANCE_LOOKUPS_QUEUED_MAX - 1, 1000, DANCE_LOOKUPS_QUEUED_MAX - 1 },
		{ DANCE_LOOKUPS_QUEUED_MAX, 1000, DANCE_LOOKUPS_QUEUED_MAX },
		{ DANCE_LOOKUPS_QUEUED_MAX + 1, 1000, DANCE_LOOKUPS_QUEUED_MAX },
		{ UINT32_MAX, UINT32_MAX, DANCE_LOOKUPS_QUEUED_MAX },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct conf_common conf = { .lookups_per_second = rows[i].per_second,
			.timeout_ms = rows[i].timeout_ms };
		struct shared_context_user user = { 0 };
		(void)dns_context_join(&user, &conf, 1);
		assert_int_equal(joined.lookups_queued, rows[i].length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_handed_on),
		cmocka_unit_test(the_queue_is_as_long_as_a_client_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
