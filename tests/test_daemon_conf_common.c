/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What each daemon has in its configuration: as it is printed for other programs, and what is
 * wrong with it. */

#include "check.h"
#include "conf_common.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char program_name[] = "dance-ask";

static int before;
static FILE *file;

/* What is printed up to printed() is a text. */
static void print_to_text(void)
{
	fflush(stdout);
	before = dup(STDOUT_FILENO);
	file = tmpfile();
	assert_non_null(file);
	assert_int_equal(dup2(fileno(file), STDOUT_FILENO), STDOUT_FILENO);
}

static const char *printed(void)
{
	static char text[2048];
	fflush(stdout);
	assert_int_equal(dup2(before, STDOUT_FILENO), STDOUT_FILENO);
	close(before);
	rewind(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void what_is_there_is_printed(void **state)
{
	(void)state;
	static char anchor[] = "/a/root.key", hints[] = "/b/hints", one[] = "192.0.2.1@53",
		    two[] = "::1@53";
	struct conf_common common = { .user = NULL };
	print_to_text();
	conf_common_print(&common, "none");
	assert_string_equal(printed(), "  - id: \"none\"\n");
	common.trust_anchor = anchor;
	common.root_hints = hints;
	common.forwarders[0] = one;
	common.forwarders[1] = two;
	print_to_text();
	conf_common_print(&common, "all");
	assert_string_equal(printed(),
		"  - id: \"all\"\n    trust-anchor: \"/a/root.key\"\n    root-hints: "
		"\"/b/hints\"\n    resolver: [ \"192.0.2.1@53\", \"::1@53\" ]\n");
	/* As many as there may be. */
	char wanted[512] = "  - id: \"many\"\n    resolver: [";
	common = (struct conf_common){ .user = NULL };
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		common.forwarders[i] = two;
		strcat(wanted, i > 0 ? ", \"::1@53\"" : " \"::1@53\"");
	}
	strcat(wanted, " ]\n");
	print_to_text();
	conf_common_print(&common, "many");
	assert_string_equal(printed(), wanted);
}

static void usages_are_printed_as_words(void **state)
{
	(void)state;
	static const struct {
		unsigned usages;
		const char *file, *text;
	} rows[] = {
		{ DANCE_DANE_EE, NULL, "    usage: [ \"dane-ee\" ]\n" },
		{ DANCE_DANE_EE | DANCE_DANE_TA, NULL,
			"    usage: [ \"dane-ta\", \"dane-ee\" ]\n" },
		{ DANCE_PKIX_TA | DANCE_PKIX_EE, "/ca.pem",
			"    usage: [ \"pkix-ta\", \"pkix-ee\" ]\n    ca-file: \"/ca.pem\"\n" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_to_text();
		conf_common_print_usages(rows[i].usages, rows[i].file);
		assert_string_equal(printed(), rows[i].text);
	}
}

static void a_user_may_have_a_group(void **state)
{
	(void)state;
	static char users[][8] = { "a", "a:b", "a:", ":b", ":" };
	for (size_t i = 0; i < ROWS(users); i++) {
		char text[CONF_ERROR_SIZE] = "", wanted[CONF_ERROR_SIZE] = "";
		const struct conf_error error = { "file", text };
		const struct conf_common common = { .user = users[i] };
		bool fine = i < 2;
		check_true(users[i], conf_common_check(&common, &error) == fine);
		if (!fine) {
			snprintf(wanted, sizeof(wanted),
				"file: server: 'user' must be a user, or 'user:group', not '%s'",
				users[i]);
		}
		assert_string_equal(text, wanted);
	}
	const struct conf_common none = { .user = NULL };
	assert_true(conf_common_check(&none, NULL));
}

static void metrics_have_a_place_of_their_own(void **state)
{
	(void)state;
	char text[CONF_ERROR_SIZE] = "";
	const struct conf_error error = { "file", text };
	struct conf_common common = { .user = NULL };
	struct endpoint there, elsewhere;
	assert_null(endpoint_read(&there, "127.0.0.1@9100"));
	assert_null(endpoint_read(&elsewhere, "127.0.0.1@9101"));
	assert_true(conf_common_check_metrics(&common, "ask", "a", &there.socket, &error));
	common.metrics = there;
	assert_true(conf_common_check_metrics(&common, "ask", "a", &elsewhere.socket,
		&error));
	assert_string_equal(text, "");
	assert_false(conf_common_check_metrics(&common, "ask", "a", &there.socket, &error));
	assert_string_equal(text,
		"file: server: 'metrics' is 127.0.0.1@9100, but ask a listens there");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_printed),
		cmocka_unit_test(usages_are_printed_as_words),
		cmocka_unit_test(a_user_may_have_a_group),
		cmocka_unit_test(metrics_have_a_place_of_their_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
