/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The states of a connection from its load on. */

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
		.alarm = WATCH_NEVER,
		.wake = { .loop = loop, .run = turn, .arg = carrier },
		.farewell = { .loop = loop, .run = send_away, .arg = carrier },
	};
	limits_set_farewell(&connection->entry, &carrier->farewell);
	return watch_begin(&carrier->watch, loop, turn, carrier);
}

/* --- what is carried --------------------------------------------------------------------- */

void carrier_carry(struct carrier *carrier, const struct carrier_load *kind, void *load,
	const struct stream *server)
{
	carrier->state = CARRIER_CARRIES;
	carrier->kind = kind;
	carrier->load = load;
	carrier->server = server;
}

/* A relay looks at both sockets, whatever has happened. */
static bool run_relay(void *load, short client, short server, struct relay_wait *wait)
{
	(void)client;
	(void)server;
	return relay_run(load, wait);
}

static bool relay_is_busy(const void *load)
{
	return relay_waits_for_owner(load);
}

static bool relay_lost_client(const void *load)
{
	return relay_outcome(load) == RELAY_CLIENT_GONE;
}

static void clear_relay(void *load)
{
	relay_clear(load);
}

static const struct carrier_load relay_load = {
	.run = run_relay,
	.is_busy = relay_is_busy,
	.lost_client = relay_lost_client,
	.clear = clear_relay,
};

void carrier_relay(struct carrier *carrier, struct relay *relay,
	const struct relay_times *times, const struct relay_hooks *hooks)
{
	relay_begin(relay, &carrier->connection->stream, times, hooks, carrier->arg,
		loop_buffers(carrier->wake.loop));
	carrier_carry(carrier, &relay_load, relay, &relay->server);
}

void carrier_alarm(struct carrier *carrier, int64_t at)
{
	carrier->alarm = at;
	watch_until(&carrier->watch, at);
}

/* --- from the load to the end ------------------------------------------------------------ */

/* A side that cannot be waited for is lost: there is no memory, or no room in the kernel. */
static bool wait(struct carrier *carrier, const struct relay_wait *wait)
{
	int server = carrier->server->fd;
	watch_until(&carrier->watch,
		wait->deadline < carrier->alarm ? wait->deadline : carrier->alarm);
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
	if (carrier->kind != NULL) {
		carrier->kind->clear(carrier->load);
		carrier->kind = NULL;
	}
	watch_forget_server(&carrier->watch);
	if (gently) {
		stream_finish(&carrier->connection->stream);
		drain(carrier);
	} else {
		close_connection(carrier);
	}
}

/* Nobody would see that the socket is shut down. */
static bool is_in_vain(const struct carrier *carrier)
{
	return carrier->sent_away && carrier->kind->is_busy(carrier->load);
}

static bool alarm_is_due(const struct carrier *carrier)
{
	return carrier->alarm != WATCH_NEVER && monotonic_ms() >= carrier->alarm;
}

/* False if the owner has ended it. */
static bool is_to_go_on(struct carrier *carrier)
{
	if (!alarm_is_due(carrier)) {
		return true;
	}
	carrier->alarm = WATCH_NEVER;
	return carrier->owner->alarm(carrier->arg);
}

static void carry(struct carrier *carrier)
{
	struct relay_wait what;
	struct watch *watch = &carrier->watch;
	bool gently = false;
	if (carrier->kind->run(carrier->load, watch_take(&watch->client),
		    watch_take(&watch->server), &what)) {
		if (!is_in_vain(carrier) && wait(carrier, &what)) {
			return;
		}
	} else {
		gently = !carrier->kind->lost_client(carrier->load);
	}
	ERR_clear_error();
	carrier->owner->ended(carrier->arg);
	carrier_leave(carrier, gently);
}

void carrier_turn(struct carrier *carrier)
{
	switch (carrier->state) {
	case CARRIER_BEFORE:
		carrier->owner->turn(carrier->arg);
		return;
	case CARRIER_CARRIES:
		if (is_to_go_on(carrier)) {
			carry(carrier);
		}
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
