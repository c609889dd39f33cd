/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A queue of jobs and a number of threads that changes. */

#include "jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include <openssl/crypto.h>

#include "memory.h"
#include "thread.h"

/* A thread that waits for a job, on its own stack. */
struct idler {
	pthread_cond_t woken; /* by CLOCK_MONOTONIC */
	bool called;          /* and not among the idle ones any more */
	LIST_ENTRY(idler) link;
};

struct jobs {
	pthread_mutex_t lock;
	pthread_condattr_t monotonic;
	pthread_cond_t settled; /* one has begun, or ended */
	TAILQ_HEAD(, job) waiting;
	jobs_short *tell;
	unsigned least, most;
	LIST_HEAD(, idler) idle; /* the one that worked last is the first */
	unsigned threads;
	unsigned leaving; /* they do nothing any more */
	bool starting;    /* one that has not looked for a job yet */
	bool failed;      /* one had no memory to begin */
	bool ends;
};

/* One is being started at a time: by the time it looks for a job, those that are there may
 * have done them all. The caller holds the lock. */
static bool wants_thread(const struct jobs *jobs)
{
	return !TAILQ_EMPTY(&jobs->waiting) && LIST_EMPTY(&jobs->idle) && !jobs->starting &&
		(jobs->threads < jobs->most || jobs->threads < jobs->least);
}

/* The one that worked last is called first: what it needs is in the processor's caches, and the
 * others may end. The caller holds the lock. */
static void call_idler(struct jobs *jobs)
{
	struct idler *idler = LIST_FIRST(&jobs->idle);
	if (idler != NULL) {
		LIST_REMOVE(idler, link);
		idler->called = true;
		pthread_cond_signal(&idler->woken);
	}
}

/* False if nobody has called it for JOBS_IDLE_MS. The caller holds the lock. */
static bool wait_idle(struct jobs *jobs)
{
	struct idler idler = { .called = false };
	struct timespec until;
	int waited = 0;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += JOBS_IDLE_MS / 1000;
	pthread_cond_init(&idler.woken, &jobs->monotonic);
	LIST_INSERT_HEAD(&jobs->idle, &idler, link);
	while (!idler.called && waited == 0) {
		waited = pthread_cond_timedwait(&idler.woken, &jobs->lock, &until);
	}
	if (!idler.called) {
		LIST_REMOVE(&idler, link);
	}
	pthread_cond_destroy(&idler.woken);
	return idler.called;
}

/* Waits for a job. NULL if the thread is not needed any more. The caller holds the lock. */
static struct job *next_job(struct jobs *jobs)
{
	bool waited = true;
	while (TAILQ_EMPTY(&jobs->waiting)) {
		if (jobs->ends || (!waited && jobs->threads > jobs->least)) {
			return NULL;
		}
		waited = wait_idle(jobs);
	}
	struct job *job = TAILQ_FIRST(&jobs->waiting);
	TAILQ_REMOVE(&jobs->waiting, job, link);
	return job;
}

/* There is no thread left that could do what waits. The caller holds the lock, which is
 * released meanwhile. */
static void give_up(struct jobs *jobs)
{
	while (jobs->threads == 0 && !TAILQ_EMPTY(&jobs->waiting)) {
		struct job *job = TAILQ_FIRST(&jobs->waiting);
		TAILQ_REMOVE(&jobs->waiting, job, link);
		pthread_mutex_unlock(&jobs->lock);
		job->work(job->arg, false);
		pthread_mutex_lock(&jobs->lock);
	}
}

static void *serve(void *arg);

/* The caller holds the lock, which is released meanwhile. */
static void start_if_wanted(struct jobs *jobs)
{
	if (!wants_thread(jobs)) {
		return;
	}
	jobs->starting = true;
	jobs->threads++;
	pthread_mutex_unlock(&jobs->lock);
	bool started = thread_start(NULL, serve, jobs);
	if (!started) {
		jobs->tell(false);
	}
	pthread_mutex_lock(&jobs->lock);
	if (!started) {
		jobs->starting = false;
		jobs->threads--;
		give_up(jobs);
	}
}

static void *serve(void *arg)
{
	struct jobs *jobs = arg;
	struct job *job;
	bool fine = memory_thread_begin();
	if (!fine) {
		jobs->tell(true);
	}
	pthread_mutex_lock(&jobs->lock);
	jobs->starting = false;
	jobs->failed = jobs->failed || !fine;
	pthread_cond_broadcast(&jobs->settled);
	while (fine && (job = next_job(jobs)) != NULL) {
		start_if_wanted(jobs);
		pthread_mutex_unlock(&jobs->lock);
		job->work(job->arg, true);
		pthread_mutex_lock(&jobs->lock);
	}
	jobs->threads--;
	jobs->leaving++;
	if (!fine) {
		give_up(jobs);
	}
	pthread_mutex_unlock(&jobs->lock);
	OPENSSL_thread_stop();
	pthread_mutex_lock(&jobs->lock);
	jobs->leaving--;
	pthread_cond_broadcast(&jobs->settled);
	pthread_mutex_unlock(&jobs->lock);
	return NULL;
}

/* False if one of them cannot be started or has no memory. The caller holds the lock. */
static bool start_least(struct jobs *jobs)
{
	while (!jobs->failed && jobs->threads < jobs->least) {
		jobs->starting = true;
		jobs->threads++;
		if (!thread_start(NULL, serve, jobs)) {
			jobs->threads--;
			return false;
		}
		while (jobs->starting) {
			pthread_cond_wait(&jobs->settled, &jobs->lock);
		}
	}
	return !jobs->failed;
}

struct jobs *jobs_new(unsigned least, unsigned most, jobs_short *tell)
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));
	if (jobs == NULL) {
		return NULL;
	}
	pthread_condattr_init(&jobs->monotonic);
	pthread_condattr_setclock(&jobs->monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&jobs->settled, NULL);
	pthread_mutex_init(&jobs->lock, NULL);
	TAILQ_INIT(&jobs->waiting);
	LIST_INIT(&jobs->idle);
	jobs->tell = tell;
	jobs->least = least;
	jobs->most = most;
	pthread_mutex_lock(&jobs->lock);
	bool started = start_least(jobs);
	pthread_mutex_unlock(&jobs->lock);
	if (!started) {
		jobs_free(jobs);
		return NULL;
	}
	return jobs;
}

void jobs_limit(struct jobs *jobs, unsigned most)
{
	pthread_mutex_lock(&jobs->lock);
	jobs->most = most;
	pthread_mutex_unlock(&jobs->lock);
}

void jobs_add(struct jobs *jobs, struct job *job, bool urgent)
{
	pthread_mutex_lock(&jobs->lock);
	if (urgent) {
		TAILQ_INSERT_HEAD(&jobs->waiting, job, link);
	} else {
		TAILQ_INSERT_TAIL(&jobs->waiting, job, link);
	}
	start_if_wanted(jobs);
	call_idler(jobs);
	pthread_mutex_unlock(&jobs->lock);
}

void jobs_free(struct jobs *jobs)
{
	if (jobs == NULL) {
		return;
	}
	pthread_mutex_lock(&jobs->lock);
	jobs->ends = true;
	while (!LIST_EMPTY(&jobs->idle)) {
		call_idler(jobs);
	}
	while (jobs->threads + jobs->leaving > 0) {
		pthread_cond_wait(&jobs->settled, &jobs->lock);
	}
	pthread_mutex_unlock(&jobs->lock);
	pthread_cond_destroy(&jobs->settled);
	pthread_mutex_destroy(&jobs->lock);
	pthread_condattr_destroy(&jobs->monotonic);
	free(jobs);
}
