/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A run around its steps: what is loaded, what is mended, what is given up, and what is noted. The
 * steps are not real ones. */

#include "../check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roll_pair.h"
#include "roll_steps.h"

#define NOW 1800000000

/* --- a state, a key and steps of our own ------------------------------------------------- */

static struct {
	enum roll_load load;
	struct roll_state found, saved;
	unsigned saves, saves_fail; /* 0: none fails */
	const char *key;            /* in 'key-file'; NULL: it cannot be read */
	unsigned go_on;             /* steps that do, before the last */
	enum roll_result last;
	const char *why;
	unsigned steps;
} world;

enum roll_load __wrap_roll_state_load(struct roll_state *state, const char *folder,
	const char *id, char why[DANCE_ERROR_SIZE]);
enum roll_load __wrap_roll_state_load(struct roll_state *state, const char *folder,
	const char *id, char why[DANCE_ERROR_SIZE])
{
	assert_string_equal(folder, "/state");
	assert_string_equal(id, "k");
	*state = world.found;
	if (world.load == ROLL_UNREADABLE) {
		strcpy(why, "it is not whole");
	}
	return world.load;
}

bool __wrap_roll_state_save(const struct roll_state *state, const char *folder,
	const char *id, char why[DANCE_ERROR_SIZE]);
bool __wrap_roll_state_save(const struct roll_state *state, const char *folder,
	const char *id, char why[DANCE_ERROR_SIZE])
{
	assert_string_equal(folder, "/state");
	assert_string_equal(id, "k");
	world.saved = *state;
	if (++world.saves == world.saves_fail) {
		strcpy(why, "the disk is full");
		return false;
	}
	return true;
}

bool __wrap_roll_pair_key(const char *path, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE]);
bool __wrap_roll_pair_key(const char *path, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE])
{
	assert_string_equal(path, "/a.key");
	if (world.key == NULL) {
		strcpy(why, "no such file");
		return false;
	}
	strcpy(digest, world.key);
	return true;
}

enum roll_result __wrap_roll_take_step(struct roll *roll);
enum roll_result __wrap_roll_take_step(struct roll *roll)
{
	if (world.steps++ < world.go_on) {
		return ROLL_GO_ON;
	}
	if (world.why != NULL) {
		strcpy(roll->why, world.why);
		roll->advice = "do it";
	}
	return world.last;
}

static int64_t host_now(void *arg)
{
	assert_ptr_equal(arg, &world);
	return NOW;
}

static char id[] = "k", first[] = "x.example", second[] = "y.example", path[] = "/a.key";
static struct roll_key key = {
	.id = id, .names = { first, second }, .name_count = 2, .key_file = path
};
static const struct roll_host host = { .arg = &world, .now = host_now };
static struct roll roll;

static enum roll_result run(enum roll_wish wish)
{
	roll = (struct roll){ .key = &key,
		.folder = "/state",
		.host = &host,
		.wish = wish,
		.why = "left",
		.advice = "left" };
	return roll_run(&roll);
}

static int begin(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	world.load = ROLL_LOADED;
	world.found = (struct roll_state){
		.step = ROLL_IDLE, .names = "x.example y.example", .current = "a"
	};
	world.key = "a";
	return 0;
}

static void expect(enum roll_result result, enum roll_result expected, const char *why,
	const char *advice)
{
	assert_int_equal(result, expected);
	assert_string_equal(roll.why, why);
	assert_string_equal(roll.advice, advice);
}

/* --- runs -------------------------------------------------------------------------------- */

static void test_a_key_that_nobody_has_looked_at(void **state)
{
	(void)state;
	world.load = ROLL_NOT_THERE;
	world.found = (struct roll_state){ .step = ROLL_CLEAN };
	assert_int_equal(run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(roll.state.step, ROLL_ADOPT);
	assert_true(roll.state.entered == NOW);
	assert_string_equal(roll.state.names, "x.example y.example");
	assert_string_equal(roll.why, "");
	assert_int_equal(world.steps, 1);
	/* There is no key yet of which anything could be noted. */
	world.last = ROLL_HELD;
	world.why = "no answer";
	expect(run(ROLL_ON_TIME), ROLL_HELD, "no answer", "do it");
	assert_int_equal(world.saves, 0);
}

static void test_a_state_that_cannot_be_used(void **state)
{
	(void)state;
	world.load = ROLL_UNREADABLE;
	for (enum roll_wish wish = ROLL_ON_TIME; wish <= ROLL_GIVE_UP; wish++) {
		expect(run(wish), ROLL_FAILED, "it is not whole",
			"correct or remove this file; without it, the next run begins anew");
	}
	assert_int_equal(world.steps, 0);
	assert_int_equal(world.saves, 0);
}

static void test_names_that_have_changed(void **state)
{
	(void)state;
	strcpy(world.found.names, "x.example");
	for (enum roll_step step = ROLL_ADOPT; step <= ROLL_ABORT; step++) {
		world.found.step = step;
		world.found.published = world.found.seen = 5;
		world.steps = 0;
		if (step > ROLL_IDLE) {
			expect(run(ROLL_ON_TIME), ROLL_FAILED,
				"the names of the key were changed in the middle of a roll",
				"put the old names back until the roll has ended");
			assert_string_equal(roll.state.names, "x.example");
			assert_int_equal(world.steps, 0);
			continue;
		}
		expect(run(ROLL_ON_TIME), ROLL_DONE, "", "");
		assert_string_equal(roll.state.names, "x.example y.example");
		assert_int_equal(roll.state.step, ROLL_ADOPT);
		assert_int_equal(roll.state.published, 0);
		assert_int_equal(roll.state.seen, 0);
		assert_int_equal(world.steps, 1);
	}
	/* The same names in their order. */
	strcpy(world.found.names, "x.example y.example");
	world.found.step = ROLL_SPREAD;
	expect(run(ROLL_ON_TIME), ROLL_DONE, "", "");
	assert_int_equal(roll.state.step, ROLL_SPREAD);
	assert_int_equal(roll.state.seen, 5);
}

static void test_times_that_lie_in_the_future(void **state)
{
	(void)state;
	struct roll_state *found = &world.found;
	found->entered = found->began = found->published = NOW + 1;
	found->seen = found->switched = found->held = NOW + 1;
	found->ttl = NOW + 1; /* is no time */
	(void)run(ROLL_ON_TIME);
	assert_true(roll.state.entered == NOW && roll.state.began == NOW &&
		roll.state.published == NOW && roll.state.seen == NOW &&
		roll.state.switched == NOW && roll.state.held == NOW);
	assert_true(roll.state.ttl == NOW + 1);
	found->entered = found->began = found->published = NOW - 1;
	found->seen = found->switched = found->held = NOW - 1;
	(void)run(ROLL_ON_TIME);
	assert_true(roll.state.entered == NOW - 1 && roll.state.began == NOW - 1 &&
		roll.state.published == NOW - 1 && roll.state.seen == NOW - 1 &&
		roll.state.switched == NOW - 1 && roll.state.held == NOW - 1);
}

static void test_what_is_given_up(void **state)
{
	(void)state;
	strcpy(world.found.next, "b");
	for (enum roll_step step = ROLL_ADOPT; step <= ROLL_ABORT; step++) {
		world.found.step = step;
		world.found.published = 5;
		world.steps = world.saves = 0;
		enum roll_result result = run(ROLL_GIVE_UP);
		if (step <= ROLL_IDLE) {
			expect(result, ROLL_HELD, "there is no roll to give up", "");
			assert_int_equal(world.steps, 0);
		} else if (step >= ROLL_KEEP && step <= ROLL_CLEAN) {
			expect(result, ROLL_HELD, "the next key is in use already",
				"let this roll end, and begin another one: dance roll --now");
			assert_int_equal(world.steps, 0);
		} else {
			expect(result, ROLL_DONE, "", "");
			assert_int_equal(world.steps, 1);
			assert_int_equal(world.saves, step != ROLL_ABORT);
			assert_int_equal(roll.state.step, ROLL_ABORT);
			assert_int_equal(roll.state.published, step == ROLL_ABORT ? 5 : 0);
			assert_true(step == ROLL_ABORT || roll.state.entered == NOW);
		}
	}
	world.steps = 0;
	world.found.step = ROLL_SWITCH;
	world.key = "b";
	expect(run(ROLL_GIVE_UP), ROLL_HELD, "the next key is in use already",
		"let this roll end, and begin another one: dance roll --now");
	world.key = NULL;
	expect(run(ROLL_GIVE_UP), ROLL_FAILED, "no such file",
		"correct 'key-file', or what is in it");
	world.key = "a";
	world.saves = 0;
	world.saves_fail = 1;
	expect(run(ROLL_GIVE_UP), ROLL_FAILED, "the disk is full",
		"see to the folder of the state");
	assert_int_equal(world.steps, 0);
}

static void test_a_run_has_sixteen_steps_at_most(void **state)
{
	(void)state;
	for (unsigned go_on = 14; go_on <= 17; go_on++) {
		world.go_on = go_on;
		world.steps = 0;
		world.last = ROLL_HELD;
		world.why = "no answer";
		enum roll_result result = run(ROLL_NOW);
		if (go_on < 16) {
			expect(result, ROLL_HELD, "no answer", "do it");
			assert_int_equal(world.steps, go_on + 1);
		} else {
			expect(result, ROLL_DONE, "", "");
			assert_int_equal(world.steps, 16);
		}
	}
}

static void test_what_holds_it_is_noted_once(void **state)
{
	(void)state;
	world.last = ROLL_HELD;
	world.why = "no answer";
	expect(run(ROLL_ON_TIME), ROLL_HELD, "no answer", "do it");
	assert_int_equal(world.saves, 1);
	assert_true(world.saved.held == NOW);
	assert_string_equal(world.saved.reason, "no answer");
	/* Since when stays, whatever the reason is now. */
	world.found = world.saved;
	world.found.held = NOW - 9;
	expect(run(ROLL_ON_TIME), ROLL_HELD, "no answer", "do it");
	assert_int_equal(world.saves, 1);
	world.last = ROLL_FAILED;
	world.why = "!";
	expect(run(ROLL_ON_TIME), ROLL_FAILED, "!", "do it");
	assert_int_equal(world.saves, 2);
	assert_true(world.saved.held == NOW - 9);
	assert_string_equal(world.saved.reason, "!");
	/* It is over. */
	world.found = world.saved;
	world.last = ROLL_DONE;
	expect(run(ROLL_ON_TIME), ROLL_DONE, "", "do it");
	assert_int_equal(world.saves, 3);
	assert_true(world.saved.held == 0);
	assert_string_equal(world.saved.reason, "");
}

static void test_a_note_that_cannot_be_saved(void **state)
{
	(void)state;
	/* The reason why it is held counts more. */
	world.last = ROLL_HELD;
	world.why = "no answer";
	world.saves_fail = 1;
	expect(run(ROLL_ON_TIME), ROLL_HELD, "no answer", "do it");
	strcpy(world.found.reason, "no answer");
	world.last = ROLL_DONE;
	world.saves = 0;
	expect(run(ROLL_ON_TIME), ROLL_FAILED, "the disk is full",
		"see to the folder of the state");
}

static void test_what_is_said(void **state)
{
	(void)state;
	char *news;
	size_t size;
	roll = (struct roll){ .key = &key, .news = open_memstream(&news, &size) };
	roll_tell(&roll, "key switched", ", key %s", "a");
	assert_string_equal(news, "key switched, id k, key a\n"); /* at once */
	fclose(roll.news);
	free(news);
	char most[2 * DANCE_ERROR_SIZE];
	memset(most, 'a', sizeof(most));
	most[sizeof(most) - 1] = '\0';
	expect(roll_hold(&roll, "do it", "a\nb %d", 7), ROLL_HELD, "a?b 7", "do it");
	(void)roll_hold(&roll, "do it", "%s", most);
	assert_int_equal(strlen(roll.why), DANCE_ERROR_SIZE - 1);
	roll.advice = "";
	assert_int_equal(roll_failed(&roll, "mend it"), ROLL_FAILED);
	assert_string_equal(roll.advice, "mend it");
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_a_key_that_nobody_has_looked_at),
		ONE(test_a_state_that_cannot_be_used),
		ONE(test_names_that_have_changed),
		ONE(test_times_that_lie_in_the_future),
		ONE(test_what_is_given_up),
		ONE(test_a_run_has_sixteen_steps_at_most),
		ONE(test_what_holds_it_is_noted_once),
		ONE(test_a_note_that_cannot_be_saved),
		ONE(test_what_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
