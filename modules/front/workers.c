/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Starts, counts and stops loops and threads. */

#include "workers.h"

#include <sys/resource.h>

#include "room.h"

/* Until workers_limit() says otherwise. */
#define CONNECTIONS 1024

static struct {
	struct loop *loops[WORKERS_LOOPS_MAX];
	unsigned count;
	struct jobs *handshakes, *questions;
} workers;

static unsigned processors(void)
{
	unsigned count = uv_available_parallelism();
	return count < WORKERS_LOOPS_MAX ? count : WORKERS_LOOPS_MAX;
}

/* Two for each connection, and some; but no more than can be open. */
static unsigned descriptors(unsigned connections)
{
	struct rlimit limit;
	rlim_t wanted = 2 * (rlim_t)connections + 256;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
		wanted = limit.rlim_cur;
	}
	return (unsigned)wanted;
}

bool workers_start(unsigned loops)
{
	loops = loops == 0 ? processors() : loops;
	workers.handshakes = jobs_new(loops, CONNECTIONS, room_lacks_threads);
	workers.questions = jobs_new(0, CONNECTIONS, room_lacks_threads);
	bool started = workers.handshakes != NULL && workers.questions != NULL;
	for (; started && workers.count < loops; workers.count++) {
		struct loop *loop = loop_new(descriptors(CONNECTIONS));
		if (loop == NULL) {
			break;
		}
		workers.loops[workers.count] = loop;
	}
	if (!started || workers.count < loops) {
		workers_stop();
		return false;
	}
	return true;
}

void workers_limit(unsigned connections)
{
	jobs_limit(workers.handshakes, connections);
	jobs_limit(workers.questions, connections);
	for (unsigned i = 0; i < workers.count; i++) {
		loop_make_room(workers.loops[i], descriptors(connections));
	}
}

void workers_tell(void)
{
	for (unsigned i = 0; i < workers.count; i++) {
		loop_tell(workers.loops[i]);
	}
}

bool workers_answer(void)
{
	bool all = true;
	for (unsigned i = 0; i < workers.count; i++) {
		all = loop_answers(workers.loops[i]) && all;
	}
	return all;
}

void workers_stop(void)
{
	/* The threads first: one that has posted what it did may not be done with the loop. */
	jobs_free(workers.handshakes);
	jobs_free(workers.questions);
	workers.handshakes = workers.questions = NULL;
	while (workers.count > 0) {
		loop_free(workers.loops[--workers.count]);
	}
}

struct loop *workers_choose(void)
{
	struct loop *best = workers.loops[0];
	for (unsigned i = 1; i < workers.count; i++) {
		if (atomic_load(loop_load(workers.loops[i])) <
			atomic_load(loop_load(best))) {
			best = workers.loops[i];
		}
	}
	return best;
}

struct jobs *workers_handshakes(void)
{
	return workers.handshakes;
}

struct jobs *workers_questions(void)
{
	return workers.questions;
}
