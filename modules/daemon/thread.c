/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Threads and their attributes. */

#include "thread.h"

#include <stddef.h>

#define STACK_SIZE (512 * 1024) /* more than DANCE_STACK_SIZE and what is ours */

bool thread_start(pthread_t *thread, void *(*begin)(void *arg), void *arg)
{
	pthread_attr_t attributes;
	pthread_t own;
	if (pthread_attr_init(&attributes) != 0) {
		return false;
	}
	bool started = pthread_attr_setstacksize(&attributes, STACK_SIZE) == 0 &&
		(thread != NULL ||
			pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) ==
				0) &&
		pthread_create(thread != NULL ? thread : &own, &attributes, begin, arg) ==
			0;
	pthread_attr_destroy(&attributes);
	return started;
}
