/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A job, and a call that comes back to the loop. */

#include "errand.h"

/* The owner may be gone as soon as the call is posted. */
static void work(void *arg, bool able)
{
	struct errand *errand = arg;
	errand->work(errand->arg, able);
	loop_post(&errand->back);
}

static void come_back(void *arg)
{
	struct errand *errand = arg;
	errand->out = false;
	errand->done(errand->arg);
}

void errand_begin(struct errand *errand, struct loop *loop, void (*done)(void *arg),
	void *arg)
{
	*errand = (struct errand){
		.job = { .work = work, .arg = errand },
		.back = { .loop = loop, .run = come_back, .arg = errand },
		.done = done,
		.arg = arg,
	};
}

void errand_send(struct errand *errand, struct jobs *jobs,
	void (*work_of)(void *arg, bool able), bool urgent)
{
	errand->out = true;
	errand->work = work_of;
	jobs_add(jobs, &errand->job, urgent);
}
