/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Rounds of decisions: on the loop where a comparison of keys is all that it takes, else as an
 * errand. */

#include "ruling.h"

#include <stdio.h>
#include <stdlib.h>

#include "workers.h"

static void hear_news(void *arg)
{
	struct ruling *ruling = arg;
	ruling->has_news = true;
	ruling->tell(ruling->arg);
}

static void come_back(void *arg)
{
	struct ruling *ruling = arg;
	ruling->done(ruling->arg);
}

void ruling_begin(struct ruling *ruling, struct connection *connection,
	void (*done)(void *arg), void (*news)(void *arg), void *arg)
{
	struct loop *loop = connection->begin.loop;
	*ruling = (struct ruling){ .connection = connection,
		.done = done,
		.tell = news,
		.arg = arg,
		.news = { .loop = loop, .run = hear_news, .arg = ruling } };
	errand_begin(&ruling->errand, loop, come_back, ruling);
	judgement_begin(&ruling->judgement);
}

/* Those that decide, until they are forgotten. NULL: none. */
static void use_runtime(struct ruling *ruling, struct runtime *runtime)
{
	runtime_release(ruling->runtime);
	ruling->runtime = runtime;
	ruling->front = runtime != NULL ?
		runtime_front(runtime, ruling->connection->front->conf->id) :
		NULL;
}

bool ruling_begin_result(struct ruling *ruling)
{
	ruling->result = calloc(1, sizeof(*ruling->result));
	if (ruling->result != NULL) {
		ruling->result->size = sizeof(*ruling->result);
	}
	return ruling->result != NULL;
}

void ruling_end_result(struct ruling *ruling)
{
	free(ruling->result);
	ruling->result = NULL;
}

void ruling_forget(struct ruling *ruling)
{
	use_runtime(ruling, NULL);
}

void ruling_adopt(struct ruling *ruling)
{
	if (ruling->runtime == NULL) {
		return;
	}
	runtime_release(ruling->connection->runtime);
	ruling->connection->runtime = ruling->runtime;
	ruling->connection->front = ruling->front;
	ruling->runtime = NULL;
	ruling->front = NULL;
}

static void fail_internally(struct dance_result *result, const char *why)
{
	*result = (struct dance_result){ .size = sizeof(*result),
		.verdict = DANCE_FAIL_INTERNAL };
	snprintf(result->detail, sizeof(result->detail), "%s", why);
}

static void go_on(struct ruling *ruling, bool able)
{
	const struct front *front = ruling->front != NULL ? ruling->front :
							    ruling->connection->front;
	if (able) {
		(void)judgement_go_on(&ruling->judgement, front, &ruling->news,
			ruling->result);
	} else {
		judgement_drop(&ruling->judgement);
		fail_internally(ruling->result, "no thread can be started");
	}
}

static void work_for_owner(void *arg, bool able)
{
	const struct ruling *ruling = arg;
	ruling->work(ruling->work_arg, able);
}

static void work_on_round(void *arg, bool able)
{
	go_on(arg, able);
}

void ruling_send(struct ruling *ruling, void (*work)(void *arg, bool able), void *arg,
	bool urgent)
{
	ruling->work = work;
	ruling->work_arg = arg;
	errand_send(&ruling->errand, workers_handshakes(), work_for_owner, urgent);
}

void ruling_send_round(struct ruling *ruling, bool urgent)
{
	errand_send(&ruling->errand, workers_handshakes(), work_on_round, urgent);
}

/* By the runtime of this moment. False when out of memory. */
static bool begin_decision(struct ruling *ruling)
{
	use_runtime(ruling, runtime_current());
	if (!ruling_begin_result(ruling)) {
		return false;
	}
	ruling->has_news = true;
	if (ruling->front != NULL) {
		(void)judgement_find(&ruling->judgement, ruling->runtime, ruling->front,
			ruling->result);
	}
	return true;
}

static bool is_undecided(const struct ruling *ruling)
{
	return ruling->front != NULL && ruling->result->verdict == DANCE_UNDECIDED;
}

/* Looks what there is to decide by, if that is new. A loop has no time for a path that has to
 * be judged. False if there is no decision yet. */
static bool is_decided(struct ruling *ruling, bool urgent)
{
	if (!ruling->errand.out && is_undecided(ruling) && ruling->has_news) {
		ruling->has_news = false;
		if (judgement_is_cheap(&ruling->judgement)) {
			go_on(ruling, true);
		} else {
			ruling_send_round(ruling, urgent);
		}
	}
	return !ruling->errand.out && !is_undecided(ruling);
}

bool ruling_is_outdated(const struct ruling *ruling)
{
	struct runtime *now = runtime_current();
	bool outdated = now !=
		(ruling->runtime != NULL ? ruling->runtime : ruling->connection->runtime);
	runtime_release(now);
	return outdated;
}

enum ruling_status ruling_decide(struct ruling *ruling, bool urgent)
{
	bool waited = ruling->is_under_way;
	if (!waited && !begin_decision(ruling)) {
		return RULING_OUT_OF_MEMORY;
	}
	ruling->is_under_way = !is_decided(ruling, urgent);
	if (waited && !ruling->is_under_way && ruling_is_outdated(ruling)) {
		ruling_end_result(ruling);
		if (!begin_decision(ruling)) {
			return RULING_OUT_OF_MEMORY;
		}
		ruling->is_under_way = !is_decided(ruling, urgent);
	}
	return ruling->is_under_way ? RULING_UNDECIDED : RULING_DECIDED;
}

void ruling_clear(struct ruling *ruling)
{
	judgement_clear(&ruling->judgement);
	loop_cancel(&ruling->news);
	use_runtime(ruling, NULL);
	ruling_end_result(ruling);
}
