/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DNS messages with their length before them (RFC 1035 4.2.2), passed from a client to a
 * server and back as they are. Who may ask what is ruled by its owner, query by query. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "end.h"
#include "message.h"
#include "pending.h"
#include "proxy.h"

#define RELAY_ANSWER_MAX 512
#define RELAY_DOWN_SIZE (2 + MESSAGE_MAX)

enum relay_ruling {
	RELAY_CLOSE = 0, /* end it, without an answer */
	RELAY_PASS,      /* to relay->server, which is connected */
	RELAY_ANSWER,    /* with relay->answer, and go on */
	RELAY_LAST,      /* with relay->answer, and end it */
};

/* Why it ended. */
enum relay_end {
	RELAY_IDLE, /* nobody said anything for idle_ms, or the deadline is over */
	RELAY_CLIENT_GONE,
	RELAY_ENDED,         /* after a last answer, or ruled so */
	RELAY_SERVER_SILENT, /* no answer for answer_ms */
	RELAY_SERVER_GONE,   /* closed in the midst of an answer, or instead of one */
};

struct relay {
	struct end client;
	struct end server; /* connected by the ruling when it is needed */
	unsigned idle_ms;
	unsigned answer_ms; /* also for a client, to say a query to its end */
	unsigned rest_ms; /* after its last answer the server is left; 0: with the client */
	int64_t deadline; /* end_now() at which it ends, come what may; 0: none */

	/* Rules about a message; may use and set all above and these. */
	enum relay_ruling (*rule)(struct relay *relay, const uint8_t *message, size_t size);
	/* Writes the answer to a message that the server has not answered. */
	void (*fail)(struct relay *relay, const uint8_t *message, size_t size);
	/* The following may be NULL. The server has begun to answer a query. */
	void (*answered)(struct relay *relay, const uint8_t *message, size_t size);
	/* The server has answered everything; the next query may change that. */
	void (*rested)(struct relay *relay);
	/* The connection to the server is about to be closed. */
	void (*leaving)(struct relay *relay);
	void *arg;
	uint8_t answer[RELAY_ANSWER_MAX];
	size_t answer_size;
	uint8_t preface[PROXY_HEADER_MAX]; /* goes before the first message to a server */
	size_t preface_size;               /* octets; set by whoever connects it */

	/* The relay's own. */
	uint8_t *up;          /* the query: room for a preface, its length, itself */
	size_t gathered;      /* octets of length and query that have come */
	int64_t gathering;    /* end_now() since the first of them */
	size_t up_at, up_end; /* what is left to be written to the server */
	uint8_t *down; /* what has come from the server: answers, with their lengths */
	size_t down_at, down_end;
	const uint8_t *out; /* the message that is being written to the client */
	size_t out_left;
	uint8_t own[2 + RELAY_ANSWER_MAX]; /* `answer` with its length */
	bool awaiting;          /* the server has a query that it has not answered */
	bool kept;              /* ... which is still in `up` */
	unsigned passed;        /* queries on this connection to the server */
	struct pending pending; /* those of them that are not answered wholly */
	int64_t rested_at;      /* end_now() of the last answer */
	bool answer_pending;
	bool last; /* end it when everything is written */
	bool over;
	enum relay_end end;
};

/* Sets what the relay owns; the ends are those that the caller has set. False when out of
 * memory. */
bool relay_begin(struct relay *relay);

/* Until it ends; both ends are still there then. */
enum relay_end relay_run(struct relay *relay);

/* Leaves a server that has answered everything: the client does not notice. For a ruling,
 * which may connect another one. */
void relay_leave_server(struct relay *relay);

/* Frees what the relay owns and closes both ends. */
void relay_clear(struct relay *relay);
