/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the real resolver does when its files or settings are wrong, or change. */

#include "check.h"
#include "fake_clock.h"
#include "resolver_scene.h"

#include <stdio.h>
#include <string.h>
#include <unbound.h>
#include <unistd.h>

#define OTHER_KEY ". 3600 IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=\n"

static void without_a_usable_anchor_nothing_is_looked_up(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "no DS or DNSKEY record of the root" },
		{ "\n\n; . IN DS 1 15 2 00\n", "no DS or DNSKEY record of the root" },
		{ ". IN A 192.0.2.1\n", "no DS or DNSKEY record of the root" },
		{ "DS. IN A 192.0.2.1\n", "no DS or DNSKEY record of the root" },
		{ "example. DS 1 15 2 00",
			"line 1 cannot be used: its digest does not have" },
		{ ". 3600 IN DNSKEY 257 3 15 !!!\n",
			"line 1 cannot be used: its key is not base64" },
		{ ". IN DS 1 15 99 00\n",
			"line 1 cannot be used: its digest type is neither 2 nor 4" },
		{ ". 3600 IN DNSKEY 257 3 15 WlpaWlpaWlpa\n", "the wrong length for its" },
		{ "\x01\x02 DS \xff\xfe\n", "no DS or DNSKEY record of the root" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		write_anchor(rows[i].text);
		struct resolver *without = resolver_with(anchor, NULL,
			responder_address(responder));
		check_impossible(without, rows[i].why);
		check_impossible(without, rows[i].why);
		resolver_wait(without, 0);
		resolver_free(without);
	}
	assert_int_equal(told.count, 0);
}

static bool losing_anchors; /* libunbound takes them, and has no use for them */

int __real_ub_ctx_add_ta(struct ub_ctx *context, const char *record);
int __wrap_ub_ctx_add_ta(struct ub_ctx *context, const char *record);
int __wrap_ub_ctx_add_ta(struct ub_ctx *context, const char *record)
{
	return losing_anchors ? 0 : __real_ub_ctx_add_ta(context, record);
}

/* Without an anchor that works every name looks unsigned: that is no finding (RFC 4035 4.3). */
static void nothing_is_insecure_while_the_root_is_not_secure(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	responder_set(responder, "a.unsigned", RESPOND_SIGNED, 300, records, 1);
	responder_set(responder, "c.unsigned", RESPOND_NO_NAME, 0, NULL, 0);
	losing_anchors = true;
	enum resolver_outcome signed_name = ask("a.example");
	losing_anchors = false;
	assert_int_equal(signed_name, RESOLVER_NONE);
	assert_non_null(strstr(told.why, "libunbound cannot use it"));
	assert_int_equal(ask("a.unsigned"), RESOLVER_NONE);
	assert_int_equal(ask("c.unsigned"), RESOLVER_NONE);
	assert_int_equal(told.record_count, 0);
}

static void an_anchor_may_come_later(void **state)
{
	(void)state;
	struct resolver *later = resolver;
	assert_int_equal(unlink(anchor), 0);
	check_impossible(later, anchor);
	check_impossible(later, "No such file");
	write_anchor(responder_anchor(responder));
	fake_clock_advance(1000);
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
}

/* And a new one in the file is known without a restart. */
static void an_anchor_may_change(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	uint32_t generation = ask_past("a.example", 0);
	assert_int_equal(told.outcome, RESOLVER_SECURE);
	write_anchor(OTHER_KEY);
	fake_clock_advance(RESOLVER_GENERATION_MS);
	(void)ask_past("a.example", generation);
	assert_int_equal(told.outcome, RESOLVER_BOGUS);
}

static enum trust_anchor_news news(void)
{
	const struct trust_anchor *of;
	enum trust_anchor_news now = resolver_anchor_news(resolver, &of);
	assert_string_equal(of->path, anchor);
	return now;
}

/* Also for a name that nobody has asked for before, which any context may answer. */
static void other_keys_count_for_every_lookup_from_then_on(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	responder_set(responder, "b.example", RESPOND_SIGNED, 300, records, 1);
	uint32_t generation = ask_past("a.example", 0);
	assert_int_equal(told.outcome, RESOLVER_SECURE);
	write_anchor(OTHER_KEY);
	fake_clock_advance(TRUST_ANCHOR_LOOK_MS);
	assert_int_not_equal(ask_past("b.example", 0), generation);
	assert_int_equal(told.outcome, RESOLVER_BOGUS);
	assert_int_equal(news(), TRUST_ANCHOR_CHANGED);
	assert_int_equal(news(), TRUST_ANCHOR_NO_NEWS);
	assert_int_equal(ask("a.example"), RESOLVER_BOGUS);

	write_anchor(responder_anchor(responder));
	fake_clock_advance(TRUST_ANCHOR_LOOK_MS);
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
	assert_int_equal(ask("b.example"), RESOLVER_SECURE);
	assert_int_equal(news(), TRUST_ANCHOR_CHANGED);
}

/* The contexts that are there may be as many as there ever are. */
static void nor_do_contexts_at_work_put_that_off(void **state)
{
	(void)state;
	uint32_t generation = 0;
	responder_be(responder, RESPONDER_IS_SILENT);
	for (unsigned i = 0; i < 12; i++) {
		generation = start("a.example", generation);
		fake_clock_advance(i == 0 ? RESOLVER_GENERATION_MS : 0);
	}
	responder_be(responder, RESPONDER_ANSWERS);
	responder_set(responder, "b.example", RESPOND_SIGNED, 300, records, 1);
	write_anchor(OTHER_KEY);
	fake_clock_advance(TRUST_ANCHOR_LOOK_MS);
	assert_int_not_equal(start("b.example", 0), generation);
}

static void lookups_under_way_end_as_they_began(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	responder_be(responder, RESPONDER_IS_SILENT);
	uint32_t generation = start("a.example", 0);
	resolver_wait(resolver, 10);
	write_anchor(OTHER_KEY);
	fake_clock_advance(TRUST_ANCHOR_LOOK_MS);
	resolver_wait(resolver, 10);
	assert_int_equal(news(), TRUST_ANCHOR_CHANGED);
	responder_be(responder, RESPONDER_ANSWERS);
	while (told.count == 0) {
		resolver_wait(resolver, 1000);
	}
	assert_int_equal(told.outcome, RESOLVER_SECURE);
	assert_int_not_equal(ask_past("a.example", 0), generation);
	assert_int_equal(told.outcome, RESOLVER_BOGUS);
}

static void a_file_that_breaks_leaves_the_keys_in_force(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	static const char *const texts[] = { "", "nothing", ". IN DS 1 99 2 00\n", NULL };
	uint32_t generation = ask_past("a.example", 0);
	for (size_t i = 0; i < ROWS(texts); i++) {
		if (texts[i] != NULL) {
			write_anchor(texts[i]);
		} else {
			assert_int_equal(unlink(anchor), 0);
		}
		fake_clock_advance(RESOLVER_GENERATION_MS);
		uint32_t next = ask_past("a.example", generation);
		assert_int_not_equal(next, generation);
		assert_int_equal(told.outcome, RESOLVER_SECURE);
		generation = next;
	}
	assert_int_equal(news(), TRUST_ANCHOR_BROKEN);
	write_anchor(responder_anchor(responder));
	fake_clock_advance(TRUST_ANCHOR_LOOK_MS);
	resolver_wait(resolver, 0);
	assert_int_equal(news(), TRUST_ANCHOR_MENDED);
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
}

static const char *aging(void)
{
	const struct trust_anchor *of;
	(void)resolver_anchor_news(resolver, &of);
	return of->aging;
}

/* 32 octets of 0x5a. */
#define NEXT_KEY "257 3 15 WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo="

/* Known by the keys that validation needs anyway. */
static void what_of_the_root_s_keys_the_anchor_does_not_follow_is_known(void **state)
{
	(void)state;
	char text[512];
	unsigned char next[RESPONDER_KEY_SIZE];
	memset(next, 0x5a, sizeof(next));
	memcpy(next, "\1\1\3\17", 4);
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	uint32_t generation = ask_past("a.example", 0);
	assert_string_equal(aging(), "");
	responder_add_key(responder, next);
	fake_clock_advance(RESOLVER_GENERATION_MS);
	generation = ask_past("a.example", generation);
	assert_int_equal(told.outcome, RESOLVER_SECURE);
	assert_non_null(strstr(aging(), "the root has a key "));
	assert_non_null(strstr(aging(), " that it lacks"));

	/* Without another lookup: as soon as the file says that it waits to be trusted. */
	snprintf(text, sizeof(text), "%s. IN DNSKEY " NEXT_KEY " ;;state=1 [ ADDPEND ]\n",
		responder_anchor(responder));
	write_anchor(text);
	fake_clock_advance(TRUST_ANCHOR_LOOK_MS);
	resolver_wait(resolver, 0);
	assert_string_equal(aging(), "");

	snprintf(text, sizeof(text), "%s. IN DNSKEY " NEXT_KEY "\n",
		responder_anchor(responder));
	write_anchor(text);
	fake_clock_advance(RESOLVER_GENERATION_MS);
	generation = ask_past("a.example", generation);
	assert_string_equal(aging(), "");
	responder_add_key(responder, NULL);
	fake_clock_advance(RESOLVER_GENERATION_MS);
	(void)ask_past("a.example", generation);
	assert_int_equal(told.outcome, RESOLVER_SECURE);
	assert_non_null(strstr(aging(), "the root no longer has its key "));
}

/* RFC 5011 2.1: whoever has the key may not be its owner any more. */
static void a_revoked_key_proves_nothing_more(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
	char text[512];
	snprintf(text, sizeof(text), "%.*s ;;state=4 [ REVOKED ]\n",
		(int)strcspn(responder_anchor(responder), "\n"),
		responder_anchor(responder));
	write_anchor(text);
	fake_clock_advance(TRUST_ANCHOR_LOOK_MS);
	check_impossible(resolver, "it is revoked");
	check_impossible(resolver, anchor);
	write_anchor(responder_anchor(responder));
	fake_clock_advance(TRUST_ANCHOR_AGAIN_MS);
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
}

static void wrong_settings_are_told(void **state)
{
	(void)state;
	static const char *const forwarders[] = { "nowhere", "1.2.3", "127.0.0.1@x",
		"127.0.0.1@99999" };
	for (size_t i = 0; i < ROWS(forwarders); i++) {
		if (resolver_check_forwarder(forwarders[i])) {
			fail_msg("%s", forwarders[i]);
		}
	}
	struct resolver *wrong = resolver_with(anchor, NULL, "nowhere");
	check_impossible(wrong, "nowhere");
	check_impossible(wrong, "nowhere");
	resolver_free(wrong);
	wrong = resolver_with(anchor, "/nowhere/root.hints", NULL);
	check_impossible(wrong, "");
	check_impossible(wrong, "");
	resolver_free(wrong);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, resolver_scene_begin, resolver_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_usable_anchor_nothing_is_looked_up),
		TEST(nothing_is_insecure_while_the_root_is_not_secure),
		TEST(an_anchor_may_come_later),
		TEST(an_anchor_may_change),
		TEST(other_keys_count_for_every_lookup_from_then_on),
		TEST(nor_do_contexts_at_work_put_that_off),
		TEST(lookups_under_way_end_as_they_began),
		TEST(a_file_that_breaks_leaves_the_keys_in_force),
		TEST(what_of_the_root_s_keys_the_anchor_does_not_follow_is_known),
		TEST(a_revoked_key_proves_nothing_more),
		TEST(wrong_settings_are_told),
	};
	return cmocka_run_group_tests(tests, resolver_scene_make, resolver_scene_clear);
}
