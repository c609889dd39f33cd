/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Two ways, each with one buffer while it has octets that cannot be written: nothing more is
 * read until they are. A socket is read again only after poll() has reported it: all other streams
 * of the loop wait for each call, so none is made that brings nothing. */

#include "pump.h"

#include <poll.h>

#include "monotonic.h"
#include "stream_much.h"

/* Octets in a buffer, at most: four records, which fit into one when they are sealed. */
#define CHUNK (4 * SSL3_RT_MAX_PLAIN_LENGTH - 128)
/* One way, before others have their turn: octets, and calls that read them. Records can be as
 * small as an octet, and each costs a call. */
#define TURN (4 * CHUNK)
#define TURN_READS 256

/* A side that sends less has most likely sent all that it had. */
#define LITTLE SSL3_RT_MAX_PLAIN_LENGTH

static void stop(struct pump *pump, enum pump_outcome outcome)
{
	if (!pump->over) {
		pump->over = true;
		pump->outcome = outcome;
	}
}

void pump_begin(struct pump *pump, struct stream *client, struct stream *server,
	unsigned idle_ms, struct buffers *buffers)
{
	*pump = (struct pump){
		.up = { .from = client, .to = server },
		.down = { .from = server, .to = client },
		.buffers = buffers,
		.idle_ms = idle_ms,
		.moved_at = monotonic_ms(),
		.outcome = PUMP_OUT_OF_MEMORY, /* of whoever cannot wait for it */
	};
	if (!stream_expect_much(client) || !stream_expect_much(server)) {
		stop(pump, PUMP_OUT_OF_MEMORY);
	}
}

static void give_buffer(struct pump *pump, struct pump_way *way)
{
	if (way->at == way->end) {
		buffers_give(pump->buffers, way->octets);
		way->octets = NULL;
	}
}

/* The end of a way that began at this side without its saying so. */
static enum pump_outcome gone(const struct pump *pump, const struct pump_way *way)
{
	return way == &pump->up ? PUMP_CLIENT_GONE : PUMP_SERVER_GONE;
}

static void end_way(struct pump *pump, struct pump_way *way)
{
	way->over = way->drained = true;
	way->at = way->end;
	if (pump->up.over && pump->down.over) {
		stop(pump, pump->end);
	}
}

/* `to` does not take any more. What it has said before is passed on all the same. */
static void lose_reader(struct pump *pump, struct pump_way *way)
{
	pump->end = gone(pump, way == &pump->up ? &pump->down : &pump->up);
	end_way(pump, way);
}

static enum stream_status write_some(struct pump *pump, struct pump_way *way)
{
	size_t put, kept = way->to->sealed_end - way->to->sealed_at;
	enum stream_status status;
	if (way->to->sealed != NULL) {
		status = stream_flush(way->to, pump->buffers);
		pump->moved = pump->moved ||
			way->to->sealed_end - way->to->sealed_at < kept;
		return status;
	}
	status = stream_write_much(way->to, way->octets + way->at, way->end - way->at, &put,
		pump->buffers);
	way->at += put;
	way->passed += put;
	pump->moved = pump->moved || put > 0;
	return status == STREAM_OK && way->to->sealed != NULL ? STREAM_AGAIN : status;
}

/* False if not all can be written now. */
static bool write_out(struct pump *pump, struct pump_way *way)
{
	enum stream_status status = STREAM_OK;
	while (status == STREAM_OK && (way->at < way->end || way->to->sealed != NULL)) {
		status = write_some(pump, way);
	}
	if (status == STREAM_AGAIN) {
		way->write_needs = way->to->write_wants;
	} else if (status != STREAM_OK) {
		lose_reader(pump, way);
	}
	return status == STREAM_OK;
}

/* Tells the other side that nothing more comes. */
static void pass_end(struct pump *pump, struct pump_way *way)
{
	switch (stream_say_last(way->to)) {
	case STREAM_AGAIN:
		way->write_needs = way->to->write_wants;
		return;
	case STREAM_OK:
		pump->moved = true;
		end_way(pump, way);
		return;
	case STREAM_FINISHED:
	case STREAM_ERROR:
		lose_reader(pump, way);
		return;
	}
}

/* What a way has done in this run. */
struct turn {
	uint64_t passed_before;
	unsigned reads;
};

static bool is_over(const struct turn *turn, const struct pump_way *way)
{
	return way->passed - turn->passed_before >= TURN || turn->reads >= TURN_READS;
}

/* Reads what there is, as far as there is room. False when nothing can be done with it. */
static bool read_in(struct pump *pump, struct pump_way *way, struct turn *turn)
{
	way->octets = way->octets != NULL ? way->octets : buffers_take(pump->buffers);
	way->at = way->end = 0;
	if (way->octets == NULL) {
		stop(pump, PUMP_OUT_OF_MEMORY);
		return false;
	}
	enum stream_status status;
	do {
		size_t got;
		status = stream_read(way->from, way->octets + way->end, CHUNK - way->end,
			&got);
		way->end += got;
		turn->reads++;
	} while (status == STREAM_OK && way->end < CHUNK && turn->reads < TURN_READS &&
		stream_holds(way->from));
	switch (status) {
	case STREAM_OK:
		/* If there is more, poll() says so. */
		way->read_needs = way->end < LITTLE && !stream_holds(way->from) ? POLLIN :
										  0;
		break;
	case STREAM_AGAIN:
		way->read_needs = way->from->read_wants;
		break;
	case STREAM_FINISHED:
		way->drained = true;
		break;
	case STREAM_ERROR:
		way->broken = true;
		break;
	}
	return true;
}

/* One step of a way. False when there is nothing to be done, or for others' sake. */
static bool step(struct pump *pump, struct pump_way *way, struct turn *turn)
{
	if (way->over || way->write_needs != 0 || !write_out(pump, way)) {
		return false;
	}
	if (way->broken) {
		stop(pump, gone(pump, way));
		return false;
	}
	if (way->drained) {
		pass_end(pump, way);
		return false;
	}
	if (way->read_needs != 0) {
		return false;
	}
	if (is_over(turn, way)) {
		/* poll() tells of the rest, unless that has been read from the socket. */
		bool hidden = stream_holds(way->from);
		pump->yields = pump->yields || hidden;
		way->read_needs = hidden ? 0 : POLLIN;
		return false;
	}
	return read_in(pump, way, turn);
}

static void run_way(struct pump *pump, struct pump_way *way)
{
	struct turn turn = { .passed_before = way->passed };
	while (!pump->over && step(pump, way, &turn)) {
		/* It goes on. */
	}
	give_buffer(pump, way);
}

/* What has come is worth a try again. */
static void notice(struct pump *pump, short client, short server)
{
	struct pump_way *up = &pump->up, *down = &pump->down;
	up->read_needs &= (short)~client;
	down->write_needs &= (short)~client;
	down->read_needs &= (short)~server;
	up->write_needs &= (short)~server;
}

/* A way that yields keeps its event: the loop need not be told twice. */
static short read_events(const struct pump_way *way)
{
	bool reads = !way->over && !way->drained && !way->broken && way->write_needs == 0;
	short events = way->read_needs != 0 ? way->read_needs : POLLIN;
	return reads ? events : 0;
}

static short write_events(const struct pump_way *way)
{
	return way->over ? 0 : way->write_needs;
}

bool pump_run(struct pump *pump, short client_happened, short server_happened,
	struct pump_wait *wait)
{
	pump->moved = pump->yields = false;
	notice(pump, client_happened, server_happened);
	run_way(pump, &pump->up);
	run_way(pump, &pump->down);
	int64_t now = monotonic_ms();
	if (pump->moved) {
		pump->moved_at = now;
	} else if (now >= pump->moved_at + pump->idle_ms) {
		stop(pump, PUMP_IDLE);
	}
	*wait = (struct pump_wait){
		.client = read_events(&pump->up) | write_events(&pump->down),
		.server = read_events(&pump->down) | write_events(&pump->up),
		.deadline = pump->yields ? 0 : pump->moved_at + pump->idle_ms,
	};
	return !pump->over;
}

enum pump_outcome pump_outcome(const struct pump *pump)
{
	return pump->outcome;
}

void pump_clear(struct pump *pump)
{
	if (pump->buffers != NULL) {
		buffers_give(pump->buffers, pump->up.octets);
		buffers_give(pump->buffers, pump->down.octets);
		pump->up.octets = pump->down.octets = NULL;
	}
}
