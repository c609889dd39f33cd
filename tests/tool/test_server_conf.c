/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What servers print of their configurations. That they do, and what is looked up by it, is for
 * the system tests. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "command.h"
#include "server_conf.h"

static char told[1024];
static int statuses[4];
static struct dance_options options; /* of the newest section */
static char ca_file[64];
static size_t sections;

static const char *or_none(const char *text)
{
	return text != NULL ? text : "-";
}

static int note(void *arg, const struct server_conf *section)
{
	size_t used = strlen(told);
	(void)arg;
	used += (size_t)snprintf(told + used, sizeof(told) - used,
		"%s %s %s %s:", or_none(section->where.trust_anchor),
		or_none(section->where.root_hints), or_none(section->where.forwarders[0]),
		or_none(section->where.forwarders[1]));
	for (size_t i = 0; i < section->count; i++) {
		used += (size_t)snprintf(told + used, sizeof(told) - used, " %s",
			section->names[i]);
	}
	for (size_t i = 0; i < section->options.within_count; i++) {
		used += (size_t)snprintf(told + used, sizeof(told) - used, ", within %s",
			section->options.within[i]);
	}
	options = section->options;
	ca_file[0] = '\0';
	if (section->ca_file != NULL) {
		snprintf(ca_file, sizeof(ca_file), "%s", section->ca_file);
	}
	(void)snprintf(told + used, sizeof(told) - used, "\n");
	return statuses[sections++];
}

static int parse(const char *text)
{
	char copy[1024];
	snprintf(copy, sizeof(copy), "%s", text);
	told[0] = '\0';
	sections = 0;
	return server_conf_parse(copy, note, NULL);
}

static void test_each_section_has_its_names_and_its_way_to_look_up(void **state)
{
	(void)state;
	assert_int_equal(parse("# Configuration export\n\nserver:\n    client: \"no.example\"\n\n"
			       "mod-dance:\n  - id: \"one\"\n"
			       "    client: [ \"a.example\", \"*.b.example\" ]\n"
			       "    resolver: [ \"192.0.2.1\", \"2001:db8::1@5353\" ]\n"
			       "    trust-anchor: \"/a b/root.key\"\n\n"
			       "  - id: \"two\"\n    client: \"c.example\"\n"
			       "    root-hints: \"/hints\"\n\n"
			       "  - id: \"empty\"\n\n"
			       "zone:\n  - domain: \"client.\"\n    client: \"no.example\"\n"),
		COMMAND_YES);
	assert_string_equal(told,
		"/a b/root.key - 192.0.2.1 2001:db8::1@5353: a.example *.b.example\n"
		"- /hints - -: c.example\n");
}

static void test_lists_have_what_they_must_be_within(void **state)
{
	(void)state;
	assert_int_equal(parse("mod-dance:\n  - id: \"one\"\n"
			       "    client: [ \"@l.example\", \"a.example\" ]\n"
			       "    client-within: [ \"b.example\", \"c.example\" ]\n"
			       "  - id: \"two\"\n    client: \"@m.example\"\n"),
		COMMAND_YES);
	assert_string_equal(told,
		"- - - -: @l.example a.example, within b.example, within c.example\n"
		"- - - -: @m.example\n");
}

/* As mod-dance, dance-front and dance-ask have them. */
static void test_records_count_as_the_server_counts_them(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned usages;
		const char *ca_file;
		enum dance_role role;
	} rows[] = {
		{ "", DANCE_USAGES_DEFAULT, "", DANCE_CLIENT },
		{ "    usage: \"dane-ee\"\n", DANCE_DANE_EE, "", DANCE_CLIENT },
		{ "    usage: [ \"dane-ee\", \"pkix-ta\" ]\n    ca-file: \"/a b\"\n",
			DANCE_DANE_EE | DANCE_PKIX_TA, "/a b", DANCE_CLIENT },
		{ "    ca-file: \"/ca\"\n", DANCE_USAGES_DEFAULT, "", DANCE_CLIENT },
		{ "    usage: \"pkix-ee\"\n    ca-file: \"/ca\"\n    role: \"server\"\n",
			DANCE_PKIX_EE, "/ca", DANCE_SERVER },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256];
		snprintf(text, sizeof(text),
			"mod-dance:\n  - id: \"before\"\n    client: \"a\"\n"
			"    usage: \"pkix-ta\"\n    ca-file: \"/before\"\n"
			"  - client: \"a\"\n%s",
			rows[i].text);
		assert_int_equal(parse(text), COMMAND_YES);
		assert_int_equal(options.usages, rows[i].usages);
		assert_int_equal(options.role, rows[i].role);
		assert_string_equal(ca_file, rows[i].ca_file);
	}
}

static void test_without_names_there_is_no_section(void **state)
{
	(void)state;
	assert_int_equal(parse(""), -1);
	assert_int_equal(parse("mod-dance:\n  - id: \"one\"\n    usage: \"dane-ee\"\n"),
		-1);
	assert_int_equal(parse("zone:\n  - client: \"a.example\"\n"), -1);
	assert_int_equal(parse("mod-dance:\n  - id: \"one\"\n    client: \"a.exam"), -1);
}

static void test_the_worst_status_is_the_whole_ones(void **state)
{
	(void)state;
	static const struct {
		int statuses[2], worst;
	} rows[] = {
		{ { COMMAND_YES, COMMAND_YES }, COMMAND_YES },
		{ { COMMAND_WARNED, COMMAND_YES }, COMMAND_WARNED },
		{ { COMMAND_WARNED, COMMAND_NO }, COMMAND_NO },
		{ { COMMAND_NO, COMMAND_WARNED }, COMMAND_NO },
		{ { COMMAND_WRONG, COMMAND_WARNED }, COMMAND_WRONG },
		{ { COMMAND_NO, COMMAND_WRONG }, COMMAND_WRONG },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memcpy(statuses, rows[i].statuses, sizeof(rows[i].statuses));
		assert_int_equal(parse("mod-dance:\n  - client: \"a\"\n  - client: \"b\"\n"),
			rows[i].worst);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_section_has_its_names_and_its_way_to_look_up),
		cmocka_unit_test(test_lists_have_what_they_must_be_within),
		cmocka_unit_test(test_records_count_as_the_server_counts_them),
		cmocka_unit_test(test_without_names_there_is_no_section),
		cmocka_unit_test(test_the_worst_status_is_the_whole_ones),
	};
	return cmocka_run_group_tests_name("server_conf", tests, NULL, NULL);
}
