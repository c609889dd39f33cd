/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A front's client, and what becomes of each of its queries. Does not know how it came
 * through its handshake. */

#pragma once

#include "carrier.h"
#include "errand.h"
#include "judgement.h"
#include "upstream.h"

struct server_mode {
	struct carrier carrier;
	struct connection *connection;
	struct errand errand; /* a step of the handshake, or a decision */
	struct judgement judgement;
	struct dance_result *result; /* of a decision that counts now, or is made */
	struct relay_times times;
	enum stream_status shaken; /* how far the last step of the handshake came */
	char why[160];             /* it has failed */
	bool deciding;             /* about the query that waits */
	struct loop_call news;     /* DNS may have said something that decides */
	bool has_news;             /* that has not been looked at */
	bool authenticated;        /* was allowed once */
	bool over;                 /* and freed as soon as the errand is back */
	struct runtime *runtime;   /* that let the query that is to be passed on come in */
	struct front *front;       /* of these */
	struct upstream upstream;  /* that its queries go to, once there was one */
	struct upstream_link link; /* the connection to it, while there is one */
	const char *unreachable;   /* why there is none */
};

extern const struct relay_hooks server_query_hooks; /* whose `arg` is a struct server_mode */

/* A result for the next decision, in `result`. False when out of memory. */
bool server_query_begin_result(struct server_mode *mode);
void server_query_end_result(struct server_mode *mode);

/* Decides as far as is known, for `result`: a job in a thread that has time, or not `able`. */
void server_query_go_on(void *arg, bool able);

/* From now on it counts as authenticated. False if there are too many connections of its
 * name. */
bool server_query_admit(struct server_mode *mode, const struct runtime *runtime,
	const struct dance_result *result);

/* The relay has ended, so. */
void server_query_log_outcome(const struct server_mode *mode, enum relay_outcome outcome);

/* No query is under way any more. */
void server_query_end(struct server_mode *mode);
