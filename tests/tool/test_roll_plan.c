/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How a roll stands, and its plan with times. */

#include "../check.h"

#include <stdlib.h>
#include <string.h>

#include "roll_plan.h"

#define NOW 1795348800 /* 2026-11-22T12:00:00Z */

static char id[] = "ns2", name[] = "ns2.example.net", path[] = "/etc/knot/a.pem";
static char reload[] = "systemctl reload knot";
static struct roll_key key = { .id = id,
	.names = { name },
	.name_count = 1,
	.key_file = path,
	.cert_file = path,
	.reload = reload,
	.every_s = 10 * 86400,
	.keep_s = 1800,
	.ttl = 7200 };

static void expect(const struct roll *roll, const struct roll_look *seen,
	const char *expected)
{
	char *printed;
	size_t size;
	FILE *out = open_memstream(&printed, &size);
	assert_non_null(out);
	roll_plan_print(out, roll, seen, NOW);
	fclose(out);
	assert_string_equal(printed, expected);
	free(printed);
}

static void test_the_plan_of_a_whole_roll(void **state)
{
	(void)state;
	struct roll roll = { .key = &key,
		.state = { .step = ROLL_IDLE, .current = "aa", .began = NOW - 86400 } };
	struct roll_look seen;
	roll_look_begin(&seen);
	seen.ttl = 3600;
	expect(&roll, &seen,
		"ns2: step idle, key aa, until 2026-12-01T12:00:00Z\n"
		"  not before 2026-12-01T12:00:00Z: make the next key, publish its record by dynamic update\n"
		"  not before 2026-12-01T14:00:00Z: switch /etc/knot/a.pem, run systemctl reload knot\n"
		"  not before 2026-12-01T14:30:00Z: withdraw the record of the old key by dynamic update\n"
		"  not before 2026-12-01T14:30:00Z: delete the old key, when no server has its record\n");
	/* Now, and with the TTL of the configuration, since DNS shows none. */
	roll.wish = ROLL_NOW;
	roll_look_fail(&seen, "mend it", "server %s is away", "x");
	expect(&roll, &seen,
		"ns2: step idle, key aa, until 2026-12-01T12:00:00Z\n"
		"  held now (server x is away); do: mend it\n"
		"  not before 2026-11-22T12:00:00Z: make the next key, publish its record by dynamic update\n"
		"  not before 2026-11-22T16:00:00Z: switch /etc/knot/a.pem, run systemctl reload knot\n"
		"  not before 2026-11-22T16:30:00Z: withdraw the record of the old key by dynamic update\n"
		"  not before 2026-11-22T16:30:00Z: delete the old key, when no server has its record\n");
}

static void test_the_plan_of_the_rest_of_a_roll(void **state)
{
	(void)state;
	struct roll roll = { .key = &key,
		.state = { .step = ROLL_SPREAD,
			.current = "aa",
			.next = "bb",
			.seen = NOW - 600,
			.ttl = 3600 } };
	struct roll_look seen;
	roll_look_begin(&seen);
	seen.ttl = 60;
	expect(&roll, &seen,
		"ns2: step spread, key aa, next bb, until 2026-11-22T13:50:00Z\n"
		"  not before 2026-11-22T13:50:00Z: switch /etc/knot/a.pem, run systemctl reload knot\n"
		"  not before 2026-11-22T14:20:00Z: withdraw the record of the old key by dynamic update\n"
		"  not before 2026-11-22T14:20:00Z: delete the old key, when no server has its record\n");
	/* Not seen yet: the longer of the TTLs counts from now on at the earliest. */
	roll.state.seen = 0;
	expect(&roll, &seen,
		"ns2: step spread, key aa, next bb\n"
		"  not before 2026-11-22T14:00:00Z: switch /etc/knot/a.pem, run systemctl reload knot\n"
		"  not before 2026-11-22T14:30:00Z: withdraw the record of the old key by dynamic update\n"
		"  not before 2026-11-22T14:30:00Z: delete the old key, when no server has its record\n");
	roll.state = (struct roll_state){ .step = ROLL_KEEP,
		.current = "bb",
		.old = "aa",
		.switched = NOW - 60,
		.held = NOW - 30,
		.reason = "why" };
	expect(&roll, &seen,
		"ns2: step keep, key bb, old aa, until 2026-11-22T12:29:00Z, held since 2026-11-22T11:59:30Z (why)\n"
		"  not before 2026-11-22T12:29:00Z: withdraw the record of the old key by dynamic update\n"
		"  not before 2026-11-22T12:29:00Z: delete the old key, when no server has its record\n");
	roll.state = (struct roll_state){
		.step = ROLL_ABORT, .current = "aa", .next = "bb"
	};
	expect(&roll, &seen,
		"ns2: step abort, key aa, next bb\n"
		"  at once: withdraw the record of the next key, delete the next key\n");
}

static void test_a_key_without_a_calendar(void **state)
{
	(void)state;
	struct roll_key own = key;
	own.every_s = 0;
	own.reload = NULL;
	own.cert_file = NULL;
	struct roll roll = { .key = &own, .state = { .step = ROLL_IDLE, .current = "aa" } };
	struct roll_look seen;
	roll_look_begin(&seen);
	expect(&roll, &seen,
		"ns2: step idle, key aa\n"
		"  after --now: make the next key, publish its record by dynamic update\n"
		"  after --now: switch /etc/knot/a.pem\n"
		"  after --now: withdraw the record of the old key by dynamic update\n"
		"  after --now: delete the old key, when no server has its record\n");
}

static void test_the_same_as_JSON(void **state)
{
	(void)state;
	struct roll roll = { .key = &key,
		.state = {
			.step = ROLL_KEEP, .current = "bb", .old = "aa", .switched = NOW } };
	struct roll_look seen;
	roll_look_begin(&seen);
	char *printed;
	size_t size;
	struct json json = { .out = open_memstream(&printed, &size) };
	roll_plan_print_json(&json, &roll, &seen, NOW);
	roll_status_print_json(&json, &roll, "no \"file\"");
	fclose(json.out);
	assert_string_equal(printed,
		"{\"id\": \"ns2\", \"names\": [\"ns2.example.net\"], \"step\": \"keep\", "
		"\"current\": \"bb\", \"next\": null, \"old\": \"aa\", "
		"\"until\": \"2026-11-22T12:30:00Z\", \"held\": null, \"reason\": \"\", "
		"\"rolls\": 0, \"dns\": \"\", \"plan\": ["
		"{\"action\": \"withdraw\", \"not_before\": \"2026-11-22T12:30:00Z\"}, "
		"{\"action\": \"delete\", \"not_before\": \"2026-11-22T12:30:00Z\"}]}, "
		"{\"id\": \"ns2\", \"names\": [\"ns2.example.net\"], \"step\": null, "
		"\"reason\": \"no \\\"file\\\"\"}");
	free(printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_plan_of_a_whole_roll),
		cmocka_unit_test(test_the_plan_of_the_rest_of_a_roll),
		cmocka_unit_test(test_a_key_without_a_calendar),
		cmocka_unit_test(test_the_same_as_JSON),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
