/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a runtime has of each section, and for how long it lives. */

#include "check.h"
#include "fail.h"
#include "fixture.h"
#include "heard.h"
#include "runtime.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>

const struct fixture fixtures[] = { { NULL, { 0 } } };

static const char sections[] =
	"ask:\n"
	"  - id: name\n    listen: /run/a\n    dialect: line\n    client: a.example\n"
	"  - id: pattern\n    listen: /run/b\n    dialect: line\n"
	"    client: [ \"*.a.example\", \"*.b.example\" ]\n"
	"  - id: name-last\n    listen: /run/c\n    dialect: line\n"
	"    client: [ \"*.a.example\", a.example ]\n"
	"  - id: name-first\n    listen: /run/d\n    dialect: line\n"
	"    client: [ a.example, \"*.a.example\" ]\n";

static struct conf *parse(const char *text)
{
	char error[CONF_ERROR_SIZE];
	struct conf *conf = conf_parse("file", text, strlen(text), error);
	assert_non_null(conf);
	return conf;
}

static void each_section_is_found_with_what_it_says(void **state)
{
	(void)state;
	static const struct {
		const char *id;
		bool has_names;
	} rows[] = {
		{ "name", true },
		{ "pattern", false },
		{ "name-last", true },
		{ "name-first", true },
	};
	char error[CONF_ERROR_SIZE];
	struct conf *conf = parse(sections);
	struct runtime *runtime = runtime_new(conf, error);
	assert_non_null(runtime);
	assert_int_equal(runtime->users, 1);
	assert_ptr_equal(runtime->conf, conf);
	assert_int_equal(conf->ask_count, ROWS(rows));
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct ask *ask = runtime_ask(runtime, rows[i].id);
		assert_ptr_equal(ask, &runtime->asks[i]);
		assert_ptr_equal(ask->conf, &conf->asks[i]);
		assert_null(ask->roster);
		assert_non_null(ask->counts.section);
		assert_int_equal(ask->counts.count, conf->asks[i].client_count + 1);
		check_true(rows[i].id, ask->has_names == rows[i].has_names);
		check_true(rows[i].id, !atomic_flag_test_and_set(&ask->digest_reported));
	}
	assert_null(runtime_ask(runtime, "nam"));
	assert_null(runtime_ask(runtime, ""));
	runtime_release(runtime);
}

/* What has counters is made of them again: those of a new section are made first. */
static void without_memory_there_is_none_and_nothing_is_left(void **state)
{
	(void)state;
	char error[CONF_ERROR_SIZE];
	for (unsigned n = 1;; n++) {
		long before = fail_blocks();
		struct conf *conf = parse(sections);
		error[0] = '\0';
		fail_at(n, FAIL_HERE, false);
		struct runtime *runtime = runtime_new(conf, error);
		bool failed = fail_calls() >= n;
		fail_at(0, FAIL_HERE, false);
		assert_true(failed == (runtime == NULL));
		assert_string_equal(error, failed ? "out of memory" : "");
		runtime_release(runtime);
		assert_int_equal(fail_blocks(), before);
		if (!failed) {
			assert_int_equal(n, 2 + 4 + 1); /* the two, names of each section */
			break;
		}
	}
	/* Of a section that is new the first counters are those of its own, then each name's. */
	for (unsigned n = 3;; n++) {
		char text[128];
		snprintf(text, sizeof(text),
			"ask:\n  - id: new-%u\n    listen: /run/a\n    dialect: line\n"
			"    client: [ a.example, b.example ]\n",
			n);
		struct conf *conf = parse(text);
		error[0] = '\0';
		fail_at(n, FAIL_HERE, false);
		struct runtime *runtime = runtime_new(conf, error);
		bool failed = fail_calls() >= n;
		fail_at(0, FAIL_HERE, false);
		assert_true(failed == (runtime == NULL));
		assert_string_equal(error, failed ? "out of memory" : "");
		runtime_release(runtime);
		if (!failed) {
			assert_int_equal(n, 2 + 2 + 3 + 1);
			return;
		}
	}
}

static void a_roster_that_cannot_be_made_is_told_of(void **state)
{
	(void)state;
	char error[CONF_ERROR_SIZE];
	answer("a.example", RESOLVER_DENIED, 60, NULL);
	for (unsigned n = 1;; n++) {
		struct runtime *runtime = runtime_new(parse(sections), error);
		assert_non_null(runtime);
		error[0] = '\0';
		fail_at(n, FAIL_HERE, true);
		bool started = runtime_start(runtime, error);
		bool failed = fail_calls() >= n;
		fail_at(0, FAIL_HERE, false);
		assert_true(started != failed);
		size_t without = 0;
		while (without < 4 && runtime->asks[without].roster != NULL) {
			without++;
		}
		char wanted[64] = "";
		if (failed && strncmp(error, "ask ", 4) != 0) {
			assert_int_equal(without, 0);
			assert_string_equal(error, "out of memory");
		} else if (failed) {
			bool by_hash = strncmp(fail_name(), "gnutls_hash", 11) == 0;
			snprintf(wanted, sizeof(wanted), "ask %s: %s",
				runtime->asks[without].conf->id,
				by_hash ? "SHA-256 failed" : "out of memory");
			assert_string_equal(error, wanted);
		} else {
			assert_int_equal(without, 4);
			assert_string_equal(error, "");
		}
		for (size_t i = without; i < 4; i++) {
			assert_null(runtime->asks[i].roster);
		}
		fake_resolver_settle();
		runtime_release(runtime);
		if (!failed) {
			return;
		}
	}
}

static void it_lives_until_the_last_has_released_it(void **state)
{
	(void)state;
	char error[CONF_ERROR_SIZE];
	assert_null(runtime_current());
	long before = fail_blocks();
	struct runtime *first = runtime_new(parse(sections), error);
	runtime_install(first);
	assert_ptr_equal(runtime_current(), first);
	assert_int_equal(first->users, 2);
	long both = fail_blocks();
	struct runtime *second = runtime_new(parse(sections), error);
	long size = fail_blocks() - both;
	runtime_install(second);
	assert_int_equal(first->users, 1);
	assert_ptr_equal(runtime_current(), second);
	runtime_release(second);
	assert_int_equal(fail_blocks(), both + size);
	runtime_release(first);
	assert_int_equal(fail_blocks(), before + size);
	runtime_install(NULL);
	assert_null(runtime_current());
	assert_int_equal(fail_blocks(), before);
}

static int begin(void **state)
{
	return scene_begin(state) == 0 ? heard_begin(state) : -1;
}

static int end(void **state)
{
	int failed = heard_end(state);
	return scene_end(state) == 0 ? failed : -1;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_section_is_found_with_what_it_says),
		TEST(without_memory_there_is_none_and_nothing_is_left),
		TEST(a_roster_that_cannot_be_made_is_told_of),
		TEST(it_lives_until_the_last_has_released_it),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
