/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many threads there are for how many jobs, in which order these are done, and what
 * comes of them where there are no threads or no memory. */

#include "check.h"
#include "errand.h"
#include "held_locks.h"
#include "jobs.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#define PATIENCE_S 20

static atomic_bool fail_threads, fail_memory;
static atomic_uint created;
static atomic_uint told;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *), void *arg)
{
	if (atomic_load(&fail_threads)) {
		return EAGAIN;
	}
	atomic_fetch_add(&created, 1);
	return __real_pthread_create(thread, attributes, start, arg);
}

/* What is made, and not destroyed yet. */
static atomic_int conditions, locks, attributes;

int __real_pthread_cond_init(pthread_cond_t *made, const pthread_condattr_t *how);
int __wrap_pthread_cond_init(pthread_cond_t *made, const pthread_condattr_t *how);
int __wrap_pthread_cond_init(pthread_cond_t *made, const pthread_condattr_t *how)
{
	atomic_fetch_add(&conditions, 1);
	return __real_pthread_cond_init(made, how);
}

int __real_pthread_cond_destroy(pthread_cond_t *made);
int __wrap_pthread_cond_destroy(pthread_cond_t *made);
int __wrap_pthread_cond_destroy(pthread_cond_t *made)
{
	atomic_fetch_sub(&conditions, 1);
	return __real_pthread_cond_destroy(made);
}

int __real_pthread_mutex_init(pthread_mutex_t *made, const pthread_mutexattr_t *how);
int __wrap_pthread_mutex_init(pthread_mutex_t *made, const pthread_mutexattr_t *how);
int __wrap_pthread_mutex_init(pthread_mutex_t *made, const pthread_mutexattr_t *how)
{
	atomic_fetch_add(&locks, 1);
	return __real_pthread_mutex_init(made, how);
}

int __real_pthread_mutex_destroy(pthread_mutex_t *made);
int __wrap_pthread_mutex_destroy(pthread_mutex_t *made);
int __wrap_pthread_mutex_destroy(pthread_mutex_t *made)
{
	atomic_fetch_sub(&locks, 1);
	return __real_pthread_mutex_destroy(made);
}

int __real_pthread_condattr_init(pthread_condattr_t *made);
int __wrap_pthread_condattr_init(pthread_condattr_t *made);
int __wrap_pthread_condattr_init(pthread_condattr_t *made)
{
	atomic_fetch_add(&attributes, 1);
	return __real_pthread_condattr_init(made);
}

int __real_pthread_condattr_destroy(pthread_condattr_t *made);
int __wrap_pthread_condattr_destroy(pthread_condattr_t *made);
int __wrap_pthread_condattr_destroy(pthread_condattr_t *made)
{
	atomic_fetch_sub(&attributes, 1);
	return __real_pthread_condattr_destroy(made);
}

/* A clock that stands: what waits ends with a call, or as often as this says. */
static const struct timespec now = { .tv_sec = 1000, .tv_nsec = 7 };
static atomic_int ends_left;
static sem_t ended;

int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
	if (clock != CLOCK_MONOTONIC) {
		return __real_clock_gettime(clock, time);
	}
	*time = now;
	return 0;
}

int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
	const struct timespec *until);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
	const struct timespec *until)
{
	held_locks_must_have(lock);
	assert_int_equal(until->tv_sec, now.tv_sec + 5);
	assert_int_equal(until->tv_nsec, now.tv_nsec);
	if (atomic_load(&ends_left) > 0) { /* under the lock */
		atomic_fetch_sub(&ends_left, 1);
		sem_post(&ended);
		return ETIMEDOUT;
	}
	return pthread_cond_wait(condition, lock);
}

bool __wrap_memory_thread_begin(void);
bool __wrap_memory_thread_begin(void)
{
	return !atomic_load(&fail_memory);
}

static void tell(bool of_memory)
{
	atomic_fetch_add(&told, 1);
	assert_true(of_memory == atomic_load(&fail_memory));
}

static sem_t begun, go, done;

static int make(void **state)
{
	(void)state;
	atomic_store(&fail_threads, false);
	atomic_store(&fail_memory, false);
	atomic_store(&created, 0);
	atomic_store(&told, 0);
	atomic_store(&conditions, 0);
	atomic_store(&locks, 0);
	atomic_store(&attributes, 0);
	atomic_store(&ends_left, 0);
	return sem_init(&begun, 0, 0) | sem_init(&go, 0, 0) | sem_init(&done, 0, 0) |
		sem_init(&ended, 0, 0);
}

static int clear(void **state)
{
	(void)state;
	assert_int_equal(atomic_load(&conditions), 0);
	assert_int_equal(atomic_load(&locks), 0);
	assert_int_equal(atomic_load(&attributes), 0);
	return sem_destroy(&begun) | sem_destroy(&go) | sem_destroy(&done) |
		sem_destroy(&ended);
}

static void await(sem_t *semaphore)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	assert_int_equal(sem_timedwait(semaphore, &until), 0);
}

static char heard[16]; /* by one thread after the other */
static atomic_uint unable;

static void wait_long(void *arg, bool able)
{
	(void)arg;
	assert_true(able);
	sem_post(&begun);
	sem_wait(&go);
	sem_post(&done);
}

static void hear(void *arg, bool able)
{
	if (!able) {
		atomic_fetch_add(&unable, 1);
	} else {
		strncat(heard, arg, sizeof(heard) - strlen(heard) - 1);
	}
	sem_post(&done);
}

#define WAITING { .work = wait_long }
#define WORD(text) { .work = hear, .arg = text }

static void as_many_threads_as_jobs_that_wait(void **state)
{
	(void)state;
	struct job waiting[4] = { WAITING, WAITING, WAITING, WAITING };
	struct jobs *jobs = jobs_new(1, 3, tell);
	assert_non_null(jobs);
	for (unsigned i = 0; i < 4; i++) {
		jobs_add(jobs, &waiting[i], false);
	}
	for (unsigned i = 0; i < 3; i++) {
		await(&begun);
	}
	assert_int_equal(atomic_load(&created), 3);
	assert_int_equal(sem_trywait(&begun), -1);
	for (unsigned i = 0; i < 4; i++) {
		sem_post(&go);
	}
	for (unsigned i = 0; i < 4; i++) {
		await(&done);
	}
	jobs_free(jobs);
	assert_int_equal(atomic_load(&told), 0);
}

static void a_thread_that_is_idle_does_the_next_job(void **state)
{
	(void)state;
	struct job word = WORD("a");
	struct jobs *jobs = jobs_new(1, 99, tell);
	for (unsigned i = 0; i < 60; i++) {
		jobs_add(jobs, &word, false);
		await(&done);
	}
	/* It need not be idle yet when another one comes. */
	assert_true(atomic_load(&created) < 30);
	jobs_free(jobs);
}

/* Two jobs at a time, which begin, and are to end. */
static void begin_two(struct jobs *jobs, struct job two[2])
{
	for (unsigned i = 0; i < 2; i++) {
		jobs_add(jobs, &two[i], false);
	}
	for (unsigned i = 0; i < 2; i++) {
		await(&begun);
	}
}

static void end_two(void)
{
	for (unsigned i = 0; i < 2; i++) {
		sem_post(&go);
	}
	for (unsigned i = 0; i < 2; i++) {
		await(&done);
	}
}

/* As far as there are more than the least. */
static void a_thread_that_is_idle_for_long_ends(void **state)
{
	(void)state;
	for (unsigned least = 1; least <= 2; least++) {
		struct job two[2] = { WAITING, WAITING };
		struct jobs *jobs = jobs_new(least, 2, tell);
		atomic_store(&created, least);
		begin_two(jobs, two);
		assert_int_equal(atomic_load(&created), 2);
		atomic_store(&ends_left, 1);
		end_two();
		await(&ended);
		begin_two(jobs, two);
		assert_int_equal(atomic_load(&created), least == 1 ? 3 : 2);
		end_two();
		jobs_free(jobs);
	}
}

#define THREADS 4
#define JOBS 40

static pthread_t workers[JOBS];
static unsigned worked_count;

static void sign(void *arg, bool able)
{
	(void)arg;
	assert_true(able);
	workers[worked_count++] = pthread_self();
	sem_post(&done);
}

/* How many jobs the thread did that did most of them. */
static unsigned most_by_one(void)
{
	unsigned most = 0;
	for (unsigned i = 0; i < JOBS; i++) {
		unsigned count = 0;
		for (unsigned j = 0; j < JOBS; j++) {
			count += pthread_equal(workers[i], workers[j]) != 0;
		}
		most = count > most ? count : most;
	}
	return most;
}

/* Not each in its turn. */
static void of_the_idle_threads_the_one_that_worked_last_does_the_next_job(void **state)
{
	(void)state;
	const struct timespec pause = { .tv_nsec = 5000000 };
	struct job waiting[THREADS] = { WAITING, WAITING, WAITING, WAITING };
	struct job signing = { .work = sign };
	struct jobs *jobs = jobs_new(THREADS, THREADS, tell);
	assert_non_null(jobs);
	for (unsigned i = 0; i < THREADS; i++) {
		jobs_add(jobs, &waiting[i], false);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		await(&begun);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		sem_post(&go);
		await(&done);
	}
	worked_count = 0;
	for (unsigned i = 0; i < JOBS; i++) {
		/* So that it is idle again, unless the machine is very busy. */
		nanosleep(&pause, NULL);
		jobs_add(jobs, &signing, false);
		await(&done);
	}
	assert_true(most_by_one() > JOBS / 2);
	jobs_free(jobs);
}

static void urgent_jobs_come_before_others(void **state)
{
	(void)state;
	struct job waiting = WAITING;
	struct job words[] = { WORD("a"), WORD("b"), WORD("!") };
	struct jobs *jobs = jobs_new(1, 1, tell);
	heard[0] = '\0';
	jobs_add(jobs, &waiting, false);
	await(&begun);
	for (unsigned i = 0; i < 3; i++) {
		jobs_add(jobs, &words[i], i == 2);
	}
	sem_post(&go);
	for (unsigned i = 0; i < 4; i++) {
		await(&done);
	}
	assert_string_equal(heard, "!ab");
	jobs_free(jobs);
}

/* Those that are there go on. */
static void where_no_thread_can_be_started_jobs_wait_for_another(void **state)
{
	(void)state;
	struct job waiting = WAITING, word = WORD("a");
	struct jobs *jobs = jobs_new(1, 9, tell);
	heard[0] = '\0';
	jobs_add(jobs, &waiting, false);
	await(&begun);
	atomic_store(&fail_threads, true);
	jobs_add(jobs, &word, false);
	assert_int_equal(atomic_load(&told), 1);
	sem_post(&go);
	await(&done);
	await(&done);
	assert_string_equal(heard, "a");
	jobs_free(jobs);
}

static void where_there_is_no_thread_at_all_the_job_is_told(void **state)
{
	(void)state;
	struct job word = WORD("a");
	struct jobs *jobs = jobs_new(0, 9, tell);
	atomic_store(&unable, 0);
	heard[0] = '\0';
	atomic_store(&fail_threads, true);
	jobs_add(jobs, &word, false);
	assert_int_equal(sem_trywait(&done), 0);
	assert_int_equal(atomic_load(&unable), 1);
	atomic_store(&fail_threads, false);
	atomic_store(&fail_memory, true);
	jobs_add(jobs, &word, false);
	await(&done);
	assert_int_equal(atomic_load(&unable), 2);
	assert_int_equal(atomic_load(&told), 2);
	atomic_store(&fail_memory, false);
	jobs_add(jobs, &word, false);
	await(&done);
	assert_string_equal(heard, "a");
	jobs_free(jobs);
}

static void without_its_threads_it_does_not_begin(void **state)
{
	(void)state;
	atomic_store(&fail_threads, true);
	assert_null(jobs_new(2, 9, tell));
	atomic_store(&fail_threads, false);
	atomic_store(&fail_memory, true);
	assert_null(jobs_new(2, 9, tell));
	jobs_free(NULL);
}

static void all_that_waits_is_done_at_the_end(void **state)
{
	(void)state;
	struct job words[] = { WORD("a"), WORD("b"), WORD("c") };
	struct jobs *jobs = jobs_new(1, 1, tell);
	heard[0] = '\0';
	for (unsigned i = 0; i < 3; i++) {
		jobs_add(jobs, &words[i], false);
	}
	jobs_free(jobs);
	assert_string_equal(heard, "abc");
}

/* --- errands ------------------------------------------------------------------------------ */

static struct errand errand;
static atomic_bool worked;

static void work(void *arg, bool able)
{
	assert_ptr_equal(arg, &errand);
	assert_true(able);
	atomic_store(&worked, true);
}

static void come_back(void *arg)
{
	assert_ptr_equal(arg, &errand);
	assert_false(errand.out);
	assert_true(atomic_load(&worked));
	sem_post(&done);
}

static void an_errand_comes_back_to_its_loop(void **state)
{
	(void)state;
	struct loop *loop = loop_new(64);
	struct jobs *jobs = jobs_new(1, 1, tell);
	assert_non_null(loop);
	errand_begin(&errand, loop, come_back, &errand);
	for (unsigned i = 0; i < 3; i++) {
		atomic_store(&worked, false);
		errand_send(&errand, jobs, work, false);
		await(&done);
	}
	jobs_free(jobs);
	loop_free(loop);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, make, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(as_many_threads_as_jobs_that_wait),
		ONE(a_thread_that_is_idle_does_the_next_job),
		ONE(a_thread_that_is_idle_for_long_ends),
		ONE(of_the_idle_threads_the_one_that_worked_last_does_the_next_job),
		ONE(urgent_jobs_come_before_others),
		ONE(where_no_thread_can_be_started_jobs_wait_for_another),
		ONE(where_there_is_no_thread_at_all_the_job_is_told),
		ONE(without_its_threads_it_does_not_begin),
		ONE(all_that_waits_is_done_at_the_end),
		ONE(an_errand_comes_back_to_its_loop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
