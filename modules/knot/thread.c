/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A table with a row for each worker thread. A row has places for the instances of one query.
 * Knows no queries. */

#include "thread.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct row {
	unsigned uses;
	unsigned noted_count;
	enum dance_verdict noted[THREAD_INSTANCES];
	struct dance_thread places[THREAD_INSTANCES];
};

struct threads {
	unsigned references;
	unsigned count;
	struct row rows[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct threads *current; /* of the instances that were loaded last */

struct threads *threads_take(unsigned count)
{
	pthread_mutex_lock(&lock);
	struct threads *threads = current;
	if (threads == NULL || threads->count != count) {
		threads = calloc(1, sizeof(*threads) + count * sizeof(threads->rows[0]));
		if (threads != NULL) {
			threads->count = count;
			current = threads;
		}
	}
	if (threads != NULL) {
		threads->references++;
	}
	pthread_mutex_unlock(&lock);
	return threads;
}

void threads_give_back(struct threads *threads)
{
	if (threads == NULL) {
		return;
	}
	pthread_mutex_lock(&lock);
	if (--threads->references == 0) {
		if (current == threads) {
			current = NULL;
		}
		free(threads);
	}
	pthread_mutex_unlock(&lock);
}

struct dance_thread *threads_find(struct threads *threads, unsigned id, unsigned instance)
{
	if (threads == NULL || id >= threads->count) {
		return NULL;
	}
	struct row *row = &threads->rows[id];
	for (size_t i = 0; i < THREAD_INSTANCES; i++) {
		if (row->places[i].instance == instance) {
			row->places[i].used = ++row->uses;
			return &row->places[i];
		}
	}
	return NULL;
}

/* A free place, or the one that was not used for the longest time. An address that is shown
 * is still to be hidden: it stays where it is, and there is one at most. */
static struct dance_thread *make_room(struct row *row)
{
	struct dance_thread *place = NULL;
	for (size_t i = 0; i < THREAD_INSTANCES; i++) {
		struct dance_thread *at = &row->places[i];
		if (at->instance == 0) {
			return at;
		}
		if (at->alias.real == NULL &&
			(place == NULL || row->uses - at->used > row->uses - place->used)) {
			place = at;
		}
	}
	return place;
}

struct dance_thread *threads_make(struct threads *threads, unsigned id, unsigned instance)
{
	struct dance_thread *place = threads_find(threads, id, instance);
	if (place != NULL || threads == NULL || id >= threads->count) {
		return place;
	}
	struct row *row = &threads->rows[id];
	place = make_room(row);
	memset(place, 0, sizeof(*place));
	place->instance = instance;
	place->used = ++row->uses;
	return place;
}

void threads_note(struct threads *threads, unsigned id, enum dance_verdict verdict)
{
	if (threads != NULL && id < threads->count) {
		struct row *row = &threads->rows[id];
		if (row->noted_count < THREAD_INSTANCES) {
			row->noted[row->noted_count++] = verdict;
		}
	}
}

size_t threads_noted(struct threads *threads, unsigned id,
	enum dance_verdict verdicts[THREAD_INSTANCES])
{
	if (threads == NULL || id >= threads->count) {
		return 0;
	}
	struct row *row = &threads->rows[id];
	size_t count = row->noted_count;
	memcpy(verdicts, row->noted, count * sizeof(verdicts[0]));
	row->noted_count = 0;
	return count;
}

void thread_release(struct dance_thread *thread)
{
	if (thread->xfr.verdict == DANCE_UNDECIDED && thread->alias.real == NULL) {
		thread->instance = 0;
	}
}
