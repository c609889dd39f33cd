/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The loop without memory, with more events than it takes, and with a poll(2) that fails. */

#include "check.h"
#include "event_scene.h"

#include <errno.h>
#include <string.h>

static void a_turn_allocates_nothing(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		watch(&things[i], UB_EV_READ | UB_EV_PERSIST);
		fill(&things[i]);
	}
	for (unsigned i = 100; i < SOME; i++) {
		things[i].event = event_new(-1, UB_EV_TIMEOUT, &things[i]);
	}
	unsigned before = allocations;
	fail_at = 1;
	for (unsigned i = 100; i < SOME; i++) {
		set_timer(&things[i], 1);
	}
	now_us += 1000;
	turn();
	assert_int_equal(fired_all, SOME);
	assert_int_equal(allocations, before);
}

static void an_event_that_cannot_be_made_leaves_the_others(void **state)
{
	(void)state;
	unsigned made = 0;
	watch(&things[0], UB_EV_READ | UB_EV_PERSIST);
	for (unsigned n = 1; n <= 4 * SOME && made < SOME - 1; n++) {
		allocations = 0;
		fail_at = 1 + n % 4;
		struct ub_event *event = event_new(-1, UB_EV_TIMEOUT, &things[1 + made]);
		if (event != NULL) {
			things[1 + made++].event = event;
		}
	}
	fail_at = 0;
	assert_true(made > 50);
	for (unsigned i = 1; i <= made; i++) {
		set_timer(&things[i], 1);
	}
	fill(&things[0]);
	now_us += 1000;
	turn();
	assert_int_equal(fired_all, made + 1);

	for (unsigned n = 1; n <= 4; n++) {
		allocations = 0;
		fail_at = n;
		assert_null(event_loop_new());
	}
	fail_at = 0;
}

static void events_have_a_bound(void **state)
{
	(void)state;
	static struct thing many[EVENT_LOOP_MAX];
	size_t made = 0;
	memset(many, 0, sizeof(many));
	while (made < EVENT_LOOP_MAX &&
		(many[made].event = event_new(-1, UB_EV_TIMEOUT, &many[made])) != NULL) {
		made++;
	}
	assert_int_equal(made, EVENT_LOOP_MAX);
	assert_null(event_new(-1, UB_EV_TIMEOUT, &things[0]));
	event_free(&many[0]);
	many[0].event = event_new(-1, UB_EV_TIMEOUT, &many[0]);
	assert_non_null(many[0].event);
	for (size_t i = 0; i < made; i++) {
		set_timer(&many[i], 1);
	}
	now_us += 1000;
	turn();
	assert_int_equal(fired_all, made);
	for (size_t i = 0; i < made; i++) {
		event_free(&many[i]);
	}
}

/* Each of three arrays, when the events and the unused place have filled it. */
static void room_is_doubled(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SOME; i++) {
		unsigned before = allocations;
		things[i].event = event_new(-1, UB_EV_TIMEOUT, &things[i]);
		assert_non_null(things[i].event);
		bool full = i + 1 == 64 || i + 1 == 128;
		assert_int_equal(allocations - before, full ? 1 + 3 : 1);
	}
}

/* For want of memory, or since there may be fewer open files than there are. It goes on, and
 * the processor has its rest. */
static void a_poll_that_fails_for_good_does_not_spin(void **state)
{
	(void)state;
	static const int errors[] = { ENOMEM, EINVAL };
	for (unsigned i = 0; i < 50; i++) {
		watch(&things[i], UB_EV_READ | UB_EV_PERSIST);
	}
	for (size_t k = 0; k < ROWS(errors); k++) {
		polls.error = errors[k];
		polls.most = 16; /* for these the system needs no memory */
		for (unsigned i = 0; i < 50; i += 7) {
			fill(&things[i]);
		}
		fired_all = polls.calls = polls.pauses = 0;
		polls.total = 0;
		event_loop_turn(loop, -1);
		assert_int_equal(fired_all, 8);
		assert_int_equal(polls.pauses, 1);
		assert_int_equal(polls.calls, 2 + 4); /* in vain, the pipe, and the parts */
		assert_int_equal(polls.total, 51 + 1 + 50);
		for (unsigned i = 0; i < 50; i += 7) {
			drain(&things[i]);
		}
		set_timer(&things[60], 1);
		now_us += 1000;
		turn();
		assert_int_equal(fired_all, 9);

		/* It can be woken. */
		event_loop_wake(loop);
		polls.calls = polls.pauses = polls.woken = 0;
		event_loop_turn(loop, -1);
		assert_int_equal(polls.pauses, 1);
		assert_int_equal(polls.woken, 1);
		event_loop_wake(loop);
		polls.error = 0;
		event_loop_turn(loop, -1);

		/* Not even one can be looked at. */
		polls.error = errors[k];
		polls.most = 0;
		polls.calls = polls.pauses = 0;
		fill(&things[0]);
		for (unsigned i = 1; i <= 3; i++) {
			event_loop_turn(loop, -1);
			assert_int_equal(polls.pauses, i);
		}
		assert_true(polls.calls < 3 * 20);
		fired_all = 0;
		polls.error = 0;
		event_loop_turn(loop, -1);
		assert_int_equal(fired_all, 1);
		drain(&things[0]);
	}
}

/* However many are left for the last part. */
static void every_part_is_looked_at(void **state)
{
	(void)state;
	polls.error = ENOMEM;
	for (unsigned count = 1; count <= 33; count++) {
		polls.most = count < 16 ? count : 16; /* without the pipe */
		struct thing *last = &things[count - 1];
		watch(last, UB_EV_READ | UB_EV_PERSIST);
		fill(last);
		event_loop_wake(loop); /* so that it does not last */
		polls.total = 0;
		event_loop_turn(loop, -1);
		assert_int_equal(last->fired, 1);
		assert_int_equal(polls.total, (count + 1) + 1 + count);
		drain(last);
	}
}

static void the_rest_is_no_longer_than_the_turn(void **state)
{
	(void)state;
	static const int rows[][2] = { { 0, 0 }, { 1, 1 },
		{ EVENT_LOOP_AGAIN_MS - 1, EVENT_LOOP_AGAIN_MS - 1 },
		{ EVENT_LOOP_AGAIN_MS, EVENT_LOOP_AGAIN_MS },
		{ EVENT_LOOP_AGAIN_MS + 1, EVENT_LOOP_AGAIN_MS },
		{ -1, EVENT_LOOP_AGAIN_MS } };
	watch(&things[0], UB_EV_READ | UB_EV_PERSIST);
	for (size_t i = 0; i < ROWS(rows); i++) {
		polls.error = ENOMEM;
		polls.most = 1;
		polls.longest = -1;
		event_loop_wake(loop); /* so that it does not last */
		event_loop_turn(loop, rows[i][0]);
		assert_int_equal(polls.longest, rows[i][1]);
	}
}

static void an_interruption_is_no_failure(void **state)
{
	(void)state;
	watch(&things[0], UB_EV_READ | UB_EV_PERSIST);
	polls.error = EINTR;
	event_loop_turn(loop, -1);
	assert_int_equal(polls.calls, 1);
	polls.error = 0;
	fill(&things[0]);
	event_loop_turn(loop, -1);
	assert_int_equal(things[0].fired, 1);
	/* What was seen before it counts once. */
	polls.error = EINTR;
	event_loop_turn(loop, -1);
	assert_int_equal(things[0].fired, 1);
	polls.error = 0;
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, event_scene_begin, event_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_turn_allocates_nothing),
		TEST(an_event_that_cannot_be_made_leaves_the_others),
		TEST(events_have_a_bound),
		TEST(room_is_doubled),
		TEST(a_poll_that_fails_for_good_does_not_spin),
		TEST(every_part_is_looked_at),
		TEST(the_rest_is_no_longer_than_the_turn),
		TEST(an_interruption_is_no_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
