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

static void test_the_plan_of_a_key_that_is_taken_over(void **state)
{
	(void)state;
	static char certificate[] = "/etc/knot/cert.pem";
	struct roll_key own = key;
	own.cert_file = certificate;
	own.reload = NULL;
	own.way = ROLL_KNOTC;
	struct roll roll = { .key = &own, .state = { .step = ROLL_ADOPT, .current = "a" } };
	struct roll_look seen;
	roll_look_begin(&seen);
	seen.ttl = 1;
	expect(&roll, &seen,
		"ns2: step adopt, key a\n"
		"  at once: publish the record of the key in use, unless it is there\n"
		"  not before 2026-12-02T12:00:00Z: make the next key, publish its record by knotc\n"
		"  not before 2026-12-02T12:00:02Z: switch /etc/knot/a.pem and /etc/knot/cert.pem\n"
		"  not before 2026-12-02T12:30:02Z: withdraw the record of the old key by knotc\n"
		"  not before 2026-12-02T12:30:02Z: delete the old key, when no server has its record\n");
	/* Its record was published by us, and is seen. */
	roll.state.published = NOW - 100;
	roll.state.seen = NOW - 50;
	roll.state.ttl = 60;
	roll.wish = ROLL_NOW;
	own.way = ROLL_HOOK;
	expect(&roll, &seen,
		"ns2: step adopt, key a, until 2026-11-22T12:00:10Z\n"
		"  at once: publish the record of the key in use, unless it is there\n"
		"  not before 2026-11-22T12:00:00Z: make the next key, publish its record by the hook\n"
		"  not before 2026-11-22T12:02:00Z: switch /etc/knot/a.pem and /etc/knot/cert.pem\n"
		"  not before 2026-11-22T12:32:00Z: withdraw the record of the old key by the hook\n"
		"  not before 2026-11-22T12:32:00Z: delete the old key, when no server has its record\n");
	roll.wish = ROLL_ON_TIME;
	own.every_s = 1;
	expect(&roll, &seen,
		"ns2: step adopt, key a, until 2026-11-22T12:00:10Z\n"
		"  at once: publish the record of the key in use, unless it is there\n"
		"  not before 2026-11-22T12:00:11Z: make the next key, publish its record by the hook\n"
		"  not before 2026-11-22T12:02:11Z: switch /etc/knot/a.pem and /etc/knot/cert.pem\n"
		"  not before 2026-11-22T12:32:11Z: withdraw the record of the old key by the hook\n"
		"  not before 2026-11-22T12:32:11Z: delete the old key, when no server has its record\n");
	own.every_s = 0;
	roll.state.published = 0;
	expect(&roll, &seen,
		"ns2: step adopt, key a\n"
		"  at once: publish the record of the key in use, unless it is there\n"
		"  after --now: make the next key, publish its record by the hook\n"
		"  after --now: switch /etc/knot/a.pem and /etc/knot/cert.pem\n"
		"  after --now: withdraw the record of the old key by the hook\n"
		"  after --now: delete the old key, when no server has its record\n");
}

static void test_when_each_step_may_end(void **state)
{
	(void)state;
	static const struct {
		struct roll_state state;
		int64_t time;
	} rows[] = {
		{ { .step = ROLL_ADOPT, .seen = 1, .published = 1, .ttl = 7 }, 8 },
		{ { .step = ROLL_ADOPT, .seen = 1, .ttl = 7 }, 0 },
		{ { .step = ROLL_ADOPT, .published = 1, .ttl = 7 }, 0 },
		{ { .step = ROLL_IDLE, .began = 3 }, 3 + 10 * 86400 },
		{ { .step = ROLL_PUBLISH, .seen = 1, .switched = 1, .ttl = 7 }, 0 },
		{ { .step = ROLL_SPREAD, .seen = 1, .ttl = 7 }, 15 },
		{ { .step = ROLL_SPREAD, .ttl = 7 }, 0 },
		{ { .step = ROLL_SWITCH, .seen = 1, .switched = 1, .ttl = 7 }, 0 },
		{ { .step = ROLL_KEEP, .switched = 5, .ttl = 7 }, 1805 },
		{ { .step = ROLL_WITHDRAW, .seen = 1, .switched = 1, .ttl = 7 }, 0 },
		{ { .step = ROLL_CLEAN, .seen = 1, .switched = 1, .ttl = 7 }, 0 },
		{ { .step = ROLL_ABORT, .seen = 1, .switched = 1, .ttl = 7 }, 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(roll_not_before(&rows[i].state, &key), rows[i].time);
	}
	struct roll_key own = key;
	own.every_s = 0;
	assert_true(roll_not_before(&rows[3].state, &own) == INT64_MAX);
}

static void test_the_plan_of_the_end_of_a_roll(void **state)
{
	(void)state;
	struct roll roll = { .key = &key,
		.state = { .step = ROLL_CLEAN, .current = "bb", .old = "a" } };
	struct roll_look seen;
	roll_look_begin(&seen);
	expect(&roll, &seen,
		"ns2: step clean, key bb, old a\n"
		"  not before 2026-11-22T12:00:00Z: delete the old key, when no server has its record\n");
	roll.state.step = ROLL_WITHDRAW;
	expect(&roll, &seen,
		"ns2: step withdraw, key bb, old a\n"
		"  not before 2026-11-22T12:00:00Z: withdraw the record of the old key by dynamic update\n"
		"  not before 2026-11-22T12:00:00Z: delete the old key, when no server has its record\n");
	roll.state = (struct roll_state){
		.step = ROLL_SWITCH, .current = "bb", .next = "a"
	};
	expect(&roll, &seen,
		"ns2: step switch, key bb, next a\n"
		"  not before 2026-11-22T12:00:00Z: switch /etc/knot/a.pem, run systemctl reload knot\n"
		"  not before 2026-11-22T12:30:00Z: withdraw the record of the old key by dynamic update\n"
		"  not before 2026-11-22T12:30:00Z: delete the old key, when no server has its record\n");
}

static void test_how_it_stands(void **state)
{
	(void)state;
	struct roll roll = { .key = &key,
		.state = { .step = ROLL_PUBLISH,
			.current = "a",
			.next = "b",
			.held = 1,
			.reason = "why",
			.rolls = 3 } };
	char *printed;
	size_t size;
	FILE *out = open_memstream(&printed, &size);
	assert_non_null(out);
	roll_status_print(out, &roll, "it is too large");
	roll_status_print(out, &roll, NULL);
	struct json json = { .out = out };
	roll_status_print_json(&json, &roll, NULL);
	fclose(out);
	assert_string_equal(printed,
		"ns2: state unknown (it is too large)\n"
		"ns2: step publish, key a, next b, held since 1970-01-01T00:00:01Z (why)\n"
		"{\"id\": \"ns2\", \"names\": [\"ns2.example.net\"], \"step\": \"publish\", "
		"\"current\": \"a\", \"next\": \"b\", \"old\": null, \"until\": null, "
		"\"held\": \"1970-01-01T00:00:01Z\", \"reason\": \"why\", \"rolls\": 3}");
	free(printed);
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
		cmocka_unit_test(test_the_plan_of_a_key_that_is_taken_over),
		cmocka_unit_test(test_when_each_step_may_end),
		cmocka_unit_test(test_the_plan_of_the_end_of_a_roll),
		cmocka_unit_test(test_how_it_stands),
		cmocka_unit_test(test_the_same_as_JSON),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
