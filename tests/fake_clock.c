/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Time as the test wants it. Who waits with a time limit is woken every few real
 * milliseconds, as pthread_cond_timedwait() may do, to look at the clock again. */

#include "fake_clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "held_locks.h"

#define LOOK_AGAIN_NS 1000000

static _Atomic uint64_t now = 1000000;
static _Atomic uint64_t pace;
static _Atomic int64_t wall_ahead;
static atomic_uint waiting, looks;
static _Atomic uint64_t longest_sleep;

uint64_t clock_ms(void)
{
	return atomic_load(&now);
}

/* libunbound has a clock of its own: its timers go with that one. */
uint64_t clock_us(void)
{
	struct timespec real;
	clock_gettime(CLOCK_MONOTONIC, &real);
	return (uint64_t)real.tv_sec * 1000000 + (uint64_t)real.tv_nsec / 1000;
}

int64_t clock_wall_ahead(void)
{
	return atomic_load(&wall_ahead);
}

void fake_clock_step(int64_t ms)
{
	atomic_fetch_add(&wall_ahead, ms);
}

void fake_clock_set(uint64_t ms)
{
	atomic_store(&now, ms);
}

void fake_clock_advance(uint64_t ms)
{
	atomic_fetch_add(&now, ms);
}

void fake_clock_set_pace(uint64_t ms)
{
	atomic_store(&pace, ms);
}

unsigned fake_clock_waiting(void)
{
	return atomic_load(&waiting);
}

unsigned fake_clock_looks(void)
{
	return atomic_load(&looks);
}

uint64_t fake_clock_longest_sleep(void)
{
	return atomic_load(&longest_sleep);
}

void fake_clock_forget_sleeps(void)
{
	atomic_store(&longest_sleep, 0);
}

static void note_sleep(const struct timespec *begin, const struct timespec *end)
{
	int64_t ns = ((int64_t)end->tv_sec - begin->tv_sec) * 1000000000 + end->tv_nsec -
		begin->tv_nsec;
	uint64_t ms = ns < 0 ? 0 : ((uint64_t)ns + 999999) / 1000000;
	uint64_t before = atomic_load(&longest_sleep);
	while (ms > before && !atomic_compare_exchange_weak(&longest_sleep, &before, ms)) {
		/* `before` is what another thread has noted. */
	}
}

int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
	const struct timespec *end);

int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
	const struct timespec *end)
{
	held_locks_must_have(mutex);
	struct timespec soon;
	clock_gettime(CLOCK_MONOTONIC, &soon);
	note_sleep(&soon, end);
	/* A test may have a clock_gettime() of its own, and the kernel does not wait by that. */
	(void)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &soon);
	soon.tv_nsec += LOOK_AGAIN_NS;
	if (soon.tv_nsec >= 1000000000) {
		soon.tv_sec++;
		soon.tv_nsec -= 1000000000;
	}
	atomic_fetch_add(&looks, 1);
	atomic_fetch_add(&waiting, 1);
	int result = pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &soon);
	atomic_fetch_sub(&waiting, 1);
	atomic_fetch_add(&now, atomic_load(&pace));
	return result;
}
