/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A table of the ids of sections, and a thread that writes what their names stand like into the
 * statistics of instances. The statistics are added up over knotd's threads: all is written for
 * the first of them. Knows no queries. */

#include "gauges.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctx.h"
#include "log.h"
#include "section.h"
#include "standings.h"

#define BUCKETS 1024

/* So long at least between two rounds, and so many times as long as a round takes. */
#define PAUSE_MS 2000
#define PAUSE_ROUNDS 100

struct gauge {
	struct gauge *next;
	char id[GAUGES_ID_SIZE];
	unsigned place; /* in each item; GAUGES_SECTIONS: that of all others */
	LIST_HEAD(, section) sections; /* the last one first; never empty */
	_Atomic int64_t last_allow;
};

/* Under the lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct gauge *table[BUCKETS];
static struct gauge *places[GAUGES_SECTIONS];
static unsigned others; /* gauges without a place of their own */
static LIST_HEAD(, dance_ctx) instances = LIST_HEAD_INITIALIZER(instances);

/* The thread. This lock is held while it is started and while it ends, and is taken first. */
static pthread_mutex_t thread_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned attached;
static bool running;
static pthread_t thread;
static int pipe_ends[2]; /* the thread ends when the second is closed */

/* What knotd calls a value of an item. */
static char *id_of(uint32_t place, uint32_t count)
{
	(void)count;
	char *id = NULL;
	pthread_mutex_lock(&lock);
	if (place == GAUGES_SECTIONS) {
		id = others > 0 ? strdup("*") : NULL;
	} else if (places[place] != NULL) {
		id = strdup(places[place]->id);
	}
	pthread_mutex_unlock(&lock);
	return id;
}

bool gauges_register(struct dance_ctx *ctx, unsigned items)
{
	ctx->first_gauge = items;
	for (unsigned i = 0; i < STANDING_COUNT; i++) {
		if (knotd_mod_stats_add(ctx->mod, standing_name(i), GAUGES_SECTIONS + 1,
			    id_of) != KNOT_EOK) {
			ctx->first_gauge = 0;
			return false;
		}
	}
	return true;
}

static void store(unsigned place, const struct standings *standings)
{
	struct dance_ctx *ctx;
	LIST_FOREACH(ctx, &instances, of_gauges)
	{
		for (unsigned i = 0; i < STANDING_COUNT; i++) {
			knotd_mod_stats_store(ctx->mod, 0, ctx->first_gauge + i, place,
				standings->values[i]);
		}
	}
}

/* With the lock. */
static void refresh(void)
{
	struct standings rest = { 0 };
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		for (struct gauge *gauge = table[i]; gauge != NULL; gauge = gauge->next) {
			struct standings standings = { 0 };
			standings_add_roster(&standings,
				LIST_FIRST(&gauge->sections)->roster);
			standings_add_allow(&standings,
				atomic_load_explicit(&gauge->last_allow,
					memory_order_relaxed));
			if (gauge->place == GAUGES_SECTIONS) {
				standings_add(&rest, &standings);
			} else {
				store(gauge->place, &standings);
			}
		}
	}
	store(GAUGES_SECTIONS, &rest);
}

void gauges_refresh(void)
{
	pthread_mutex_lock(&lock);
	if (!LIST_EMPTY(&instances)) {
		refresh();
	}
	pthread_mutex_unlock(&lock);
}

static int64_t thread_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *run(void *arg)
{
	(void)arg;
	struct pollfd end = { .fd = pipe_ends[0] };
	int64_t pause = PAUSE_MS;
	while (poll(&end, 1, (int)pause) <= 0) {
		int64_t began = thread_ms();
		gauges_refresh();
		pause = (thread_ms() - began) * PAUSE_ROUNDS;
		pause = pause < PAUSE_MS ? PAUSE_MS : pause;
	}
	return NULL;
}

/* Signals are for knotd's own threads. */
static int start_thread(void)
{
	if (pipe(pipe_ends) != 0) {
		return errno;
	}
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&thread, NULL, run, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0) {
		close(pipe_ends[0]);
		close(pipe_ends[1]);
	}
	return error;
}

static void end_thread(void)
{
	close(pipe_ends[1]);
	pthread_join(thread, NULL);
	close(pipe_ends[0]);
}

void gauges_attach(struct dance_ctx *ctx)
{
	if (ctx == NULL || ctx->first_gauge == 0) {
		return;
	}
	pthread_mutex_lock(&thread_lock);
	int error = running ? 0 : start_thread();
	running = error == 0;
	attached++;
	pthread_mutex_unlock(&thread_lock);
	if (error != 0) {
		struct log_line line;
		log_line_begin(&line,
			"the values of names in the statistics stay as they are");
		log_line_reason(&line, "no thread can be started: %s", strerror(error));
		log_end(ctx->mod, LOG_ERR, &line, "raise the limit of threads and reload");
	}

	pthread_mutex_lock(&lock);
	LIST_INSERT_HEAD(&instances, ctx, of_gauges);
	refresh();
	pthread_mutex_unlock(&lock);
	ctx->has_gauges = true;
}

void gauges_detach(struct dance_ctx *ctx)
{
	if (!ctx->has_gauges) {
		return;
	}
	pthread_mutex_lock(&lock);
	LIST_REMOVE(ctx, of_gauges);
	pthread_mutex_unlock(&lock);

	pthread_mutex_lock(&thread_lock);
	if (--attached == 0 && running) {
		end_thread();
		running = false;
	}
	pthread_mutex_unlock(&thread_lock);
}

/* FNV-1a. */
static struct gauge **bucket_of(const char *id)
{
	uint32_t hash = 2166136261u;
	for (const char *at = id; *at != '\0'; at++) {
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	}
	return &table[hash % (sizeof(table) / sizeof(table[0]))];
}

/* Makes one in the first place that is free. NULL when out of memory. */
static struct gauge *make(const char *id)
{
	struct gauge *gauge = calloc(1, sizeof(*gauge));
	if (gauge == NULL) {
		return NULL;
	}
	memcpy(gauge->id, id, strlen(id));
	LIST_INIT(&gauge->sections);
	while (gauge->place < GAUGES_SECTIONS && places[gauge->place] != NULL) {
		gauge->place++;
	}
	if (gauge->place < GAUGES_SECTIONS) {
		places[gauge->place] = gauge;
	} else {
		others++;
	}
	struct gauge **bucket = bucket_of(id);
	gauge->next = *bucket;
	*bucket = gauge;
	return gauge;
}

void gauges_add(struct section *section, const char *id)
{
	char key[GAUGES_ID_SIZE] = "";
	if (id == NULL) {
		return;
	}
	memcpy(key, id, strnlen(id, sizeof(key) - 1));
	pthread_mutex_lock(&lock);
	struct gauge *gauge = *bucket_of(key);
	while (gauge != NULL && strcmp(gauge->id, key) != 0) {
		gauge = gauge->next;
	}
	if (gauge == NULL) {
		gauge = make(key);
	}
	if (gauge != NULL) {
		LIST_INSERT_HEAD(&gauge->sections, section, of_gauge);
		section->gauge = gauge;
	}
	pthread_mutex_unlock(&lock);
}

static void end(struct gauge *gauge)
{
	if (gauge->place < GAUGES_SECTIONS) {
		/* The next one there begins at zero. */
		places[gauge->place] = NULL;
		store(gauge->place, &(struct standings){ 0 });
	} else {
		others--;
	}
	struct gauge **at = bucket_of(gauge->id);
	while (*at != gauge) {
		at = &(*at)->next;
	}
	*at = gauge->next;
	free(gauge);
}

void gauges_remove(struct section *section)
{
	struct gauge *gauge = section->gauge;
	if (gauge == NULL) {
		return;
	}
	pthread_mutex_lock(&lock);
	LIST_REMOVE(section, of_gauge);
	if (LIST_EMPTY(&gauge->sections)) {
		end(gauge);
	}
	section->gauge = NULL;
	pthread_mutex_unlock(&lock);
}

void gauges_note_allow(const struct section *section)
{
	if (section == NULL || section->gauge == NULL) {
		return;
	}
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	_Atomic int64_t *last = &section->gauge->last_allow;
	/* Threads do not take the memory from each other more than once a second. */
	if (atomic_load_explicit(last, memory_order_relaxed) != now.tv_sec) {
		atomic_store_explicit(last, now.tv_sec, memory_order_relaxed);
	}
}
