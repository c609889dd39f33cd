/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Stands in front of pthread_mutex_lock() and pthread_mutex_unlock(), and ends a test in which a
 * thread gives back a lock that it has not taken, or takes one that it has. Nothing is to be called:
 * meson.build links it as `held_locks`. */

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define HELD_MAX 16

static _Thread_local const pthread_mutex_t *held[HELD_MAX];

/* Where this thread has the lock, or with NULL a free place. */
static const pthread_mutex_t **find(const pthread_mutex_t *lock)
{
	for (size_t i = 0; i < HELD_MAX; i++) {
		if (held[i] == lock) {
			return &held[i];
		}
	}
	return NULL;
}

static void must(bool condition, const char *what)
{
	if (!condition) {
		fprintf(stderr, "locks: %s\n", what);
		abort();
	}
}

int __real_pthread_mutex_lock(pthread_mutex_t *lock);
int __wrap_pthread_mutex_lock(pthread_mutex_t *lock);
int __wrap_pthread_mutex_lock(pthread_mutex_t *lock)
{
	must(find(lock) == NULL, "one that this thread has is taken again");
	int ret = __real_pthread_mutex_lock(lock);
	const pthread_mutex_t **place = find(NULL);
	must(place != NULL, "a thread has too many of them");
	*place = lock;
	return ret;
}

int __real_pthread_mutex_unlock(pthread_mutex_t *lock);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *lock);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *lock)
{
	const pthread_mutex_t **place = find(lock);
	must(place != NULL, "one that this thread has not is given back");
	*place = NULL;
	return __real_pthread_mutex_unlock(lock);
}
