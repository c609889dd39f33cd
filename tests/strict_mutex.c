/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Ends the test when a thread gives back a mutex that it does not hold, or waits without it: a lock
 * that is missing is seen even if no other thread is there. Of mutexes that are made by
 * pthread_mutex_init(). */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

int __real_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes);
int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes);
int __real_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex);

int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
	pthread_mutexattr_t strict;
	if (attributes != NULL) {
		return __real_pthread_mutex_init(mutex, attributes);
	}
	pthread_mutexattr_init(&strict);
	pthread_mutexattr_settype(&strict, PTHREAD_MUTEX_ERRORCHECK);
	int result = __real_pthread_mutex_init(mutex, &strict);
	pthread_mutexattr_destroy(&strict);
	return result;
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	int result = __real_pthread_mutex_unlock(mutex);
	if (result != 0) {
		fprintf(stderr, "a mutex was given back that was not held\n");
		abort();
	}
	return result;
}
