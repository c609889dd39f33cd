/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The loop at work: what fires, when and how often, and what a callback may do meanwhile. */

#include "check.h"
#include "event_scene.h"

#include <limits.h>
#include <pthread.h>
#include <sys/time.h>
#include <unistd.h>

/* --- timers ------------------------------------------------------------------------------- */

static void a_timer_fires_once_when_it_is_due(void **state)
{
	(void)state;
	set_timer(&things[0], 1500);
	turn();
	now_us += 1499999;
	turn();
	assert_int_equal(things[0].fired, 0);
	now_us += 1;
	turn();
	assert_int_equal(things[0].fired, 1);
	assert_int_equal(things[0].bits, UB_EV_TIMEOUT);
	assert_int_equal(things[0].fd, -1);
	now_us += 100000000;
	turn();
	assert_int_equal(things[0].fired, 1);
	/* Set anew, and put off before it is due. */
	set_timer(&things[0], 10);
	set_timer(&things[0], 20);
	now_us += 10000;
	turn();
	assert_int_equal(things[0].fired, 1);
	now_us += 10000;
	turn();
	assert_int_equal(things[0].fired, 2);
	set_timer(&things[0], 10);
	stop_timer(&things[0]);
	stop_timer(&things[0]);
	now_us += 10000;
	turn();
	assert_int_equal(things[0].fired, 2);
}

/* What is due first comes first, whatever was stopped or set in between. */
static void timers_fire_in_their_order(void **state)
{
	(void)state;
	unsigned next = 12345, due[SOME];
	for (unsigned i = 0; i < SOME; i++) {
		next = next * 1103515245 + 12345;
		due[i] = 1 + next / 65536 % 1000;
		set_timer(&things[i], due[i]);
		if (i % 3 == 2) {
			stop_timer(&things[i / 2]);
			set_timer(&things[i / 2], due[i / 2]);
		}
	}
	for (unsigned i = 0; i < SOME; i += 7) {
		stop_timer(&things[i]);
	}
	now_us += 500000;
	turn();
	now_us += 500000;
	turn();
	for (unsigned i = 0; i < SOME; i++) {
		assert_int_equal(things[i].fired, i % 7 != 0);
		for (unsigned k = 0; k < i; k++) {
			if (i % 7 != 0 && k % 7 != 0 && due[i] < due[k]) {
				assert_true(things[i].order < things[k].order);
			}
		}
	}
}

/* However many there are when one leaves. */
static void few_timers_fire_in_their_order(void **state)
{
	(void)state;
	for (unsigned count = 1; count <= 9; count++) {
		for (unsigned i = 0; i < count; i++) {
			set_timer(&things[i], 1 + i);
		}
		now_us += 1000 * count;
		turn();
		assert_int_equal(things[0].order, fired_all - count);
		for (unsigned i = 1; i < count; i++) {
			assert_int_equal(things[i].order, things[0].order + i);
		}
		/* Set the other way round, each comes when it is due and no sooner. */
		for (unsigned i = count; i > 0; i--) {
			set_timer(&things[i - 1], i);
		}
		unsigned before = fired_all;
		for (unsigned i = 1; i <= count; i++) {
			now_us += 1000;
			turn();
			assert_int_equal(fired_all, before + i);
		}
	}
}

static void sets_itself(struct thing *thing)
{
	set_timer(thing, 0);
}

/* A timer of no time does not keep the turn from ending, nor the next one from coming. */
static void what_a_callback_sets_waits_for_the_next_turn(void **state)
{
	(void)state;
	things[0].also = sets_itself;
	set_timer(&things[0], 0);
	for (unsigned i = 1; i <= 5; i++) {
		event_loop_turn(loop, -1);
		assert_int_equal(things[0].fired, i);
	}
}

static void fill_by_wake(void)
{
	event_loop_wake(loop); /* or a turn would last */
}

static void the_next_timer_bounds_the_sleep(void **state)
{
	(void)state;
	set_timer(&things[0], 3);
	event_loop_turn(loop, 1);
	assert_int_equal(polls.timeout, 1);
	event_loop_turn(loop, 20);
	assert_int_equal(polls.timeout, 3);
	now_us += 2500;
	event_loop_turn(loop, -1);
	assert_int_equal(polls.timeout,
		1); /* not too short, that would be a turn for nothing */
	now_us += 499;
	event_loop_turn(loop, -1);
	assert_int_equal(polls.timeout, 1); /* for a microsecond as well */
	now_us += 10000;
	event_loop_turn(loop, -1);
	assert_int_equal(polls.timeout, 0);
	assert_int_equal(things[0].fired, 1);
	event_loop_turn(loop, 1);
	assert_int_equal(polls.timeout, 1);
	/* What cannot be waited for at once is waited for in parts. */
	struct timeval ages = { .tv_sec = INT_MAX },
		       before = { .tv_sec = -1, .tv_usec = 7 };
	things[0].event->vmt->add_timer(things[0].event, event_loop_base(loop), on_event,
		&things[0], &ages);
	fill_by_wake();
	event_loop_turn(loop, -1);
	assert_int_equal(polls.timeout, INT_MAX);
	ages.tv_sec = INT_MAX / 1000;
	ages.tv_usec = INT_MAX % 1000 * 1000;
	things[0].event->vmt->add_timer(things[0].event, event_loop_base(loop), on_event,
		&things[0], &ages);
	fill_by_wake();
	event_loop_turn(loop, -1);
	assert_int_equal(polls.timeout, INT_MAX);
	assert_int_equal(things[0].fired, 1);
	/* A time before now is now. */
	things[0].event->vmt->add_timer(things[0].event, event_loop_base(loop), on_event,
		&things[0], &before);
	event_loop_turn(loop, -1);
	assert_int_equal(polls.timeout, 0);
	assert_int_equal(things[0].fired, 2);
}

/* --- descriptors -------------------------------------------------------------------------- */

static void what_can_be_read_fires(void **state)
{
	(void)state;
	watch(&things[0], UB_EV_READ | UB_EV_PERSIST);
	watch(&things[1], UB_EV_READ | UB_EV_PERSIST);
	turn();
	assert_int_equal(fired_all, 0);
	assert_int_equal(polls.count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(polls.fds[i].events, POLLIN);
	}
	assert_int_equal(polls.fds[1].fd, things[0].ends[0]);
	assert_int_equal(polls.fds[2].fd, things[1].ends[0]);
	fill(&things[1]);
	event_loop_turn(loop, -1);
	assert_int_equal(things[0].fired, 0);
	assert_int_equal(things[1].fired, 1);
	assert_int_equal(things[1].bits, UB_EV_READ);
	assert_int_equal(things[1].fd, things[1].ends[0]);
	turn();
	assert_int_equal(things[1].fired, 2);
	drain(&things[1]);
	turn();
	assert_int_equal(things[1].fired, 2);
	/* Nobody writes any more: that is for the reader to find out. */
	close(things[0].ends[1]);
	things[0].ends[1] = -1;
	turn();
	assert_int_equal(things[0].fired, 1);
	assert_int_equal(things[0].bits, UB_EV_READ);
}

static void what_can_be_written_fires(void **state)
{
	(void)state;
	watch(&things[0], UB_EV_READ | UB_EV_PERSIST);
	things[1].event = event_new(-1, UB_EV_PERSIST, &things[1]);
	things[1].event->vmt->set_fd(things[1].event, things[0].ends[1]);
	things[1].event->vmt->add_bits(things[1].event, UB_EV_WRITE);
	event_set(&things[1]);
	turn();
	assert_int_equal(things[1].fired, 1);
	assert_int_equal(things[1].bits, UB_EV_WRITE);
	assert_int_equal(things[1].fd, things[0].ends[1]);
	assert_int_equal(polls.fds[2].events, POLLOUT);
	/* What it does not wait for any more is not told, however it was set. */
	things[1].event->vmt->del_bits(things[1].event, UB_EV_WRITE);
	turn();
	assert_int_equal(things[1].fired, 1);
	things[1].event->vmt->add_bits(things[1].event, UB_EV_WRITE);
	event_stop(&things[1]);
	things[1].event->vmt->del_bits(things[1].event, UB_EV_WRITE);
	event_set(&things[1]);
	turn();
	assert_int_equal(things[1].fired, 1);
}

static void what_does_not_persist_fires_once(void **state)
{
	(void)state;
	watch(&things[0], UB_EV_READ);
	fill(&things[0]);
	turn();
	turn();
	assert_int_equal(things[0].fired, 1);
	event_set(&things[0]);
	turn();
	assert_int_equal(things[0].fired, 2);
}

/* A descriptor whose peer is gone can be read and written, by whoever waits for that. */
static void a_broken_descriptor_fires_for_all(void **state)
{
	(void)state;
	watch(&things[0], UB_EV_READ | UB_EV_WRITE | UB_EV_PERSIST);
	assert_int_equal(polls.total, 0);
	turn();
	assert_int_equal(polls.fds[1].events, POLLIN | POLLOUT);
	assert_int_equal(things[0].fired, 0); /* the reading end of a pipe */
	close(things[0].ends[1]);
	things[0].ends[1] = -1;
	turn();
	assert_int_equal(things[0].bits, UB_EV_READ | UB_EV_WRITE);
	/* A timer may be made of it. */
	struct timeval second = { .tv_sec = 1, .tv_usec = 1 };
	things[0].fired = 0;
	assert_int_equal(things[0].event->vmt->add_timer(things[0].event,
				 event_loop_base(loop), on_event, &things[0], &second),
		0);
	turn();
	assert_int_equal(polls.count, 1);
	now_us += 1000000;
	turn();
	assert_int_equal(things[0].fired, 0);
	now_us += 1;
	turn();
	turn();
	assert_int_equal(things[0].fired, 1);
	assert_int_equal(things[0].bits, UB_EV_TIMEOUT);
	assert_int_equal(things[0].fd, -1);
}

/* 0 is the first of all descriptors. */
static void the_first_descriptor_is_watched(void **state)
{
	(void)state;
	things[0].event = event_new(STDIN_FILENO, UB_EV_READ | UB_EV_PERSIST, &things[0]);
	event_set(&things[0]);
	turn();
	assert_int_equal(polls.count, 2);
	assert_int_equal(polls.fds[1].fd, STDIN_FILENO);
}

/* The time-out comes once; who persists goes on being watched. */
static void a_descriptor_may_have_a_time_out(void **state)
{
	(void)state;
	struct timeval second = { .tv_sec = 1 };
	for (unsigned i = 0; i < 2; i++) {
		struct thing *thing = &things[i];
		watch(thing, (short)(UB_EV_READ | (i == 0 ? UB_EV_PERSIST : 0)));
		thing->event->vmt->add_bits(thing->event, UB_EV_TIMEOUT);
		assert_int_equal(thing->event->vmt->add(thing->event, &second), 0);
	}
	now_us += 1000000;
	turn();
	turn();
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(things[i].fired, 1);
		assert_int_equal(things[i].bits, UB_EV_TIMEOUT);
		fill(&things[i]);
	}
	turn();
	assert_int_equal(things[0].fired, 2);
	assert_int_equal(things[0].bits, UB_EV_READ);
	assert_int_equal(things[1].fired, 1);
	/* Without the bit there is none. */
	things[1].event->vmt->del_bits(things[1].event, UB_EV_TIMEOUT);
	drain(&things[1]);
	assert_int_equal(things[1].event->vmt->add(things[1].event, &second), 0);
	now_us += 1000000;
	turn();
	assert_int_equal(things[1].fired, 1);
	/* What can be written before it is due has not timed out. */
	things[2].event = event_new(things[0].ends[1], UB_EV_WRITE | UB_EV_TIMEOUT,
		&things[2]);
	assert_int_equal(things[2].event->vmt->add(things[2].event, &second), 0);
	turn();
	assert_int_equal(things[2].fired, 1);
	assert_int_equal(things[2].bits, UB_EV_WRITE);
}

/* The system counts the entries of poll(2)'s array against the limit of open files. */
static void only_descriptors_are_polled(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 50; i++) {
		set_timer(&things[i], 1000);
	}
	for (unsigned i = 50; i < 100; i++) {
		things[i].event = event_new(-1, UB_EV_READ | UB_EV_PERSIST, &things[i]);
		event_set(&things[i]);
	}
	watch(&things[100], UB_EV_READ | UB_EV_PERSIST);
	watch(&things[101], UB_EV_READ | UB_EV_PERSIST);
	event_stop(&things[101]);
	turn();
	assert_int_equal(polls.count, 2); /* with the pipe that wakes */
	assert_false(polls.bare);
	assert_int_equal(polls.calls, 1);
}

/* --- what callbacks do -------------------------------------------------------------------- */

static struct thing *victim;

static void frees_another(struct thing *thing)
{
	(void)thing;
	if (victim->event != NULL) {
		event_free(victim);
	}
}

/* In whatever order they would have come. */
static void what_is_freed_meanwhile_does_not_fire(void **state)
{
	(void)state;
	for (unsigned from = 0; from < 2; from++) {
		for (unsigned i = 0; i < 2; i++) {
			event_free(&things[i]);
			things[i].fired = 0;
			watch(&things[i], UB_EV_READ | UB_EV_PERSIST);
			things[i].also = NULL;
			if (from == 0) {
				fill(&things[i]);
			}
		}
		things[from].also = frees_another;
		victim = &things[1 - from];
		turn();
		turn();
		assert_int_equal(things[from].fired, 2);
		assert_true(victim->fired <= 1);
	}
	/* Timers, and one's own. */
	event_free(&things[1]);
	things[2].also = frees_another;
	things[3].also = frees_another;
	victim = &things[3];
	set_timer(&things[2], 1);
	set_timer(&things[3], 1);
	now_us += 1000;
	turn();
	assert_int_equal(things[2].fired, 1);
	assert_int_equal(things[3].fired, 0);
	set_timer(&things[3], 1);
	now_us += 1000;
	turn();
	assert_int_equal(things[3].fired, 1);
	assert_null(things[3].event);
}

static unsigned dice = 1;
static unsigned turn_number, fired_in[SOME], gone_in[SOME];

static unsigned throw(unsigned sides)
{
	dice = dice * 1103515245 + 12345;
	return dice / 65536 % sides;
}

static void does_anything(struct thing *thing)
{
	unsigned own = (unsigned)(thing - things);
	if (fired_in[own] == turn_number || gone_in[own] == turn_number) {
		fail_msg("%u fires again or too late", own);
	}
	fired_in[own] = turn_number;
	for (unsigned i = throw(4); i > 0; i--) {
		unsigned other = throw(SOME);
		if (things[other].event == NULL) {
			watch(&things[other], UB_EV_READ | UB_EV_PERSIST);
		} else if (throw(2) == 0) {
			event_free(&things[other]);
		} else {
			event_stop(&things[other]);
			if (throw(2) == 0) {
				event_set(&things[other]);
			}
		}
		gone_in[other] = turn_number;
	}
}

/* Each that can be read has its turn, once, but for those that others took away. */
static void callbacks_may_do_anything(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SOME; i++) {
		watch(&things[i], UB_EV_READ | UB_EV_PERSIST);
		things[i].also = does_anything;
		fill(&things[i]);
	}
	for (turn_number = 1; turn_number <= 100; turn_number++) {
		bool there[SOME];
		for (unsigned i = 0; i < SOME; i++) {
			if (things[i].event == NULL) {
				watch(&things[i], UB_EV_READ | UB_EV_PERSIST);
			}
			event_stop(&things[i]);
			there[i] = throw(5) != 0;
			if (there[i]) {
				event_set(&things[i]);
			}
		}
		turn();
		for (unsigned i = 0; i < SOME; i++) {
			if (there[i] && fired_in[i] != turn_number &&
				gone_in[i] != turn_number) {
				fail_msg("%u has not fired in turn %u", i, turn_number);
			}
		}
	}
}

static void *wake(void *arg)
{
	event_loop_wake(arg);
	return NULL;
}

static void a_sleep_can_be_ended(void **state)
{
	(void)state;
	pthread_t thread;
	event_loop_wake(loop); /* before it begins */
	event_loop_turn(loop, -1);
	for (unsigned i = 0; i < 100000; i++) { /* more than a pipe holds */
		event_loop_wake(loop);
	}
	event_loop_turn(loop, -1);
	assert_int_equal(pthread_create(&thread, NULL, wake, loop), 0);
	event_loop_turn(loop, -1);
	assert_int_equal(pthread_join(thread, NULL), 0);
	polls.timeout = -1;
	polls.woken = 0;
	event_loop_turn(loop, 1); /* nothing is left in the pipe */
	assert_int_equal(polls.timeout, 1);
	assert_int_equal(polls.woken, 0);
}

/* The rest of what could be asked is not offered, and harms nobody. */
static void signals_are_left_to_the_host(void **state)
{
	(void)state;
	struct ub_event_base *base = event_loop_base(loop);
	assert_null(base->vmt->new_signal(base, 15, on_event, &things[0]));
	assert_null(base->vmt->winsock_register_wsaevent(base, NULL, on_event, &things[0]));
	assert_int_equal(base->vmt->dispatch(base), -1);
	assert_int_equal(base->vmt->loopexit(base, NULL), -1);
	base->vmt->free(base);
	set_timer(&things[0], 1);
	assert_int_equal(things[0].event->vmt->add_signal(things[0].event, NULL), -1);
	assert_int_equal(things[0].event->vmt->del_signal(things[0].event), -1);
	things[0].event->vmt->winsock_unregister_wsaevent(things[0].event);
	things[0].event->vmt->winsock_tcp_wouldblock(things[0].event, UB_EV_READ);
	now_us += 1000;
	turn();
	assert_int_equal(things[0].fired, 1);
	event_loop_free(NULL);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, event_scene_begin, event_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_timer_fires_once_when_it_is_due),
		TEST(timers_fire_in_their_order),
		TEST(few_timers_fire_in_their_order),
		TEST(what_a_callback_sets_waits_for_the_next_turn),
		TEST(the_next_timer_bounds_the_sleep),
		TEST(what_can_be_read_fires),
		TEST(what_can_be_written_fires),
		TEST(what_does_not_persist_fires_once),
		TEST(a_broken_descriptor_fires_for_all),
		TEST(the_first_descriptor_is_watched),
		TEST(a_descriptor_may_have_a_time_out),
		TEST(only_descriptors_are_polled),
		TEST(what_is_freed_meanwhile_does_not_fire),
		TEST(callbacks_may_do_anything),
		TEST(a_sleep_can_be_ended),
		TEST(signals_are_left_to_the_host),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
