/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A table of the lines that were logged, by which zone and when. It knows lines by a hash: two of
 * the same hash are so unlikely that one of them may get lost. */

#include "log_once.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#define RECENT_S 10

static struct {
	uint64_t line; /* 0: none */
	uint64_t zone;
	time_t when;
} logged[LOG_ONCE_MAX];

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

/* Where this line is, or is to be: in place of the oldest. */
static size_t place_of(uint64_t line)
{
	size_t place = 0;
	for (size_t i = 0; i < LOG_ONCE_MAX; i++) {
		if (logged[i].line == line) {
			return i;
		}
		if (logged[i].when < logged[place].when) {
			place = i;
		}
	}
	return place;
}

bool log_once_seen(const void *scope, const void *zone, size_t zone_size, const char *line)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	uint64_t line_hash = hash((uintptr_t)scope, line, strlen(line));
	uint64_t zone_hash = hash(0, zone, zone_size);
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);

	pthread_mutex_lock(&lock);
	size_t place = place_of(line_hash);
	bool seen = logged[place].line == line_hash && logged[place].zone != zone_hash &&
		now.tv_sec - logged[place].when < RECENT_S;
	if (!seen) {
		logged[place].zone = zone_hash;
	}
	logged[place].line = line_hash;
	logged[place].when = now.tv_sec;
	pthread_mutex_unlock(&lock);
	return seen;
}
