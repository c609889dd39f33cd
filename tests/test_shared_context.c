/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Who shares a libdance context and who does not, how long it lives, whose log its news go
 * to, and that nothing is lost when memory runs out. */

#include "../modules/shared_context.h"
#include "check.h"
#include "fail.h"
#include "scene.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static atomic_uint begun, ended;
static atomic_uint lines[3]; /* of each user's log */

static void on_log(void *arg, enum dance_log_level level, const char *line)
{
	(void)level;
	(void)line;
	atomic_fetch_add((atomic_uint *)arg, 1);
}

static void on_begin(void *arg)
{
	(void)arg;
	atomic_fetch_add(&begun, 1);
}

static void on_end(void *arg)
{
	(void)arg;
	atomic_fetch_add(&ended, 1);
}

static const struct dance_context_options plain = {
	.size = sizeof(plain),
	.trust_anchor = "/some/root.key",
	.root_hints = "/some/root.hints",
	.forwarders = { "192.0.2.1@53", "192.0.2.2@53" },
	.log = on_log,
	.thread_begin = on_begin,
	.thread_end = on_end,
};

static int make(void **state)
{
	for (size_t i = 0; i < ROWS(lines); i++) {
		atomic_store(&lines[i], 0);
	}
	atomic_store(&begun, 0);
	atomic_store(&ended, 0);
	return scene_begin(state);
}

static void the_same_settings_share(void **state)
{
	(void)state;
	char anchor[] = "/some/root.key", hints[] = "/some/root.hints";
	char first[] = "192.0.2.1@53", second[] = "192.0.2.2@53";
	struct dance_context_options written = plain;
	written.trust_anchor = anchor;
	written.root_hints = hints;
	written.forwarders[0] = first;
	written.forwarders[1] = second;
	struct shared_context_user a = { 0 }, b = { 0 };
	assert_true(shared_context_join(&a, &written));
	memset(anchor, 'x', 4); /* it has its own copies */
	memset(hints, 'x', 4);
	memset(first, 'x', 4);
	memset(second, 'x', 4);
	assert_true(shared_context_join(&b, &plain));
	assert_ptr_equal(shared_context_get(&a), shared_context_get(&b));
	shared_context_leave(&a);
	shared_context_leave(&b);
}

static void others_do_not(void **state)
{
	(void)state;
	const struct {
		const char *name;
		struct dance_context_options options;
	} rows[] = {
		{ "no trust anchor",
			{ sizeof(struct dance_context_options), NULL, plain.root_hints,
				{ "192.0.2.1@53" } } },
		{ "another trust anchor",
			{ sizeof(struct dance_context_options), "/x", plain.root_hints,
				{ "192.0.2.1@53" } } },
		{ "no root hints",
			{ sizeof(struct dance_context_options), plain.trust_anchor, NULL,
				{ "192.0.2.1@53" } } },
		{ "other root hints",
			{ sizeof(struct dance_context_options), plain.trust_anchor, "/x",
				{ "192.0.2.1@53" } } },
		{ "no forwarder",
			{ sizeof(struct dance_context_options), plain.trust_anchor,
				plain.root_hints, { NULL } } },
		{ "another forwarder",
			{ sizeof(struct dance_context_options), plain.trust_anchor,
				plain.root_hints, { "192.0.2.2@53" } } },
		{ "a forwarder more",
			{ sizeof(struct dance_context_options), plain.trust_anchor,
				plain.root_hints, { "192.0.2.1@53", "192.0.2.2@53" } } },
		{ "forwarders in another order",
			{ sizeof(struct dance_context_options), plain.trust_anchor,
				plain.root_hints, { "192.0.2.2@53", "192.0.2.1@53" } } },
		{ "nothing at all", { sizeof(struct dance_context_options), 0 } },
		{ "lookups in a second",
			{ .size = sizeof(struct dance_context_options),
				plain.trust_anchor,
				plain.root_hints,
				{ "192.0.2.1@53" },
				.lookups_per_second = 200 } },
		{ "lookups in flight",
			{ .size = sizeof(struct dance_context_options),
				plain.trust_anchor,
				plain.root_hints,
				{ "192.0.2.1@53" },
				.lookups_in_flight = 100 } },
		{ "lookups that wait",
			{ .size = sizeof(struct dance_context_options),
				plain.trust_anchor,
				plain.root_hints,
				{ "192.0.2.1@53" },
				.lookups_queued = 100 } },
		{ "names that are remembered",
			{ .size = sizeof(struct dance_context_options),
				plain.trust_anchor,
				plain.root_hints,
				{ "192.0.2.1@53" },
				.remembered = 100 } },
	};
	const struct dance_context_options one = { .size = sizeof(one),
		plain.trust_anchor,
		plain.root_hints,
		{ "192.0.2.1@53" } };
	struct shared_context_user first = { 0 };
	assert_true(shared_context_join(&first, &one));
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct shared_context_user other = { 0 }, again = { 0 };
		check_true(rows[i].name, shared_context_join(&other, &rows[i].options));
		check_true(rows[i].name,
			shared_context_get(&other) != shared_context_get(&first));
		/* Which of them is found does not depend on their order. */
		check_true(rows[i].name, shared_context_join(&again, &one));
		check_true(rows[i].name,
			shared_context_get(&again) == shared_context_get(&first));
		shared_context_leave(&again);
		shared_context_leave(&other);
	}
	shared_context_leave(&first);
}

static void forwarders_may_be_as_many_as_there_is_room_for(void **state)
{
	(void)state;
	struct dance_context_options options = { .size = sizeof(options) };
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		options.forwarders[i] = "192.0.2.1@53";
	}
	struct shared_context_user first = { 0 }, second = { 0 }, third = { 0 };
	long before = fail_blocks();
	assert_true(shared_context_join(&first, &options));
	assert_true(shared_context_join(&second, &options));
	assert_ptr_equal(shared_context_get(&first), shared_context_get(&second));
	options.forwarders[DANCE_FORWARDER_MAX - 1] = "192.0.2.2@53";
	assert_true(shared_context_join(&third, &options));
	assert_ptr_not_equal(shared_context_get(&first), shared_context_get(&third));
	shared_context_leave(&second);
	shared_context_leave(&first);
	shared_context_leave(&third);
	assert_int_equal(fail_blocks(), before);
}

/* As at a reload: the second comes before the first goes. */
static void it_lives_as_long_as_a_user(void **state)
{
	(void)state;
	const char *name = "a.example";
	answer(name, RESOLVER_DENIED, 3600, "");
	struct shared_context_user a = { .arg = &lines[0] }, b = { .arg = &lines[1] };
	assert_true(shared_context_join(&a, &plain));
	char error[DANCE_ERROR_SIZE];
	struct dance_roster *roster = dance_roster_new(shared_context_get(&a), &name, 1,
		NULL, error);
	assert_non_null(roster);
	fake_resolver_settle();
	assert_int_equal(begun, 1);

	assert_true(shared_context_join(&b, &plain));
	struct dance_roster *next = dance_roster_new(shared_context_get(&b), &name, 1, NULL,
		error);
	dance_roster_free(roster);
	shared_context_leave(&a);
	fake_resolver_settle();
	assert_int_equal(ended, 0);
	assert_int_equal(fake_resolver_asked(name), 1); /* what was known is known on */

	dance_roster_free(next);
	shared_context_leave(&b);
	assert_int_equal(ended, 1);
}

static void who_has_left_reads_no_news(void **state)
{
	(void)state;
	const char *name = "a.example";
	answer(name, RESOLVER_BOGUS, 60, "no good signature");
	struct shared_context_user users[3] = { { .arg = &lines[0] }, { .arg = &lines[1] },
		{ .arg = &lines[2] } };
	for (size_t i = 0; i < 3; i++) {
		assert_true(shared_context_join(&users[i], &plain));
	}
	struct dance_context *context = shared_context_get(&users[0]);
	shared_context_leave(&users[0]);
	shared_context_leave(&users[2]);

	char error[DANCE_ERROR_SIZE];
	struct dance_roster *roster = dance_roster_new(context, &name, 1, NULL, error);
	assert_non_null(roster);
	fake_resolver_settle();
	assert_int_equal(lines[0], 0);
	assert_true(lines[1] > 0);
	assert_int_equal(lines[2], 0);
	dance_roster_free(roster);
	shared_context_leave(&users[1]);
}

struct client {
	pthread_t thread;
	struct dance_roster *roster;
	const struct credential *certificate;
	struct dance_result result;
	atomic_bool decided;
};

static void *ask(void *arg)
{
	struct client *client = arg;
	client->result.size = sizeof(client->result);
	shared_context_ask();
	(void)verify(client->roster, client->certificate, NULL, &client->result);
	shared_context_asked();
	atomic_store(&client->decided, true);
	return NULL;
}

static void begin(struct client *client, struct dance_roster *roster,
	const struct credential *certificate)
{
	client->roster = roster;
	client->certificate = certificate;
	atomic_store(&client->decided, false);
	assert_int_equal(pthread_create(&client->thread, NULL, ask, client), 0);
}

/* It need not wait, where so many do. */
static void await_decided(struct client *client, unsigned waiting)
{
	while (!atomic_load(&client->decided)) {
		assert_true(fake_clock_waiting() <= waiting);
		sched_yield();
	}
}

static enum dance_verdict end(struct client *client)
{
	pthread_join(client->thread, NULL);
	return client->result.verdict;
}

#define CONTEXTS 3 /* the scene has one too */
#define CLIENTS 12

/* However many contexts there are. Whoever need not wait is not hindered, and when those who
 * wait have gone, others may. */
static void all_contexts_together_keep_to_one_limit(void **state)
{
	(void)state;
	static const unsigned limits[] = { 1, 2, 5, 8 };
	static const char *const names[] = { "a.example", "b.example" };
	static struct credential mine, other;
	make_certificate(&mine, &(struct wish){ .key = KEY_P256 });
	make_certificate(&other, &(struct wish){ .key = KEY_P256 });
	publish_held(names[0], 60, &mine);
	publish(names[1], 3600, &other);
	for (size_t i = 0; i < ROWS(limits) * CONTEXTS; i++) {
		unsigned limit = limits[i / CONTEXTS],
			 contexts = (unsigned)(i % CONTEXTS) + 1;
		struct shared_context_user users[CONTEXTS] = { 0 };
		struct dance_roster *rosters[CONTEXTS];
		struct client clients[CLIENTS];
		char error[DANCE_ERROR_SIZE];
		for (unsigned j = 0; j < contexts; j++) {
			char hints[16];
			struct dance_context_options options = plain;
			snprintf(hints, sizeof(hints), "/hints%u", j);
			options.root_hints = hints;
			options.max_waiting = limit;
			options.log = NULL;
			assert_true(shared_context_join(&users[j], &options));
			rosters[j] = dance_roster_new(shared_context_get(&users[j]), names,
				2, NULL, error);
			assert_non_null(rosters[j]);
		}
		fake_resolver_settle();
		for (int round = 0; round < 2; round++) {
			for (unsigned j = 0; j < CLIENTS; j++) {
				begin(&clients[j], rosters[j % contexts], &mine);
				if (j < limit) {
					await_waiting(j + 1);
				} else {
					await_decided(&clients[j], limit);
				}
			}
			for (unsigned j = 0; j < contexts; j++) {
				struct client known;
				begin(&known, rosters[j], &other);
				await_decided(&known, limit);
				check_verdict(end(&known), DANCE_ALLOW);
			}
			fake_clock_advance(500);
			for (unsigned j = 0; j < CLIENTS; j++) {
				check_verdict(end(&clients[j]),
					j < limit ? DANCE_FAIL_TIMEOUT :
						    DANCE_FAIL_NOT_READY);
			}
		}
		for (unsigned j = 0; j < contexts; j++) {
			dance_roster_free(rosters[j]);
			shared_context_leave(&users[j]);
		}
	}
	clear_certificate(&mine);
	clear_certificate(&other);
}

static void one_that_joined_none_may_leave(void **state)
{
	(void)state;
	struct shared_context_user user = { 0 };
	shared_context_leave(&user);
	assert_true(shared_context_join(&user, &plain));
	shared_context_leave(&user);
	shared_context_leave(&user);
	assert_null(user.shared);
}

static void nothing_is_lost_out_of_memory(void **state)
{
	(void)state;
	for (int lasting = 0; lasting < 2; lasting++) {
		for (unsigned n = 1;; n++) {
			struct shared_context_user user = { 0 };
			long before = fail_blocks();
			fail_at(n, FAIL_HERE, lasting == 1);
			bool joined = shared_context_join(&user, &plain);
			bool failed = fail_calls() >= n;
			fail_at(0, FAIL_HERE, false);
			if (joined == failed || (user.shared != NULL) != joined) {
				fail_msg("call %u, %s: joined %d", n, fail_name(), joined);
			}
			shared_context_leave(&user);
			if (fail_blocks() != before) {
				fail_msg("call %u, %s: blocks lost", n, fail_name());
			}
			if (!failed) {
				assert_true(n > 5);
				break;
			}
		}
	}
}

/* A reload may bring another one. */
static void the_last_that_joins_says_how_many_may_wait(void **state)
{
	(void)state;
	static const char *const name = "a.example";
	static struct credential mine;
	struct shared_context_user first = { 0 }, second = { 0 };
	struct dance_context_options options = plain;
	struct client client;
	char error[DANCE_ERROR_SIZE];
	make_certificate(&mine, &(struct wish){ .key = KEY_P256 });
	publish_held(name, 60, &mine);
	options.log = NULL;
	options.max_waiting = 1;
	assert_true(shared_context_join(&first, &options));
	options.max_waiting = 0;
	assert_true(shared_context_join(&second, &options));
	struct dance_roster *roster = dance_roster_new(shared_context_get(&second), &name,
		1, NULL, error);
	assert_non_null(roster);
	begin(&client, roster, &mine);
	await_decided(&client, 0);
	check_verdict(end(&client), DANCE_FAIL_NOT_READY);
	fake_resolver_release(name);
	dance_roster_free(roster);
	shared_context_leave(&first);
	shared_context_leave(&second);
	clear_certificate(&mine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_same_settings_share, make, scene_end),
		cmocka_unit_test_setup_teardown(others_do_not, make, scene_end),
		cmocka_unit_test_setup_teardown(forwarders_may_be_as_many_as_there_is_room_for,
			make, scene_end),
		cmocka_unit_test_setup_teardown(it_lives_as_long_as_a_user, make, scene_end),
		cmocka_unit_test_setup_teardown(who_has_left_reads_no_news, make, scene_end),
		cmocka_unit_test_setup_teardown(all_contexts_together_keep_to_one_limit,
			make, scene_end),
		cmocka_unit_test_setup_teardown(the_last_that_joins_says_how_many_may_wait,
			make, scene_end),
		cmocka_unit_test_setup_teardown(one_that_joined_none_may_leave, make,
			scene_end),
		cmocka_unit_test_setup_teardown(nothing_is_lost_out_of_memory, make,
			scene_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
