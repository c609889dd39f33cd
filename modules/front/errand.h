/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A job that a connection sends a thread for: its loop is told when it is done. */

#pragma once

#include <stdbool.h>

#include "jobs.h"
#include "loop.h"

/* Its owner's, who stays until it is back. */
struct errand {
	struct job job;
	struct loop_call back;
	void (*work)(void *arg, bool able); /* in a thread; `able` as for a job */
	void (*done)(void *arg);            /* on the loop */
	void *arg;
	bool out; /* for the loop's thread: it is not back yet */
};

void errand_begin(struct errand *errand, struct loop *loop, void (*done)(void *arg),
	void *arg);

/* One at a time. */
void errand_send(struct errand *errand, struct jobs *jobs,
	void (*work)(void *arg, bool able), bool urgent);
