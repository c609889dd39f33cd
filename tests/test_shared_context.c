/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Who shares a libdance context and who does not, how long it lives, whose log its news go
 * to, and that nothing is lost when memory runs out. */

#include "../modules/shared_context.h"
#include "check.h"
#include "fail.h"
#include "scene.h"

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

/* Threads that wait for lookups of one context take no place from those of another, and there
 * are never more than so many of them together. */
static void all_contexts_together_keep_to_one_limit(void **state)
{
	(void)state;
	static const unsigned rows[][3] = { { 8, 1, 8 }, { 8, 2, 8 }, { 5, 3, 5 },
		{ 2, 3, 2 }, { 1, 3, 1 } };
	static struct credential mine;
	make_certificate(&mine, &(struct wish){ .key = KEY_P256 });
	publish_held("a.example", 60, &mine);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct shared_context_user users[4] = { 0 };
		struct dance_roster *rosters[4];
		struct asker askers[8];
		const char *name = "a.example";
		char error[DANCE_ERROR_SIZE];
		for (unsigned j = 0; j < rows[i][1]; j++) {
			char hints[16];
			struct dance_context_options options = plain;
			snprintf(hints, sizeof(hints), "/hints%u", j);
			options.root_hints = hints;
			options.max_waiting = rows[i][0];
			assert_true(shared_context_join(&users[j], &options));
			rosters[j] = dance_roster_new(shared_context_get(&users[j]), &name,
				1, NULL, error);
			assert_non_null(rosters[j]);
		}
		fake_resolver_settle();
		unsigned waiting = 0;
		for (unsigned j = 0; j < rows[i][1]; j++) {
			unsigned part = 0;
			for (; waiting < 8; waiting++, part++) {
				asker_begin(&askers[waiting], rosters[j], &mine, NULL);
				while (fake_clock_waiting() == waiting &&
					!atomic_load(&askers[waiting].decided)) {
					sched_yield();
				}
				if (fake_clock_waiting() == waiting) {
					check_verdict(asker_end(&askers[waiting]),
						DANCE_FAIL_NOT_READY);
					break;
				}
			}
			assert_true(part >= rows[i][0] / rows[i][1]);
			assert_true(part <= rows[i][0] / rows[i][1] + 1);
		}
		assert_int_equal(waiting, rows[i][2]);
		fake_clock_advance(500);
		for (unsigned j = 0; j < waiting; j++) {
			check_verdict(asker_end(&askers[j]), DANCE_FAIL_TIMEOUT);
		}
		for (unsigned j = 0; j < rows[i][1]; j++) {
			dance_roster_free(rosters[j]);
			shared_context_leave(&users[j]);
		}
	}
	clear_certificate(&mine);
}

/* Who goes leaves its part to the others. */
static void a_context_that_goes_leaves_its_part(void **state)
{
	(void)state;
	static struct credential mine;
	make_certificate(&mine, &(struct wish){ .key = KEY_P256 });
	publish_held("a.example", 60, &mine);
	struct shared_context_user stays = { 0 }, goes = { 0 };
	struct dance_context_options options = plain;
	options.max_waiting = 2;
	assert_true(shared_context_join(&stays, &options));
	options.root_hints = "/other";
	assert_true(shared_context_join(&goes, &options));
	shared_context_leave(&goes);

	const char *name = "a.example";
	char error[DANCE_ERROR_SIZE];
	struct asker askers[2];
	struct dance_roster *roster = dance_roster_new(shared_context_get(&stays), &name, 1,
		NULL, error);
	fake_resolver_settle();
	for (unsigned i = 0; i < 2; i++) {
		asker_begin(&askers[i], roster, &mine, NULL);
		while (fake_clock_waiting() == i && !atomic_load(&askers[i].decided)) {
			sched_yield();
		}
	}
	assert_int_equal(fake_clock_waiting(), 2);
	fake_clock_advance(500);
	for (unsigned i = 0; i < 2; i++) {
		check_verdict(asker_end(&askers[i]), DANCE_FAIL_TIMEOUT);
	}
	dance_roster_free(roster);
	shared_context_leave(&stays);
	clear_certificate(&mine);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_same_settings_share, make, scene_end),
		cmocka_unit_test_setup_teardown(others_do_not, make, scene_end),
		cmocka_unit_test_setup_teardown(it_lives_as_long_as_a_user, make, scene_end),
		cmocka_unit_test_setup_teardown(who_has_left_reads_no_news, make, scene_end),
		cmocka_unit_test_setup_teardown(all_contexts_together_keep_to_one_limit,
			make, scene_end),
		cmocka_unit_test_setup_teardown(a_context_that_goes_leaves_its_part, make,
			scene_end),
		cmocka_unit_test_setup_teardown(one_that_joined_none_may_leave, make,
			scene_end),
		cmocka_unit_test_setup_teardown(nothing_is_lost_out_of_memory, make,
			scene_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
