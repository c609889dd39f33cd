/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The shape of a line of a log, and how it is made to fit. */

#include <string.h>

#include "../modules/log_line.h"
#include "check.h"

#define ADVICE "publish it ('dance tlsa' prints it)"
#define LONG 253

/* A name that begins with aaa, ends with zzz and is `size` octets long. */
static const char *name_of(char name[LONG + 1], size_t size)
{
	memset(name, 'a', size / 2);
	memset(name + size / 2, 'z', size - size / 2);
	name[size] = '\0';
	return name;
}

static struct dance_result refusal(const char *name, const char *detail)
{
	struct dance_result result = { .size = sizeof(result),
		.verdict = DANCE_DENY_NO_TLSA };
	snprintf(result.name, sizeof(result.name), "%s", name);
	snprintf(result.detail, sizeof(result.detail), "%s", detail);
	return result;
}

static void a_line_has_its_parts_in_order(void **state)
{
	(void)state;
	struct log_line line;
	struct dance_result result = refusal("ns2.example.net", "no such name");
	log_line_begin(&line, "%s refused", "AXFR");
	log_line_key(&line, "remote", "%s@%u", "192.0.2.53", 41966);
	log_line_result(&line, &result);
	assert_string_equal(log_line_end(&line, 512, ADVICE),
		"AXFR refused, remote 192.0.2.53@41966, client ns2.example.net, "
		"verdict no-tlsa (no such name); do: " ADVICE);

	log_line_begin(&line, "server unreachable");
	log_line_reason(&line, "%s", "Connection refused");
	assert_string_equal(log_line_end(&line, 512, NULL),
		"server unreachable (Connection refused)");

	log_line_begin(&line, "running as root");
	assert_string_equal(log_line_end(&line, 512, "set 'user'"),
		"running as root; do: set 'user'");

	log_line_begin(&line, "ready");
	assert_string_equal(log_line_end(&line, 512, ""), "ready");
}

/* Room for all of it, and then one octet less and less. */
static void the_reason_gives_way(void **state)
{
	(void)state;
#define HEAD "refused, verdict name"
#define TAIL "; do: " ADVICE
	static const char *const lines[] = {
		HEAD " (0123456789012345678)" TAIL,
		HEAD " (01234567890123...)" TAIL,
		HEAD " (0123456789012...)" TAIL,
		HEAD TAIL,
	};
	static const size_t rooms[] = { 0, 2, 3, 4 };
	for (size_t i = 0; i < ROWS(lines); i++) {
		struct log_line line;
		log_line_begin(&line, "refused");
		log_line_key(&line, "verdict", "name");
		log_line_reason(&line, "0123456789012345678");
		assert_string_equal(log_line_end(&line, strlen(lines[0]) + 1 - rooms[i],
					    ADVICE),
			lines[i]);
	}
#undef HEAD
#undef TAIL
}

static void a_long_name_is_abbreviated(void **state)
{
	(void)state;
	char name[LONG + 1];
	struct log_line line;
	log_line_begin(&line, "records validated");
	log_line_key(&line, "client", "%s", name_of(name, 100));
	assert_non_null(strstr(log_line_end(&line, 512, NULL), name));

	log_line_begin(&line, "records validated");
	log_line_key(&line, "client", "%s", name_of(name, 101));
	log_line_key(&line, "count", "1");
	const char *text = log_line_end(&line, 512, NULL);
	assert_int_equal(strlen(text), strlen("records validated, client , count 1") + 100);
	assert_non_null(strstr(text, "records validated, client aaaa"));
	assert_non_null(strstr(text, "aaa...zzz"));
	assert_non_null(strstr(text, "zzzz, count 1"));
}

/* In 440 octets, what knotd leaves to a module at a zone of a usual name. */
static void the_longest_line_keeps_its_advice(void **state)
{
	(void)state;
	char name[LONG + 1], reason[DANCE_DETAIL_SIZE];
	memset(reason, 'r', sizeof(reason) - 1);
	reason[sizeof(reason) - 1] = '\0';
	for (int i = DANCE_DENY_TRANSPORT; i <= DANCE_FAIL_INTERNAL; i++) {
		struct log_line line;
		struct dance_result result = refusal(name_of(name, LONG), reason);
		result.verdict = (enum dance_verdict)i;
		result.has_key = true;
		const char *advice = dance_verdict_advice(result.verdict, DANCE_CLIENT);
		log_line_begin(&line, "NOTIFY refused");
		log_line_key(&line, "remote", "%s",
			"2001:db8:1111:2222:3333:4444:5555:6666@65535");
		log_line_key(&line, "protocol", "QUIC");
		log_line_result(&line, &result);
		const char *text = log_line_end(&line, 440, advice);
		size_t length = strlen(text), tail = strlen(advice);
		assert_true(length < 440);
		assert_string_equal(text + length - tail, advice);
		assert_memory_equal(text + length - tail - 6, "; do: ", 6);
		char verdict[64];
		snprintf(verdict, sizeof(verdict), ", verdict %s",
			dance_verdict_name(result.verdict));
		check_true(text, strstr(text, verdict) != NULL);
	}
}

/* Reasons may be other people's words. */
static void a_reason_gives_no_advice(void **state)
{
	(void)state;
	struct log_line line;
	struct dance_result result = refusal("", "a; do: b; do: c");
	log_line_begin(&line, "answered");
	log_line_reason(&line, "%s", "x); do: run this");
	assert_string_equal(log_line_end(&line, 512, ADVICE),
		"answered (x), do: run this); do: " ADVICE);

	log_line_begin(&line, "answered");
	log_line_reason(&line, "%s", "x); do: run this");
	assert_string_equal(log_line_end(&line, 512, NULL), "answered (x), do: run this)");

	log_line_begin(&line, "refused");
	log_line_result(&line, &result);
	assert_string_equal(log_line_end(&line, 512, ADVICE),
		"refused, verdict no-tlsa (a, do: b, do: c); do: " ADVICE);
}

/* A line of libdance comes as a whole. */
static void a_whole_line_is_made_to_fit(void **state)
{
	(void)state;
	struct log_line line;
	log_line_begin(&line, "%s",
		"no valid records, client a (0123456789012345678901; x); do: "
		"try (again)");
	assert_string_equal(log_line_end(&line, 66, NULL),
		"no valid records, client a (0123456789012345...); do: try (again)");
}

static void a_line_fits_any_size(void **state)
{
	(void)state;
	for (size_t size = 1; size < 120; size++) {
		struct log_line line;
		log_line_begin(&line, "refused");
		log_line_key(&line, "client", "ns2.example.net");
		log_line_reason(&line, "it has no records, or none that can be used");
		assert_true(strlen(log_line_end(&line, size, ADVICE)) < size);
	}
}

static void a_line_that_is_too_long_for_its_memory_is_cut(void **state)
{
	(void)state;
	struct log_line line;
	log_line_begin(&line, "refused");
	for (int i = 0; i < 100; i++) {
		log_line_key(&line, "client", "%0100d", i);
	}
	assert_int_equal(strlen(line.text), sizeof(line.text) - 1);
	assert_true(strlen(log_line_end(&line, 512, ADVICE)) < 512);
}

static void a_line_is_printable(void **state)
{
	(void)state;
	struct log_line line;
	log_line_begin(&line, "refused");
	log_line_key(&line, "client", "%s", "a\nb\x7f");
	log_line_reason(&line, "%s", "\xc3\xa9-");
	assert_string_equal(log_line_end(&line, 512, NULL), "refused, client a?b? (?\?-)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_its_parts_in_order),
		cmocka_unit_test(the_reason_gives_way),
		cmocka_unit_test(a_long_name_is_abbreviated),
		cmocka_unit_test(the_longest_line_keeps_its_advice),
		cmocka_unit_test(a_reason_gives_no_advice),
		cmocka_unit_test(a_whole_line_is_made_to_fit),
		cmocka_unit_test(a_line_fits_any_size),
		cmocka_unit_test(a_line_that_is_too_long_for_its_memory_is_cut),
		cmocka_unit_test(a_line_is_printable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
