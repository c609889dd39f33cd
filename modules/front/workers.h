/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * All threads that serve connections: one for each event loop, those for handshakes and
 * decisions, and those for questions over UDP. There is one set of them. */

#pragma once

#include <stdbool.h>

#include "jobs.h"
#include "loop.h"

#define WORKERS_LOOPS_MAX 16

/* As many loops as there are processors for this process, if `loops` is 0. To be called once,
 * after privileges are dropped. False when there are not threads, memory or descriptors
 * enough. */
bool workers_start(unsigned loops);

/* There may be so many connections from now on. Main thread only. */
void workers_limit(unsigned connections);

/* Tells what is told of reloads, on all loops (loop_tell()). */
void workers_tell(void);

/* Have all loops' threads answered since the last call (loop_answers())? Main thread only. */
bool workers_answer(void);

/* When no connection is left. */
void workers_stop(void);

/* The loop that has fewest connections. */
struct loop *workers_choose(void);

/* Threads for steps of handshakes, and for decisions: what a client costs. */
struct jobs *workers_handshakes(void);

/* Threads that put a question over UDP to a primary, and wait for its answer. */
struct jobs *workers_questions(void);
