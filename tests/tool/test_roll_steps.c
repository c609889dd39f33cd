/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What each step of a roll waits for, and what holds it. */

#include "../check.h"

#include <string.h>

#include "roll_certificate.h"
#include "roll_file.h"
#include "roll_pair.h"
#include "roll_scene.h"
#include "file.h"

#define SECONDS 60

static char other[ROLL_DIGEST_SIZE];

/* A scene whose next key is published. */
static void begin_spread(void)
{
	scene_begin(true);
	scene->now += scene_key.every_s;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene_roll.state.step, ROLL_SPREAD);
}

#define EVERY 20

/* How long until the switch, if one looks so often? */
static int64_t time_to_switch(int64_t every)
{
	int64_t start = scene->now;
	while (scene_roll.state.step < ROLL_KEEP && scene->now < start + 5000) {
		scene->now += every;
		(void)scene_run(ROLL_ON_TIME);
	}
	assert_int_equal(scene_roll.state.step, ROLL_KEEP);
	return scene->now - start;
}

static void test_a_key_is_used_two_TTLs_after_all_servers_have_it(void **state)
{
	(void)state;
	begin_spread();
	/* The slowest server has it after 40 s. */
	assert_int_equal(time_to_switch(1), 40 + 2 * 100);
	scene_end();
}

static void test_the_longest_TTL_of_the_wait_counts(void **state)
{
	(void)state;
	/* Shorter afterwards: others still have the records with the old one. */
	begin_spread();
	scene->ttl = 10;
	assert_int_equal(time_to_switch(EVERY), 40 + 2 * 100);
	scene_end();
	/* Longer afterwards. */
	begin_spread();
	scene->ttl = 300;
	assert_int_equal(time_to_switch(EVERY), 40 + 2 * 300);
	scene_end();
}

static void test_a_server_that_does_not_answer_holds_it(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		const char *why;
	} rows[] = {
		{ RESOLVER_TIMEOUT, "server 2: the lookup failed: no answer in time" },
		{ RESOLVER_FAILED, "server 2: the lookup failed: no answer in time" },
		{ RESOLVER_BOGUS, "server 2: DNSSEC validation failed: no reason is known" },
		{ RESOLVER_INSECURE, "server 2: not DNSSEC-signed: no reason is known" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		begin_spread();
		scene->now += SECONDS;
		(void)scene_run(ROLL_ON_TIME);
		scene->outcome[2] = rows[i].outcome;
		for (int k = 0; k < 20; k++) {
			scene->now += SECONDS;
			assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_HELD);
			assert_string_equal(scene_roll.why, rows[i].why);
			assert_int_equal(scene_roll.state.step, ROLL_SPREAD);
		}
		/* It is back, and has the record: the wait is over. */
		scene->outcome[2] = RESOLVER_NONE;
		scene->now += SECONDS;
		assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
		assert_int_equal(scene_roll.state.step, ROLL_KEEP);
		scene_end();
	}
}

static void test_a_server_that_loses_the_record_begins_the_wait_anew(void **state)
{
	(void)state;
	begin_spread();
	for (int i = 0; i < 4; i++) {
		scene->now += SECONDS;
		assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	}
	assert_int_equal(scene_roll.state.step, ROLL_SPREAD);
	assert_true(scene_roll.state.seen != 0);
	scene->lag[2] = 400; /* an old copy of the zone */
	scene->records[0].added -= 1000;
	scene->now += SECONDS;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene_roll.state.seen, 0);
	scene->lag[2] = 40;
	assert_int_equal(time_to_switch(EVERY), EVERY + 2 * 100);
	scene_end();
}

static void test_a_server_that_never_gets_the_record_is_named(void **state)
{
	(void)state;
	begin_spread();
	scene->records[0].added -= 1000000;
	scene->lag[1] = 100000;
	scene->now += ROLL_PATIENCE - 1;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	scene->now += 1;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_HELD);
	assert_string_equal(scene_roll.why,
		"the record of the next key is not everywhere: server 1, serial 1 lacks it");
	scene_end();
}

static void test_a_run_that_was_killed_before_the_switch_looks_again(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE], first[ROLL_DIGEST_SIZE];
	begin_spread();
	memcpy(first, scene->used, sizeof(first));
	scene->now += SECONDS;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	scene->now += 10 * SECONDS;
	scene_roll.state.step = ROLL_SWITCH; /* was all that was written */
	assert_true(roll_state_save(&scene_roll.state, scene->folder, "ns2", why));
	scene->outcome[1] = RESOLVER_TIMEOUT;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_HELD);
	assert_int_equal(scene_roll.state.step, ROLL_SWITCH);
	scene->outcome[1] = RESOLVER_NONE;
	scene->records[0].added -= 10000;
	scene->lag[1] = 5000; /* an old copy of the zone */
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_HELD);
	assert_int_equal(scene_roll.state.step, ROLL_SPREAD);
	assert_string_equal(scene_key_in("key.pem"), first);
	scene->lag[1] = 5;
	assert_int_equal(time_to_switch(EVERY), EVERY + 2 * 100);
	scene_end();
}

static void test_a_record_that_was_lost_everywhere_is_published_again(void **state)
{
	(void)state;
	begin_spread();
	unsigned published = scene->published;
	scene_withdraw(scene_roll.state.next);
	scene->now += SECONDS;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene->published, published);
	scene->now += ROLL_PATIENCE;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene->published, published + 1);
	assert_int_equal(time_to_switch(EVERY), 40 + 2 * 100);
	scene_end();
}

static void test_nothing_begins_while_the_key_in_use_is_not_known(void **state)
{
	(void)state;
	scene_begin(true);
	scene->now += scene_key.every_s;
	scene_publish("5a");
	scene_withdraw(scene->used);
	scene->now += SECONDS;
	scene->lag[0] = scene->lag[1] = scene->lag[2] = 0;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_HELD);
	assert_non_null(strstr(scene_roll.why, "the record of the key in use is missing"));
	assert_int_equal(scene_roll.state.step, ROLL_IDLE);
	assert_string_equal(scene_key_in("key.pem.next"), "");
	scene_end();
}

static void test_what_fails_is_tried_again(void **state)
{
	(void)state;
	scene_begin(true);
	scene->now += scene_key.every_s;
	scene->publish_fails = true;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_FAILED);
		assert_string_equal(scene_roll.why, "no route");
		assert_int_equal(scene_roll.state.step, ROLL_PUBLISH);
	}
	scene->publish_fails = false;
	scene_run_past(ROLL_PUBLISH, SECONDS);
	scene->reload_fails = true;
	for (int i = 0; i < 10; i++) {
		scene->now += SECONDS;
		(void)scene_run(ROLL_ON_TIME);
	}
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_FAILED);
	assert_string_equal(scene_roll.why, "no such unit");
	assert_int_equal(scene_roll.state.step, ROLL_SWITCH);
	/* Both keys are known, whichever it shows. */
	scene_check();
	assert_int_equal(scene->reloads, 0);
	scene->now += 10 * (int64_t)scene_key.every_s;
	scene->reload_fails = false;
	(void)scene_run(ROLL_ON_TIME);
	assert_int_equal(scene->reloads, 1);
	assert_int_equal(scene_roll.state.step, ROLL_KEEP);
	scene_end();
}

static void test_the_old_record_stays_until_nobody_shows_the_old_key(void **state)
{
	(void)state;
	begin_spread();
	char first[ROLL_DIGEST_SIZE];
	memcpy(first, scene->used, sizeof(first));
	(void)time_to_switch(EVERY);
	assert_string_equal(scene_key_in("key.pem.old"), first);
	scene->now += scene_key.keep_s - 1;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_true(scene_is_published(first));
	scene->now += 1;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_false(scene_is_published(first));
	/* Not all servers know yet. */
	assert_int_equal(scene_roll.state.step, ROLL_CLEAN);
	assert_string_equal(scene_key_in("key.pem.old"), first);
	scene->now += 40;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene_roll.state.step, ROLL_IDLE);
	assert_string_equal(scene_key_in("key.pem.old"), "");
	scene_end();
}

/* Puts another key in the place of that in use, as an operator might. */
static void replace_key(void)
{
	struct dance_octets text, certificate;
	char why[DANCE_ERROR_SIZE];
	scene->lawless = true;
	assert_true(roll_certificate_new_key(ROLL_ED25519, NULL, &text, why));
	assert_true(roll_certificate_of_key(text, "ns2.example.net", &certificate, why));
	assert_true(roll_file_write(scene_key.key_file, text, NULL, why));
	assert_true(roll_file_write(scene_key.cert_file, certificate, NULL, why));
	file_clear(&text);
	file_clear(&certificate);
	assert_true(roll_pair_in_use(&scene_key, other, why));
}

static void test_a_key_that_somebody_else_has_changed_is_taken_over(void **state)
{
	(void)state;
	scene_begin(true);
	replace_key();
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene_roll.state.step, ROLL_ADOPT);
	assert_string_equal(scene_roll.state.current, other);
	assert_true(scene_is_published(other));
	/* Once only: somebody may withdraw it for a reason. */
	unsigned published = scene->published;
	scene->now += 40;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	scene->now += 200;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene_roll.state.step, ROLL_IDLE);
	assert_int_equal(scene->published, published);
	scene_end();
}

static void test_a_key_that_changes_in_the_middle_holds_it(void **state)
{
	(void)state;
	begin_spread();
	replace_key();
	for (int i = 0; i < 10; i++) {
		scene->now += SECONDS;
		assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_HELD);
		assert_non_null(strstr(scene_roll.why, "changed by somebody else"));
	}
	assert_int_equal(scene_roll.state.step, ROLL_SPREAD);
	scene_end();
	/* Back to the old key: its record must stay. */
	begin_spread();
	char first[ROLL_DIGEST_SIZE], why[DANCE_ERROR_SIZE], old[ROLL_PATH_SIZE];
	memcpy(first, scene->used, sizeof(first));
	(void)time_to_switch(EVERY);
	snprintf(old, sizeof(old), "%s.old", scene_key.key_file);
	assert_true(roll_file_rename(old, scene_key.key_file, why));
	snprintf(old, sizeof(old), "%s.old", scene_key.cert_file);
	assert_true(roll_file_rename(old, scene_key.cert_file, why));
	scene->now += 10 * SECONDS;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_HELD);
	assert_true(scene_is_published(first));
	scene_end();
}

/* The absence of a record may be remembered as well. */
static void test_the_record_of_the_first_key_is_waited_for(void **state)
{
	(void)state;
	scene_begin(true);
	char path[ROLL_PATH_SIZE], why[DANCE_ERROR_SIZE];
	snprintf(path, sizeof(path), "%s/ns2.state", scene->folder);
	assert_true(roll_file_remove(path, why));
	memset(scene->records, 0, sizeof(scene->records));
	scene->lawless = true;
	scene->negative_ttl = 500;
	scene->outcome[0] = RESOLVER_INSECURE;
	assert_int_equal(scene_run(ROLL_NOW), ROLL_HELD);
	assert_int_equal(scene->published, 0);
	scene->outcome[0] = RESOLVER_NONE;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene->published, 1);
	int64_t start = scene->now;
	while (scene_roll.state.step == ROLL_ADOPT && scene->now < start + 5000) {
		scene->now += EVERY;
		assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	}
	assert_int_equal(scene->now - start, 40 + 500);
	scene_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_key_is_used_two_TTLs_after_all_servers_have_it),
		cmocka_unit_test(test_the_longest_TTL_of_the_wait_counts),
		cmocka_unit_test(test_a_server_that_does_not_answer_holds_it),
		cmocka_unit_test(test_a_server_that_loses_the_record_begins_the_wait_anew),
		cmocka_unit_test(test_a_server_that_never_gets_the_record_is_named),
		cmocka_unit_test(test_a_run_that_was_killed_before_the_switch_looks_again),
		cmocka_unit_test(test_a_record_that_was_lost_everywhere_is_published_again),
		cmocka_unit_test(test_nothing_begins_while_the_key_in_use_is_not_known),
		cmocka_unit_test(test_what_fails_is_tried_again),
		cmocka_unit_test(test_the_old_record_stays_until_nobody_shows_the_old_key),
		cmocka_unit_test(test_a_key_that_somebody_else_has_changed_is_taken_over),
		cmocka_unit_test(test_a_key_that_changes_in_the_middle_holds_it),
		cmocka_unit_test(test_the_record_of_the_first_key_is_waited_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
