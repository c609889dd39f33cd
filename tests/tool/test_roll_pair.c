/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keys and certificates in files: made, switched, and never readable by others. */

#include "../check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "roll_certificate.h"
#include "roll_file.h"
#include "roll_pair.h"

/* --- calls that can fail ----------------------------------------------------------------- */

static unsigned calls, fail_at; /* from 1; 0: none fails */

static bool fails(char why[DANCE_ERROR_SIZE])
{
	bool now = ++calls == fail_at;
	if (now) {
		strcpy(why, "it failed");
	}
	return now;
}

#define WRAP(name, parameters, arguments) \
	bool __real_##name parameters; \
	bool __wrap_##name parameters; \
	bool __wrap_##name parameters \
	{ \
		return !fails(why) && __real_##name arguments; \
	}

WRAP(roll_certificate_new_key,
	(enum roll_algorithm algorithm, const char *owner, struct dance_octets *text,
		char why[DANCE_ERROR_SIZE]),
	(algorithm, owner, text, why))
WRAP(roll_certificate_of_key,
	(struct dance_octets from, const char *owner, struct dance_octets *text,
		char why[DANCE_ERROR_SIZE]),
	(from, owner, text, why))
WRAP(roll_file_write,
	(const char *path, struct dance_octets content, const struct stat *like,
		char why[DANCE_ERROR_SIZE]),
	(path, content, like, why))
WRAP(roll_file_link, (const char *path, const char *second, char why[DANCE_ERROR_SIZE]),
	(path, second, why))
WRAP(roll_file_rename, (const char *path, const char *to, char why[DANCE_ERROR_SIZE]),
	(path, to, why))
WRAP(roll_file_remove, (const char *path, char why[DANCE_ERROR_SIZE]), (path, why))

static bool no_hash;

bool __real_roll_certificate_digest(struct dance_octets spki,
	char digest[ROLL_DIGEST_SIZE]);
bool __wrap_roll_certificate_digest(struct dance_octets spki,
	char digest[ROLL_DIGEST_SIZE]);
bool __wrap_roll_certificate_digest(struct dance_octets spki, char digest[ROLL_DIGEST_SIZE])
{
	return !no_hash && __real_roll_certificate_digest(spki, digest);
}

/* --- a folder ---------------------------------------------------------------------------- */

static char folder[] = "/tmp/dance-pair-XXXXXX";
static char key_path[128], certificate_path[128];
static char name[] = "_853._tcp.ns1.example.net";
static struct roll_key key;

static int set_up(void **state)
{
	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(key_path, sizeof(key_path), "%s/a.key", folder);
	snprintf(certificate_path, sizeof(certificate_path), "%s/a.pem", folder);
	key = (struct roll_key){ .names = { name },
		.name_count = 1,
		.key_file = key_path,
		.cert_file = certificate_path };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	DIR *open = opendir(folder);
	for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
		unlinkat(dirfd(open), entry->d_name, 0);
	}
	closedir(open);
	return rmdir(folder);
}

/* Makes the pair in use; the mode of its key is `mode`. */
static void write_pair(mode_t mode)
{
	struct dance_octets text, certificate;
	char why[DANCE_ERROR_SIZE];
	const struct stat like = { .st_mode = mode, .st_uid = getuid(), .st_gid = getgid() };
	const char *both = key.cert_file == key.key_file ? name : NULL;
	assert_true(roll_certificate_new_key(key.algorithm, both, &text, why));
	assert_true(roll_file_write(key_path, text, &like, why));
	if (key.cert_file == certificate_path) {
		assert_true(roll_certificate_of_key(text, name, &certificate, why));
		assert_true(roll_file_write(certificate_path, certificate, NULL, why));
		file_clear(&certificate);
	}
	file_clear(&text);
}

static mode_t mode_of(const char *end)
{
	char path[200];
	struct stat found;
	snprintf(path, sizeof(path), "%s%s", key_path, end);
	assert_int_equal(stat(path, &found), 0);
	return found.st_mode & 07777;
}

static bool is_there(const char *path, const char *end)
{
	char whole[160];
	snprintf(whole, sizeof(whole), "%s%s", path, end);
	return roll_file_exists(whole);
}

/* "PATH+END: REASON" */
static void check_why(const char *why, const char *path, const char *end,
	const char *reason)
{
	char expected[DANCE_ERROR_SIZE];
	snprintf(expected, sizeof(expected), "%s%s: %s", path, end, reason);
	assert_string_equal(why, expected);
}

static void check_switch(void)
{
	char first[ROLL_DIGEST_SIZE], next[ROLL_DIGEST_SIZE], found[ROLL_DIGEST_SIZE];
	char again[ROLL_DIGEST_SIZE], why[DANCE_ERROR_SIZE] = "";
	write_pair(0640);
	assert_true(roll_pair_in_use(&key, first, why));
	assert_true(roll_pair_make(&key, next, why));
	assert_string_not_equal(first, next);
	assert_int_equal(mode_of(".next"), 0640);
	/* What is there stays. */
	assert_true(roll_pair_make(&key, again, why));
	assert_string_equal(again, next);
	/* Another key than the one that was published is not taken. */
	assert_false(roll_pair_switch(&key, first, first, why));
	check_why(why, key_path, ".next", "its key is not the one that was published");
	assert_true(roll_pair_switch(&key, first, next, why));
	assert_true(roll_pair_in_use(&key, found, why));
	assert_string_equal(found, next);
	assert_int_equal(mode_of(""), 0640);
	assert_int_equal(mode_of(".old"), 0640);
	assert_false(is_there(key_path, ".next"));
	/* Again does no harm. */
	assert_true(roll_pair_switch(&key, first, next, why));
	assert_true(roll_pair_in_use(&key, found, why));
	assert_string_equal(found, next);
	assert_true(roll_pair_delete_old(&key, why));
	assert_false(is_there(key_path, ".old"));
	assert_false(is_there(certificate_path, ".old"));
	assert_true(roll_pair_delete_old(&key, why));
}

static void test_two_files_are_switched(void **state)
{
	(void)state;
	for (key.algorithm = ROLL_ECDSA_P256; key.algorithm <= ROLL_ED25519;
		key.algorithm++) {
		check_switch();
	}
}

static void test_one_file_is_switched(void **state)
{
	(void)state;
	key.cert_file = key.key_file;
	check_switch();
	assert_false(roll_file_exists(certificate_path));
}

static void test_a_key_alone_is_switched(void **state)
{
	(void)state;
	key.cert_file = NULL;
	key.algorithm = ROLL_RSA_3072;
	check_switch();
	assert_false(roll_file_exists(certificate_path));
}

static void test_a_certificate_that_was_lost_is_made_again(void **state)
{
	(void)state;
	char first[ROLL_DIGEST_SIZE], next[ROLL_DIGEST_SIZE], found[ROLL_DIGEST_SIZE];
	char why[DANCE_ERROR_SIZE], path[160];
	write_pair(0600);
	assert_true(roll_pair_in_use(&key, first, why));
	assert_true(roll_pair_make(&key, next, why));
	snprintf(path, sizeof(path), "%s.next", certificate_path);
	assert_int_equal(unlink(path), 0);
	assert_true(roll_pair_switch(&key, first, next, why));
	assert_true(roll_pair_in_use(&key, found, why));
	assert_string_equal(found, next);
}

static void test_a_link_stays_one(void **state)
{
	(void)state;
	char first[ROLL_DIGEST_SIZE], next[ROLL_DIGEST_SIZE], found[ROLL_DIGEST_SIZE];
	char why[DANCE_ERROR_SIZE], path[160];
	struct stat link;
	write_pair(0600);
	snprintf(path, sizeof(path), "%s/link.key", folder);
	assert_int_equal(symlink(key_path, path), 0);
	key.key_file = path;
	assert_true(roll_pair_in_use(&key, first, why));
	assert_true(roll_pair_make(&key, next, why));
	assert_true(roll_pair_switch(&key, first, next, why));
	assert_int_equal(lstat(path, &link), 0);
	assert_true(S_ISLNK(link.st_mode));
	assert_true(roll_pair_in_use(&key, found, why));
	assert_string_equal(found, next);
}

static void test_what_does_not_belong_together_is_refused(void **state)
{
	(void)state;
	char digest[ROLL_DIGEST_SIZE], why[DANCE_ERROR_SIZE], spare[200];
	assert_false(roll_pair_in_use(&key, digest, why));
	check_why(why, key_path, "", "No such file or directory");
	assert_false(roll_pair_make(&key, digest, why));
	snprintf(spare, sizeof(spare), "cannot read %s: No such file or directory",
		key_path);
	assert_string_equal(why, spare);
	write_pair(0600);
	snprintf(spare, sizeof(spare), "%s.spare", certificate_path);
	assert_int_equal(rename(certificate_path, spare), 0);
	write_pair(0600);
	assert_int_equal(rename(spare, certificate_path), 0);
	assert_false(roll_pair_in_use(&key, digest, why));
	check_why(why, certificate_path, "",
		"its certificate is not of the key in 'key-file'");
	no_hash = true;
	assert_false(roll_pair_key(key_path, digest, why));
	check_why(why, key_path, "", "its hash cannot be computed");
	assert_false(roll_pair_certificate(certificate_path, digest, why));
	check_why(why, certificate_path, "", "its hash cannot be computed");
	no_hash = false;
	assert_false(roll_pair_certificate(key_path, digest, why));
	check_why(why, key_path, "", "it contains no certificate");
	assert_int_equal(rename(certificate_path, key_path), 0);
	assert_false(roll_pair_key(key_path, digest, why));
	check_why(why, key_path, "", "it contains no private key that is not encrypted");
	assert_true(roll_pair_certificate(key_path, digest, why));
	assert_false(roll_pair_certificate("/nowhere/a.pem", digest, why));
	assert_string_equal(why, "/nowhere/a.pem: No such file or directory");
}

static void test_neither_key_is_replaced_by_a_third_one(void **state)
{
	(void)state;
	char first[ROLL_DIGEST_SIZE], next[ROLL_DIGEST_SIZE], third[ROLL_DIGEST_SIZE];
	char why[DANCE_ERROR_SIZE];
	write_pair(0600);
	assert_true(roll_pair_in_use(&key, first, why));
	assert_true(roll_pair_make(&key, next, why));
	write_pair(0600);
	assert_true(roll_pair_in_use(&key, third, why));
	assert_false(roll_pair_switch(&key, first, next, why));
	check_why(why, key_path, "", "its key is neither the old nor the next one");
	char found[ROLL_DIGEST_SIZE];
	assert_true(roll_pair_in_use(&key, found, why));
	assert_string_equal(found, third);
}

static void write_text(const char *path, const char *text)
{
	char why[DANCE_ERROR_SIZE];
	assert_true(roll_file_write(path,
		(struct dance_octets){ (const unsigned char *)text, strlen(text) }, NULL,
		why));
}

static void test_private_keys_that_are_none(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "x", "it contains no private key that is not encrypted" },
		{ "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n"
		  "-----END PRIVATE KEY-----\n",
			"its private key is encrypted" },
		{ "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
		  "-----END ENCRYPTED PRIVATE KEY-----\n",
			"it contains no private key that is not encrypted" },
	};
	char digest[ROLL_DIGEST_SIZE], why[DANCE_ERROR_SIZE];
	for (size_t i = 0; i < ROWS(rows); i++) {
		write_text(key_path, rows[i].text);
		assert_false(roll_pair_key(key_path, digest, why));
		check_why(why, key_path, "", rows[i].why);
	}
	/* What cannot be decoded is a reason too, for each form. */
	static const char *const labels[] = { "PRIVATE KEY", "RSA PRIVATE KEY",
		"EC PRIVATE KEY" };
	for (size_t i = 0; i < ROWS(labels); i++) {
		char text[128], plain[DANCE_ERROR_SIZE];
		write_text(key_path, "x");
		assert_false(roll_pair_key(key_path, digest, plain));
		static const char *const bodies[] = { "!", "AAAA" };
		for (size_t k = 0; k < ROWS(bodies); k++) {
			snprintf(text, sizeof(text),
				"-----BEGIN %s-----\n%s\n-----END %s-----\n", labels[i],
				bodies[k], labels[i]);
			write_text(key_path, text);
			why[0] = '\0';
			assert_false(roll_pair_key(key_path, digest, why));
			assert_string_not_equal(why, plain);
			assert_string_not_equal(why, "");
		}
	}
}

/* One that was interrupted is made whole by the next. */
static void test_each_call_may_fail(void **state)
{
	(void)state;
	for (unsigned at = 1;; at++) {
		char first[ROLL_DIGEST_SIZE], next[ROLL_DIGEST_SIZE],
			found[ROLL_DIGEST_SIZE];
		char why[DANCE_ERROR_SIZE] = "";
		fail_at = 0;
		key.algorithm = ROLL_ED25519;
		write_pair(0600);
		assert_true(roll_pair_in_use(&key, first, why));
		calls = 0;
		fail_at = at;
		bool done = roll_pair_make(&key, next, why) &&
			roll_pair_switch(&key, first, next, why) &&
			roll_pair_delete_old(&key, why) && roll_pair_delete_next(&key, why);
		assert_int_equal(done, calls < at);
		if (done) {
			/* four for the next pair, four to switch, four to delete */
			assert_int_equal(calls, 12);
			break;
		}
		assert_string_equal(why, "it failed");
		assert_int_equal(calls, at);
		fail_at = 0;
		if (at <= 4) {
			assert_true(roll_pair_make(&key, next, why));
		}
		assert_true(roll_pair_switch(&key, first, next, why));
		assert_true(roll_pair_in_use(&key, found, why));
		assert_string_equal(found, next);
		assert_true(roll_pair_delete_old(&key, why));
		assert_true(roll_pair_delete_next(&key, why));
		assert_false(is_there(key_path, ".old") || is_there(key_path, ".next"));
		assert_false(is_there(certificate_path, ".old") ||
			is_there(certificate_path, ".next"));
	}
	fail_at = 0;
}

static void test_files_that_do_not_fit(void **state)
{
	(void)state;
	char first[ROLL_DIGEST_SIZE], next[ROLL_DIGEST_SIZE], why[DANCE_ERROR_SIZE];
	char path[200];
	key.algorithm = ROLL_ED25519;
	write_pair(0600);
	assert_true(roll_pair_in_use(&key, first, why));
	assert_true(roll_pair_make(&key, next, why));
	/* The certificate is of another key than the one that is there. */
	snprintf(path, sizeof(path), "%s.next", key_path);
	assert_int_equal(unlink(path), 0);
	assert_false(roll_pair_make(&key, next, why));
	check_why(why, certificate_path, ".next", "its certificate is not of the next key");
	/* The one in use is gone. */
	assert_int_equal(unlink(certificate_path), 0);
	assert_false(roll_pair_in_use(&key, first, why));
	check_why(why, certificate_path, "", "No such file or directory");
	assert_false(roll_pair_make(&key, next, why));
	snprintf(path, sizeof(path), "cannot read %s: No such file or directory",
		certificate_path);
	assert_string_equal(why, path);
	assert_false(roll_pair_delete_old(&key, why));
	assert_string_equal(why, path);
}

#define unit(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit(test_two_files_are_switched),
		unit(test_one_file_is_switched),
		unit(test_a_key_alone_is_switched),
		unit(test_a_certificate_that_was_lost_is_made_again),
		unit(test_a_link_stays_one),
		unit(test_what_does_not_belong_together_is_refused),
		unit(test_neither_key_is_replaced_by_a_third_one),
		unit(test_private_keys_that_are_none),
		unit(test_each_call_may_fail),
		unit(test_files_that_do_not_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
