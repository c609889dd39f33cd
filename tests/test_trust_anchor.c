/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The file of the trust anchor while others write to it: which keys are in force, and what is
 * told. */

#include "check.h"
#include "fake_clock.h"
#include "trust_anchor.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 32 octets of 0x5a, and of 0x5b. */
#define OLD ". 3600 IN DNSKEY 257 3 15 WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo="
#define NEW ". 3600 IN DNSKEY 257 3 15 W1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1s="

static char folder[] = "/tmp/dance-anchor-XXXXXX";
static char path[64], other[64];
static struct trust_anchor anchor;
static bool no_memory;

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size)
{
	return no_memory ? NULL : __real_realloc(old, size);
}

static int make(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/root.key", folder);
	snprintf(other, sizeof(other), "%s/root.key.new", folder);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void write_to(const char *to, const char *text)
{
	FILE *file = fopen(to, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* As whoever keeps such a file does it. */
static void replace_by(const char *text)
{
	write_to(other, text);
	assert_int_equal(rename(other, path), 0);
}

static int begin(void **state)
{
	(void)state;
	fake_clock_set(1000000);
	no_memory = false;
	write_to(path, OLD "\n");
	return trust_anchor_begin(&anchor, path) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	trust_anchor_clear(&anchor);
	(void)unlink(path);
	return 0;
}

static enum trust_anchor_news look(void)
{
	fake_clock_advance(TRUST_ANCHOR_LOOK_MS);
	return trust_anchor_look(&anchor);
}

static unsigned refused;

static bool on_key(void *arg, const char *record)
{
	char *text = arg;
	const char *octets = strstr(record, "030f");
	if (refused > 0) {
		refused--;
		return false;
	}
	strcat(text,
		octets == NULL                               ? "?" :
			octets[4] == '5' && octets[5] == 'a' ? "o" :
							       "n");
	return true;
}

/* "o" for the old key and "n" for the new one, in their order. */
static void check_keys(const char *expected)
{
	char text[16] = "";
	bool taken = trust_anchor_each(&anchor, on_key, text);
	assert_string_equal(text, expected);
	assert_int_equal(taken, expected[0] != '\0');
	assert_int_equal(anchor.keys != NULL, expected[0] != '\0');
}

static void a_file_is_read_again_when_it_changes(void **state)
{
	(void)state;
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	check_keys("o");
	assert_int_equal(anchor.count, 1);
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	replace_by(OLD "\n" NEW "\n");
	assert_int_equal(look(), TRUST_ANCHOR_CHANGED);
	check_keys("on");
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	write_to(path, NEW "\n"); /* in its place */
	assert_int_equal(look(), TRUST_ANCHOR_CHANGED);
	check_keys("n");
	assert_int_equal(anchor.count, 3);
}

/* A write so soon after another one that the file's times do not tell of it. */
static void what_the_file_system_does_not_tell_of_is_read(void **state)
{
	(void)state;
	struct stat before;
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	assert_int_equal(stat(path, &before), 0);
	write_to(path, NEW "\n");
	assert_int_equal(stat(path, &anchor.file), 0);
	assert_int_equal(anchor.file.st_size, before.st_size);
	assert_int_equal(look(), TRUST_ANCHOR_CHANGED);
	check_keys("n");
	/* From the second look on, it is believed. */
	write_to(path, OLD "\n");
	assert_int_equal(stat(path, &anchor.file), 0);
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	check_keys("n");
}

/* From the worst to the best. */
static void what_it_is_to_the_host(void **state)
{
	(void)state;
	struct trust_anchor one = { .keys = path, .why = "why", .aging = "aging" };
	assert_int_equal(trust_anchor_is(&one), DANCE_ANCHOR_OUTDATED);
	*one.why = '\0';
	assert_int_equal(trust_anchor_is(&one), DANCE_ANCHOR_AGING);
	*one.aging = '\0';
	assert_int_equal(trust_anchor_is(&one), DANCE_ANCHOR_CURRENT);
	one.keys = NULL;
	assert_int_equal(trust_anchor_is(&one), DANCE_ANCHOR_MISSING);
}

static void it_is_not_looked_at_too_often(void **state)
{
	(void)state;
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	replace_by(NEW "\n");
	fake_clock_advance(TRUST_ANCHOR_LOOK_MS - 1);
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	check_keys("o");
	fake_clock_advance(1);
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_CHANGED);
	check_keys("n");
}

/* When the root was last asked for its keys stands in such a file as well. */
static void the_same_keys_are_no_news(void **state)
{
	(void)state;
	replace_by(";;last_queried: 1\n" OLD " ;;state=2 [ VALID ] ;;lastchange=1\n");
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	replace_by(";;last_queried: 2\n" OLD " ;;state=2 [ VALID ] ;;lastchange=1\n" NEW
		   " ;;state=1 [ ADDPEND ]\n");
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	check_keys("o");
	replace_by(OLD " ;;state=3 [ MISSING ]\n" NEW " ;;state=2 [ VALID ]\n");
	assert_int_equal(look(), TRUST_ANCHOR_CHANGED);
	check_keys("on");
	replace_by(OLD " ;;state=4 [ REVOKED ]\n" NEW " ;;state=2 [ VALID ]\n");
	assert_int_equal(look(), TRUST_ANCHOR_CHANGED);
	check_keys("n");
}

static void a_file_that_breaks_is_told_of_once(void **state)
{
	(void)state;
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	/* It may just be being written. */
	write_to(path, "");
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	assert_int_equal(look(), TRUST_ANCHOR_BROKEN);
	assert_non_null(strstr(anchor.why, "no DS or DNSKEY record of the root"));
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	assert_non_null(strstr(anchor.why, "No such file"));
	check_keys("o");
	assert_int_equal(anchor.count, 1);
	replace_by(OLD "\n");
	assert_int_equal(look(), TRUST_ANCHOR_MENDED);
	assert_string_equal(anchor.why, "");
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	/* And once more, since it was well in between. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	assert_int_equal(look(), TRUST_ANCHOR_BROKEN);
	replace_by(NEW "\n");
	assert_int_equal(look(), TRUST_ANCHOR_CHANGED);
	check_keys("n");
}

static void a_moment_without_the_file_is_not_told_of(void **state)
{
	(void)state;
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	replace_by(OLD "\n");
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	check_keys("o");
}

static void without_memory_the_keys_stay(void **state)
{
	(void)state;
	no_memory = true;
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	check_keys("");
	assert_non_null(strstr(anchor.why, "Cannot allocate memory"));
	no_memory = false;
	fake_clock_advance(TRUST_ANCHOR_AGAIN_MS);
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	check_keys("o");
	replace_by(NEW "\n");
	no_memory = true;
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	assert_int_equal(look(), TRUST_ANCHOR_BROKEN);
	check_keys("o");
	no_memory = false;
	assert_int_equal(look(), TRUST_ANCHOR_CHANGED);
	check_keys("n");
}

static void revoked_keys_do_not_stay(void **state)
{
	(void)state;
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	replace_by(OLD " ;;state=4 [ REVOKED ]\n");
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	check_keys("");
	assert_int_equal(anchor.count, 2);
	assert_non_null(strstr(anchor.why, "it is revoked"));
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	replace_by(NEW "\n");
	fake_clock_advance(TRUST_ANCHOR_AGAIN_MS);
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_CHANGED);
	check_keys("n");
	assert_int_equal(anchor.count, 3);
}

static void *feed(void *arg)
{
	static const char text[] = OLD "\n";
	int pipe = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(pipe, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(close(pipe), 0);
	return arg;
}

/* That there is nothing in it later says nothing, and waiting for more would not end. */
static void a_pipe_is_read_once(void **state)
{
	(void)state;
	pthread_t thread;
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(pthread_create(&thread, NULL, feed, NULL), 0);
	alarm(20);
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	}
	alarm(0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	check_keys("o");
	assert_string_equal(anchor.why, "");
}

static unsigned kept_count(void)
{
	char text[16] = "";
	trust_anchor_each_kept(&anchor, on_key, text);
	return (unsigned)strlen(text);
}

/* RFC 5011 4.2. They may come and go while the keys in force stay the same. */
static void what_its_keeper_calls_new_or_missing_is_known(void **state)
{
	(void)state;
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	assert_int_equal(kept_count(), 0);
	uint32_t read = anchor.read;
	replace_by(OLD "\n" NEW " ;;state=1 [ ADDPEND ]\n");
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	assert_int_equal(kept_count(), 1);
	assert_int_not_equal(anchor.read, read);
	replace_by("; as before\n" OLD "\n");
	assert_int_equal(look(), TRUST_ANCHOR_NO_NEWS);
	assert_int_equal(kept_count(), 0);
	replace_by(OLD " ;;state=3 [ MISSING ]\n" NEW " ;;state=2 [ VALID ]\n");
	assert_int_equal(look(), TRUST_ANCHOR_CHANGED);
	assert_int_equal(kept_count(), 1);
	read = anchor.read;
	replace_by("");
	(void)look();
	assert_int_equal(anchor.read, read);
	assert_int_equal(kept_count(), 1);
}

static void one_key_that_is_taken_is_enough(void **state)
{
	(void)state;
	char text[16] = "";
	replace_by("a. IN DNSKEY 257 3 15 WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=\n" OLD
		   "\n" NEW "\n");
	assert_int_equal(trust_anchor_look(&anchor), TRUST_ANCHOR_NO_NEWS);
	refused = 2;
	assert_true(trust_anchor_each(&anchor, on_key, text));
	assert_string_equal(text, "n");
	refused = 3;
	assert_false(trust_anchor_each(&anchor, on_key, text));
	/* One of another name is none of the root. */
	replace_by("a. IN DNSKEY 257 3 15 WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=\n" OLD
		   "\n");
	refused = 0;
	assert_int_equal(look(), TRUST_ANCHOR_CHANGED);
	check_keys("oo");
}

static void there_is_a_default(void **state)
{
	(void)state;
	struct trust_anchor usual;
	assert_true(trust_anchor_begin(&usual, NULL));
	assert_string_equal(usual.path, "/usr/share/dns/root.key");
	trust_anchor_clear(&usual);
	assert_null(usual.path);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_read_again_when_it_changes),
		TEST(what_the_file_system_does_not_tell_of_is_read),
		cmocka_unit_test(what_it_is_to_the_host),
		TEST(it_is_not_looked_at_too_often),
		TEST(the_same_keys_are_no_news),
		TEST(a_file_that_breaks_is_told_of_once),
		TEST(a_moment_without_the_file_is_not_told_of),
		TEST(without_memory_the_keys_stay),
		TEST(revoked_keys_do_not_stay),
		TEST(a_pipe_is_read_once),
		TEST(what_its_keeper_calls_new_or_missing_is_known),
		TEST(one_key_that_is_taken_is_enough),
		cmocka_unit_test(there_is_a_default),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
