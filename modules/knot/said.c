/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A table of what was said and when. It knows sentences by a hash: two of the same hash are
 * so unlikely that one of them may get lost. */

#include "said.h"

#include <pthread.h>
#include <time.h>

#define LATELY_S 10

static struct {
	uint64_t sentence;
	time_t when;
} said[SAID_MAX];

static uint64_t hash(const void *listener, const char *sentence)
{
	uint64_t sum = (uintptr_t)listener * 0x9e3779b97f4a7c15u;
	for (; *sentence != '\0'; sentence++) {
		sum = (sum ^ (unsigned char)*sentence) * 0x9e3779b97f4a7c15u;
		sum ^= sum >> 29;
	}
	return sum | 1;
}

bool said_lately(const void *listener, const char *sentence)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	uint64_t sought = hash(listener, sentence);
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);

	pthread_mutex_lock(&lock);
	size_t place = 0;
	for (size_t i = 0; i < SAID_MAX; i++) {
		if (said[i].sentence == sought) {
			place = i;
			break;
		}
		if (said[i].when < said[place].when) {
			place = i;
		}
	}
	bool lately = said[place].sentence == sought && now.tv_sec - said[place].when < LATELY_S;
	said[place].sentence = sought;
	said[place].when = now.tv_sec;
	pthread_mutex_unlock(&lock);
	return lately;
}
