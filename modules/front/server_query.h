/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A front's client, and what becomes of each of its queries. Does not know how it came
 * through its handshake. */

#pragma once

#include "carrier.h"
#include "greeting.h"
#include "ruling.h"
#include "upstream.h"

struct server_mode {
	struct carrier carrier;
	struct relay relay;
	struct connection *connection;
	struct ruling ruling;
	struct greeting greeting;
	struct relay_times times;
	bool authenticated;        /* was allowed once */
	bool over;                 /* and freed as soon as the errand is back */
	struct upstream upstream;  /* that its queries go to, once there was one */
	struct upstream_link link; /* the connection to it, while there is one */
	const char *unreachable;   /* why there is none */
};

extern const struct relay_hooks server_query_hooks; /* whose `arg` is a struct server_mode */

/* From now on it counts as authenticated. False if there are too many connections of its
 * name. */
bool server_query_admit(struct server_mode *mode, const struct runtime *runtime,
	const struct dance_result *result);

/* The relay has ended. */
void server_query_log_outcome(const struct server_mode *mode);
