/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Mode stream: one client's way from its handshake to the server behind, and what ends it: either
 * side, or DNS when the client is judged again. Knows nothing of what the octets mean. */

#include "stream_mode.h"

#include <stdlib.h>

#include "greeting.h"
#include "monotonic.h"
#include "pump.h"
#include "room.h"
#include "ruling.h"
#include "stats_event.h"
#include "stream_log.h"
#include "stream_permit.h"
#include "stream_server.h"

struct stream_mode {
	struct carrier carrier;
	struct connection *connection;
	struct ruling ruling;
	struct greeting greeting;
	struct loop_member member; /* is told of reloads */
	enum stage {
		STREAM_GREETS = 0,
		STREAM_IS_JUDGED, /* once more, for a reload has come meanwhile */
		STREAM_CONNECTS,
		STREAM_FLOWS,
	} stage;
	struct stream_permit permit;
	struct stream_server server;
	struct pump pump;
	struct counts_identity *counts; /* of the client; NULL: it is not admitted yet */
	int64_t began;                  /* monotonic_ms(), to flow */
	bool over;                      /* and freed as soon as the errand is back */
};

/* --- the end ----------------------------------------------------------------------------- */

static void log_end(const struct stream_mode *mode, const char *why)
{
	const struct stream_log_flow flow = { mode->pump.up.passed, mode->pump.down.passed,
		mode->began != 0 ? monotonic_ms() - mode->began : 0 };
	stream_log_end(mode->connection, mode->permit.name, &flow, why);
}

/* Before the socket is closed. */
static void leave_server(struct stream_mode *mode)
{
	watch_forget_server(&mode->carrier.watch);
	stream_server_leave(&mode->server);
}

/* A client to which nothing was sent gets close_notify: there is nothing that it could take for
 * whole (RFC 8446 6.1). */
static void refuse(struct stream_mode *mode)
{
	leave_server(mode);
	carrier_leave(&mode->carrier, true);
}

/* What has passed so far must not look whole. */
static void cut(struct stream_mode *mode, const char *why)
{
	stats_count(STATS_STREAMS_CLOSED);
	counter_add(&mode->connection->counts->streams_cut, 1);
	log_end(mode, why);
	stream_break_off(&mode->connection->stream);
	carrier_leave(&mode->carrier, true);
}

/* --- what flows -------------------------------------------------------------------------- */

static bool run_pump(void *load, short client, short server, struct relay_wait *wait)
{
	struct stream_mode *mode = load;
	struct pump_wait what;
	const uint64_t up = mode->pump.up.passed, down = mode->pump.down.passed;
	bool goes_on = pump_run(&mode->pump, client, server, &what);
	counter_add(&mode->counts->stream_octets[0], mode->pump.up.passed - up);
	counter_add(&mode->counts->stream_octets[1], mode->pump.down.passed - down);
	*wait = (struct relay_wait){ what.client, what.server, what.deadline };
	return goes_on;
}

/* It reads no end as long as the server does not take what came before. */
static bool pump_is_busy(const void *load)
{
	(void)load;
	return true;
}

static bool pump_lost_client(const void *load)
{
	const struct stream_mode *mode = load;
	return pump_outcome(&mode->pump) == PUMP_CLIENT_GONE;
}

static void clear_pump(void *load)
{
	struct stream_mode *mode = load;
	pump_clear(&mode->pump);
	leave_server(mode);
}

static const struct carrier_load pump_load = {
	.run = run_pump,
	.is_busy = pump_is_busy,
	.lost_client = pump_lost_client,
	.clear = clear_pump,
};

static void ended(void *arg)
{
	static const char *const why[] = {
		[PUMP_ENDED] = "both sides have closed it",
		[PUMP_CLIENT_GONE] = "the client is gone",
		[PUMP_SERVER_GONE] = "the server is gone",
		[PUMP_IDLE] = "nothing has passed for 'idle-timeout'",
		[PUMP_OUT_OF_MEMORY] = "out of memory",
	};
	struct stream_mode *mode = arg;
	enum pump_outcome outcome = pump_outcome(&mode->pump);
	log_end(mode, mode->carrier.sent_away ? CONNECTION_CLOSED_HERE : why[outcome]);
	if (outcome != PUMP_ENDED) {
		stream_break_off(&mode->connection->stream);
	}
}

/* --- to the server ----------------------------------------------------------------------- */

static bool rule(struct stream_mode *mode);

static void give_up(struct stream_mode *mode, const char *why)
{
	log_end(mode, why);
	refuse(mode);
}

/* The next moment at which it is judged. */
static void set_alarm(struct stream_mode *mode, enum dance_verdict verdict)
{
	const struct connection *connection = mode->connection;
	carrier_alarm(&mode->carrier,
		stream_permit_check_at(&mode->permit, verdict, connection->runtime->conf,
			connection->front->conf));
}

/* From now on octets pass. */
static void flow(struct stream_mode *mode)
{
	struct connection *connection = mode->connection;
	stats_count(STATS_STREAMS);
	counter_add(&connection->counts->streams, 1);
	counter_add(&connection->counts->streams_open, 1);
	ruling_end_result(&mode->ruling);
	mode->stage = STREAM_FLOWS;
	mode->began = monotonic_ms();
	pump_begin(&mode->pump, &connection->stream, &mode->server.stream,
		connection_times(connection).idle_ms, loop_buffers(connection->begin.loop));
	carrier_carry(&mode->carrier, &pump_load, mode, &mode->server.stream);
	set_alarm(mode, DANCE_ALLOW);
	carrier_turn(&mode->carrier);
}

/* The server is there, and learns who comes. A reload that has come meanwhile may have forbidden
 * that. */
static void connected(struct stream_mode *mode)
{
	if (ruling_is_outdated(&mode->ruling)) {
		leave_server(mode);
		ruling_end_result(&mode->ruling);
		mode->stage = STREAM_IS_JUDGED;
		(void)rule(mode);
	} else if (stream_server_tell(&mode->server, mode->connection, mode->permit.entry,
			   mode->ruling.result)) {
		flow(mode);
	} else {
		give_up(mode, "the server has not taken the PROXY header");
	}
}

static void wait_for_server(struct stream_mode *mode, const struct relay_wait *what)
{
	struct watch *watch = &mode->carrier.watch;
	watch_until(watch, what->deadline);
	int fd = mode->server.stream.fd;
	if (fd >= 0 && !watch_server(watch, fd, what->server)) {
		give_up(mode, "out of memory");
	}
}

/* What the client says meanwhile stays where it is. */
static void connect_server(struct stream_mode *mode)
{
	struct relay_wait what = { .deadline = INT64_MAX };
	const char *why = NULL;
	switch (stream_server_connect(&mode->server, mode->connection, mode->permit.entry,
		&mode->carrier.wake, &what, &why)) {
	case RELAY_CONNECTED:
		connected(mode);
		return;
	case RELAY_CONNECTING:
		wait_for_server(mode, &what);
		return;
	case RELAY_UNREACHABLE:
		stats_count(STATS_SERVER);
		counts_error(mode->connection->counts, COUNTS_UNREACHABLE);
		give_up(mode, why);
		return;
	}
}

/* --- what is decided --------------------------------------------------------------------- */

/* The client is permitted, as far as limits allow. */
static void admit(struct stream_mode *mode, const struct front *front)
{
	struct ruling *ruling = &mode->ruling;
	const struct dance_result *result = ruling->result;
	const struct runtime *runtime = ruling->runtime != NULL ? ruling->runtime :
								  mode->connection->runtime;
	const struct conf_identity *identity = identity_map_find_result(front->identities,
		result);
	if (identity == NULL || front->conf->mode != CONF_MODE_STREAM) {
		stream_log_changed(mode->connection, mode->permit.name);
		refuse(mode);
	} else if (!connection_authenticated(mode->connection, runtime, identity,
			   result->name)) {
		refuse(mode);
	} else if (!stream_permit_grant(&mode->permit, result)) {
		stream_log_out_of_memory(mode->connection, false);
		refuse(mode);
	} else {
		mode->counts = front_identity_counts(front, identity);
		ruling_adopt(&mode->ruling);
		stream_log_allowed(mode->connection, result, identity);
		mode->stage = STREAM_CONNECTS;
		connect_server(mode);
	}
}

/* The first verdict. */
static void begin_by_verdict(struct stream_mode *mode)
{
	struct ruling *ruling = &mode->ruling;
	const struct front *front = ruling->runtime != NULL ? ruling->front :
							      mode->connection->front;
	if (front == NULL) {
		stream_log_changed(mode->connection, mode->permit.name);
		refuse(mode);
		return;
	}
	counts_verdict(front->counts, ruling->result->verdict);
	counts_request(front_name_counts(front, ruling->result->name), COUNTS_STREAM,
		ruling->result->verdict);
	if (ruling->result->verdict != DANCE_ALLOW) {
		stream_log_refusal(mode->connection, ruling->result);
		refuse(mode);
		return;
	}
	admit(mode, front);
}

/* Of these, false if the stream is cut: it may be gone then. */

static bool go_on(struct stream_mode *mode)
{
	struct ruling *ruling = &mode->ruling;
	enum dance_verdict verdict = ruling->result->verdict;
	if (verdict == DANCE_ALLOW && !stream_permit_grant(&mode->permit, ruling->result)) {
		stream_log_out_of_memory(mode->connection, true);
		cut(mode, "out of memory");
		return false;
	}
	if (verdict == DANCE_ALLOW) {
		mode->counts = front_name_counts(ruling->front, mode->permit.name);
		ruling_adopt(ruling);
		mode->pump.idle_ms = connection_times(mode->connection).idle_ms;
	}
	ruling_end_result(ruling);
	ruling_forget(ruling);
	set_alarm(mode, verdict);
	return true;
}

static bool go_on_by_verdict(struct stream_mode *mode)
{
	struct ruling *ruling = &mode->ruling;
	const struct dance_result *result = ruling->result;
	if (!stream_permit_is_same(&mode->permit, result, mode->connection->front,
		    ruling->front)) {
		stream_log_changed(mode->connection, mode->permit.name);
		cut(mode, "the configuration or the identity has changed");
		return false;
	}
	if (stream_permit_holds(&mode->permit, result->verdict, ruling->runtime->conf,
		    ruling->front->conf)) {
		return go_on(mode);
	}
	counts_verdict(mode->connection->counts, result->verdict);
	stream_log_closed(mode->connection, mode->permit.name, result);
	cut(mode, "the client is no longer proved");
	return false;
}

/* There is no memory to decide: as if DNS did not answer. */
static bool go_on_without_verdict(struct stream_mode *mode)
{
	const enum dance_verdict verdict = DANCE_FAIL_INTERNAL;
	const struct connection *connection = mode->connection;
	ruling_forget(&mode->ruling);
	if (stream_permit_holds(&mode->permit, verdict, connection->runtime->conf,
		    connection->front->conf)) {
		set_alarm(mode, verdict);
		return true;
	}
	stream_log_out_of_memory(mode->connection, true);
	cut(mode, "out of memory");
	return false;
}

/* Decides by the runtime in force, or goes on with that. False if the client is left: then all of
 * this may be gone. */
static bool rule(struct stream_mode *mode)
{
	bool flows = mode->stage == STREAM_FLOWS;
	switch (ruling_decide(&mode->ruling, flows)) {
	case RULING_OUT_OF_MEMORY:
		break;
	case RULING_UNDECIDED:
		return true;
	case RULING_DECIDED:
		if (flows) {
			return go_on_by_verdict(mode);
		}
		begin_by_verdict(mode);
		return false;
	}
	if (flows) {
		return go_on_without_verdict(mode);
	}
	stream_log_out_of_memory(mode->connection, false);
	refuse(mode);
	return false;
}

/* --- what it is told --------------------------------------------------------------------- */

/* The decision after the handshake is there. */
static void decided(struct stream_mode *mode)
{
	struct ruling *ruling = &mode->ruling;
	if (ruling->result == NULL) {
		stream_log_out_of_memory(mode->connection, false);
		refuse(mode);
	} else if (ruling_is_outdated(ruling)) {
		ruling_end_result(ruling);
		mode->stage = STREAM_IS_JUDGED;
		(void)rule(mode);
	} else {
		judgement_settle(&ruling->judgement);
		begin_by_verdict(mode);
	}
}

static void greet(struct stream_mode *mode, enum greeting_status status)
{
	switch (status) {
	case GREETING_WAITS:
		return;
	case GREETING_DECIDED:
		decided(mode);
		return;
	case GREETING_FAILED:
		carrier_leave(&mode->carrier, true);
		return;
	case GREETING_CALLED_OFF:
		carrier_leave(&mode->carrier, false);
		return;
	}
}

/* Something has happened before octets flow. */
static void turn(void *arg)
{
	struct stream_mode *mode = arg;
	if (mode->stage == STREAM_GREETS) {
		greet(mode, greeting_go_on(&mode->greeting));
	} else if (mode->carrier.sent_away) {
		if (mode->stage == STREAM_CONNECTS) {
			log_end(mode, CONNECTION_CLOSED_HERE);
		}
		leave_server(mode);
		carrier_leave(&mode->carrier, false);
	} else if (mode->stage == STREAM_CONNECTS) {
		connect_server(mode);
	}
}

static void end(struct stream_mode *mode)
{
	if (mode->began != 0) {
		counter_take_one(&mode->connection->counts->streams_open);
	}
	loop_part(&mode->member);
	ruling_clear(&mode->ruling);
	stream_permit_clear(&mode->permit);
	carrier_end(&mode->carrier);
	free(mode);
}

/* What the errand was for is done. */
static void come_back(void *arg)
{
	struct stream_mode *mode = arg;
	if (mode->over) {
		end(mode);
	} else if (mode->carrier.state != CARRIER_LEAVES) {
		if (mode->stage == STREAM_GREETS) {
			greet(mode, greeting_come_back(&mode->greeting));
		} else {
			(void)rule(mode);
		}
	}
}

static void hear_news(void *arg)
{
	struct stream_mode *mode = arg;
	if (mode->carrier.state == CARRIER_LEAVES ||
		mode->carrier.state == CARRIER_IS_OVER) {
		return;
	}
	if (mode->stage == STREAM_GREETS) {
		turn(mode);
	} else if (mode->ruling.is_under_way) {
		(void)rule(mode);
	}
}

/* A new configuration is in force. Before octets flow, it is looked at anyway. */
static void hear_of_reload(void *arg)
{
	struct stream_mode *mode = arg;
	if (mode->carrier.state == CARRIER_CARRIES && !mode->ruling.is_under_way) {
		(void)rule(mode);
	}
}

static bool judge_again(void *arg)
{
	struct stream_mode *mode = arg;
	return mode->ruling.is_under_way || rule(mode);
}

static void over(void *arg)
{
	struct stream_mode *mode = arg;
	mode->over = true;
	if (!mode->ruling.errand.out) {
		end(mode);
	}
}

static const struct carrier_owner owner = {
	.turn = turn,
	.ended = ended,
	.alarm = judge_again,
	.over = over,
};

void stream_mode_begin(struct connection *connection)
{
	struct stream_mode *mode = calloc(1, sizeof(*mode));
	if (mode == NULL) {
		connection_close(connection);
		connection_leave(connection);
		room_make(NULL, "out of memory", ROOM_MORE_MEMORY);
		return;
	}
	mode->connection = connection;
	mode->server.stream = STREAM_NONE;
	mode->member = (struct loop_member){
		.loop = connection->begin.loop, .tell = hear_of_reload, .arg = mode
	};
	loop_join(&mode->member);
	ruling_begin(&mode->ruling, connection, come_back, hear_news, mode);
	if (!carrier_begin(&mode->carrier, connection, &owner, mode)) {
		carrier_leave(&mode->carrier, false);
		return;
	}
	greet(mode, greeting_begin(&mode->greeting, &mode->carrier, &mode->ruling));
}
