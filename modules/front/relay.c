/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Two buffers, and who waits for whom. Messages are passed on one by one, each when
 * it is whole: our own answers may only stand between two, an answer that breaks off is
 * none, and with TLS every message begins a record of its own, as servers write them.
 * Knows neither TLS nor which clients are permitted. */

#include "relay.h"

#include <stdlib.h>
#include <string.h>

#include "monotonic.h"

#define LENGTH QUERY_BUFFER_LENGTH
#define STEPS 16 /* in a row, before others have their turn */

void relay_begin(struct relay *relay, struct stream *client,
	const struct relay_times *times, const struct relay_hooks *hooks, void *arg,
	struct buffers *buffers)
{
	*relay = (struct relay){
		.client = client,
		.server = STREAM_NONE,
		.hooks = hooks,
		.arg = arg,
		.times = *times,
		.down = { .buffers = buffers },
		.moved_at = monotonic_ms(),
		.outcome = RELAY_ENDED,
	};
}

void relay_count_answers(struct relay *relay, struct counter *octets)
{
	relay->octets = octets;
}

void relay_lift_deadline(struct relay *relay)
{
	relay->times.deadline = 0;
}

static void leave_server(struct relay *relay)
{
	if ((relay->server.fd >= 0 || relay->connecting) && relay->hooks->leaving != NULL) {
		relay->hooks->leaving(relay->arg);
	}
	stream_close(&relay->server);
	relay->connecting = false;
	pending_queries_clear(&relay->pending);
	relay->awaiting = relay->kept = false;
	relay->up.at = relay->up.end = 0;
	relay->passed = 0;
}

void relay_clear(struct relay *relay)
{
	if (relay->hooks == NULL) {
		return;
	}
	leave_server(relay);
	answer_buffer_clear(&relay->down);
	query_buffer_clear(&relay->up);
	free(relay->reply);
	free(relay->own);
	relay->reply = relay->own = NULL;
}

static void stop(struct relay *relay, enum relay_outcome outcome)
{
	relay->over = true;
	relay->outcome = outcome;
}

bool relay_waits_for_owner(const struct relay *relay)
{
	return relay->undecided || relay->connecting;
}

/* The server has not answered, or is in the midst of it. */
static bool is_owed(const struct relay *relay)
{
	return relay->awaiting || !answer_buffer_is_empty(&relay->down);
}

/* The server has answered everything, to its end: nothing depends on this connection. */
static bool is_at_rest(const struct relay *relay)
{
	return pending_queries_is_none(&relay->pending) && !is_owed(relay) &&
		relay->up.at == relay->up.end;
}

/* Everything that can be written to the client has been. */
static bool is_flushed(const struct relay *relay)
{
	return relay->out_left == 0 && relay->reply == NULL &&
		answer_buffer_whole(&relay->down) == 0;
}

/* --- queries ------------------------------------------------------------------------- */

/* Our own answer is to be written; if it is empty, there is none. */
static void put_reply(struct relay *relay, const struct relay_reply *reply)
{
	if (reply->size == 0) {
		return;
	}
	free(relay->reply);
	relay->reply = malloc(LENGTH + reply->size);
	if (relay->reply == NULL) {
		stop(relay, RELAY_ENDED);
		return;
	}
	relay->reply[0] = (uint8_t)(reply->size >> 8);
	relay->reply[1] = (uint8_t)reply->size;
	memcpy(relay->reply + LENGTH, reply->octets, reply->size);
	relay->reply_size = LENGTH + reply->size;
}

/* The client is told that its query, the one in `up`, has no answer of the server's. */
static void answer_for_server(struct relay *relay)
{
	struct relay_reply reply = { .size = 0 };
	relay->hooks->fail(relay->arg, query_buffer_message(&relay->up),
		query_buffer_size(&relay->up), &reply);
	put_reply(relay, &reply);
	relay->last = true;
}

/* Connects the server unless it is there. */
static enum relay_link reach_server(struct relay *relay, struct relay_preface *preface)
{
	const struct relay_hooks *hooks = relay->hooks;
	if (!relay->connecting && relay->server.fd >= 0 && hooks->resume != NULL &&
		!hooks->resume(relay->arg)) {
		leave_server(relay);
	}
	if (!relay->connecting && relay->server.fd >= 0) {
		return RELAY_CONNECTED;
	}
	relay->link = (struct relay_wait){ .deadline = INT64_MAX };
	return hooks->connect(relay->arg, &relay->server, preface, &relay->link);
}

/* The query may go to the server, if that is there by now. */
static void pass(struct relay *relay)
{
	const uint8_t *message = query_buffer_message(&relay->up);
	const size_t size = query_buffer_size(&relay->up);
	struct relay_preface preface = { .size = 0 };
	enum relay_link link = reach_server(relay, &preface);
	relay->connecting = link == RELAY_CONNECTING;
	if (relay->connecting) {
		return;
	}
	if (link != RELAY_CONNECTED) {
		answer_for_server(relay);
		return;
	}
	if (relay->hooks->passed != NULL) {
		relay->hooks->passed(relay->arg, message, size);
	}
	query_buffer_send(&relay->up, preface.octets, preface.size);
	relay->passed++;
	relay->awaiting = relay->kept = true;
	pending_queries_add(&relay->pending, message, size);
}

/* The query is whole: what becomes of it? */
static void decide(struct relay *relay)
{
	struct relay_reply reply = { .size = 0 };
	enum relay_decision decision = relay->hooks->decide(relay->arg,
		query_buffer_message(&relay->up), query_buffer_size(&relay->up), &reply);
	relay->undecided = decision == RELAY_UNDECIDED;
	relay->last = decision == RELAY_LAST;
	switch (decision) {
	case RELAY_UNDECIDED:
		return;
	case RELAY_PASS:
		pass(relay);
		return;
	case RELAY_LAST:
	case RELAY_ANSWER:
		put_reply(relay, &reply);
		return;
	case RELAY_CLOSE:
		stop(relay, RELAY_ENDED);
	}
}

/* Goes on with a query that has waited for its owner. */
static bool from_owner(struct relay *relay)
{
	if (relay->undecided) {
		decide(relay);
		return !relay->undecided;
	}
	if (relay->connecting) {
		pass(relay);
		return !relay->connecting;
	}
	return false;
}

/* Reads no further than to the end of the query that is coming. */
static bool from_client(struct relay *relay)
{
	if (relay->undecided || relay->connecting || relay->client->finished ||
		relay->last || relay->reply != NULL || relay->up.at < relay->up.end ||
		pending_queries_is_full(&relay->pending)) {
		return false;
	}
	size_t wanted, got;
	bool whole;
	uint8_t *room = query_buffer_room(&relay->up, &wanted);
	enum stream_status status = stream_read(relay->client, room, wanted, &got);
	if (status == STREAM_AGAIN) {
		return false;
	}
	if (status == STREAM_ERROR ||
		(status == STREAM_FINISHED && relay->up.gathered > 0)) {
		stop(relay, RELAY_CLIENT_GONE);
		return false;
	}
	if (got > 0) {
		relay->gathering = relay->up.gathered == 0 ? monotonic_ms() :
							     relay->gathering;
		relay->kept = false;
	}
	if (!query_buffer_take(&relay->up, got, &whole)) {
		stop(relay, RELAY_ENDED);
	} else if (whole) {
		decide(relay);
	}
	return true;
}

/* The server is gone, or silent, and whatever whole answers came from it are passed on. If
 * these were all, the client need not know. Only of the first query it is sure that it is
 * the one without an answer. */
static void server_failed(struct relay *relay, enum relay_outcome outcome)
{
	bool owed = is_owed(relay) || relay->pending.count > 0;
	bool first = relay->passed == 1 && relay->awaiting && relay->kept;
	bool rest = is_at_rest(relay);
	leave_server(relay);
	answer_buffer_forget(&relay->down); /* what broke off, at most */
	if (rest) {
		return;
	}
	if (!first) {
		/* The client is left even if it is owed nothing that we know of: it could
		 * not tell this from a pause in the midst of a transfer. */
		stop(relay, owed ? outcome : RELAY_ENDED);
		return;
	}
	answer_for_server(relay);
	relay->outcome = outcome;
}

static bool to_server(struct relay *relay)
{
	if (relay->up.at == relay->up.end) {
		return false;
	}
	size_t put;
	enum stream_status status = stream_write(&relay->server,
		relay->up.octets + relay->up.at, relay->up.end - relay->up.at, &put);
	if (status == STREAM_AGAIN) {
		return false;
	}
	if (status != STREAM_OK) {
		/* What it may have said before is read first. */
		relay->up.at = relay->up.end;
		return true;
	}
	relay->up.at += put;
	return true;
}

/* --- answers ------------------------------------------------------------------------- */

/* Reads on while there is no whole answer to be written. */
static bool from_server(struct relay *relay)
{
	if (relay->server.fd < 0 || relay->connecting || relay->out_left > 0 ||
		answer_buffer_whole(&relay->down) > 0 || relay->last) {
		return false;
	}
	size_t size, got;
	uint8_t *room = answer_buffer_room(&relay->down, &size);
	if (room == NULL) {
		stop(relay, RELAY_ENDED);
		return false;
	}
	enum stream_status status = stream_read(&relay->server, room, size, &got);
	if (status == STREAM_AGAIN) {
		return false;
	}
	if (status == STREAM_OK) {
		answer_buffer_add(&relay->down, got);
		relay->awaiting = relay->awaiting && answer_buffer_whole(&relay->down) == 0;
	} else {
		server_failed(relay, RELAY_SERVER_GONE);
	}
	return true;
}

/* The next message of the server's is on its way to the client. */
static void follow(struct relay *relay)
{
	const uint8_t *message = relay->out + LENGTH;
	size_t size = relay->out_left - LENGTH;
	if (relay->octets != NULL) {
		counter_add(relay->octets, size);
	}
	if (pending_queries_answer(&relay->pending, message, size) &&
		relay->hooks->answered != NULL) {
		relay->hooks->answered(relay->arg, message, size);
	}
	if (is_at_rest(relay)) {
		relay->rested_at = monotonic_ms();
		if (relay->hooks->rested != NULL) {
			relay->hooks->rested(relay->arg, relay->server.fd);
		}
	}
}

/* The next message for the client: one of the server's, or else our own. */
static bool choose(struct relay *relay)
{
	size_t whole = answer_buffer_whole(&relay->down);
	if (whole > 0) {
		relay->out = answer_buffer_take(&relay->down, whole);
		relay->out_left = whole;
		follow(relay);
	} else if (relay->reply != NULL) {
		relay->out = relay->own = relay->reply;
		relay->out_left = relay->reply_size;
		relay->reply = NULL;
	}
	return relay->out_left > 0;
}

static bool to_client(struct relay *relay)
{
	if (relay->out_left == 0 && !choose(relay)) {
		return false;
	}
	size_t put;
	enum stream_status status = stream_write(relay->client, relay->out, relay->out_left,
		&put);
	if (status == STREAM_AGAIN) {
		return false;
	}
	if (status != STREAM_OK) {
		stop(relay, RELAY_CLIENT_GONE);
		return false;
	}
	relay->out += put;
	relay->out_left -= put;
	if (relay->out_left == 0) {
		free(relay->own);
		relay->own = NULL;
	}
	return true;
}

/* --- the pump ------------------------------------------------------------------------ */

static bool step(struct relay *relay)
{
	relay->client->read_wants = relay->client->write_wants = 0;
	relay->server.read_wants = relay->server.write_wants = 0;
	bool moved = from_owner(relay);
	moved = (!relay->over && from_client(relay)) || moved;
	moved = (!relay->over && to_server(relay)) || moved;
	moved = (!relay->over && from_server(relay)) || moved;
	moved = (!relay->over && to_client(relay)) || moved;

	if (relay->over || !is_flushed(relay)) {
		return moved;
	}
	if (relay->last) {
		stop(relay, relay->outcome);
	} else if (relay->client->finished && relay->up.at == relay->up.end &&
		!relay_waits_for_owner(relay)) {
		/* It may still want what is on its way. If it has closed its side
		 * altogether, the server is to see that no more queries come, and may end
		 * the connection. */
		if (relay->server.fd < 0 || is_at_rest(relay)) {
			stop(relay, RELAY_ENDED);
		} else if (!is_owed(relay) && stream_is_closed(relay->client)) {
			stream_finish(&relay->server);
		}
	}
	return moved;
}

static bool may_leave_server(const struct relay *relay)
{
	return relay->times.rest_ms != 0 && relay->server.fd >= 0 && is_at_rest(relay);
}

/* How long it may take until something moves. */
static unsigned patience(const struct relay *relay)
{
	if (!is_flushed(relay)) {
		return relay->times.idle_ms;
	}
	if (is_owed(relay) || relay->up.at < relay->up.end) {
		return relay->times.answer_ms;
	}
	/* Of a transfer that pauses more will come. Where nobody can tell whether that is
	 * so, a client that has said its last word is not waited with for long. */
	bool more_comes = relay->pending.count > 0 && !relay->pending.lost;
	return relay->client->finished && !more_comes ? RELAY_LINGER_MS :
							relay->times.idle_ms;
}

/* When it is over unless something moves before, the last time having been `since`. */
static int64_t deadline_after(const struct relay *relay, int64_t since)
{
	int64_t deadline = since + patience(relay);
	if (relay->up.gathered > 0 && relay->gathering + relay->times.answer_ms < deadline) {
		deadline = relay->gathering + relay->times.answer_ms;
	}
	if (relay->times.deadline != 0 && relay->times.deadline < deadline) {
		deadline = relay->times.deadline;
	}
	return deadline;
}

/* What has been passed on, or answered, needs no buffer. */
static void give_buffers(struct relay *relay)
{
	if (answer_buffer_is_empty(&relay->down) && relay->out_left == 0) {
		answer_buffer_clear(&relay->down);
	}
	bool needed = relay_waits_for_owner(relay) || relay->up.gathered > 0 ||
		relay->up.at < relay->up.end ||
		(relay->passed == 1 && relay->awaiting && relay->kept);
	if (!needed) {
		query_buffer_clear(&relay->up);
	}
}

/* While its owner decides or connects, nobody is to blame that nothing moves. */
static void wait_for_owner(struct relay *relay, struct relay_wait *wait)
{
	relay->moved_at = monotonic_ms();
	wait->deadline = INT64_MAX;
	if (relay->connecting) {
		wait->server = relay->link.server;
		wait->deadline = relay->link.deadline;
	}
}

/* Nothing has moved for too long. */
static void give_up(struct relay *relay)
{
	bool half_said = relay->up.gathered > 0 &&
		monotonic_ms() >= relay->gathering + relay->times.answer_ms;
	if (half_said || relay->last || !is_flushed(relay) || !is_owed(relay)) {
		stop(relay, relay->last ? relay->outcome : RELAY_IDLE);
	} else {
		server_failed(relay, RELAY_SERVER_SILENT);
	}
}

/* What the two sides wait for. False when that has been over already, and something was
 * done about it. */
static bool wait_for_sides(struct relay *relay, struct relay_wait *wait)
{
	int64_t deadline = deadline_after(relay, relay->moved_at);
	int64_t rest = relay->rested_at + relay->times.rest_ms;
	bool leaves = may_leave_server(relay) && rest < deadline;
	wait->deadline = leaves ? rest : deadline;
	if (monotonic_ms() < wait->deadline) {
		return true;
	}
	if (leaves) {
		leave_server(relay);
	} else {
		give_up(relay);
	}
	return false;
}

/* Nothing moves. True if it is to be waited for what `wait` says. */
static bool is_to_wait(struct relay *relay, struct relay_wait *wait)
{
	*wait = (struct relay_wait){
		.client = relay->client->read_wants | relay->client->write_wants,
		.server = relay->server.read_wants | relay->server.write_wants,
	};
	if (relay_waits_for_owner(relay)) {
		wait_for_owner(relay, wait);
	} else if (!wait_for_sides(relay, wait)) {
		return false;
	}
	give_buffers(relay);
	return true;
}

bool relay_run(struct relay *relay, struct relay_wait *wait)
{
	for (unsigned steps = 0; !relay->over; steps++) {
		if (relay->times.deadline != 0 && monotonic_ms() >= relay->times.deadline &&
			!relay_waits_for_owner(relay)) {
			stop(relay, RELAY_IDLE);
		} else if (steps == STEPS) {
			*wait = (struct relay_wait){ .deadline = 0 };
			return true;
		} else if (step(relay)) {
			relay->moved_at = monotonic_ms();
		} else if (!relay->over && is_to_wait(relay, wait)) {
			return true;
		}
	}
	return false;
}

enum relay_outcome relay_outcome(const struct relay *relay)
{
	return relay->outcome;
}
