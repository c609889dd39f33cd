/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many loops there are, and in which order they and threads end: a thread that has posted a
 * call may still be about to wake the loop when that has run it. */

#include "check.h"
#include "errand.h"
#include "workers.h"

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#define PATIENCE_S 20

static pthread_t main_thread;
static sem_t posted, done;
static atomic_bool waking, too_early;

/* A thread of the jobs is slow to wake the loop. */
int __real_uv_async_send(uv_async_t *async);
int __wrap_uv_async_send(uv_async_t *async);
int __wrap_uv_async_send(uv_async_t *async)
{
	if (pthread_equal(pthread_self(), main_thread)) {
		return __real_uv_async_send(async);
	}
	const struct timespec moment = { .tv_nsec = 200000000 };
	sem_post(&posted);
	nanosleep(&moment, NULL);
	int result = atomic_load(&too_early) ? 0 : __real_uv_async_send(async);
	atomic_store(&waking, false);
	return result;
}

int __real_uv_loop_close(uv_loop_t *uv);
int __wrap_uv_loop_close(uv_loop_t *uv);
int __wrap_uv_loop_close(uv_loop_t *uv)
{
	if (atomic_load(&waking)) {
		atomic_store(&too_early, true);
	}
	return __real_uv_loop_close(uv);
}

static void await(sem_t *semaphore)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	assert_int_equal(sem_timedwait(semaphore, &until), 0);
}

static void work(void *arg, bool able)
{
	(void)arg;
	assert_true(able);
	atomic_store(&waking, true);
}

static void come_back(void *arg)
{
	sem_post(arg);
}

static void nothing(void *arg)
{
	(void)arg;
}

static void a_loop_ends_after_the_threads_that_wake_it(void **state)
{
	(void)state;
	struct errand errand;
	main_thread = pthread_self();
	assert_int_equal(sem_init(&posted, 0, 0) | sem_init(&done, 0, 0), 0);
	assert_true(workers_start(1));
	errand_begin(&errand, workers_choose(), come_back, &done);
	errand_send(&errand, workers_handshakes(), work, false);
	await(&posted);
	/* The loop wakes for another call, and finds that of the errand. */
	struct loop_call other = { .loop = workers_choose(), .run = nothing };
	loop_post(&other);
	await(&done);
	workers_stop();
	assert_false(atomic_load(&too_early));
	while (atomic_load(&waking)) {
	}
	sem_destroy(&posted);
	sem_destroy(&done);
}

/* As many loops as processors, up to a limit. Each is chosen once before another is twice. */
static void without_a_number_there_is_a_loop_for_each_processor(void **state)
{
	(void)state;
	const unsigned processors = uv_available_parallelism();
	unsigned loops = 0;
	main_thread = pthread_self();
	assert_true(workers_start(0));
	while (atomic_load(loop_load(workers_choose())) == 0) {
		atomic_fetch_add(loop_load(workers_choose()), 1);
		loops++;
	}
	workers_stop();
	assert_int_equal(loops,
		processors < WORKERS_LOOPS_MAX ? processors : WORKERS_LOOPS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loop_ends_after_the_threads_that_wake_it),
		cmocka_unit_test(without_a_number_there_is_a_loop_for_each_processor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
