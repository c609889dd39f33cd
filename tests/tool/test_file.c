/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Files as octets: the largest one, standard input, and what cannot be read. */

#include "../check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

static bool no_memory;
static int read_error; /* of the next read */
static size_t at_once; /* octets that a read gives; 0: all */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return no_memory ? NULL : __real_malloc(size);
}

ssize_t __real_read(int fd, void *to, size_t size);
ssize_t __wrap_read(int fd, void *to, size_t size);
ssize_t __wrap_read(int fd, void *to, size_t size)
{
	if (read_error != 0) {
		errno = read_error;
		read_error = 0;
		return -1;
	}
	return __real_read(fd, to, at_once != 0 && at_once < size ? at_once : size);
}

static size_t wiped; /* octets that were overwritten */

void __real_explicit_bzero(void *octets, size_t size);
void __wrap_explicit_bzero(void *octets, size_t size);
void __wrap_explicit_bzero(void *octets, size_t size)
{
	wiped += size;
	__real_explicit_bzero(octets, size);
}

static char path[32];
static struct dance_octets content;
static const char *why;
static int lowest_fd;

static int next_fd(void)
{
	int fd = dup(STDIN_FILENO);
	close(fd);
	return fd;
}

static int set_up(void **state)
{
	(void)state;
	no_memory = false;
	read_error = 0;
	at_once = wiped = 0;
	strcpy(path, "/tmp/dance-file-XXXXXX");
	int fd = mkstemp(path);
	if (fd < 0) {
		return -1;
	}
	close(fd);
	lowest_fd = next_fd();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path) == 0 && next_fd() == lowest_fd ? 0 : -1;
}

static void write_octets(size_t size)
{
	char *octets = malloc(size + 1);
	memset(octets, 'o', size);
	assert_int_equal(truncate(path, 0), 0);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(octets, 1, size, file), size);
	fclose(file);
	free(octets);
}

static void refuse(const char *of, const char *reason)
{
	content = (struct dance_octets){ (const unsigned char *)"x", 1 };
	why = NULL;
	assert_false(file_read(of, &content, &why));
	assert_string_equal(why, reason);
	assert_null(content.data);
	assert_int_equal(content.size, 0);
}

static void test_a_file_has_1_MiB_at_most(void **state)
{
	(void)state;
	write_octets(1048576);
	assert_true(file_read(path, &content, &why));
	assert_null(why);
	assert_int_equal(content.size, 1048576);
	assert_int_equal(content.data[1048575], 'o');
	file_clear(&content);
	assert_null(content.data);
	assert_int_equal(content.size, 0);
	assert_int_equal(wiped, 1048576);
	file_clear(&content);
	assert_int_equal(wiped, 1048576);
	write_octets(1048577);
	refuse(path, "it is larger than 1 MiB");
}

static void test_a_file_is_read_in_pieces(void **state)
{
	(void)state;
	write_octets(5);
	at_once = 2;
	read_error = EINTR;
	assert_true(file_read(path, &content, &why));
	assert_int_equal(content.size, 5);
	assert_memory_equal(content.data, "ooooo", 5);
	file_clear(&content);
}

static void test_what_cannot_be_read(void **state)
{
	(void)state;
	refuse(path, "it is empty");
	refuse("/nowhere/x", "No such file or directory");
	refuse("/", "Is a directory");
	write_octets(5);
	read_error = EIO;
	refuse(path, "Input/output error");
	no_memory = true;
	refuse(path, "Cannot allocate memory");
}

static void test_standard_input_stays_open(void **state)
{
	(void)state;
	int ends[2], before = dup(STDIN_FILENO);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "in", 2), 2);
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	assert_true(file_read("-", &content, &why));
	assert_int_equal(content.size, 2);
	assert_memory_equal(content.data, "in", 2);
	file_clear(&content);
	refuse("-", "it is empty");
	assert_int_equal(dup2(before, STDIN_FILENO), STDIN_FILENO);
	close(before);
	assert_string_equal(file_name("-"), "standard input");
	assert_string_equal(file_name("--"), "--");
}

#define unit(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit(test_a_file_has_1_MiB_at_most),
		unit(test_a_file_is_read_in_pieces),
		unit(test_what_cannot_be_read),
		unit(test_standard_input_stays_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
