/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A roll from its beginning to its end, killed at every call that changes something, and what a
 * run does with a state, a clock or a key that are not as it left them. */

#include "../check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "roll_file.h"
#include "roll_scene.h"

#define SECONDS 60 /* between runs */
#define CALLS_MAX 2000

/* The kill-free rest of a roll. */
static void finish(void)
{
	scene_run_past(ROLL_CLEAN, SECONDS);
	assert_int_equal(scene_roll.state.rolls, 1);
}

static void check_finished(const char *first)
{
	assert_string_not_equal(scene->used, first);
	assert_string_equal(scene_key_in("key.pem"), scene->used);
	assert_string_equal(scene_key_in("key.pem.next"), "");
	assert_string_equal(scene_key_in("key.pem.old"), "");
	assert_false(scene_is_published(first));
	assert_true(scene_is_published(scene->used));
	assert_string_equal(scene_roll.state.current, scene->used);
	assert_string_equal(scene_roll.state.old, "");
}

/* A roll in a process of its own, which is killed at call `at`. False if it has fewer. */
static bool killed_at(unsigned at, bool after)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		scene->calls = 0;
		scene->kill_after = after;
		scene->kill_at = at;
		finish();
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	scene->kill_at = 0;
	if (WEXITSTATUS(status) == 0) {
		return false;
	}
	assert_int_equal(WEXITSTATUS(status), SCENE_KILLED);
	return true;
}

/* Whenever it is killed, the state is whole, no key is shown that is not known, and the next
 * runs end the roll. */
static void kill_everywhere(bool two)
{
	/* Not at each call where all takes longer. */
	const char *text = getenv("DANCE_FAILURES_STEP");
	unsigned step = text != NULL ? (unsigned)atoi(text) : 1, kills = 0;
	for (unsigned at = 1; at < CALLS_MAX; at += step) {
		for (int after = 0; after < 2; after++) {
			char first[ROLL_DIGEST_SIZE];
			scene_begin(two);
			memcpy(first, scene->used, sizeof(first));
			scene->now += scene_key.every_s;
			bool killed = killed_at(at, after == 1);
			kills += killed;
			if (killed) {
				scene_roll = (struct roll){ .key = &scene_key,
					.folder = scene->folder,
					.host = scene_roll.host };
				assert_true(roll_load(&scene_roll));
				scene_check();
				finish();
				check_finished(first);
			}
			scene_end();
			if (!killed) {
				assert_true(kills > 100 / step);
				return;
			}
		}
	}
	fail_msg("a roll has too many calls");
}

static void test_it_may_be_killed_anywhere_with_one_file(void **state)
{
	(void)state;
	kill_everywhere(false);
}

static void test_it_may_be_killed_anywhere_with_two_files(void **state)
{
	(void)state;
	kill_everywhere(true);
}

static void test_nothing_is_done_before_it_is_due(void **state)
{
	(void)state;
	scene_begin(false);
	scene->now += scene_key.every_s - 1;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene_roll.state.step, ROLL_IDLE);
	assert_string_equal(scene_key_in("key.pem.next"), "");
	scene->now += 1;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene_roll.state.step, ROLL_SPREAD);
	assert_string_equal(scene_key_in("key.pem.next"), scene_roll.state.next);
	assert_true(scene_is_published(scene_roll.state.next));
	scene_end();
}

static void test_a_roll_can_be_wanted_now(void **state)
{
	(void)state;
	scene_begin(false);
	assert_int_equal(scene_run(ROLL_NOW), ROLL_DONE);
	assert_int_equal(scene_roll.state.step, ROLL_SPREAD);
	/* Another wish for the same changes nothing. */
	char next[ROLL_DIGEST_SIZE];
	memcpy(next, scene_roll.state.next, sizeof(next));
	assert_int_equal(scene_run(ROLL_NOW), ROLL_DONE);
	assert_string_equal(scene_roll.state.next, next);
	finish();
	scene_end();
}

static void test_an_unknown_state_is_refused_and_stays(void **state)
{
	(void)state;
	static const unsigned char newer[] = "dance-roll 2\nend\n";
	char path[ROLL_PATH_SIZE], why[DANCE_ERROR_SIZE];
	scene_begin(false);
	snprintf(path, sizeof(path), "%s/ns2.state", scene->folder);
	assert_true(roll_file_write(path, (struct dance_octets){ newer, sizeof(newer) - 1 },
		NULL, why));
	for (enum roll_wish wish = ROLL_ON_TIME; wish <= ROLL_GIVE_UP; wish++) {
		assert_int_equal(scene_run(wish), ROLL_FAILED);
		assert_non_null(strstr(scene_roll.why,
			"it is not of this version of dance"));
	}
	struct roll_state found;
	assert_int_equal(roll_state_load(&found, scene->folder, "ns2", why),
		ROLL_UNREADABLE);
	assert_string_equal(scene_key_in("key.pem.next"), "");
	scene_end();
}

static void test_a_clock_that_was_wrong_does_not_stop_a_roll(void **state)
{
	(void)state;
	scene_begin(false);
	scene->now += scene_key.every_s;
	scene_run_past(ROLL_PUBLISH, SECONDS);
	int64_t right = scene->now;
	scene->now += 100 * (int64_t)scene_key.every_s;
	scene->lag[2] = right - scene->now - 1; /* all have it, also then */
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_true(scene_roll.state.seen != 0);
	scene->now = right + 50;
	scene->lag[2] = 40;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene_roll.state.step, ROLL_SPREAD);
	assert_int_equal(scene_roll.state.seen, right + 50);
	finish();
	scene_end();
}

static void test_why_it_is_held_is_kept_and_forgotten(void **state)
{
	(void)state;
	scene_begin(false);
	scene->now += scene_key.every_s;
	scene->outcome[1] = RESOLVER_TIMEOUT;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_HELD);
	assert_string_equal(scene_roll.why,
		"server 1: the lookup failed: no answer in time");
	int64_t since = scene->now;
	scene->now += SECONDS;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_HELD);
	assert_true(roll_load(&scene_roll));
	assert_int_equal(scene_roll.state.held, since);
	assert_string_equal(scene_roll.state.reason,
		"server 1: the lookup failed: no answer in time");
	scene->outcome[1] = RESOLVER_NONE;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_true(roll_load(&scene_roll));
	assert_int_equal(scene_roll.state.held, 0);
	assert_string_equal(scene_roll.state.reason, "");
	scene_end();
}

static void test_a_roll_can_be_given_up_until_the_switch(void **state)
{
	(void)state;
	for (enum roll_step step = ROLL_PUBLISH; step <= ROLL_SPREAD; step++) {
		char first[ROLL_DIGEST_SIZE], next[ROLL_DIGEST_SIZE];
		scene_begin(true);
		memcpy(first, scene->used, sizeof(first));
		scene->now += scene_key.every_s;
		scene->publish_fails = step == ROLL_PUBLISH;
		(void)scene_run(ROLL_ON_TIME);
		assert_int_equal(scene_roll.state.step, step);
		memcpy(next, scene_roll.state.next, sizeof(next));
		scene->publish_fails = false;
		(void)scene_run(ROLL_GIVE_UP);
		for (int i = 0; i < 5 && scene_roll.state.step != ROLL_IDLE; i++) {
			assert_int_equal(scene_roll.state.step, ROLL_ABORT);
			scene->now += SECONDS;
			assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
		}
		assert_int_equal(scene_roll.state.step, ROLL_IDLE);
		assert_false(scene_is_published(next));
		assert_string_equal(scene_key_in("key.pem.next"), "");
		assert_string_equal(scene_key_in("key.pem"), first);
		/* The next one begins after the whole time. */
		scene->now += SECONDS;
		assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
		assert_int_equal(scene_roll.state.step, ROLL_IDLE);
		assert_int_equal(scene_run(ROLL_GIVE_UP), ROLL_HELD);
		scene_end();
	}
}

/* No server has it yet: it is withdrawn all the same, or it would come to stay. */
static void test_a_record_that_is_under_way_is_withdrawn(void **state)
{
	(void)state;
	char next[ROLL_DIGEST_SIZE];
	scene_begin(false);
	for (size_t i = 0; i < SCENE_SERVERS; i++) {
		scene->lag[i] = 5 * SECONDS;
	}
	scene->now += scene_key.every_s;
	(void)scene_run(ROLL_ON_TIME);
	memcpy(next, scene_roll.state.next, sizeof(next));
	assert_true(scene_is_published(next));
	(void)scene_run(ROLL_GIVE_UP);
	for (int i = 0; i < 20 && scene_roll.state.step != ROLL_IDLE; i++) {
		assert_false(scene_is_published(next));
		scene->now += SECONDS;
		assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	}
	assert_int_equal(scene_roll.state.step, ROLL_IDLE);
	assert_false(scene_is_published(next));
	assert_string_equal(scene_key_in("key.pem.next"), "");
	scene_end();
}

static void test_a_roll_is_not_given_up_after_the_switch(void **state)
{
	(void)state;
	scene_begin(false);
	scene->now += scene_key.every_s;
	scene_run_past(ROLL_SWITCH, SECONDS);
	assert_int_equal(scene_run(ROLL_GIVE_UP), ROLL_HELD);
	assert_string_equal(scene_roll.why, "the next key is in use already");
	finish();
	scene_end();
}

static void test_names_do_not_change_in_the_middle(void **state)
{
	(void)state;
	static char other[] = "ns3.example.net";
	scene_begin(false);
	scene->now += scene_key.every_s;
	scene_run_past(ROLL_PUBLISH, SECONDS);
	char *name = scene_key.names[0];
	scene_key.names[0] = other;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_FAILED);
	assert_non_null(strstr(scene_roll.why, "names of the key were changed"));
	scene_key.names[0] = name;
	finish();
	scene_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_may_be_killed_anywhere_with_one_file),
		cmocka_unit_test(test_it_may_be_killed_anywhere_with_two_files),
		cmocka_unit_test(test_nothing_is_done_before_it_is_due),
		cmocka_unit_test(test_a_roll_can_be_wanted_now),
		cmocka_unit_test(test_an_unknown_state_is_refused_and_stays),
		cmocka_unit_test(test_a_clock_that_was_wrong_does_not_stop_a_roll),
		cmocka_unit_test(test_why_it_is_held_is_kept_and_forgotten),
		cmocka_unit_test(test_a_roll_can_be_given_up_until_the_switch),
		cmocka_unit_test(test_a_record_that_is_under_way_is_withdrawn),
		cmocka_unit_test(test_a_roll_is_not_given_up_after_the_switch),
		cmocka_unit_test(test_names_do_not_change_in_the_middle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
