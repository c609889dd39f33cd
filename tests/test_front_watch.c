/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a watch calls its owner for, and what not: sockets of which nothing is wanted, times
 * that have moved on. */

#include "check.h"
#include "monotonic.h"
#include "watch.h"

#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S 20
#define SHORT_MS 30

static struct loop *loop;
static sem_t turned, done;

static int make(void **state)
{
	(void)state;
	loop = loop_new(64);
	return loop != NULL && sem_init(&turned, 0, 0) == 0 ? sem_init(&done, 0, 0) : -1;
}

static int clear(void **state)
{
	(void)state;
	loop_free(loop);
	return sem_destroy(&turned) | sem_destroy(&done);
}

static void await(sem_t *semaphore)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	assert_int_equal(sem_timedwait(semaphore, &until), 0);
}

static struct watch watch;
static int near[2], far[2];
static atomic_uint turns;

/* What the owner does in its next turn, on the loop. */
static void (*_Atomic next)(void);

static void turn(void *arg)
{
	assert_ptr_equal(arg, &watch);
	atomic_fetch_add(&turns, 1);
	void (*step)(void) = atomic_load(&next);
	if (step != NULL) {
		step();
	}
	sem_post(&turned);
}

static void run(void *arg)
{
	void (**step)(void) = arg;
	(*step)();
	sem_post(&done);
}

/* On the loop. */
static void on_loop(void (*step)(void))
{
	struct loop_call call = { .loop = loop, .run = run, .arg = &step };
	loop_post(&call);
	await(&done);
}

static void pair(unsigned i)
{
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	near[i] = ends[0];
	far[i] = ends[1];
}

static void begin_watch(void)
{
	assert_true(watch_begin(&watch, loop, turn, &watch));
}

static void end_watch(void)
{
	watch_end(&watch);
}

static void begin(void)
{
	atomic_store(&turns, 0);
	atomic_store(&next, NULL);
	pair(0);
	pair(1);
	on_loop(begin_watch);
}

static void finish(void)
{
	on_loop(end_watch);
	for (unsigned i = 0; i < 2; i++) {
		close(near[i]);
		close(far[i]);
	}
	while (sem_trywait(&turned) == 0) {
	}
}

static void want_client(void)
{
	assert_true(watch_client(&watch, near[0], POLLIN));
}

static void want_both(void)
{
	assert_true(watch_client(&watch, near[0], POLLIN));
	assert_true(watch_server(&watch, near[1], POLLOUT));
}

static void want_nothing(void)
{
	assert_true(watch_client(&watch, near[0], 0));
	assert_true(watch_server(&watch, near[1], 0));
}

static void want_time(void)
{
	watch_until(&watch, monotonic_ms() + SHORT_MS);
}

static void say(unsigned i)
{
	assert_int_equal(send(far[i], "x", 1, MSG_NOSIGNAL), 1);
}

static void its_owner_has_a_turn_for_what_it_wants(void **state)
{
	(void)state;
	begin();
	on_loop(want_client);
	assert_int_equal(atomic_load(&turns), 0);
	atomic_store(&next, want_nothing);
	say(0);
	await(&turned);
	on_loop(want_both); /* the first has not been read, and the second can be written */
	await(&turned);
	finish();
}

static short taken[3];

static void take(void)
{
	taken[0] = watch_take(&watch.client);
	taken[1] = watch_take(&watch.client);
	taken[2] = watch_take(&watch.server);
	want_nothing();
}

/* Each event is told of once, and of no other side. */
static void what_has_happened_is_told(void **state)
{
	(void)state;
	begin();
	on_loop(want_client);
	atomic_store(&next, take);
	say(0);
	await(&turned);
	assert_int_equal(taken[0], POLLIN);
	assert_int_equal(taken[1], 0);
	assert_int_equal(taken[2], 0);
	finish();
}

/* Otherwise a socket that its peer has closed would keep the loop busy. */
static void nothing_is_said_of_a_socket_that_is_not_wanted(void **state)
{
	(void)state;
	begin();
	on_loop(want_client);
	on_loop(want_nothing);
	say(0);
	assert_int_equal(shutdown(far[0], SHUT_RDWR), 0);
	assert_int_equal(shutdown(far[1], SHUT_RDWR), 0);
	atomic_store(&next, want_nothing);
	on_loop(want_time);
	await(&turned);
	assert_int_equal(atomic_load(&turns), 1);
	finish();
}

static int64_t began;

static void move_on(void)
{
	/* As often as something moves. */
	began = monotonic_ms();
	watch_until(&watch, began + SHORT_MS);
	watch_until(&watch, began + 2 * SHORT_MS);
	watch_until(&watch, WATCH_NEVER);
}

static void look_again(void)
{
	if (monotonic_ms() < began + 2 * SHORT_MS) {
		watch_until(&watch, began + 2 * SHORT_MS);
	}
}

static void a_time_that_moves_on_is_waited_for(void **state)
{
	(void)state;
	begin();
	atomic_store(&next, look_again);
	on_loop(move_on);
	while (monotonic_ms() < began + 2 * SHORT_MS) {
		await(&turned);
	}
	finish();
}

static void want_later(void)
{
	watch_until(&watch, monotonic_ms() + PATIENCE_S * 10000);
}

static void want_now(void)
{
	watch_until(&watch, 0);
}

static void a_time_that_comes_earlier_counts(void **state)
{
	(void)state;
	begin();
	on_loop(want_later);
	on_loop(want_time);
	await(&turned);
	on_loop(want_later);
	on_loop(want_now);
	await(&turned);
	finish();
}

static void replace_server(void)
{
	watch_forget_server(&watch);
	close(near[1]);
	/* Most likely of the same number. */
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	close(far[1]);
	near[1] = ends[0];
	far[1] = ends[1];
	assert_true(watch_server(&watch, near[1], POLLIN));
}

static void want_server(void)
{
	assert_true(watch_server(&watch, near[1], POLLIN));
}

static void want_no_server(void)
{
	assert_true(watch_server(&watch, near[1], 0));
}

static void another_server_may_have_the_same_number(void **state)
{
	(void)state;
	begin();
	on_loop(want_server);
	for (unsigned i = 0; i < 3; i++) {
		on_loop(replace_server);
		atomic_store(&next, want_no_server);
		say(1);
		await(&turned);
	}
	assert_int_equal(atomic_load(&turns), 3);
	finish();
}

static void a_watch_that_never_began_ends(void **state)
{
	(void)state;
	struct watch none = { NULL };
	watch_end(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_owner_has_a_turn_for_what_it_wants),
		cmocka_unit_test(what_has_happened_is_told),
		cmocka_unit_test(nothing_is_said_of_a_socket_that_is_not_wanted),
		cmocka_unit_test(a_time_that_moves_on_is_waited_for),
		cmocka_unit_test(a_time_that_comes_earlier_counts),
		cmocka_unit_test(another_server_may_have_the_same_number),
		cmocka_unit_test(a_watch_that_never_began_ends),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
