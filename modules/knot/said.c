/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A table of what was said, by whom and when. It knows sentences by a hash: two of the same
 * hash are so unlikely that one of them may get lost. */

#include "said.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#define LATELY_S 10

static struct {
	uint64_t sentence; /* 0: none */
	uint64_t speaker;
	time_t when;
} said[SAID_MAX];

static uint64_t hash(uint64_t seed, const void *data, size_t size)
{
	const unsigned char *octets = data;
	uint64_t sum = seed;
	for (size_t i = 0; i < size; i++) {
		sum = (sum ^ octets[i]) * 0x9e3779b97f4a7c15u;
		sum ^= sum >> 29;
	}
	return sum | 1;
}

/* Where this sentence is, or is to be: in place of the oldest. */
static size_t place_of(uint64_t sentence)
{
	size_t place = 0;
	for (size_t i = 0; i < SAID_MAX; i++) {
		if (said[i].sentence == sentence) {
			return i;
		}
		if (said[i].when < said[place].when) {
			place = i;
		}
	}
	return place;
}

bool said_lately(const void *listener, const void *speaker, size_t speaker_size,
	const char *sentence)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	uint64_t sought = hash((uintptr_t)listener, sentence, strlen(sentence));
	uint64_t speaking = hash(0, speaker, speaker_size);
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);

	pthread_mutex_lock(&lock);
	size_t place = place_of(sought);
	bool lately = said[place].sentence == sought && said[place].speaker != speaking &&
		now.tv_sec - said[place].when < LATELY_S;
	if (!lately) {
		said[place].speaker = speaking;
	}
	said[place].sentence = sought;
	said[place].when = now.tv_sec;
	pthread_mutex_unlock(&lock);
	return lately;
}
