/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The states of a connection from the relay on. */

#include "carrier.h"

#include <poll.h>

#include <openssl/err.h>

#include "monotonic.h"

static void turn(void *arg)
{
	carrier_turn(arg);
}

static void send_away(void *arg)
{
	struct carrier *carrier = arg;
	carrier->sent_away = true;
	carrier_turn(carrier);
}

bool carrier_begin(struct carrier *carrier, struct connection *connection,
	const struct carrier_owner *owner, void *arg)
{
	struct loop *loop = connection->begin.loop;
	*carrier = (struct carrier){
		.connection = connection,
		.owner = owner,
		.arg = arg,
		.wake = { .loop = loop, .run = turn, .arg = carrier },
		.farewell = { .loop = loop, .run = send_away, .arg = carrier },
	};
	limits_set_farewell(&connection->entry, &carrier->farewell);
	return watch_begin(&carrier->watch, loop, turn, carrier);
}

void carrier_relay(struct carrier *carrier, const struct relay_times *times,
	const struct relay_hooks *hooks)
{
	carrier->state = CARRIER_RELAYS;
	relay_begin(&carrier->relay, &carrier->connection->stream, times, hooks,
		carrier->arg, loop_buffers(carrier->wake.loop));
}

/* A side that cannot be waited for is lost: there is no memory, or no room in the kernel. */
static bool wait(struct carrier *carrier, const struct relay_wait *wait)
{
	int server = carrier->relay.server.fd;
	watch_until(&carrier->watch, wait->deadline);
	return watch_client(&carrier->watch, carrier->connection->stream.fd,
		       wait->client) &&
		(server < 0 || watch_server(&carrier->watch, server, wait->server));
}

static void close_connection(struct carrier *carrier)
{
	carrier->state = CARRIER_IS_OVER;
	watch_forget_client(&carrier->watch);
	connection_close(carrier->connection);
	ERR_clear_error();
	carrier->owner->over(carrier->arg);
}

static void drain(struct carrier *carrier)
{
	struct stream *stream = &carrier->connection->stream;
	if (stream_drain(stream, &carrier->drained) &&
		monotonic_ms() < carrier->leaves_by &&
		watch_client(&carrier->watch, stream->fd, POLLIN)) {
		watch_until(&carrier->watch, carrier->leaves_by);
	} else {
		close_connection(carrier);
	}
}

void carrier_leave(struct carrier *carrier, bool gently)
{
	carrier->state = CARRIER_LEAVES;
	carrier->leaves_by = monotonic_ms() + STREAM_DRAIN_MS;
	relay_clear(&carrier->relay);
	watch_forget_server(&carrier->watch);
	if (gently) {
		stream_finish(&carrier->connection->stream);
		drain(carrier);
	} else {
		close_connection(carrier);
	}
}

/* While the relay's owner decides or connects, nobody looks at the client's socket. */
static bool is_in_vain(const struct carrier *carrier)
{
	return carrier->sent_away && relay_waits_for_owner(&carrier->relay);
}

static void relay(struct carrier *carrier)
{
	struct relay_wait what;
	enum relay_outcome outcome = RELAY_CLIENT_GONE;
	if (relay_run(&carrier->relay, &what)) {
		if (!is_in_vain(carrier) && wait(carrier, &what)) {
			return;
		}
	} else {
		outcome = relay_outcome(&carrier->relay);
	}
	ERR_clear_error();
	carrier->owner->ended(carrier->arg, outcome);
	carrier_leave(carrier, outcome != RELAY_CLIENT_GONE);
}

void carrier_turn(struct carrier *carrier)
{
	switch (carrier->state) {
	case CARRIER_BEFORE:
		carrier->owner->turn(carrier->arg);
		return;
	case CARRIER_RELAYS:
		relay(carrier);
		return;
	case CARRIER_LEAVES:
		drain(carrier);
		return;
	case CARRIER_IS_OVER:
		return;
	}
}

void carrier_end(struct carrier *carrier)
{
	watch_end(&carrier->watch);
	loop_cancel(&carrier->wake);
	loop_cancel(&carrier->farewell);
	connection_leave(carrier->connection);
}
