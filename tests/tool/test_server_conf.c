/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What servers print of their configurations. That they do, and what is looked up by it, is for
 * the system tests. */

#include "../check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "server_conf.h"

static unsigned calls, fail_at; /* allocations; 0: none fails */
static const char *printout;    /* of the server; NULL: it cannot read it */
static char ran[256], errors[512];

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return ++calls == fail_at ? NULL : __real_calloc(count, size);
}

char *__wrap_printout_of(const char *const command[], unsigned timeout_ms,
	char why[DANCE_ERROR_SIZE]);
char *__wrap_printout_of(const char *const command[], unsigned timeout_ms,
	char why[DANCE_ERROR_SIZE])
{
	size_t used = 0;
	for (size_t i = 0; command[i] != NULL; i++) {
		used += (size_t)snprintf(ran + used, sizeof(ran) - used, "%s ", command[i]);
	}
	snprintf(ran + used, sizeof(ran) - used, "%u", timeout_ms);
	snprintf(why, DANCE_ERROR_SIZE, "it cannot read it");
	return printout != NULL ? strdup(printout) : NULL;
}

void __wrap_say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void __wrap_say_error(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(errors, sizeof(errors), format, args);
	va_end(args);
}

static char told[1024];
static int statuses[4];
static struct dance_options options; /* of the newest section */
static struct dance_context_options last;
static char ca_file[64], last_forwarder[8];
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
	last = section->where;
	snprintf(last_forwarder, sizeof(last_forwarder), "%s",
		or_none(last.forwarders[DANCE_FORWARDER_MAX - 1]));
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

/* What a configuration has too much of is not told of, and does no harm. */
static void test_all_resolvers_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(parse("mod-dance:\n  - id: \"\"\n"
			       "    resolver: [ \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", "
			       "\"9\" ]\n    client: \"a\"\n"),
		COMMAND_YES);
	assert_string_equal(told, "- - 1 2: a\n");
	assert_string_equal(last_forwarder, "8");
	assert_int_equal(last.size, sizeof(last));
	assert_int_equal(options.size, sizeof(options));
}

static size_t counted, counted_within;
static int count(void *arg, const struct server_conf *section)
{
	char expected[16];
	snprintf(expected, sizeof(expected), "%zu", section->count - 1);
	assert_string_equal(section->names[section->count - 1], expected);
	assert_ptr_equal(arg, &counted);
	counted = section->count;
	counted_within = section->options.within_count;
	return COMMAND_YES;
}

static void test_65536_names_and_no_more(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		char *text;
		size_t size;
		FILE *out = open_memstream(&text, &size);
		assert_non_null(out);
		fputs("mod-dance:\n", out);
		for (unsigned i = 0; i < 65536 + more; i++) {
			fprintf(out, "    client: \"%u\"\n    client-within: \"b\"\n", i);
		}
		fclose(out);
		counted = 0;
		assert_int_equal(server_conf_parse(text, count, &counted), COMMAND_YES);
		assert_int_equal(counted, 65536);
		assert_int_equal(counted_within, 65536);
		free(text);
	}
}

static void test_without_memory_there_is_no_section(void **state)
{
	(void)state;
	static const char text[] = "mod-dance:\n  - client: \"a\"\n";
	for (fail_at = 1; fail_at <= 2; fail_at++) {
		calls = 0;
		assert_int_equal(parse(text), -1);
		assert_int_equal(sections, 0);
	}
	fail_at = 0;
	assert_int_equal(parse(text), COMMAND_YES);
}

static void test_lines_that_say_nothing(void **state)
{
	(void)state;
	/* No section of ours is open yet, or no more. */
	assert_int_equal(parse("    client: \"a\"\n"), -1);
	assert_int_equal(parse("m  mod-dance:\n    client: \"a\"\n"), -1);
	assert_int_equal(parse("mod-dance\n    client: \"a\"\n"), -1);
	assert_int_equal(parse("x:\n  - client: \"a\"\nmod-dance:\n"), -1);
	/* What is within an item begins no section. */
	assert_int_equal(parse("mod-dance:\n  - id: \"\"\n    - client: \"a\"\n"
			       "     client: \"b\"\n  -client: \"c\"\n   client\n"
			       "    client: \"\"\n    client: \"d"),
		COMMAND_YES);
	assert_string_equal(told, "- - - -: a b c \n");
	/* A word that is no usage counts for none, another role for the usual one. */
	assert_int_equal(parse("mod-dance:\n  - client: \"a\"\n    usage: [ \"x\", \"dane-ta\" ]\n"
			       "    role: \"client\"\n"),
		COMMAND_YES);
	assert_int_equal(options.usages, DANCE_DANE_TA);
	assert_int_equal(options.role, DANCE_CLIENT);
	/* Between sections all begins anew. */
	assert_int_equal(parse("mod-dance:\n  - client: \"a\"\n    ca-file: \"/a\"\n"
			       "    usage: \"pkix-ta\"\n    role: \"server\"\n    trust-anchor: \"/t\"\n"
			       "  - client: \"b\"\n    usage: \"pkix-ta\"\n"),
		COMMAND_YES);
	assert_string_equal(told, "/t - - -: a\n- - - -: b\n");
	assert_string_equal(ca_file, "");
	assert_int_equal(options.role, DANCE_CLIENT);
}

/* A file of its own; "/" stands for a folder. */
static int read_conf(const char *content, char path[64])
{
	int status;
	errors[0] = ran[0] = told[0] = '\0';
	sections = 0;
	strcpy(path, "/tmp/dance-conf-XXXXXX");
	if (strcmp(content, "/") == 0) {
		assert_non_null(mkdtemp(path));
		status = server_conf_read(path, note, NULL);
		rmdir(path);
	} else {
		int fd = mkstemp(path);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, content, strlen(content)), strlen(content));
		close(fd);
		status = server_conf_read(path, note, NULL);
		unlink(path);
	}
	return status;
}

static void test_the_server_whose_configuration_it_is_reads_it(void **state)
{
	(void)state;
	static const struct {
		const char *content, *command; /* %s: the file */
	} rows[] = {
		{ "server:\n", "knotc -c %s conf-export 30000" },
		{ "/", "knotc -C %s conf-export 30000" },
		{ "ask:", "dance-ask -c %s --names 30000" },
		{ "# x\n\nask:\nfront:\n", "dance-ask -c %s --names 30000" },
		{ "front:\n", "dance-front -c %s --names 30000" },
		{ "x\nclient:", "dance-front -c %s --names 30000" },
		{ "client", "knotc -c %s conf-export 30000" },
		{ "mod-dance:\n    client: a\n ask:\n", "knotc -c %s conf-export 30000" },
		{ "task:\nxfront:\n", "knotc -c %s conf-export 30000" },
	};
	printout = "mod-dance:\n  - client: \"a\"\n";
	for (size_t i = 0; i < ROWS(rows); i++) {
		char path[64], expected[128];
		statuses[0] = COMMAND_WARNED;
		assert_int_equal(read_conf(rows[i].content, path), COMMAND_WARNED);
		size_t at = (size_t)(strstr(rows[i].command, "%s") - rows[i].command);
		snprintf(expected, sizeof(expected), "%.*s%s%s", (int)at, rows[i].command,
			path, rows[i].command + at + 2);
		assert_string_equal(ran, expected);
		assert_string_equal(told, "- - - -: a\n");
		assert_string_equal(errors, "");
		statuses[0] = COMMAND_YES;
		assert_int_equal(read_conf(rows[i].content, path), COMMAND_YES);
		assert_string_equal(errors, "");
	}
}

static void test_what_cannot_be_read_is_said(void **state)
{
	(void)state;
	char path[64], expected[128];
	printout = "mod-dance:\n";
	assert_int_equal(read_conf("server:\n", path), COMMAND_WRONG);
	snprintf(expected, sizeof(expected), "--config %s: it permits no names", path);
	assert_string_equal(errors, expected);
	printout = NULL;
	assert_int_equal(read_conf("/", path), COMMAND_WRONG);
	snprintf(expected, sizeof(expected), "--config %s: it cannot read it", path);
	assert_string_equal(errors, expected);
	assert_int_equal(read_conf("", path), COMMAND_WRONG);
	snprintf(expected, sizeof(expected), "--config %s: it is empty", path);
	assert_string_equal(errors, expected);
	assert_string_equal(ran, "");
	assert_int_equal(server_conf_read("/nowhere/x", note, NULL), COMMAND_WRONG);
	assert_string_equal(errors, "--config /nowhere/x: No such file or directory");
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
		cmocka_unit_test(test_all_resolvers_and_no_more),
		cmocka_unit_test(test_65536_names_and_no_more),
		cmocka_unit_test(test_without_memory_there_is_no_section),
		cmocka_unit_test(test_lines_that_say_nothing),
		cmocka_unit_test(test_the_server_whose_configuration_it_is_reads_it),
		cmocka_unit_test(test_what_cannot_be_read_is_said),
		cmocka_unit_test(test_without_names_there_is_no_section),
		cmocka_unit_test(test_the_worst_status_is_the_whole_ones),
	};
	return cmocka_run_group_tests_name("server_conf", tests, NULL, NULL);
}
