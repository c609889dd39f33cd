/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Server mode: one client's way from its handshake to the relay, and its end. Knows nothing
 * of queries. */

#include "server_mode.h"

#include <stdlib.h>

#include "room.h"
#include "server_query.h"

/* A client that is not permitted has until the deadline to send one query, which is refused.
 * One that has too many connections is left. */
static void begin_relay(struct server_mode *mode)
{
	struct ruling *ruling = &mode->ruling;
	mode->times.deadline = mode->greeting.deadline;
	const struct runtime *runtime = mode->connection->runtime;
	const struct dance_result *result = ruling->result;
	if (result != NULL) {
		judgement_keep(&ruling->judgement, runtime, result);
	}
	bool stays = result != NULL &&
		(result->verdict != DANCE_ALLOW ||
			server_query_admit(mode, runtime, result));
	ruling_end_result(ruling);
	if (!stays) {
		carrier_leave(&mode->carrier, true);
		return;
	}
	carrier_relay(&mode->carrier, &mode->relay, &mode->times, &server_query_hooks);
	carrier_turn(&mode->carrier);
}

static void go_on(struct server_mode *mode, enum greeting_status status)
{
	switch (status) {
	case GREETING_WAITS:
		return;
	case GREETING_DECIDED:
		begin_relay(mode);
		return;
	case GREETING_FAILED:
		carrier_leave(&mode->carrier, true);
		return;
	case GREETING_CALLED_OFF:
		carrier_leave(&mode->carrier, false);
		return;
	}
}

/* The client goes on, or its time is over; or DNS has said something of it. */
static void turn(void *arg)
{
	struct server_mode *mode = arg;
	go_on(mode, greeting_go_on(&mode->greeting));
}

static void end(struct server_mode *mode)
{
	ruling_clear(&mode->ruling);
	carrier_end(&mode->carrier);
	free(mode);
}

static void hear_news(void *arg)
{
	struct server_mode *mode = arg;
	carrier_turn(&mode->carrier);
}

/* What the errand was for is done. */
static void come_back(void *arg)
{
	struct server_mode *mode = arg;
	if (mode->over) {
		end(mode);
	} else if (mode->carrier.state != CARRIER_BEFORE) {
		carrier_turn(&mode->carrier);
	} else {
		go_on(mode, greeting_come_back(&mode->greeting));
	}
}

static void ended(void *arg)
{
	server_query_log_outcome(arg);
}

static void over(void *arg)
{
	struct server_mode *mode = arg;
	mode->over = true;
	if (!mode->ruling.errand.out) {
		end(mode);
	}
}

static const struct carrier_owner owner = {
	.turn = turn,
	.ended = ended,
	.over = over,
};

void server_mode_begin(struct connection *connection)
{
	struct server_mode *mode = calloc(1, sizeof(*mode));
	if (mode == NULL) {
		connection_close(connection);
		connection_leave(connection);
		room_make(NULL, "out of memory", ROOM_MORE_MEMORY);
		return;
	}
	mode->connection = connection;
	mode->times = connection_times(connection);
	mode->times.rest_ms = UPSTREAM_REST_MS;
	ruling_begin(&mode->ruling, connection, come_back, hear_news, mode);
	if (!carrier_begin(&mode->carrier, connection, &owner, mode)) {
		carrier_leave(&mode->carrier, false);
		return;
	}
	go_on(mode, greeting_begin(&mode->greeting, &mode->carrier, &mode->ruling));
}
