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
	char path[160];
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
	assert_non_null(strstr(why, "not the one that was published"));
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
	char digest[ROLL_DIGEST_SIZE], why[DANCE_ERROR_SIZE], spare[160];
	assert_false(roll_pair_in_use(&key, digest, why));
	assert_non_null(strstr(why, "No such file"));
	write_pair(0600);
	snprintf(spare, sizeof(spare), "%s.spare", certificate_path);
	assert_int_equal(rename(certificate_path, spare), 0);
	write_pair(0600);
	assert_int_equal(rename(spare, certificate_path), 0);
	assert_false(roll_pair_in_use(&key, digest, why));
	assert_non_null(strstr(why, "its certificate is not of the key in 'key-file'"));
	assert_int_equal(rename(certificate_path, key_path), 0);
	assert_false(roll_pair_key(key_path, digest, why));
	assert_non_null(strstr(why, "contains no private key"));
	assert_true(roll_pair_certificate(key_path, digest, why));
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
	assert_non_null(strstr(why, "neither the old nor the next one"));
	char found[ROLL_DIGEST_SIZE];
	assert_true(roll_pair_in_use(&key, found, why));
	assert_string_equal(found, third);
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
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
