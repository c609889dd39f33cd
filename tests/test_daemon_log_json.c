/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lines of every shape that the grammar has, and of some that it has not. */

#include "check.h"
#include "log_json.h"

#include <string.h>

static const struct timespec when = { .tv_sec = 1795849788, .tv_nsec = 7999999 };

static const char *json_of(const char *line)
{
	static char text[LOG_JSON_SIZE];
	log_json(text, &when, "dance-front", "notice", line);
	return text;
}

static void each_part_of_a_line_is_a_member(void **state)
{
	(void)state;
	static const char begin[] = "{\"time\":\"2026-11-28T07:09:48.007Z\",\"program\":"
				    "\"dance-front\",\"level\":\"notice\",";
	static const struct {
		const char *line, *json;
	} rows[] = {
		{ "ready", "\"what\":\"ready\"}" },
		{ "front xot, listening, address 192.0.2.1@853",
			"\"front\":\"xot\",\"what\":\"listening\",\"address\":\"192.0.2.1@853\"}" },
		{ "front xot, AXFR example.com. refused, remote 192.0.2.53@4, client a.example, "
		  "verdict no-tlsa (no such name, (yet)); do: publish it, or not",
			"\"front\":\"xot\",\"what\":\"AXFR example.com. refused\",\"remote\":"
			"\"192.0.2.53@4\",\"client\":\"a.example\",\"verdict\":\"no-tlsa\","
			"\"reason\":\"no such name, (yet)\",\"do\":\"publish it, or not\"}" },
		{ "client p, AXFR x. allowed, owner _853._tcp.a.example, record 3 1 1, ttl 60",
			"\"client\":\"p\",\"what\":\"AXFR x. allowed\",\"owner\":"
			"\"_853._tcp.a.example\",\"record\":\"3 1 1\",\"ttl\":\"60\"}" },
		{ "exiting, count 2 (so many are open)",
			"\"what\":\"exiting\",\"count\":\"2\",\"reason\":\"so many are open\"}" },
		{ "running as root; do: set 'user'; do: drop it",
			"\"what\":\"running as root; do: set 'user'\",\"do\":\"drop it\"}" },
		{ "a \"name\", file C:\\x",
			"\"what\":\"a \\\"name\\\"\",\"file\":\"C:\\\\x\"}" },
		/* No grammar of ours: told as a whole. */
		{ "front xot", "\"what\":\"front xot\"}" },
		{ "one, Two three", "\"what\":\"one, Two three\"}" },
		{ "one, two", "\"what\":\"one, two\"}" },
		{ "one, a 1, z 2, a-z 3",
			"\"what\":\"one\",\"a\":\"1\",\"z\":\"2\",\"a-z\":\"3\"}" },
		{ "one, a{ b", "\"what\":\"one, a{ b\"}" },
		{ "one, a` b", "\"what\":\"one, a` b\"}" },
		{ "one, time b", "\"what\":\"one, time b\"}" },
		{ "one, program b", "\"what\":\"one, program b\"}" },
		{ "one, what b", "\"what\":\"one, what b\"}" },
		{ "one, reason b", "\"what\":\"one, reason b\"}" },
		{ "one, do b", "\"what\":\"one, do b\"}" },
		{ "one, times b", "\"what\":\"one\",\"times\":\"b\"}" },
		{ "one,  b", "\"what\":\"one,  b\"}" },
		{ "one, a ", "\"what\":\"one, a \"}" },
		{ "one ()", "\"what\":\"one\",\"reason\":\"\"}" },
		{ "one (", "\"what\":\"one (\"}" },
		{ "one (two) (three)", "\"what\":\"one\",\"reason\":\"two) (three\"}" },
		{ "; do: ", "\"what\":\"\",\"do\":\"\"}" },
		{ "ask relay, one", "\"ask\":\"relay\",\"what\":\"one\"}" },
		{ "asks relay, one", "\"what\":\"asks relay, one\"}" },
		{ "front a b, one", "\"what\":\"front a b, one\"}" },
		{ "front , one", "\"what\":\"front , one\"}" },
		{ "one, a b, a c", "\"what\":\"one, a b, a c\"}" },
		{ "one, level b", "\"what\":\"one, level b\"}" },
		{ "client p, one, client q",
			"\"client\":\"p\",\"what\":\"one, client q\"}" },
		{ "one (two) three", "\"what\":\"one (two) three\"}" },
		{ "", "\"what\":\"\"}" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *text = json_of(rows[i].line);
		assert_int_equal(strncmp(text, begin, strlen(begin)), 0);
		assert_string_equal(text + strlen(begin), rows[i].json);
	}
}

/* The longest line of the worst octets has room; so have the most members. */
static void the_longest_line_is_whole(void **state)
{
	(void)state;
	char line[LOG_JSON_LINE_MAX];
	memset(line, '"', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	const char *text = json_of(line);
	assert_int_equal(text[strlen(text) - 1], '}');
	assert_int_equal(text[strlen(text) - 3], '"');
	size_t quotes = 0;
	for (const char *at = text; *at != '\0'; at++) {
		quotes += at[0] == '\\' && at[1] == '"';
	}
	assert_int_equal(quotes, sizeof(line) - 1);

	size_t used = 1;
	memcpy(line, "x", 2);
	for (char a = 'a'; a <= 'z'; a++) {
		for (char b = 'a'; b <= 'j' && used + 7 < sizeof(line); b++) {
			memcpy(line + used, ", aa \"", 7);
			line[used + 2] = a;
			line[used + 3] = b;
			used += 6;
		}
	}
	text = json_of(line);
	assert_int_equal(text[strlen(text) - 1], '}');
	assert_non_null(strstr(text, "\"what\":\"x, aa \\\"")); /* more than any line has */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_part_of_a_line_is_a_member),
		cmocka_unit_test(the_longest_line_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
