/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Each line about a name or about lookups, whole and with its level: when it is told, and when it
 * is not. What becomes of it in a context, test_name_log.c has. */

#include "check.h"
#include "fake_clock.h"
#include "key_index.h"
#include "name_log.h"
#include "named.h"
#include "said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct name_log name_log;

static bool without_memory;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return without_memory ? NULL : __real_malloc(size);
}

static int begin(void **state)
{
	(void)state;
	memset(&name_log, 0xa5, sizeof(name_log));
	said_begin(&name_log);
	without_memory = false;
	fake_clock_set(1000000);
	return 0;
}

static void tells(size_t count)
{
	said_lines(&name_log, count);
}

static void tells_line(enum dance_log_level level, const char *text)
{
	said_line(&name_log, level, text);
}

/* An owner that a roster lists. */
static struct owner *listed(const char *text)
{
	static struct key_index_member member;
	struct name name = named(text);
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	owner->members = &member;
	return owner;
}

static void let_know(struct owner *owner, enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until)
{
	knowledge_free(owner->knowledge);
	owner->knowledge = knowledge_new(verdict, set, valid_until, "");
	assert_non_null(owner->knowledge);
}

static struct tlsa_set *one_record(void)
{
	static const unsigned char digest[32];
	const struct dance_tlsa record = { 3, 1, 1, digest, sizeof(digest) };
	return tlsa_set_new(&record, 1);
}

static const char *so_long(size_t size)
{
	static char text[2 * DANCE_LINE_SIZE];
	memset(text, 'w', size);
	text[size] = '\0';
	return text;
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

#define NO_LOOKUP(why) \
	"no lookup is possible (" why \
	"); do: check 'trust-anchor' and outgoing port 53; until then " \
	"only records that are known and have not expired count"

static void why_no_lookup_is_possible_is_told_when_it_changes(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		enum dance_log_level level;
		const char *line; /* NULL: none */
	} rows[] = {
		{ "", 0, NULL },
		{ "one", DANCE_LOG_ERROR, NO_LOOKUP("one") },
		{ "one", 0, NULL },
		{ "two", DANCE_LOG_ERROR, NO_LOOKUP("two") },
		{ "", DANCE_LOG_NOTICE, "lookups are possible again" },
		{ "", 0, NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		name_log_lookups(&name_log, rows[i].why);
		if (rows[i].line != NULL) {
			tells_line(rows[i].level, rows[i].line);
		} else {
			tells(0);
		}
	}
	/* As long as it can be. */
	name_log_lookups(&name_log, so_long(DANCE_ERROR_SIZE - 1));
	tells(1);
	name_log_lookups(&name_log, so_long(DANCE_ERROR_SIZE - 1));
	tells(0);
}

#define BROKEN \
	"the previous trust anchor stays in force (why); do: correct this file before the next restart"

static void news_of_the_trust_anchor_is_told(void **state)
{
	(void)state;
	const struct trust_anchor anchor = { .path = "/root.key", .why = "why" };
	name_log_anchor(&name_log, TRUST_ANCHOR_NO_NEWS, &anchor);
	tells(0);
	name_log_anchor(&name_log, TRUST_ANCHOR_CHANGED, &anchor);
	tells_line(DANCE_LOG_NOTICE, "trust anchor has changed, file /root.key");
	name_log_anchor(&name_log, TRUST_ANCHOR_BROKEN, &anchor);
	tells_line(DANCE_LOG_WARNING, BROKEN);
	name_log_anchor(&name_log, TRUST_ANCHOR_MENDED, &anchor);
	tells_line(DANCE_LOG_NOTICE, "trust anchor can be read again, file /root.key");
}

#define AGING(what) \
	"trust anchor is aging, file /root.key (" what \
	"); do: bring this file up to date, or every " \
	"client may be refused when the root's key is replaced"

static void what_the_trust_anchor_lacks_is_told_when_it_changes(void **state)
{
	(void)state;
	struct trust_anchor anchor = { .path = "/root.key" };
	name_log_aging(&name_log, &anchor);
	tells(0);
	strcpy(anchor.aging, "key 1");
	name_log_aging(&name_log, &anchor);
	tells_line(DANCE_LOG_WARNING, AGING("key 1"));
	name_log_aging(&name_log, &anchor);
	tells(0);
	memset(anchor.aging, 'w', TRUST_ANCHOR_AGING_SIZE - 1);
	name_log_aging(&name_log, &anchor);
	tells(1);
	name_log_aging(&name_log, &anchor);
	tells(0);
	anchor.aging[0] = '\0';
	name_log_aging(&name_log, &anchor);
	tells_line(DANCE_LOG_NOTICE, "trust anchor is up to date, file /root.key");
	name_log_aging(&name_log, &anchor);
	tells(0);
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
		TEST(the_end_of_signatures_is_told_to_the_second),
		TEST(a_moment_that_cannot_be_written_is_left_out),
		TEST(signatures_of_nothing_are_not_told_of),
		TEST(forecasts_are_counted_by_the_minute),
		TEST(failures_that_last_are_told_of_once),
		TEST(a_shared_key_is_told_of),
		TEST(why_no_lookup_is_possible_is_told_when_it_changes),
		TEST(news_of_the_trust_anchor_is_told),
		TEST(what_the_trust_anchor_lacks_is_told_when_it_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
