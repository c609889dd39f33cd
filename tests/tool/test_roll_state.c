/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The file of a roll: what is written is read, and what was not written so is refused. */

#include "../check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "roll_file.h"
#include "roll_state.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static char folder[] = "/tmp/dance-state-XXXXXX", path[64];

static int set_up(void **state)
{
	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/k.state", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	char lock[64];
	snprintf(lock, sizeof(lock), "%s/k.lock", folder);
	unlink(path);
	unlink(lock);
	return rmdir(folder);
}

static void write_text(const char *text)
{
	char why[DANCE_ERROR_SIZE];
	assert_true(roll_file_write(path,
		(struct dance_octets){ (const unsigned char *)text, strlen(text) }, NULL,
		why));
}

static struct roll_state made(void)
{
	return (struct roll_state){ .step = ROLL_SPREAD,
		.names = "a.example b.example",
		.current = A64,
		.next = B64,
		.publishing = true,
		.entered = 1,
		.began = 2,
		.published = 3,
		.seen = 4,
		.switched = 5,
		.held = 6,
		.ttl = 7,
		.reason = "server x: no",
		.rolls = 8 };
}

static void test_what_is_written_is_read(void **state)
{
	(void)state;
	struct roll_state one = made(), other;
	char why[DANCE_ERROR_SIZE];
	assert_int_equal(roll_state_load(&other, folder, "k", why), ROLL_NOT_THERE);
	assert_true(roll_state_save(&one, folder, "k", why));
	assert_int_equal(roll_state_load(&other, folder, "k", why), ROLL_LOADED);
	assert_memory_equal(&one, &other, sizeof(one));
	struct stat found;
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	/* Each step. */
	for (enum roll_step step = ROLL_ADOPT; step <= ROLL_ABORT; step++) {
		bool next = (step >= ROLL_PUBLISH && step <= ROLL_SWITCH) ||
			step == ROLL_ABORT;
		one = (struct roll_state){ .step = step, .names = "a", .current = A64 };
		strcpy(next ? one.next : one.old, step <= ROLL_IDLE ? "" : B64);
		assert_true(roll_state_save(&one, folder, "k", why));
		assert_int_equal(roll_state_load(&other, folder, "k", why), ROLL_LOADED);
		assert_memory_equal(&one, &other, sizeof(one));
	}
}

static const char whole[] = "dance-roll 1\nstep idle\nnames a\ncurrent " A64
			    "\npublishing 0\nentered 1\nbegan 1\npublished 0\nseen 0\n"
			    "switched 0\nttl 0\nrolls 0\nheld 0\nend\n";

/* The whole text with one part in the place of another. */
static char *changed(const char *part, const char *by)
{
	static char text[2048];
	const char *at = strstr(whole, part);
	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - whole), whole, by,
		at + strlen(part));
	return text;
}

static void refuse(const char *text, const char *reason)
{
	struct roll_state found;
	char why[DANCE_ERROR_SIZE], expected[DANCE_ERROR_SIZE];
	snprintf(expected, sizeof(expected), "the state in %s cannot be used: %s", path,
		reason);
	write_text(text);
	assert_int_equal(roll_state_load(&found, folder, "k", why), ROLL_UNREADABLE);
	assert_string_equal(why, expected);
	assert_string_equal(found.current, "");
}

static void test_what_is_not_whole_is_refused(void **state)
{
	(void)state;
	struct roll_state found;
	char why[DANCE_ERROR_SIZE], text[sizeof(whole)];
	write_text(whole);
	assert_int_equal(roll_state_load(&found, folder, "k", why), ROLL_LOADED);
	/* Cut off anywhere. */
	for (size_t size = 1; size < strlen(whole); size++) {
		snprintf(text, sizeof(text), "%.*s", (int)size, whole);
		write_text(text);
		assert_int_equal(roll_state_load(&found, folder, "k", why),
			ROLL_UNREADABLE);
	}
	refuse(changed("\nend\n", "\nend\nmore 1\n"), "it goes on after its end");
	refuse(changed("roll 1", "roll 2"), "it is not of this version of dance");
	refuse(changed("began 1\n", ""), "an item is missing");
	refuse(changed("began 1\n", "began 1\nbegan 1\n"), "an item is there twice");
	refuse(changed("began 1\n", "began 1\nlater 1\n"), "an item is unknown");
	refuse(changed("began 1\n", "began\n"), "a line has no value");
	refuse(changed("began 1\n", "began -1\n"), "a value is wrong");
	refuse(changed("began 1\n", "began 1x\n"), "a value is wrong");
	refuse(changed("began 1\n", "began \n"), "a value is wrong");
	refuse(changed("step idle", "step sleep"), "a value is wrong");
	refuse(changed(A64, "aa"), "a value is wrong");
	refuse(changed(A64, A64 "a"), "a value is wrong");
	refuse(changed("current aa", "current aA"), "a value is wrong");
	refuse(changed("names a", "names "), "a value is wrong");
	refuse(changed("publishing 0", "publishing 2"), "a value is wrong");
	refuse(changed("began 1", "began 1000000000000000"), "a value is wrong");
	refuse(changed("rolls 0", "rolls 4294967296"), "a value is wrong");
	refuse(changed("rolls 0", "rolls x"), "a value is wrong");
	refuse(changed("\nend\n", "\nreason \nend\n"), "a value is wrong");
	refuse(changed("\nend\n", "\nend"), "its last line is not whole");
	refuse(changed("\nend\n", "\n"), "its end is missing");
	refuse("dance-roll 1\nend\n", "an item is missing");
	refuse("end\n", "it is not of this version of dance");
}

/* The largest values that there are, and a reason that was not written by us. */
static void test_the_limits_of_values(void **state)
{
	(void)state;
	struct roll_state found;
	char why[DANCE_ERROR_SIZE], long_reason[DANCE_ERROR_SIZE + 1], text[512];
	write_text(changed("began 1", "began 999999999999999"));
	assert_int_equal(roll_state_load(&found, folder, "k", why), ROLL_LOADED);
	assert_true(found.began == 999999999999999);
	write_text(changed("rolls 0", "rolls 4294967295"));
	assert_int_equal(roll_state_load(&found, folder, "k", why), ROLL_LOADED);
	assert_int_equal(found.rolls, UINT32_MAX);
	write_text(changed("publishing 0", "publishing 1"));
	assert_int_equal(roll_state_load(&found, folder, "k", why), ROLL_LOADED);
	assert_true(found.publishing);
	write_text(changed("\nend\n", "\nreason a\tb\nend\n"));
	assert_int_equal(roll_state_load(&found, folder, "k", why), ROLL_LOADED);
	assert_string_equal(found.reason, "a?b");
	memset(long_reason, 'r', sizeof(long_reason));
	long_reason[DANCE_ERROR_SIZE - 1] = '\0';
	snprintf(text, sizeof(text), "\nreason %s\nend\n", long_reason);
	write_text(changed("\nend\n", text));
	assert_int_equal(roll_state_load(&found, folder, "k", why), ROLL_LOADED);
	assert_string_equal(found.reason, long_reason);
	long_reason[DANCE_ERROR_SIZE - 1] = 'r';
	long_reason[DANCE_ERROR_SIZE] = '\0';
	snprintf(text, sizeof(text), "\nreason %s\nend\n", long_reason);
	refuse(changed("\nend\n", text), "a value is wrong");
}

/* 8,192 octets of a text are read, and no more; no octet of it is NUL. */
static void test_the_limits_of_a_file(void **state)
{
	(void)state;
	static char text[8194];
	struct roll_state found;
	char why[DANCE_ERROR_SIZE], expected[DANCE_ERROR_SIZE];
	memset(text, 'x', sizeof(text));
	text[8192] = '\0';
	refuse(text, "its last line is not whole");
	text[8192] = 'x';
	text[8193] = '\0';
	refuse(text, "it is too large, or not a text");
	assert_true(roll_file_write(path,
		(struct dance_octets){ (const unsigned char *)whole, sizeof(whole) }, NULL,
		why));
	assert_int_equal(roll_state_load(&found, folder, "k", why), ROLL_UNREADABLE);
	snprintf(expected, sizeof(expected),
		"the state in %s cannot be used: it is too large, or not a text", path);
	assert_string_equal(why, expected);
	/* What is no file is not taken for a state that is not there. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(roll_state_load(&found, folder, "k", why), ROLL_UNREADABLE);
	snprintf(expected, sizeof(expected),
		"the state in %s cannot be used: Is a directory", path);
	assert_string_equal(why, expected);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(roll_state_load(&found, "/nowhere\n", "k", why), ROLL_NOT_THERE);
	assert_int_equal(found.step, ROLL_ADOPT);
	refuse("", "it is empty");
}

static void test_the_limits_of_a_path(void **state)
{
	(void)state;
	static const struct {
		size_t size;
		bool state_fits, lock_fits;
	} rows[] = {
		{ 4095 - 8, true, true },  /* "/k.state" */
		{ 4095 - 7, false, true }, /* "/k.lock" */
		{ 4095 - 6, false, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char long_folder[ROLL_PATH_SIZE], why[DANCE_ERROR_SIZE];
		char too_long[DANCE_ERROR_SIZE], expected[DANCE_ERROR_SIZE];
		struct roll_state found = made();
		memset(long_folder, 'a', sizeof(long_folder));
		long_folder[rows[i].size] = '\0';
		snprintf(too_long, sizeof(too_long), "the path %.80s/... is too long",
			long_folder);
		assert_false(roll_state_save(&found, long_folder, "k", why));
		snprintf(expected, sizeof(expected), "the path %.80s... is too long",
			long_folder); /* with ".tmp" */
		assert_string_equal(why, rows[i].state_fits ? expected : too_long);
		snprintf(expected, sizeof(expected),
			"the state in %.120s cannot be used: File name too long",
			long_folder);
		assert_int_equal(roll_state_load(&found, long_folder, "k", why),
			ROLL_UNREADABLE);
		assert_string_equal(why, rows[i].state_fits ? expected : too_long);
		snprintf(expected, sizeof(expected),
			"cannot lock %.120s: File name too long", long_folder);
		assert_int_equal(roll_state_lock(long_folder, "k", why), -1);
		assert_string_equal(why, rows[i].lock_fits ? expected : too_long);
	}
}

static void test_each_step_has_a_name(void **state)
{
	(void)state;
	static const char *const names[] = { "adopt", "idle", "publish", "spread", "switch",
		"keep", "withdraw", "clean", "abort", "unknown" };
	for (size_t i = 0; i < ROWS(names); i++) {
		assert_string_equal(roll_step_name((enum roll_step)i), names[i]);
	}
}

static void test_keys_that_a_step_needs_are_there(void **state)
{
	(void)state;
	static const char reason[] = "it lacks a key, or has one too many";
	static const struct {
		const char *step;
		bool next, old;
	} rows[] = {
		{ "adopt", false, false },
		{ "idle", false, false },
		{ "publish", true, false },
		{ "spread", true, false },
		{ "switch", true, false },
		{ "keep", false, true },
		{ "withdraw", false, true },
		{ "clean", false, true },
		{ "abort", true, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (unsigned keys = 0; keys < 4; keys++) {
			struct roll_state found;
			char why[DANCE_ERROR_SIZE], text[256];
			bool next = (keys & 1) != 0, old = (keys & 2) != 0;
			snprintf(text, sizeof(text), "%s%sstep %s",
				next ? "next " B64 "\n" : "", old ? "old " B64 "\n" : "",
				rows[i].step);
			write_text(changed("step idle", text));
			enum roll_load load = roll_state_load(&found, folder, "k", why);
			bool fits = next == rows[i].next && old == rows[i].old;
			check_true(rows[i].step,
				load == (fits ? ROLL_LOADED : ROLL_UNREADABLE));
			if (!fits) {
				refuse(changed("step idle", text), reason);
			}
		}
	}
	refuse(changed("current " A64 "\n", ""), "an item is missing");
	refuse(changed("step idle", "old " A64 "\nstep keep"), reason);
	refuse(changed("step idle", "next " A64 "\nstep spread"), reason);
}

static void test_two_do_not_work_on_one_key(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE];
	int first = roll_state_lock(folder, "k", why);
	assert_true(first >= 0);
	assert_int_equal(roll_state_lock(folder, "k", why), -1);
	char expected[DANCE_ERROR_SIZE];
	snprintf(expected, sizeof(expected),
		"another dance roll is at work on this key (%s/k.lock: Resource temporarily "
		"unavailable)",
		folder);
	assert_string_equal(why, expected);
	int next = dup(first);
	assert_int_equal(next, first + 1); /* that of the one that failed is closed */
	close(next);
	struct stat found;
	assert_int_equal(fstat(first, &found), 0);
	assert_int_equal(found.st_mode & 07777, 0600);
	close(first);
	first = roll_state_lock(folder, "k", why);
	assert_true(first >= 0);
	close(first);
	assert_int_equal(roll_state_lock("/nowhere", "k", why), -1);
	assert_string_equal(why, "cannot lock /nowhere/k.lock: No such file or directory");
}

static void test_a_folder_that_cannot_be_written_is_said(void **state)
{
	(void)state;
	struct roll_state one = made();
	char why[DANCE_ERROR_SIZE];
	assert_false(roll_state_save(&one, "/nowhere", "k", why));
	assert_string_equal(why,
		"cannot create /nowhere/k.state.tmp: No such file or directory");
}

#define unit(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit(test_what_is_written_is_read),
		unit(test_what_is_not_whole_is_refused),
		unit(test_the_limits_of_values),
		unit(test_the_limits_of_a_file),
		unit(test_the_limits_of_a_path),
		unit(test_each_step_has_a_name),
		unit(test_keys_that_a_step_needs_are_there),
		unit(test_two_do_not_work_on_one_key),
		unit(test_a_folder_that_cannot_be_written_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
