/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Threads for what takes long or may wait, so that it takes none of a loop's time: steps of
 * handshakes, decisions. There are as many as are needed at once: another one is started
 * when a job waits and none is idle, and ends when it has been idle for a while. Knows
 * nothing of what the jobs are. */

#pragma once

#include <stdbool.h>
#include <sys/queue.h>

#define JOBS_IDLE_MS 5000 /* a thread that is idle for so long ends */

struct jobs;

/* Its owner's, who leaves it alone until `work` has been called. */
struct job {
	/* In a thread that may use OpenSSL if it is `able` to; else nothing can be done for
	 * want of threads or memory. */
	void (*work)(void *arg, bool able);
	void *arg;
	TAILQ_ENTRY(job) link;
};

/* Is told that another thread could not be started, or has no memory to begin. From any
 * thread, which holds no lock of these. */
typedef void jobs_short(bool of_memory);

/* Keeps `least` threads, which it starts now, also while they are idle; there are at most
 * `most`, or `least` if that is more. NULL when these cannot be started. */
struct jobs *jobs_new(unsigned least, unsigned most, jobs_short *tell);

/* At most so many from now on. */
void jobs_limit(struct jobs *jobs, unsigned most);

/* A thread will do it; before all others that wait, if it is `urgent`. If there is no thread
 * at all and none can be started, it is told so at once. Any thread. */
void jobs_add(struct jobs *jobs, struct job *job, bool urgent);

/* Waits for what is being done and for all that waits, and ends the threads. NULL is fine. */
void jobs_free(struct jobs *jobs);
