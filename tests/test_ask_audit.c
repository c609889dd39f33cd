/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Directories where others can put a socket of theirs, and how that is said. What other users
 * can read needs other users: tests/system has that. */

#include "audit.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char above[] = "/tmp/dance-ask-audit-XXXXXX";
static char said[DANCE_LINE_SIZE];

static void note(const char *line)
{
	snprintf(said, sizeof(said), "%s", line);
}

static int begin(void **state)
{
	(void)state;
	return mkdtemp(above) != NULL ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	return rmdir(above);
}

static void a_sockets_directories_are_not_for_all_to_write(void **state)
{
	(void)state;
	static const struct {
		mode_t above, own; /* modes of the directories */
		int found;         /* -1: none; else how many directories up */
	} rows[] = {
		{ 0755, 0755, -1 },
		{ 0700, 0750, -1 },
		{ 0755, 0775, -1 }, /* a group may be the mail server's */
		{ 0755, 0777, 0 },
		{ 0755, 01777, 0 }, /* while ours is not there */
		{ 0755, 0703, 0 },
		{ 01777, 0755, -1 },
		{ 0777, 0755, 1 },
	};
	char own[64], socket[80];
	snprintf(own, sizeof(own), "%s/own", above);
	snprintf(socket, sizeof(socket), "%s/socket", own);
	assert_int_equal(mkdir(own, 0700), 0);
	struct endpoint endpoint[2];
	assert_null(endpoint_read(&endpoint[0], "127.0.0.1@9998"));
	assert_null(endpoint_read(&endpoint[1], socket));
	struct conf_ask ask = {
		.id = (char[]){ "relay" }, .listen = endpoint, .listen_count = 2
	};
	const struct conf conf = { .asks = &ask, .ask_count = 1 };
	for (size_t i = 0; i < ROWS(rows); i++) {
		char row[32], wanted[DANCE_LINE_SIZE] = "";
		const char *found = rows[i].found == 0 ? own : above;
		snprintf(row, sizeof(row), "%04o/%04o", (unsigned)rows[i].above,
			(unsigned)rows[i].own);
		assert_int_equal(chmod(above, rows[i].above), 0);
		assert_int_equal(chmod(own, rows[i].own), 0);
		if (rows[i].found >= 0) {
			snprintf(wanted, sizeof(wanted),
				"ask relay, dance-ask can be impersonated by all users, address %s "
				"(%s is writable to them); do: put the socket into a "
				"directory that only its owner and group can write to",
				socket, found);
		}
		said[0] = '\0';
		check_true(row,
			audit(&conf, "/dev/null", note) == (rows[i].found >= 0 ? 1 : 0));
		assert_string_equal(said, wanted);
	}
	assert_int_equal(rmdir(own), 0);
	/* A directory that is not there is said when the program starts. */
	assert_int_equal(chmod(above, 0700), 0);
	assert_int_equal(audit(&conf, "/dev/null", note), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sockets_directories_are_not_for_all_to_write),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
