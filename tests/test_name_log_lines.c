/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Each line about what is known of a name, whole and with its level: when it is told, and when it
 * is not. What becomes of it in a context, test_name_log.c has. */

#include "check.h"
#include "name_log_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool without_memory;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return without_memory ? NULL : __real_malloc(size);
}

static void a_line_is_kept_until_it_is_told(void **state)
{
	(void)state;
	name_log_say(&name_log, DANCE_LOG_NOTICE, "%s %d", "one", 1);
	name_log_say(&name_log, DANCE_LOG_DEBUG, "two\n\t\177");
	assert_int_equal(said_count, 0);
	tells(2);
	assert_string_equal(said[0].text, "one 1");
	assert_int_equal(said[0].level, DANCE_LOG_NOTICE);
	assert_string_equal(said[1].text, "two???");
	assert_int_equal(said[1].level, DANCE_LOG_DEBUG);
	tells(0);
	name_log_say(&name_log, DANCE_LOG_ERROR, "%s", so_long(DANCE_LINE_SIZE - 1));
	name_log_say(&name_log, DANCE_LOG_ERROR, "%s", so_long(DANCE_LINE_SIZE));
	tells(2);
	assert_int_equal(strlen(said[0].text), DANCE_LINE_SIZE - 1);
	assert_string_equal(said[0].text, said[1].text);
}

static void without_memory_a_line_is_told_at_once(void **state)
{
	(void)state;
	without_memory = true;
	name_log_say(&name_log, DANCE_LOG_WARNING, "now");
	without_memory = false;
	assert_int_equal(said_count, 1);
	tells_line(DANCE_LOG_WARNING, "now");
	name_log_init(&name_log, NULL, NULL);
	name_log_say(&name_log, DANCE_LOG_WARNING, "never");
	assert_true(STAILQ_EMPTY(&name_log.lines));
}

/* What was known, what is known now, and what is said of it. */
static void a_change_of_the_verdict_is_told(void **state)
{
	(void)state;
	enum {
		NOTHING,
		RECORDS,
		NO_RECORD, /* in the set: none can be used */
		VERDICT
	};
#define NO "no valid records, client a.example, verdict "
	static const struct {
		int known;
		enum dance_verdict before, trouble;
		bool unlisted;
		enum dance_verdict after;
		const char *why;
		enum dance_log_level level;
		const char *line; /* NULL: none */
	} rows[] = {
		{ NOTHING, 0, 0, false, DANCE_UNDECIDED, "", DANCE_LOG_DEBUG,
			"records validated, client a.example" },
		{ NOTHING, 0, 0, false, DANCE_FAIL_NOT_READY, "", 0, NULL },
		{ NOTHING, 0, 0, false, DANCE_DENY_NO_TLSA, "", DANCE_LOG_NOTICE,
			NO
			"no-tlsa (no TLSA record, proved by DNSSEC); do: publish the client's TLSA "
			"record, or correct its name" },
		{ NOTHING, 0, 0, false, DANCE_FAIL_BOGUS, "forged", DANCE_LOG_WARNING,
			NO
			"bogus (forged); do: sign the client's zone again ('dance check' shows "
			"what fails)" },
		{ NOTHING, 0, 0, true, DANCE_FAIL_BOGUS, "forged", DANCE_LOG_DEBUG,
			NO
			"bogus (forged); do: sign the client's zone again ('dance check' shows "
			"what fails)" },
		{ RECORDS, 0, 0, false, DANCE_UNDECIDED, "", 0, NULL },
		{ RECORDS, 0, 0, true, DANCE_UNDECIDED, "", 0, NULL },
		{ RECORDS, 0, 0, false, DANCE_DENY_UNUSABLE, "wrong", DANCE_LOG_NOTICE,
			NO
			"unusable (wrong); do: replace the client's TLSA records: 'dance tlsa' "
			"prints a usable one" },
		{ RECORDS, 0, DANCE_FAIL_LOOKUP, false, DANCE_UNDECIDED, "",
			DANCE_LOG_NOTICE, "records validated, client a.example" },
		{ RECORDS, 0, DANCE_FAIL_LOOKUP, true, DANCE_UNDECIDED, "", DANCE_LOG_DEBUG,
			"records validated, client a.example" },
		{ RECORDS, 0, DANCE_FAIL_LOOKUP, false, DANCE_FAIL_LOOKUP, "", 0, NULL },
		{ NO_RECORD, 0, 0, false, DANCE_DENY_UNUSABLE, "", 0, NULL },
		{ NO_RECORD, 0, 0, false, DANCE_UNDECIDED, "", DANCE_LOG_NOTICE,
			"records validated, client a.example" },
		{ NO_RECORD, 0, DANCE_FAIL_TIMEOUT, false, DANCE_FAIL_TIMEOUT, "", 0, NULL },
		{ VERDICT, DANCE_FAIL_BOGUS, 0, false, DANCE_FAIL_BOGUS, "", 0, NULL },
		{ VERDICT, DANCE_FAIL_BOGUS, 0, false, DANCE_UNDECIDED, "",
			DANCE_LOG_NOTICE, "records validated, client a.example" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct owner *owner = listed("a.example");
		char row[16];
		snprintf(row, sizeof(row), "row %zu", i);
		if (rows[i].known != NOTHING) {
			let_know(owner, rows[i].before,
				rows[i].known == RECORDS           ? one_record() :
					rows[i].known == NO_RECORD ? tlsa_set_new(NULL, 0) :
								     NULL,
				1);
		}
		owner->trouble = (uint8_t)rows[i].trouble;
		owner->members = rows[i].unlisted ? NULL : owner->members;
		name_log_answer(&name_log, owner, rows[i].after, rows[i].why);
		name_log_tell(&name_log);
		check_true(row, said_count == (rows[i].line != NULL ? 1 : 0));
		if (said_count > 0) {
			assert_string_equal(said[0].text, rows[i].line);
			check_true(row, said[0].level == rows[i].level);
		}
		said_count = 0;
		owner->members = NULL;
		owner_free(owner);
	}
}

/* RFC 7671 and the manual call the name of a service a server's. */
static void advice_depends_on_whose_name_it_is(void **state)
{
	(void)state;
	struct owner *owner = listed("_853._tcp.a.example");
	name_log_answer(&name_log, owner, DANCE_FAIL_BOGUS, "forged");
	tells(1);
	assert_non_null(strstr(said[0].text,
		"no valid records, owner _853._tcp.a.example, verdict bogus (forged); do: "));
	/* Here nobody wanted to send anything. */
	assert_string_equal(strstr(said[0].text, "do: ") + strlen("do: "),
		dance_verdict_advice(DANCE_FAIL_BOGUS, DANCE_SERVER) +
			strlen("nothing was sent; "));
	assert_null(strstr(said[0].text, "client"));
	owner_free(owner);
}

/* The last that fits, and the first that does not. */
static void a_long_reason_is_cut(void **state)
{
	(void)state;
	struct owner *owner = listed("a.example");
	char line[DANCE_LINE_SIZE];
	for (size_t size = DANCE_DETAIL_SIZE - 1; size <= DANCE_DETAIL_SIZE; size++) {
		name_log_answer(&name_log, owner, DANCE_FAIL_TIMEOUT, so_long(size));
		snprintf(line, sizeof(line),
			"no valid records, client a.example, verdict timeout (%.*s%s); do: %s",
			DANCE_DETAIL_SIZE - 1, so_long(size),
			size == DANCE_DETAIL_SIZE ? "..." : "",
			dance_verdict_advice(DANCE_FAIL_TIMEOUT, DANCE_CLIENT));
		tells_line(DANCE_LOG_WARNING, line);

		let_know(owner, DANCE_UNDECIDED, one_record(), 10000000);
		owner->trouble = DANCE_FAIL_TIMEOUT;
		owner->failing_since = 1000;
		owner->failing = false;
		fake_clock_set(1000000 + NAME_LOG_FAILING_S * 1000);
		name_log_failing(&name_log, owner, so_long(size));
		snprintf(line, sizeof(line),
			"records not renewed, client a.example, verdict timeout, since "
			"1970-01-01T00:16:40Z, until 1970-01-01T02:46:40Z (%.*s%s; the records "
			"known are used until then); do: %s",
			DANCE_DETAIL_SIZE - 1, so_long(size),
			size == DANCE_DETAIL_SIZE ? "..." : "",
			dance_verdict_advice(DANCE_FAIL_TIMEOUT, DANCE_CLIENT));
		tells_line(DANCE_LOG_WARNING, line);
		knowledge_free(owner->knowledge);
		owner->knowledge = NULL;
	}
	owner_free(owner);
}

static void a_shared_key_is_told_of(void **state)
{
	(void)state;
	struct owner *a = listed("a.example"), *b = listed("b.example");
	struct owner *service = listed("_853._tcp.a.example");
	name_log_shared_key(&name_log, a, b, b);
	tells_line(DANCE_LOG_WARNING,
		"shared key, client a.example, other b.example (a client that shows it without a "
		"name is taken for b.example); do: give each name a key of its own");
	name_log_shared_key(&name_log, service, b, service);
	tells_line(DANCE_LOG_WARNING,
		"shared key, owner _853._tcp.a.example, other b.example (a server that shows it "
		"without a name is taken for _853._tcp.a.example); do: give each name a key of its "
		"own");
	name_log_memory(&name_log, a);
	tells_line(DANCE_LOG_ERROR,
		"records not stored, client a.example (out of memory; they are looked up again); "
		"do: give more memory");
	owner_free(a);
	owner_free(b);
	owner_free(service);
}

#define TEST(function) cmocka_unit_test_setup(function, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_is_kept_until_it_is_told),
		TEST(without_memory_a_line_is_told_at_once),
		TEST(a_change_of_the_verdict_is_told),
		TEST(advice_depends_on_whose_name_it_is),
		TEST(a_long_reason_is_cut),
		TEST(a_shared_key_is_told_of),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
