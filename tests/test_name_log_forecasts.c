/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Each line about a name that will be refused if nothing is done, whole and with its level: the end
 * of its signatures, and records that cannot be renewed. */

#include "check.h"
#include "name_log_scene.h"

static struct resolver_answer signed_until(int64_t late, int64_t end)
{
	return (struct resolver_answer){ .outcome = RESOLVER_SECURE,
		.why = "",
		.signatures_end = end,
		.signatures_late = late };
}

#define SOON(until) \
	"signatures end soon, client a.example, until " until \
	" (they should have been renewed; " \
	"afterwards this name is refused); do: sign the zone again, or find out why its signer " \
	"does not"
#define RENEWED(until) "signatures renewed, client a.example, until " until

static void the_end_of_signatures_is_told_to_the_second(void **state)
{
	(void)state;
	struct owner *owner = listed("a.example");
	struct resolver_answer answer = signed_until(1000, 86400);
	fake_clock_set(999999);
	name_log_signatures(&name_log, owner, &answer);
	tells(0);
	fake_clock_set(1000000);
	name_log_signatures(&name_log, owner, &answer);
	tells_line(DANCE_LOG_WARNING, SOON("1970-01-02T00:00:00Z"));
	name_log_signatures(&name_log, owner, &answer);
	tells(0);
	answer = signed_until(1001, 86401);
	name_log_signatures(&name_log, owner, &answer);
	tells_line(DANCE_LOG_NOTICE, RENEWED("1970-01-02T00:00:01Z"));
	name_log_signatures(&name_log, owner, &answer);
	tells(0);
	/* By the clock on the wall. */
	fake_clock_step(1000);
	name_log_signatures(&name_log, owner, &answer);
	tells_line(DANCE_LOG_WARNING, SOON("1970-01-02T00:00:01Z"));
	fake_clock_step(-1000);
	owner_free(owner);
}

/* The last moment of four digits, and what no calendar has. */
static void a_moment_that_cannot_be_written_is_left_out(void **state)
{
	(void)state;
	static const struct {
		int64_t end;
		const char *line;
	} rows[] = {
		{ 253402300799, SOON("9999-12-31T23:59:59Z") },
		{ 253402300800, SOON("") },
		{ INT64_MAX, SOON("") },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct owner *owner = listed("a.example");
		const struct resolver_answer answer = signed_until(1, rows[i].end);
		name_log_signatures(&name_log, owner, &answer);
		tells_line(DANCE_LOG_WARNING, rows[i].line);
		owner_free(owner);
	}
}

static void signatures_of_nothing_are_not_told_of(void **state)
{
	(void)state;
	struct owner *owner = listed("a.example");
	struct resolver_answer answer = signed_until(1, 0);
	name_log_signatures(&name_log, owner, &answer);
	answer = signed_until(1, 86400);
	answer.outcome = RESOLVER_DENIED;
	name_log_signatures(&name_log, owner, &answer);
	struct key_index_member *members = owner->members;
	owner->members = NULL;
	answer.outcome = RESOLVER_SECURE;
	name_log_signatures(&name_log, owner, &answer);
	tells(0);
	assert_false(owner->ending);
	owner->members = members;
	answer.signatures_end = 1; /* the first second that is known */
	name_log_signatures(&name_log, owner, &answer);
	tells_line(DANCE_LOG_WARNING, SOON("1970-01-01T00:00:01Z"));
	owner_free(owner);
}

/* So many in a minute, and in the next one how many more there were. */
static void forecasts_are_counted_by_the_minute(void **state)
{
	(void)state;
	struct owner *owner = listed("a.example");
	const struct resolver_answer late = signed_until(1, 86400);
	for (unsigned more = 0; more < 2; more++) {
		const uint64_t minute = (2 + more * 10) * 60000;
		fake_clock_set(minute);
		for (unsigned i = 0; i < NAME_LOG_FORECASTS + 3 * more; i++) {
			owner->ending = false;
			name_log_signatures(&name_log, owner, &late);
			assert_true(owner->ending);
		}
		tells(NAME_LOG_FORECASTS);
		fake_clock_set(minute + 59999);
		tells(0);
		fake_clock_set(minute + 60000);
		if (more == 0) {
			tells(0);
		} else {
			tells_line(DANCE_LOG_WARNING,
				"lines suppressed, count 3 (signatures end soon or renewed, records "
				"not renewed); do: run 'dance check' with the names");
		}
		fake_clock_set(minute + 120000);
		tells(0);
	}
	/* One alone is counted as well, and told of when nothing else happens. */
	for (unsigned i = 0; i < NAME_LOG_FORECASTS + 1; i++) {
		owner->ending = false;
		name_log_signatures(&name_log, owner, &late);
	}
	tells(NAME_LOG_FORECASTS);
	fake_clock_advance(60000);
	tells_line(DANCE_LOG_WARNING,
		"lines suppressed, count 1 (signatures end soon or renewed, records not renewed); "
		"do: run 'dance check' with the names");
	/* The minute's end is told before what the next one has to tell. */
	for (unsigned i = 0; i < NAME_LOG_FORECASTS + 1; i++) {
		owner->ending = false;
		name_log_signatures(&name_log, owner, &late);
	}
	tells(NAME_LOG_FORECASTS);
	fake_clock_advance(60000);
	for (unsigned i = 0; i < NAME_LOG_FORECASTS + 1; i++) {
		owner->ending = false;
		name_log_signatures(&name_log, owner, &late);
	}
	tells(1 + NAME_LOG_FORECASTS);
	assert_non_null(strstr(said[0].text, "lines suppressed, count 1 ("));
	assert_string_equal(said[1].text, SOON("1970-01-02T00:00:00Z"));
	owner_free(owner);
}

#define NOT_RENEWED(why) \
	"records not renewed, client a.example, verdict lookup, since 1970-01-01T00:16:40Z, until " \
	"1970-01-01T02:46:40Z (" why \
	"the records known are used until then); do: open outgoing " \
	"port 53 or set 'resolver'; else check the name servers of the client's zone"

static void failures_that_last_are_told_of_once(void **state)
{
	(void)state;
	const uint64_t since = 1000000, lasts = NAME_LOG_FAILING_S * 1000;
	struct owner *owner = listed("a.example");
	let_know(owner, DANCE_UNDECIDED, one_record(), 10000000);
	owner->trouble = DANCE_FAIL_LOOKUP;
	owner->failing_since = (uint32_t)(since / 1000);
	fake_clock_set(since + lasts - 1);
	name_log_failing(&name_log, owner, "");
	tells(0);
	fake_clock_set(since + lasts);
	name_log_failing(&name_log, owner, "");
	tells_line(DANCE_LOG_WARNING, NOT_RENEWED(""));
	assert_true(owner->failing);
	name_log_failing(&name_log, owner, "");
	tells(0);
	owner->failing = false;
	name_log_failing(&name_log, owner, "SERVFAIL");
	tells_line(DANCE_LOG_WARNING, NOT_RENEWED("SERVFAIL; "));

	/* Not of records that have expired, of a name that nobody lists or that does not fail. */
	owner->failing = false;
	fake_clock_set(10000000);
	name_log_failing(&name_log, owner, "");
	fake_clock_set(since + lasts);
	owner->failing_since = 0;
	name_log_failing(&name_log, owner, "");
	owner->failing_since = (uint32_t)(since / 1000);
	struct key_index_member *members = owner->members;
	owner->members = NULL;
	name_log_failing(&name_log, owner, "");
	tells(0);
	assert_false(owner->failing);

	/* Nor of too many in one minute. */
	owner->members = members;
	for (unsigned i = 0; i < NAME_LOG_FORECASTS + 1; i++) {
		owner->failing = false;
		name_log_failing(&name_log, owner, "");
		assert_true(owner->failing);
	}
	tells(NAME_LOG_FORECASTS - 2);
	owner_free(owner);
}

#define TEST(function) cmocka_unit_test_setup(function, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_end_of_signatures_is_told_to_the_second),
		TEST(a_moment_that_cannot_be_written_is_left_out),
		TEST(signatures_of_nothing_are_not_told_of),
		TEST(forecasts_are_counted_by_the_minute),
		TEST(failures_that_last_are_told_of_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
