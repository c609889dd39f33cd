/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One context of libunbound with a DNS of our own: that it asks for every name there is,
 * makes up nothing, and finds out what its trust anchor is worth. */

#include "answer.h"
#include "check.h"
#include "fake_clock.h"
#include "generation.h"
#include "packet.h"
#include "responder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct responder *responder;
static char anchor[] = "/tmp/dance-anchor-XXXXXX";
static unsigned char digest[32];
static const struct dance_tlsa record = { 3, 1, 1, digest, sizeof(digest) };
static struct event_loop *loop;
static struct generation *generation;
static unsigned roots;

static struct {
	unsigned count;
	int error;
	bool secure, havedata, nxdomain, bogus;
} told;

static int make(void **state)
{
	(void)state;
	responder = responder_new();
	loop = event_loop_new();
	int file = mkstemp(anchor);
	return file < 0 ? -1 : close(file);
}

static int clear(void **state)
{
	(void)state;
	responder_free(responder);
	event_loop_free(loop);
	return unlink(anchor);
}

static void write_anchor(const char *text)
{
	FILE *file = fopen(anchor, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
		abort();
	}
}

static void on_root(void *arg, struct generation *of)
{
	assert_ptr_equal(arg, &roots);
	assert_ptr_equal(of, generation);
	roots++;
}

static void renew(void)
{
	const struct dance_context_options options = { .size = sizeof(options),
		.trust_anchor = anchor,
		.forwarders = { responder_address(responder) } };
	struct generation_settings settings;
	char why[DANCE_ERROR_SIZE];
	if (generation != NULL) {
		generation_free(generation);
	}
	assert_true(generation_settings_copy(&settings, &options));
	generation = generation_new(&settings, loop, 7, why);
	generation_settings_clear(&settings);
	if (generation == NULL) {
		fail_msg("%s", why);
	}
	generation->root_known = on_root;
	generation->arg = &roots;
	roots = 0;
}

static int begin(void **state)
{
	(void)state;
	memset(&told, 0, sizeof(told));
	fake_clock_set(1000000);
	write_anchor(responder_anchor(responder));
	responder_be(responder, RESPONDER_ANSWERS);
	generation = NULL;
	renew();
	return 0;
}

static int end(void **state)
{
	(void)state;
	generation_free(generation);
	return 0;
}

static void on_result(void *arg, int rcode, void *octets, int size, int security, char *why,
	int limited)
{
	struct packet packet = { 0 };
	(void)why;
	(void)limited;
	assert_ptr_equal(arg, &told);
	bool read = rcode == 0 && size > 0 &&
		packet_read(&packet, octets, (size_t)size, ANSWER_TYPE_TLSA, NULL, NULL);
	told.count++;
	told.error = read ? 0 : rcode != 0 ? rcode : -1;
	told.secure = security == ANSWER_SECURE;
	told.bogus = security == ANSWER_BOGUS;
	told.havedata = packet.count > 0;
	told.nxdomain = packet.rcode == PACKET_NXDOMAIN;
}

static void process(void)
{
	event_loop_turn(loop, 1000);
}

static void ask(const char *name)
{
	int id;
	unsigned before = told.count;
	assert_int_equal(generation_ask(generation, name, &told, on_result, &id), 0);
	while (told.count == before) {
		process();
	}
}

static void ask_root(void)
{
	ask("a.example");
	while (roots == 0) {
		process();
	}
}

/* Signed, for whoever asks; and asked for, once more than before. */
static void expect_asked(const char *name)
{
	unsigned before = responder_asked(responder, name);
	responder_set(responder, name, RESPOND_SIGNED, 300, &record, 1);
	ask(name);
	if (responder_asked(responder, name) != before + 1) {
		fail_msg("%s was not asked for", name);
	}
	if (told.error != 0 || !told.secure || !told.havedata) {
		fail_msg("%s: error %d, secure %d", name, told.error, told.secure);
	}
}

static void expect_asked_below(const char *zone)
{
	char name[DANCE_NAME_SIZE];
	snprintf(name, sizeof(name), "ns2.%s", zone);
	expect_asked(name);
	snprintf(name, sizeof(name), "a.b.%s", zone);
	expect_asked(name);
	expect_asked(zone);
}

/* RFC 6303, 6598, 6761, 7686, 8375, 9462, 9665 and more: a resolver for the public answers
 * these by itself. Where they are somebody's, they are asked for like all others. */
static void no_name_is_answered_without_asking(void **state)
{
	(void)state;
	static const char *const zones[] = { "localhost", "test", "invalid", "onion",
		"local", "internal", "lan", "alt", "home.arpa", "resolver.arpa",
		"service.arpa", "ipv4only.arpa", "as112.arpa", "arpa", "in-addr.arpa",
		"ip6.arpa", "0.in-addr.arpa", "10.in-addr.arpa", "127.in-addr.arpa",
		"168.192.in-addr.arpa", "254.169.in-addr.arpa", "2.0.192.in-addr.arpa",
		"100.51.198.in-addr.arpa", "113.0.203.in-addr.arpa",
		"255.255.255.255.in-addr.arpa", "d.f.ip6.arpa", "8.e.f.ip6.arpa",
		"9.e.f.ip6.arpa", "a.e.f.ip6.arpa", "b.e.f.ip6.arpa",
		"8.b.d.0.1.0.0.2.ip6.arpa" };
	char name[DANCE_NAME_SIZE];
	for (size_t i = 0; i < ROWS(zones); i++) {
		expect_asked_below(zones[i]);
	}
	for (unsigned i = 16; i <= 31; i++) {
		snprintf(name, sizeof(name), "%u.172.in-addr.arpa", i);
		expect_asked(name);
	}
	for (unsigned i = 64; i <= 127; i++) {
		snprintf(name, sizeof(name), "%u.100.in-addr.arpa", i);
		expect_asked(name);
	}
	for (char last = '0'; last <= '1'; last++) { /* :: and ::1 */
		name[0] = last;
		for (size_t i = 1; i < 32; i++) {
			memcpy(name + 2 * i - 1, ".0", 2);
		}
		strcpy(name + 63, ".ip6.arpa");
		expect_asked(name);
	}
	assert_int_equal(generation->root, ROOT_SECURE);
}

static void nor_is_one_that_an_alias_leads_to(void **state)
{
	(void)state;
	responder_set(responder, "ns3.home.arpa", RESPOND_SIGNED, 300, &record, 1);
	responder_alias(responder, "alias.example", "ns3.home.arpa");
	responder_alias(responder, "alias.test", "ns3.home.arpa");
	ask("alias.example");
	assert_true(told.secure && told.havedata);
	ask("alias.test");
	assert_true(told.secure && told.havedata);
}

/* What is denied of a name says nothing of those below it: they are asked for. */
static void a_denial_is_of_one_name_only(void **state)
{
	(void)state;
	responder_set(responder, "gone.example", RESPOND_NO_NAME, 0, NULL, 0);
	ask("gone.example");
	assert_true(told.secure && told.nxdomain);
	expect_asked("new.gone.example");
	expect_asked("new.deep.gone.example");
}

static bool losing_anchors; /* libunbound takes them, and has no use for them */

int __real_ub_ctx_add_ta(struct ub_ctx *context, const char *text);
int __wrap_ub_ctx_add_ta(struct ub_ctx *context, const char *text);
int __wrap_ub_ctx_add_ta(struct ub_ctx *context, const char *text)
{
	return losing_anchors ? 0 : __real_ub_ctx_add_ta(context, text);
}

static unsigned forwarders;

int __real_ub_ctx_set_fwd(struct ub_ctx *context, const char *address);
int __wrap_ub_ctx_set_fwd(struct ub_ctx *context, const char *address);
int __wrap_ub_ctx_set_fwd(struct ub_ctx *context, const char *address)
{
	forwarders++;
	return __real_ub_ctx_set_fwd(context, address);
}

static void the_last_server_is_told_of_too(void **state)
{
	(void)state;
	struct dance_context_options options = { .size = sizeof(options),
		.trust_anchor = anchor };
	struct generation_settings settings;
	char why[DANCE_ERROR_SIZE];
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		options.forwarders[i] = responder_address(responder);
	}
	assert_true(generation_settings_copy(&settings, &options));
	forwarders = 0;
	struct generation *of_many = generation_new(&settings, loop, 8, why);
	generation_settings_clear(&settings);
	assert_non_null(of_many);
	assert_int_equal(forwarders, DANCE_FORWARDER_MAX);
	generation_free(of_many);
}

static void the_root_tells_what_the_anchor_is_worth(void **state)
{
	(void)state;
	assert_int_equal(generation->root, ROOT_UNKNOWN);
	assert_false(generation->asked);
	ask_root();
	assert_true(generation->asked);
	assert_int_equal(generation->root, ROOT_SECURE);
	ask("b.example"); /* it is not asked for again */
	assert_false(generation->root_under_way);
	assert_int_equal(roots, 1);

	write_anchor(". IN DNSKEY 257 3 15 WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=\n");
	renew();
	ask_root();
	assert_int_equal(generation->root, ROOT_BOGUS);

	losing_anchors = true;
	renew();
	losing_anchors = false;
	ask_root();
	assert_int_equal(generation->root, ROOT_UNPROVED);

	write_anchor(responder_anchor(responder));
	responder_be(responder, RESPONDER_REFUSES);
	renew();
	ask_root();
	assert_int_equal(generation->root, ROOT_FAILED);
	/* Then it is asked for again, with the next name. */
	ask("b.example");
	while (roots < 2) {
		process();
	}

	responder_be(responder, RESPONDER_IS_SILENT);
	renew();
	int id;
	assert_int_equal(generation_ask(generation, "a.example", &told, on_result, &id), 0);
	assert_true(generation->root_under_way);
	assert_int_equal(generation->root, ROOT_UNKNOWN);
}

/* Nobody hears of what was given up, also not when its context goes. */
static void what_was_given_up_is_not_told_of(void **state)
{
	(void)state;
	for (unsigned turns = 0; turns < 20; turns++) {
		int ids[20];
		responder_be(responder,
			turns % 2 == 0 ? RESPONDER_IS_SILENT : RESPONDER_ANSWERS);
		renew();
		memset(&told, 0, sizeof(told));
		for (size_t i = 0; i < ROWS(ids); i++) {
			char name[DANCE_NAME_SIZE];
			snprintf(name, sizeof(name), "n%zu.example", i);
			assert_int_equal(generation_ask(generation, name, &told, on_result,
						 &ids[i]),
				0);
		}
		for (unsigned i = 0; i < turns; i++) {
			event_loop_turn(loop, 1);
		}
		unsigned before = told.count, roots_before = roots;
		for (size_t i = 0; i < ROWS(ids); i++) {
			generation_give_up(generation, ids[i]);
		}
		if (turns % 4 < 2) {
			event_loop_turn(loop, 1);
			roots_before = roots;
		}
		generation_free(generation);
		generation = NULL;
		event_loop_turn(loop, 0);
		assert_int_equal(told.count, before);
		assert_int_equal(roots, roots_before);
	}
	renew();
}

static void servers_are_named(void **state)
{
	(void)state;
	struct dance_context_options options = { .size = sizeof(options) };
	struct generation_settings settings;
	char text[DANCE_ERROR_SIZE];
	assert_true(generation_settings_copy(&settings, &options));
	generation_servers(&settings, text);
	assert_string_equal(text, "the root servers");
	generation_settings_clear(&settings);

	options.forwarders[0] = "192.0.2.1@5300";
	options.forwarders[1] = "2001:db8::1";
	assert_true(generation_settings_copy(&settings, &options));
	generation_servers(&settings, text);
	assert_string_equal(text, "192.0.2.1@5300, 2001:db8::1");
	generation_settings_clear(&settings);

	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		options.forwarders[i] = "2001:db8:2001:db8:2001:db8:2001:db8@65535";
	}
	assert_true(generation_settings_copy(&settings, &options));
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		assert_string_equal(settings.forwarders[i], options.forwarders[i]);
	}
	generation_servers(&settings, text);
	assert_true(strlen(text) < 130);
	assert_non_null(strstr(text,
		", 2001:db8:2001:db8:2001:db8:2001:db8@65535 and others"));
	generation_settings_clear(&settings);
	assert_null(settings.forwarders[0]);
	assert_null(settings.root_hints);
	assert_null(settings.anchor.path);

	/* The last one for which there is room, and the first for which there is none. */
	char long_one[102];
	for (size_t size = 98; size <= 99; size++) {
		memset(long_one, 'a', size);
		long_one[size] = '\0';
		options = (struct dance_context_options){ .size = sizeof(options),
			.forwarders = { long_one, "b", "c" } };
		assert_true(generation_settings_copy(&settings, &options));
		char expected[DANCE_ERROR_SIZE];
		snprintf(expected, sizeof(expected), "%s, b and others", long_one);
		generation_servers(&settings, text);
		assert_string_equal(text, expected);
		generation_settings_clear(&settings);
	}
	memset(long_one, 'a', 101);
	long_one[101] = '\0';
	options.forwarders[0] = long_one;
	assert_true(generation_settings_copy(&settings, &options));
	generation_servers(&settings, text);
	assert_string_equal(text, " and others");
	generation_settings_clear(&settings);
	long_one[100] = '\0';
	options.forwarders[1] = NULL;
	assert_true(generation_settings_copy(&settings, &options));
	generation_servers(&settings, text);
	assert_string_equal(text, long_one);
	generation_settings_clear(&settings);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_name_is_answered_without_asking),
		TEST(nor_is_one_that_an_alias_leads_to),
		TEST(a_denial_is_of_one_name_only),
		TEST(the_last_server_is_told_of_too),
		TEST(the_root_tells_what_the_anchor_is_worth),
		TEST(what_was_given_up_is_not_told_of),
		cmocka_unit_test(servers_are_named),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
