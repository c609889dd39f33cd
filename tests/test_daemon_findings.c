/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is valid and yet unsafe, and the whole line of each finding. What another user can read
 * needs root, who becomes that user in a child. */

#include "check.h"
#include "findings.h"
#include "heard.h"
#include "program.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char program_name[] = "dance-ask";

static char said[DANCE_LINE_SIZE + 16];
static struct findings findings;

static void note(const char *line)
{
	snprintf(said, sizeof(said), "%s", line);
}

static int begin(void **state)
{
	(void)state;
	said[0] = '\0';
	findings = (struct findings){ .say = note };
	return 0;
}

/* This was found, or with "" nothing. */
static void check_found(const char *line)
{
	assert_string_equal(said, line);
	assert_int_equal(findings.count, line[0] != '\0');
	begin(NULL);
}

static void metrics_are_for_this_host(void **state)
{
	(void)state;
	static const struct {
		const char *at;
		bool found;
	} rows[] = { { "192.0.2.9@9100", true }, { "0.0.0.0@9100", true },
		{ "2001:db8::9@9100", true }, { "127.0.0.53@9100", false },
		{ "::1@9100", false }, { "/run/metrics", false }, { NULL, false } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		char line[DANCE_LINE_SIZE] = "";
		struct endpoint at = { .size = 0 };
		if (rows[i].at != NULL) {
			assert_null(endpoint_read(&at, rows[i].at));
		}
		if (rows[i].found) {
			snprintf(line, sizeof(line),
				"metrics not on loopback, address %s (any host that can connect to "
				"it can read the names of clients); do: move 'metrics' to loopback "
				"or a UNIX socket, or let a packet filter admit the scraper only",
				rows[i].at);
		}
		findings_metrics(&findings, &at);
		check_found(line);
	}
}

static void a_finding_has_the_length_of_a_line_at_most(void **state)
{
	(void)state;
	char reason[DANCE_LINE_SIZE];
	struct log_line line;
	memset(reason, 'x', sizeof(reason) - 1);
	reason[sizeof(reason) - 1] = '\0';
	log_line_begin(&line, "this is so");
	log_line_reason(&line, "%s", reason);
	findings_add(&findings, &line, "mend it");
	assert_int_equal(strlen(said), DANCE_LINE_SIZE - 1);
	assert_int_equal(findings.count, 1);
}

static void a_finding_is_printed_as_a_warning(void **state)
{
	(void)state;
	findings_print("this is so");
	assert_string_equal(heard(), "dance-ask: warning: this is so\n");
}

static const char *user_of(const char *configured, const char *unit_user)
{
	findings_choose_user(&findings, configured, unit_user);
	return findings.user;
}

static void the_user_is_that_of_the_configuration_or_of_the_unit(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		assert_null(user_of("nobody", "root"));
		skip_because("only root can become another user");
	}
	assert_string_equal(user_of("someone", "root"), "someone");
	assert_string_equal(user_of(NULL, "root"), "root");
	assert_null(user_of(NULL, "no-such-user-here"));
}

static bool can(const void *arg)
{
	return *(const bool *)arg && geteuid() != 0;
}

static void another_user_tries(void **state)
{
	(void)state;
	static const bool yes = true, no = false;
	if (geteuid() != 0) {
		assert_false(findings_all_can(can, &yes));
		skip_because("only root can become another user");
	}
	if (getpwnam("nobody") == NULL) {
		skip_because("there is no user nobody");
	}
	assert_true(findings_all_can(can, &yes));
	assert_false(findings_all_can(can, &no));
}

static void a_file_must_be_readable_to_the_user(void **state)
{
	(void)state;
	if (geteuid() != 0 || getpwnam("nobody") == NULL) {
		skip_because("only root can become another user, and there must be one");
	}
	char path[] = "/tmp/dance-findings-XXXXXX", line[DANCE_LINE_SIZE];
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	findings_file(&findings, path); /* it runs as who it is */
	check_found("");
	findings.user = "nobody";
	findings_file(&findings, NULL);
	check_found("");
	findings.user = "nobody";
	findings_file(&findings, path);
	snprintf(line, sizeof(line),
		"file not readable, file %s, user nobody; do: let this user read it, since it "
		"runs dance-ask",
		path);
	check_found(line);
	assert_int_equal(fchmod(fd, 0644), 0);
	findings.user = "nobody";
	findings_file(&findings, path);
	check_found("");
	/* Of a user that there is not, nothing is known. */
	assert_int_equal(fchmod(fd, 0600), 0);
	findings.user = "no-such-user-here";
	findings_file(&findings, path);
	check_found("");
	close(fd);
	unlink(path);
}

#define TEST(function) cmocka_unit_test_setup(function, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(metrics_are_for_this_host),
		TEST(a_finding_has_the_length_of_a_line_at_most),
		cmocka_unit_test_setup_teardown(a_finding_is_printed_as_a_warning,
			heard_begin, heard_end),
		TEST(the_user_is_that_of_the_configuration_or_of_the_unit),
		TEST(another_user_tries),
		TEST(a_file_must_be_readable_to_the_user),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
