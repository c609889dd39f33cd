/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What publishers are told. Scripts stand in for them; real ones are run by
 * tests/system/cases_roll_publish.py. */

#include "../check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "roll_process.h"
#include "roll_publish.h"

/* Nobody waits for a publisher for longer. */
bool __real_roll_process_run(struct roll_process *process,
	const struct roll_command *command, char why[DANCE_ERROR_SIZE]);
bool __wrap_roll_process_run(struct roll_process *process,
	const struct roll_command *command, char why[DANCE_ERROR_SIZE]);
bool __wrap_roll_process_run(struct roll_process *process,
	const struct roll_command *command, char why[DANCE_ERROR_SIZE])
{
	assert_int_equal(process->timeout_ms, 60000);
	return __real_roll_process_run(process, command, why);
}

#define DIGEST "f146593db39c26a16f27b0886d6d2c27343418ce67bc0f2694ab16364d285bff"

static char folder[] = "/tmp/dance-publish-XXXXXX";
static char program[64], said[64];
static char name[] = "ns2.example.net", other[] = "_853._tcp.ns2.example.net", id[] = "k";
static char key_path[] = "/etc/knot/a.key", server[] = "192.0.2.1@5300";
static struct roll_key key;
static struct roll_record record;

/* A program that notes its words, variables and input, and then does this. */
static void write_program(const char *rest)
{
	FILE *file = fopen(program, "w");
	assert_non_null(file);
	fprintf(file,
		"#!/bin/sh\nexec 3>>%s\necho \"$@\" >&3\nenv | grep ^DANCE_ | sort >&3\n"
		"cat >&3\n%s\n",
		said, rest);
	fclose(file);
	assert_int_equal(chmod(program, 0700), 0);
	unlink(said);
}

static const char *what_was_said(void)
{
	static char text[8192];
	FILE *file = fopen(said, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static int set_up(void **state)
{
	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(program, sizeof(program), "%s/program", folder);
	snprintf(said, sizeof(said), "%s/said", folder);
	key = (struct roll_key){ .id = id,
		.names = { name, other },
		.name_count = 2,
		.key_file = key_path,
		.update = program,
		.knotc = program,
		.hook = program,
		.server = server,
		.tsig_file = key_path };
	record = (struct roll_record){
		.owner = name, .zone = "example.net", .digest = DIGEST, .ttl = 300
	};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	char more[64];
	snprintf(more, sizeof(more), "%s/begun", folder);
	unlink(more);
	unlink(program);
	unlink(said);
	return rmdir(folder);
}

static void test_an_update_adds_and_deletes_one_record(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE];
	key.way = ROLL_UPDATE;
	write_program("");
	assert_true(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(),
		"-v -k /etc/knot/a.key\nserver 192.0.2.1 5300\nzone example.net.\n"
		"update add ns2.example.net. 300 IN TLSA 3 1 1 " DIGEST "\nsend\n");
	unlink(said);
	record.remove = true;
	server[9] = '\0';
	assert_true(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(),
		"-v -k /etc/knot/a.key\nserver 192.0.2.1 53\nzone example.net.\n"
		"update delete ns2.example.net. IN TLSA 3 1 1 " DIGEST "\nsend\n");
	server[9] = '@';
	write_program("echo 'update failed: REFUSED'; exit 2");
	assert_false(roll_publish(&key, &record, why));
	assert_non_null(strstr(why, "ended with status 2: update failed: REFUSED"));
	/* The longest script, and one octet more. */
	char zone[1024], said_last[sizeof(zone)];
	write_program("");
	record.remove = false;
	memset(zone, 'z', sizeof(zone));
	zone[sizeof(zone) - 1] = '\0';
	record.zone = zone;
	zone[1023 -
		strlen("server 192.0.2.1 5300\nzone .\nupdate add ns2.example.net. 300 IN "
		       "TLSA 3 1 1 " DIGEST "\nsend\n")] = '\0';
	assert_true(roll_publish(&key, &record, why));
	snprintf(said_last, sizeof(said_last), "%s", strchr(what_was_said(), '\n') + 1);
	assert_int_equal(strlen(said_last), 1023);
	assert_memory_equal(said_last + 1023 - 6, "\nsend\n", 6);
	zone[strlen(zone)] = 'z';
	assert_false(roll_publish(&key, &record, why));
	assert_string_equal(why, "the names are too long");
}

static void test_a_hook_is_told_all(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE];
	key.way = ROLL_HOOK;
	write_program("");
	assert_true(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(),
		"add ns2.example.net 300 3 1 1 " DIGEST " example.net\n"
		"DANCE_CERT_FILE=\nDANCE_ID=k\nDANCE_KEY_FILE=/etc/knot/a.key\n"
		"DANCE_NAMES=ns2.example.net _853._tcp.ns2.example.net\n"
		"DANCE_PIN=8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/8=\n"
		"DANCE_RECORD=3 1 1 " DIGEST "\n");
	unlink(said);
	record.remove = true;
	assert_true(roll_publish(&key, &record, why));
	assert_non_null(strstr(what_was_said(),
		"remove ns2.example.net 300 3 1 1 " DIGEST " example.net\n"));
	write_program("exit 1");
	assert_false(roll_publish(&key, &record, why));
}

static void test_a_reload_is_told_the_key(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE];
	assert_true(roll_reload(&key, DIGEST, why)); /* there is none */
	key.reload = program;
	write_program("");
	assert_true(roll_reload(&key, DIGEST, why));
	assert_non_null(strstr(what_was_said(), "DANCE_PIN=8UZZPbOcJqFvJ7CIbW0s"));
	write_program("exit 1");
	assert_false(roll_reload(&key, DIGEST, why));
}

/* A knotd that has a transaction, and in which the record is there or not. */
static void write_knotc(const char *diff, const char *get, const char *fails)
{
	char rest[1024];
	snprintf(rest, sizeof(rest),
		"case $1 in %s) exit 1;;\n"
		"zone-begin) [ ! -e %s/begun ] || exit 1; touch %s/begun;;\n"
		"zone-commit|zone-abort) rm %s/begun;;\n"
		"zone-diff) [ -e %s/begun ] || exit 1; printf '%s';;\n"
		"zone-get) printf '%s';;\nesac",
		fails, folder, folder, folder, folder, diff, get);
	write_program(rest);
}

static void touch_begun(void)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/begun", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
}

#define GET "zone-get example.net. ns2.example.net. TLSA\n"
#define SET "zone-set example.net. ns2.example.net. 300 TLSA 3 1 1 " DIGEST "\n"
#define UNSET "zone-unset example.net. ns2.example.net. TLSA 3 1 1 " DIGEST "\n"
#define BEGIN "zone-begin example.net.\n"
#define COMMIT "zone-commit example.net.\n"
#define ABORT "zone-abort example.net.\n"
#define DIFF "zone-diff example.net.\n"
#define OURS "[example.net.] +ns2.example.net. 300 TLSA 3 1 1 F146\\n"

static void test_knotc_changes_the_zone_in_a_transaction(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE];
	key.way = ROLL_KNOTC;
	write_knotc("", "", "none");
	assert_true(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(), BEGIN GET SET COMMIT);
	/* What is there already is not set again, */
	write_knotc("", "F146593DB39C26A16F27B0886D6D2C27343418CE67BC0F2694AB16364D285BFF",
		"none");
	assert_true(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(), BEGIN GET COMMIT);
	/* ... nor is what is gone unset. */
	record.remove = true;
	write_knotc("", DIGEST, "none");
	assert_true(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(), BEGIN GET UNSET COMMIT);
	write_knotc("", "", "none");
	assert_true(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(), BEGIN GET COMMIT);
}

static void test_knotc_leaves_no_transaction_open(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE];
	key.way = ROLL_KNOTC;
	write_knotc("", "", "zone-set");
	assert_false(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(), BEGIN GET SET ABORT);
	write_knotc("", "", "zone-commit");
	assert_false(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(), BEGIN GET SET COMMIT ABORT);
}

static void test_knotc_aborts_only_its_own_transaction(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE];
	key.way = ROLL_KNOTC;
	/* Of somebody else, and we have none. */
	write_knotc(OURS, "", "none");
	touch_begun();
	assert_false(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(), BEGIN);
	/* We may have had one, but this one changes other things. */
	record.again = true;
	write_knotc(OURS "[example.net.] +www.example.net. 300 A 192.0.2.1\\n", "", "none");
	assert_false(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(), DIFF BEGIN);
	/* ... or other records of the name, or other names, or cannot be understood. */
	static const char *const others[] = {
		OURS "[example.net.] +ns2.example.net. 300 A 192.0.2.1\\n",
		OURS "[example.net.] +ns3.example.net. 300 TLSA 3 1 1 F146\\n",
		"?\\n" OURS,
		OURS "?",
	};
	for (size_t i = 0; i < ROWS(others); i++) {
		write_knotc(others[i], "", "none");
		assert_false(roll_publish(&key, &record, why));
		assert_string_equal(what_was_said(), DIFF BEGIN);
	}
	/* Ours. */
	write_knotc("\\n" OURS "\\n" OURS, "", "none");
	assert_true(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(), DIFF ABORT BEGIN GET SET COMMIT);
	/* None is open. */
	write_knotc(OURS, "", "none");
	assert_true(roll_publish(&key, &record, why));
	assert_string_equal(what_was_said(), DIFF BEGIN GET SET COMMIT);
}

#define unit(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* Those of whoever runs the tests. */
static void forget_variables(void)
{
	for (char **at = environ; *at != NULL;) {
		char variable[256];
		size_t size = strcspn(*at, "=");
		snprintf(variable, sizeof(variable), "%.*s", (int)(size < 255 ? size : 255),
			*at);
		if (strncmp(variable, "DANCE_", 6) == 0) {
			unsetenv(variable); /* the next one takes its place */
		} else {
			at++;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit(test_an_update_adds_and_deletes_one_record),
		unit(test_a_hook_is_told_all),
		unit(test_a_reload_is_told_the_key),
		unit(test_knotc_changes_the_zone_in_a_transaction),
		unit(test_knotc_leaves_no_transaction_open),
		unit(test_knotc_aborts_only_its_own_transaction),
	};
	signal(SIGPIPE, SIG_IGN);
	forget_variables();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
