/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The real resolver, with a DNS of our own on loopback: which outcome comes of which
 * answer, and what it does when nobody answers. */

#include "answer.h"
#include "check.h"
#include "fake_clock.h"
#include "resolver_scene.h"
#include "tlsa.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static void signed_records_are_secure(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 3);
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
	assert_int_equal(told.record_count, 3);
	assert_int_equal(told.first.usage, 3);
	assert_int_equal(told.first.selector, 1);
	assert_int_equal(told.first.matching, 1);
	assert_int_equal(told.first.size, 32);
	assert_memory_equal(told.data + 2, digest[0] + 2, 30);
	assert_true(told.ttl <= 300 && told.ttl > 200);
	assert_string_equal(told.why, "");
}

static void what_is_not_signed_is_insecure(void **state)
{
	(void)state;
	responder_set(responder, "a.unsigned", RESPOND_SIGNED, 300, records, 1);
	responder_set(responder, "b.unsigned", RESPOND_NO_DATA, 0, NULL, 0);
	responder_set(responder, "c.unsigned", RESPOND_NO_NAME, 0, NULL, 0);
	static const char nothing[] =
		"there is no TLSA record, and the name is not in a signed zone";
	assert_int_equal(ask("a.unsigned"), RESOLVER_INSECURE);
	assert_int_equal(told.record_count, 0);
	assert_string_equal(told.why, "the TLSA records are not DNSSEC-signed");
	assert_int_equal(ask("b.unsigned"), RESOLVER_INSECURE);
	assert_string_equal(told.why, nothing);
	assert_int_equal(ask("c.unsigned"), RESOLVER_INSECURE);
	assert_string_equal(told.why, nothing);
}

/* One validated denial is no word on other names: a record may just have appeared. */
static void denials_are_of_the_name_asked(void **state)
{
	(void)state;
	responder_set(responder, "b.example", RESPOND_NO_DATA, 0, NULL, 0);
	responder_set(responder, "c.example", RESPOND_NO_NAME, 0, NULL, 0);
	responder_set(responder, "d.example", RESPOND_SIGNED, 300, records, 1);
	assert_int_equal(ask("b.example"), RESOLVER_DENIED);
	assert_string_equal(told.why, "the name has no TLSA record");
	assert_true(told.ttl <= 60);
	assert_int_equal(ask("c.example"), RESOLVER_DENIED);
	assert_string_equal(told.why, "no such name");
	assert_int_equal(ask("d.example"), RESOLVER_SECURE);
}

static void forgeries_are_bogus(void **state)
{
	(void)state;
	responder_set(responder, "e.example", RESPOND_FORGED, 300, records, 1);
	assert_int_equal(ask("e.example"), RESOLVER_BOGUS);
	assert_int_equal(told.record_count, 0);
	assert_string_not_equal(told.why, "");
}

static void servers_that_fail_are_failures(void **state)
{
	(void)state;
	responder_set(responder, "f.example", RESPOND_FAILURE, 0, NULL, 0);
	responder_set(responder, "g.example", RESPOND_REFUSAL, 0, NULL, 0);
	assert_int_equal(ask("f.example"), RESOLVER_FAILED);
	assert_string_not_equal(told.why, "");
	assert_int_equal(ask("g.example"), RESOLVER_FAILED);
	assert_string_not_equal(told.why, "");
}

/* Secure if every link is (draft 7). */
static void aliases_are_followed(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 2);
	responder_set(responder, "a.unsigned", RESPOND_SIGNED, 300, records, 2);
	responder_set(responder, "e.example", RESPOND_FORGED, 300, records, 1);
	responder_alias(responder, "to-signed.example", "a.example");
	responder_alias(responder, "to-unsigned.example", "a.unsigned");
	responder_alias(responder, "to-forged.example", "e.example");
	assert_int_equal(ask("to-signed.example"), RESOLVER_SECURE);
	assert_int_equal(told.record_count, 2);
	assert_true(told.ttl <= 60);
	assert_int_equal(ask("to-unsigned.example"), RESOLVER_INSECURE);
	assert_int_equal(ask("to-forged.example"), RESOLVER_BOGUS);
}

/* They are passed on, for others to find unusable. */
static void odd_records_are_records(void **state)
{
	(void)state;
	static const struct dance_tlsa shorter = { 3, 1, 1, NULL, 2 };
	responder_set(responder, "h.example", RESPOND_SIGNED, 300, &shorter, 1);
	assert_int_equal(ask("h.example"), RESOLVER_SECURE);
	assert_int_equal(told.record_count, 1);
	assert_int_equal(told.broken, 1);
	assert_false(tlsa_is_usable(&told.first));
	assert_int_equal(told.first.size, 2);
	assert_memory_equal(told.data, "\x03\x01", 2);
	/* Too many are all passed on. */
	responder_set(responder, "i.example", RESPOND_SIGNED, 300, records, 300);
	assert_int_equal(ask("i.example"), RESOLVER_SECURE);
	assert_int_equal(told.record_count, 300);
	assert_int_equal(told.broken, 0);
}

/* Forwards, or backwards: then what is in a cache would be good for so much longer. */
static void a_cache_does_not_outlive_a_step_of_the_clock(void **state)
{
	(void)state;
	static const int64_t steps[] = { -3 * 3600000, 3 * 3600000, RESOLVER_STEP_MS,
		-RESOLVER_STEP_MS };
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	uint32_t generation = ask_past("a.example", 0);
	for (size_t i = 0; i < ROWS(steps); i++) {
		unsigned asked = responder_asked(responder, "a.example");
		assert_int_equal(ask_past("a.example", 0), generation);
		assert_int_equal(responder_asked(responder, "a.example"), asked);
		fake_clock_step(steps[i]);
		uint32_t next = ask_past("a.example", 0);
		assert_int_not_equal(next, generation);
		assert_int_equal(responder_asked(responder, "a.example"), asked + 1);
		assert_true(told.ttl > 200);
		generation = next;
	}
	/* Clocks are never quite the same. */
	fake_clock_step(RESOLVER_STEP_MS - 1);
	assert_int_equal(ask_past("a.example", 0), generation);
}

/* It was counted from a moment that is now another. */
static void nor_does_the_ttl_of_an_answer_under_way(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	responder_set(responder, "b.example", RESPOND_NO_NAME, 0, NULL, 0);
	for (unsigned i = 0; i < 2; i++) {
		unsigned before = told.count;
		start(i == 0 ? "a.example" : "b.example", 0);
		fake_clock_step(-3600000);
		while (told.count == before) {
			resolver_wait(resolver, 1000);
		}
		assert_int_equal(told.outcome, i == 0 ? RESOLVER_SECURE : RESOLVER_DENIED);
		assert_int_equal(told.ttl, 0);
	}
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
	assert_true(told.ttl > 200);
}

static void silence_is_a_timeout(void **state)
{
	(void)state;
	responder_set(responder, "n.example", RESPOND_NEVER, 0, NULL, 0);
	(void)start("n.example", 0);
	fake_clock_advance(RESOLVER_DEADLINE_MS - 1);
	resolver_wait(resolver, 0);
	assert_int_equal(told.count, 0);
	(void)start("n.example", 0);
	fake_clock_advance(1);
	resolver_wait(resolver, 0);
	assert_int_equal(told.count, 1);
	assert_int_equal(told.outcome, RESOLVER_TIMEOUT);
	assert_int_equal(told.record_count, 0);
	fake_clock_advance(RESOLVER_DEADLINE_MS);
	resolver_wait(resolver, 0);
	assert_int_equal(told.count, 2);
	/* What comes too late is not told of. */
	responder_set(responder, "n.example", RESPOND_SIGNED, 300, records, 1);
	assert_int_equal(ask("n.example"), RESOLVER_SECURE);
	resolver_wait(resolver, 0);
	assert_int_equal(told.count, 3);
}

/* If nobody has answered anything, that is the reason to give. */
static void a_resolver_that_hears_nothing_says_so(void **state)
{
	(void)state;
	char silence[DANCE_ERROR_SIZE];
	resolver_say_silence(resolver, silence);
	assert_string_equal(silence, ""); /* nobody was asked */
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	responder_be(responder, RESPONDER_IS_SILENT);
	(void)start("a.example", 0);
	resolver_say_silence(resolver, silence);
	fake_clock_advance(RESOLVER_DEADLINE_MS);
	resolver_wait(resolver, 0);
	assert_int_equal(told.outcome, RESOLVER_TIMEOUT);
	char expected[DANCE_ERROR_SIZE];
	snprintf(expected, sizeof(expected), "no usable answer from %s",
		responder_address(responder));
	assert_string_equal(told.why, expected);
	assert_string_equal(silence, expected);
	resolver_free(resolver);

	responder_be(responder, RESPONDER_REFUSES);
	resolver = resolver_with(anchor, NULL, responder_address(responder));
	assert_int_equal(ask("a.example"), RESOLVER_FAILED);
	assert_non_null(strstr(told.why, ", no usable answer from 127.0.0.1@"));
	resolver_free(resolver);

	/* One server's failure is not everybody's. */
	responder_be(responder, RESPONDER_ANSWERS);
	responder_set(responder, "g.example", RESPOND_REFUSAL, 0, NULL, 0);
	resolver = resolver_with(anchor, NULL, responder_address(responder));
	assert_int_equal(ask("g.example"), RESOLVER_FAILED);
	assert_null(strstr(told.why, "no usable answer from"));
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
	resolver_say_silence(resolver, silence);
	assert_string_equal(silence, "");
}

static unsigned answers_read;

void __real_answer_read(struct answer *answer, int rcode, const void *packet, int size,
	int security, const char *why_bogus);
void __wrap_answer_read(struct answer *answer, int rcode, const void *packet, int size,
	int security, const char *why_bogus);

void __wrap_answer_read(struct answer *answer, int rcode, const void *packet, int size,
	int security, const char *why_bogus)
{
	answers_read++;
	__real_answer_read(answer, rcode, packet, size, security, why_bogus);
}

/* From the cache, before resolver_start() has ended: who asked is not told before it waits. */
static void an_answer_that_comes_at_once_is_told_of_in_its_time(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 3);
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
	for (unsigned i = 0; i < 10;
		i++) { /* who slept until the deadlines would be too late */
		unsigned before = told.count;
		answers_read = 0;
		(void)start("a.example", 0);
		(void)start("a.example", 0);
		assert_int_equal(answers_read, 2);
		assert_int_equal(told.count, before);
		if (i == 0) {
			fake_clock_advance(RESOLVER_DEADLINE_MS); /* it did come in time */
		}
		resolver_wait(resolver, -1);
		assert_int_equal(told.count, before + 2);
		assert_int_equal(told.outcome, RESOLVER_SECURE);
		assert_int_equal(told.record_count, 3);
		assert_memory_equal(told.data + 2, digest[0] + 2, 30);
	}
	(void)start("a.example", 0); /* or never, if nobody waits any more */
}

/* A failure that comes before the root's keys is told of in their light; or without them, when
 * its time is over. */
static void a_failure_waits_for_what_becomes_of_the_root(void **state)
{
	(void)state;
	for (int silent = 0; silent < 2; silent++) {
		resolver_free(resolver);
		resolver = resolver_with(anchor, NULL, responder_address(responder));
		responder_be(responder, RESPONDER_KEEPS_KEYS);
		responder_set(responder, "g.example", RESPOND_FAILURE, 0, NULL, 0);
		unsigned before = told.count;
		answers_read = 0;
		(void)start("g.example", 0);
		while (answers_read == 0) {
			resolver_wait(resolver, 1000);
		}
		assert_int_equal(told.count, before);
		if (silent == 1) {
			fake_clock_advance(RESOLVER_DEADLINE_MS);
			resolver_wait(resolver, 0);
			assert_int_equal(told.count, before + 1);
		} else {
			responder_be(responder, RESPONDER_ANSWERS);
			while (told.count == before) {
				resolver_wait(resolver, 1000);
			}
		}
		assert_int_equal(told.outcome, RESOLVER_FAILED);
		assert_non_null(strstr(told.why, "SERVFAIL"));
		assert_true((strstr(told.why, "no usable answer from") != NULL) ==
			(silent == 1));
	}
}

/* A cache that has told about a name is asked about it again only while it is young. */
static void generations_part_old_answers_from_new(void **state)
{
	(void)state;
	responder_set(responder, "j.example", RESPOND_SIGNED, 300, records, 1);
	uint32_t first = ask_past("j.example", 0);
	assert_int_equal(responder_asked(responder, "j.example"), 1);
	responder_set(responder, "j.example", RESPOND_SIGNED, 300, records, 2);
	fake_clock_advance(RESOLVER_GENERATION_MS - 1);
	assert_int_equal(ask_past("j.example", first), first);
	assert_int_equal(responder_asked(responder, "j.example"), 1);
	assert_int_equal(told.record_count, 1);
	fake_clock_advance(1);
	uint32_t second = ask_past("j.example", first);
	assert_int_not_equal(second, first);
	assert_int_equal(responder_asked(responder, "j.example"), 2);
	assert_int_equal(told.record_count, 2);
	/* Who was last told by an older one may be told by this one, however old. */
	fake_clock_advance(1000000);
	assert_int_equal(ask_past("j.example", first), second);
	assert_int_equal(ask_past("j.example", 0), second);
	assert_int_equal(responder_asked(responder, "j.example"), 2);
}

static void generations_have_a_bound(void **state)
{
	(void)state;
	uint32_t generation = 0;
	responder_set(responder, "n.example", RESPOND_NEVER, 0, NULL, 0);
	unsigned made = 0;
	for (int i = 0; i < 20; i++) {
		uint32_t next = start("n.example", generation);
		made += next != generation;
		generation = next;
		fake_clock_advance(RESOLVER_GENERATION_MS);
	}
	assert_int_equal(made, 8);
	resolver_wait(resolver, 0); /* all but the newest are too late now */
	assert_true(told.count >= 18);
	assert_int_not_equal(start("n.example", generation), generation);
}

static void forwarders_are_addresses(void **state)
{
	(void)state;
	static const char *const good[] = { "127.0.0.1", "::1", "192.0.2.1@53",
		"2001:db8::1@853", "::@65535", "0.0.0.0@1" };
	static const char *const bad[] = { "", "@", "@53", "127.0.0.1@", "127.0.0.1@0",
		"127.0.0.1@65536", "127.0.0.1@-1", "127.0.0.1@+1", "127.0.0.1@ 53",
		"127.0.0.1@53 ", "127.0.0.1@53x", " 127.0.0.1", "127.0.0.1 ",
		"127.0.0.1:53", "[::1]", "::1@53@53", "localhost", "example.net@53",
		"256.0.0.1", "1:2", "127.0.0.1@18446744073709551669",
		"2001:db8:2001:db8:2001:db8:2001:db8:2001:db8:2001:db8:2001:db8" };
	for (size_t i = 0; i < ROWS(good); i++) {
		check_true(good[i], resolver_check_forwarder(good[i]));
	}
	for (size_t i = 0; i < ROWS(bad); i++) {
		check_true(bad[i], !resolver_check_forwarder(bad[i]));
	}
}

static void *wake(void *arg)
{
	resolver_wake(arg);
	return NULL;
}

/* It would wait for ever, or until cmocka's caller loses patience. */
static void a_wait_can_be_ended(void **state)
{
	(void)state;
	pthread_t thread;
	resolver_wake(resolver); /* before it begins */
	resolver_wait(resolver, -1);
	resolver_wait(resolver, 0);
	resolver_wait(resolver, 20);
	for (int i = 0; i < 100000; i++) { /* more than a pipe holds */
		resolver_wake(resolver);
	}
	resolver_wait(resolver, -1);
	while (told.count == 0) { /* the rest of them does not hide an answer */
		responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
		(void)ask_past("a.example", 0);
	}
	assert_int_equal(pthread_create(&thread, NULL, wake, resolver), 0);
	resolver_wait(resolver, -1);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static void lookups_under_way_are_dropped(void **state)
{
	(void)state;
	responder_set(responder, "n.example", RESPOND_NEVER, 0, NULL, 0);
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	for (int i = 0; i < 50; i++) {
		(void)start("n.example", 0);
		(void)start("a.example", 0);
	}
	resolver_free(resolver);
	assert_int_equal(told.count, 0);
	resolver_free(NULL);
	resolver = resolver_with(anchor, NULL, NULL); /* never asked */
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, resolver_scene_begin, resolver_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(signed_records_are_secure),
		TEST(what_is_not_signed_is_insecure),
		TEST(denials_are_of_the_name_asked),
		TEST(forgeries_are_bogus),
		TEST(servers_that_fail_are_failures),
		TEST(aliases_are_followed),
		TEST(odd_records_are_records),
		TEST(a_cache_does_not_outlive_a_step_of_the_clock),
		TEST(nor_does_the_ttl_of_an_answer_under_way),
		TEST(silence_is_a_timeout),
		TEST(a_resolver_that_hears_nothing_says_so),
		TEST(a_failure_waits_for_what_becomes_of_the_root),
		TEST(generations_part_old_answers_from_new),
		TEST(generations_have_a_bound),
		TEST(forwarders_are_addresses),
		TEST(a_wait_can_be_ended),
		TEST(lookups_under_way_are_dropped),
		TEST(an_answer_that_comes_at_once_is_told_of_in_its_time),
	};
	return cmocka_run_group_tests(tests, resolver_scene_make, resolver_scene_clear);
}
