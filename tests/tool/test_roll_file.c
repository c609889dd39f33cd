/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Files that are there whole or not at all: which calls are made, in which order, and what is left
 * if one of them fails. */

#include "../check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "roll_file.h"

/* --- the calls that change something ----------------------------------------------------- */

static char calls[512];     /* a word for each */
static const char *failing; /* the word that fails with EIO */
static bool interrupted;    /* the next write is */
static size_t at_once;      /* octets that a write takes; 0: all */
static uid_t owner;
static gid_t group;

/* Does it fail? */
static bool call(const char *word)
{
	snprintf(calls + strlen(calls), sizeof(calls) - strlen(calls), "%s%s",
		calls[0] != '\0' ? " " : "", word);
	errno = EIO;
	return failing != NULL && strcmp(failing, word) == 0;
}

ssize_t __real_write(int fd, const void *octets, size_t size);
ssize_t __wrap_write(int fd, const void *octets, size_t size);
ssize_t __wrap_write(int fd, const void *octets, size_t size)
{
	if (interrupted) {
		interrupted = false;
		errno = EINTR;
		return -1;
	}
	if (call("write")) {
		return -1;
	}
	return __real_write(fd, octets, at_once != 0 && at_once < size ? at_once : size);
}

int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	struct stat found, folder;
	assert_int_equal(fstat(fd, &found), 0);
	assert_int_equal(stat(".", &folder), 0);
	if (S_ISDIR(found.st_mode)) {
		assert_int_equal(found.st_ino, folder.st_ino);
	}
	return call(S_ISDIR(found.st_mode) ? "sync-folder" : "sync-file") ? -1 : 0;
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
	return call("rename") ? -1 : __real_rename(from, to);
}

int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to)
{
	return call("link") ? -1 : __real_link(from, to);
}

int __real_unlink(const char *path);
int __wrap_unlink(const char *path);
int __wrap_unlink(const char *path)
{
	return call("unlink") ? -1 : __real_unlink(path);
}

int __wrap_fchown(int fd, uid_t user, gid_t its);
int __wrap_fchown(int fd, uid_t user, gid_t its)
{
	assert_true(fd >= 0);
	owner = user;
	group = its;
	return call("chown") ? -1 : 0;
}

int __real_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode)
{
	return call("chmod") ? -1 : __real_fchmod(fd, mode);
}

/* Whatever was the reason before must not be lost by it. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
	int result = __real_close(fd);
	errno = ENOTTY;
	return result;
}

/* --- a folder ---------------------------------------------------------------------------- */

static char folder[] = "/tmp/dance-file-XXXXXX", path[64];
static int lowest_fd;
static char why[DANCE_ERROR_SIZE];

static int next_fd(void)
{
	int fd = dup(STDIN_FILENO);
	__real_close(fd);
	return fd;
}

static int set_up(void **state)
{
	(void)state;
	failing = NULL;
	at_once = 0;
	calls[0] = why[0] = '\0';
	lowest_fd = next_fd();
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/f", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	failing = NULL;
	__real_unlink("f");
	__real_unlink("g");
	__real_unlink("f.tmp");
	return chdir("/") == 0 && rmdir(folder) == 0 && next_fd() == lowest_fd ? 0 : -1;
}

static const char *content_of(const char *name)
{
	static char text[64];
	FILE *file = fopen(name, "r");
	if (file == NULL) {
		return "(none)";
	}
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static bool write_text(const char *to, const char *text, const struct stat *like)
{
	calls[0] = why[0] = '\0';
	return roll_file_write(to,
		(struct dance_octets){ (const unsigned char *)text, strlen(text) }, like,
		why);
}

static mode_t mode_of(const char *name)
{
	struct stat found;
	assert_int_equal(stat(name, &found), 0);
	return found.st_mode & 07777;
}

static void test_a_file_is_written_beside_and_renamed(void **state)
{
	(void)state;
	mode_t mask = umask(0);
	assert_true(write_text(path, "one", NULL));
	umask(mask);
	assert_string_equal(calls, "unlink write sync-file rename sync-folder");
	assert_string_equal(content_of("f"), "one");
	assert_string_equal(content_of("f.tmp"), "(none)");
	assert_int_equal(mode_of("f"), 0600);
	at_once = 1;
	interrupted = true;
	assert_true(write_text("f", "two", NULL)); /* in this folder */
	assert_string_equal(calls, "unlink write write write sync-file rename sync-folder");
	assert_string_equal(content_of("f"), "two");
}

static void test_a_file_is_like_the_one_before(void **state)
{
	(void)state;
	struct stat like;
	assert_true(write_text(path, "one", NULL));
	assert_int_equal(stat("f", &like), 0);
	like.st_mode = S_IFREG | 03640;
	assert_true(write_text(path, "two", &like));
	assert_string_equal(calls, "unlink write chmod sync-file rename sync-folder");
	assert_int_equal(mode_of("f"), 03640);
	like.st_uid += 7;
	assert_true(write_text(path, "two", &like));
	assert_string_equal(calls, "unlink write chown chmod sync-file rename sync-folder");
	assert_int_equal(owner, like.st_uid);
	assert_int_equal(group, like.st_gid);
	like.st_uid -= 7;
	like.st_gid += 7;
	assert_true(write_text(path, "two", &like));
	assert_string_equal(calls, "unlink write chown chmod sync-file rename sync-folder");
	assert_int_equal(owner, like.st_uid);
	assert_int_equal(group, like.st_gid);
}

static void test_what_is_left_if_it_fails(void **state)
{
	(void)state;
	static const char *const words[] = { "write", "chown", "chmod", "sync-file",
		"rename" };
	char expected[DANCE_ERROR_SIZE];
	struct stat like;
	assert_true(write_text(path, "one", NULL));
	assert_int_equal(stat("f", &like), 0);
	like.st_uid += 7;
	snprintf(expected, sizeof(expected), "cannot write %s: Input/output error", path);
	for (size_t i = 0; i < ROWS(words); i++) {
		failing = words[i];
		assert_false(write_text(path, "two", &like));
		assert_string_equal(why, expected);
		assert_string_equal(content_of("f"), "one");
		assert_string_equal(content_of("f.tmp"), "(none)");
	}
	failing = "sync-folder";
	assert_false(write_text(path, "two", NULL));
	snprintf(expected, sizeof(expected), "cannot write folder %s/: Input/output error",
		folder);
	assert_string_equal(why, expected);
	assert_false(write_text("f", "two", NULL));
	assert_string_equal(why, "cannot write folder .: Input/output error");
	/* Nothing is written through what somebody has put there. */
	failing = "unlink";
	assert_int_equal(symlink("f", "f.tmp"), 0);
	assert_false(write_text("f", "three", NULL));
	assert_string_equal(why, "cannot create f.tmp: File exists");
	assert_string_equal(content_of("f"), "two");
	failing = NULL;
	assert_true(write_text("f", "three", NULL));
	assert_false(write_text("/nowhere/f", "", NULL));
	assert_string_equal(why, "cannot create /nowhere/f.tmp: No such file or directory");
}

static void test_a_second_name(void **state)
{
	(void)state;
	assert_true(write_text("f", "one", NULL));
	calls[0] = '\0';
	assert_true(roll_file_link("f", "g", why));
	assert_string_equal(calls, "unlink link sync-folder");
	assert_string_equal(content_of("g"), "one");
	assert_true(write_text("f", "two", NULL));
	assert_string_equal(content_of("g"), "one");
	assert_true(roll_file_link("f", "g", why));
	assert_string_equal(content_of("g"), "two");
	failing = "unlink";
	assert_false(roll_file_link("f", "g", why));
	assert_string_equal(why, "cannot create g: Input/output error");
	failing = "link";
	assert_false(roll_file_link("f", "g", why));
	assert_string_equal(why, "cannot create g: Input/output error");
	failing = "sync-folder";
	assert_false(roll_file_link("f", "g", why));
	assert_string_equal(why, "cannot write folder .: Input/output error");
}

static void test_another_name(void **state)
{
	(void)state;
	assert_true(write_text("f", "one", NULL));
	assert_true(write_text("g", "two", NULL));
	calls[0] = '\0';
	assert_true(roll_file_rename("f", "g", why));
	assert_string_equal(calls, "rename sync-folder");
	assert_string_equal(content_of("g"), "one");
	assert_false(roll_file_exists("f"));
	assert_true(roll_file_exists("g"));
	failing = "rename";
	assert_false(roll_file_rename("g", "f", why));
	assert_string_equal(why, "cannot replace f: Input/output error");
	failing = "sync-folder";
	assert_false(roll_file_rename("g", "f", why));
	assert_string_equal(why, "cannot write folder .: Input/output error");
}

static void test_a_name_is_removed(void **state)
{
	(void)state;
	assert_true(write_text("f", "one", NULL));
	calls[0] = '\0';
	assert_true(roll_file_remove(path, why));
	assert_string_equal(calls, "unlink sync-folder");
	assert_false(roll_file_exists("f"));
	calls[0] = '\0';
	assert_true(roll_file_remove(path, why));
	assert_string_equal(calls, "unlink");
	assert_true(write_text("f", "one", NULL));
	failing = "unlink";
	assert_false(roll_file_remove("f", why));
	assert_string_equal(why, "cannot remove f: Input/output error");
	failing = "sync-folder";
	assert_false(roll_file_remove("f", why));
	assert_string_equal(why, "cannot write folder .: Input/output error");
}

static void test_a_path_has_4095_octets_at_most(void **state)
{
	(void)state;
	char start[ROLL_PATH_SIZE + 1], made[ROLL_PATH_SIZE], expected[DANCE_ERROR_SIZE];
	memset(start, 'a', sizeof(start));
	start[4091] = '\0';
	assert_true(roll_file_path(made, start, ".tmp", why));
	assert_int_equal(strlen(made), 4095);
	assert_string_equal(made + 4091, ".tmp");
	start[4091] = 'a';
	start[4092] = '\0';
	snprintf(expected, sizeof(expected), "the path %.80s... is too long", start);
	assert_false(roll_file_path(made, start, ".tmp", why));
	assert_string_equal(why, expected);
	/* It is said by all that take a path. */
	assert_false(write_text(start, "", NULL));
	assert_string_equal(why, expected);
	assert_string_equal(calls, "");
	start[4092] = 'a';
	start[4096] = '\0';
	why[0] = '\0';
	assert_false(roll_file_remove(start, why));
	snprintf(expected, sizeof(expected), "cannot remove %.150s: File name too long",
		start);
	assert_string_equal(why, expected);
}

#define unit(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit(test_a_file_is_written_beside_and_renamed),
		unit(test_a_file_is_like_the_one_before),
		unit(test_what_is_left_if_it_fails),
		unit(test_a_second_name),
		unit(test_another_name),
		unit(test_a_name_is_removed),
		unit(test_a_path_has_4095_octets_at_most),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
