/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What other threads have a loop do: in their order, once, by its thread, and not when it
 * was cancelled. */

#include "buffers.h"
#include "check.h"
#include "loop.h"

#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <time.h>

#define THREADS 4
#define POSTS 2000
#define PATIENCE_S 20

static struct loop *loop;
static sem_t done, ended;

static int make(void **state)
{
	(void)state;
	loop = loop_new(64);
	return loop != NULL && sem_init(&ended, 0, 0) == 0 ? sem_init(&done, 0, 0) : -1;
}

static int clear(void **state)
{
	(void)state;
	loop_free(loop);
	return sem_destroy(&done) | sem_destroy(&ended);
}

static void await(sem_t *semaphore)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	assert_int_equal(sem_timedwait(semaphore, &until), 0);
}

static void tell(void *arg)
{
	sem_post(arg);
}

/* A thread that has posted before has its calls run before this one. */
static void await_loop(void)
{
	struct loop_call last = { .loop = loop, .run = tell, .arg = &done };
	loop_post(&last);
	await(&done);
}

static char heard[64];

static void hear(void *arg)
{
	strncat(heard, arg, sizeof(heard) - strlen(heard) - 1);
}

static struct loop_call word(char *text)
{
	return (struct loop_call){ .loop = loop, .run = hear, .arg = text };
}

/* Keeps the loop busy until it is told to go on. */
static sem_t go;

static void hold(void *arg)
{
	(void)arg;
	sem_post(&done);
	sem_wait(&go);
}

static struct loop_call holding;

static void hold_loop(void)
{
	sem_init(&go, 0, 0);
	holding = (struct loop_call){ .loop = loop, .run = hold };
	loop_post(&holding);
	await(&done);
}

static void let_go(void)
{
	sem_post(&go);
	await_loop();
	sem_destroy(&go);
}

static void calls_run_in_their_order_and_once(void **state)
{
	(void)state;
	struct loop_call a = word("a"), b = word("b"), c = word("c");
	heard[0] = '\0';
	hold_loop();
	loop_post(&a);
	loop_post(&b);
	loop_post(&a); /* it is posted already */
	loop_post(&c);
	let_go();
	assert_string_equal(heard, "abc");
	loop_post(&a);
	await_loop();
	assert_string_equal(heard, "abca");
}

static struct loop_call cancelled, again;
static atomic_uint turns;

static void cancel(void *arg)
{
	(void)arg;
	loop_cancel(&cancelled);
	loop_cancel(&cancelled); /* twice is once */
}

static void a_cancelled_call_does_not_run(void **state)
{
	(void)state;
	struct loop_call first = { .loop = loop, .run = cancel }, last = word("z");
	heard[0] = '\0';
	cancelled = word("no");
	hold_loop();
	loop_post(&first);
	loop_post(&cancelled);
	loop_post(&last);
	let_go();
	assert_string_equal(heard, "z");
	loop_post(&cancelled);
	await_loop();
	assert_string_equal(heard, "zno");
}

static atomic_bool in_time;
static uv_timer_t timer;

static void come_in_time(uv_timer_t *handle)
{
	atomic_store(&in_time, true);
	uv_close((uv_handle_t *)handle, NULL);
}

static void start_timer(void *arg)
{
	(void)arg;
	assert_int_equal(uv_timer_init(loop_uv(loop), &timer), 0);
	assert_int_equal(uv_timer_start(&timer, come_in_time, 1, 0), 0);
}

static void repeat(void *arg)
{
	if (!atomic_load(&in_time) && atomic_fetch_add(&turns, 1) < 10000000) {
		loop_post(arg);
	} else {
		sem_post(&ended);
	}
}

/* Nor the sockets and timers. */
static void a_call_that_comes_again_keeps_nobody_waiting(void **state)
{
	(void)state;
	struct loop_call start = { .loop = loop, .run = start_timer };
	atomic_store(&turns, 0);
	atomic_store(&in_time, false);
	again = (struct loop_call){ .loop = loop, .run = repeat, .arg = &again };
	hold_loop();
	loop_post(&start);
	loop_post(&again);
	let_go();
	await(&ended);
	assert_true(atomic_load(&in_time));
}

static unsigned counted; /* by the loop's thread alone */

static void count(void *arg)
{
	(void)arg;
	counted++;
}

static void *post_many(void *arg)
{
	static __thread struct loop_call calls[POSTS];
	for (unsigned i = 0; i < POSTS; i++) {
		calls[i] = (struct loop_call){ .loop = loop, .run = count };
		loop_post(&calls[i]);
	}
	sem_t mine;
	struct loop_call last = { .loop = loop, .run = tell, .arg = &mine };
	sem_init(&mine, 0, 0);
	loop_post(&last);
	await(&mine);
	sem_destroy(&mine);
	return arg;
}

static void no_call_of_many_threads_is_lost(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	counted = 0;
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, post_many, NULL), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	}
	await_loop();
	assert_int_equal(counted, THREADS * POSTS);
}

static void more_descriptors_may_be_open_than_before(void **state)
{
	(void)state;
	loop_make_room(loop, 200);
	loop_make_room(loop, 100); /* there is room */
	await_loop();
}

static void a_buffer_is_used_again(void **state)
{
	(void)state;
	struct buffers buffers = { .count = 0 };
	uint8_t *taken[BUFFERS_SPARE + 1];
	for (unsigned i = 0; i < ROWS(taken); i++) {
		taken[i] = buffers_take(&buffers);
		assert_non_null(taken[i]);
		memset(taken[i], 0xaa, BUFFERS_SIZE);
	}
	for (unsigned i = 0; i < ROWS(taken); i++) {
		buffers_give(&buffers, taken[i]);
	}
	buffers_give(&buffers, NULL);
	assert_int_equal(buffers.count, BUFFERS_SPARE);
	assert_ptr_equal(buffers_take(&buffers), taken[BUFFERS_SPARE - 1]);
	buffers_give(&buffers, taken[BUFFERS_SPARE - 1]);
	buffers_clear(&buffers);
	assert_int_equal(buffers.count, 0);
}

/* --- members ----------------------------------------------------------------------------- */

#define MEMBERS 100

static struct member {
	struct loop_member member;
	unsigned told; /* by the loop's thread alone */
	bool parts;    /* when it is told */
} members[MEMBERS];
static unsigned told_at_once, most_at_once;

static void hear_told(void *arg)
{
	struct member *member = arg;
	member->told++;
	told_at_once++;
	if (member->parts) {
		loop_part(&member->member);
	}
}

static void join_all(void *arg)
{
	(void)arg;
	most_at_once = told_at_once = 0;
	for (unsigned i = 0; i < MEMBERS; i++) {
		members[i] = (struct member){ .parts = i % 10 == 3 };
		members[i].member = (struct loop_member){ loop, hear_told, &members[i], 0,
			{ NULL, NULL } };
		loop_join(&members[i].member);
	}
}

static void part_all(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < MEMBERS; i++) {
		if (!members[i].parts) {
			loop_part(&members[i].member);
		}
	}
}

/* Comes again and again, to see how many were told since it came last. */
static struct loop_call between;

static void look_between(void *arg)
{
	(void)arg;
	most_at_once = told_at_once > most_at_once ? told_at_once : most_at_once;
	bool all = true;
	told_at_once = 0;
	for (unsigned i = 0; i < MEMBERS; i++) {
		all = all && members[i].told > 0;
	}
	if (all) {
		sem_post(&ended);
	} else {
		loop_post(&between);
	}
}

static void on_loop(void (*run)(void *arg))
{
	struct loop_call call = { .loop = loop, .run = run };
	loop_post(&call);
	await_loop();
}

/* Those that part then, too; and others have their turn in between. */
static void every_member_is_told_once(void **state)
{
	(void)state;
	on_loop(join_all);
	between = (struct loop_call){ .loop = loop, .run = look_between };
	hold_loop();
	loop_tell(loop);
	loop_post(&between);
	let_go();
	await(&ended);
	check_range(most_at_once, 1, MEMBERS / 2);
	for (unsigned i = 0; i < MEMBERS; i++) {
		assert_int_equal(members[i].told, 1);
	}
	on_loop(part_all);
}

/* What comes to be told meanwhile is told to all. */
static void members_are_told_anew(void **state)
{
	(void)state;
	on_loop(join_all);
	hold_loop();
	loop_tell(loop);
	let_go(); /* some have been told */
	loop_tell(loop);
	between = (struct loop_call){ .loop = loop, .run = look_between };
	loop_post(&between);
	await(&ended);
	for (unsigned i = 0; i < 2 * MEMBERS; i++) {
		await_loop(); /* it posts itself again for the rest */
	}
	for (unsigned i = 0; i < MEMBERS; i++) {
		check_range(members[i].told, 1, 2);
		if (!members[i].parts) { /* of the same, at last */
			assert_int_equal(members[i].member.told, members[0].member.told);
		}
	}
	on_loop(part_all);
}

static void a_loop_that_is_held_does_not_answer(void **state)
{
	(void)state;
	assert_true(loop_answers(loop)); /* nothing was asked before */
	await_loop();
	hold_loop();
	assert_true(loop_answers(loop));
	assert_false(loop_answers(loop));
	assert_false(loop_answers(loop));
	let_go();
	assert_true(loop_answers(loop));
	await_loop();
	assert_true(loop_answers(loop));
	await_loop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_run_in_their_order_and_once),
		cmocka_unit_test(a_cancelled_call_does_not_run),
		cmocka_unit_test(a_call_that_comes_again_keeps_nobody_waiting),
		cmocka_unit_test(no_call_of_many_threads_is_lost),
		cmocka_unit_test(more_descriptors_may_be_open_than_before),
		cmocka_unit_test(a_buffer_is_used_again),
		cmocka_unit_test(every_member_is_told_once),
		cmocka_unit_test(members_are_told_anew),
		cmocka_unit_test(a_loop_that_is_held_does_not_answer),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
