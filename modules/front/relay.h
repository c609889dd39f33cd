/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Passes DNS messages with their length before them (RFC 1035 4.2.2) from a client to a
 * server and back, unchanged. Its owner decides for each query whether it may pass, and
 * connects the server; the relay does the rest. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer_buffer.h"
#include "buffers.h"
#include "counters.h"
#include "message.h"
#include "pending_queries.h"
#include "proxyv2.h"
#include "query_buffer.h"
#include "stream.h"

#define RELAY_REPLY_MAX 512
#define RELAY_LINGER_MS 2000 /* for more of a server's, after a client's last word */

/* What becomes of a query. */
enum relay_decision {
	RELAY_CLOSE = 0, /* end the connection without an answer */
	RELAY_PASS,      /* to the server */
	RELAY_ANSWER,    /* with our reply, and go on */
	RELAY_LAST,      /* with our reply, and end the connection */
	RELAY_UNDECIDED, /* not yet: the relay is to ask again when it runs next */
};

/* What becomes of the connection to the server. */
enum relay_link {
	RELAY_UNREACHABLE = 0,
	RELAY_CONNECTED,
	RELAY_CONNECTING, /* not yet: the relay is to ask again when it runs next */
};

/* Why it ended. */
enum relay_outcome {
	RELAY_IDLE, /* no message for idle_ms, or the deadline is over */
	RELAY_CLIENT_GONE,
	RELAY_ENDED,         /* after a last answer, or as decided */
	RELAY_SERVER_SILENT, /* no answer for answer_ms */
	RELAY_SERVER_GONE,   /* closed in the midst of an answer, or instead of one */
};

/* An answer of our own. */
struct relay_reply {
	uint8_t octets[RELAY_REPLY_MAX];
	size_t size; /* 0: none */
};

/* What goes before the first message to a server. */
struct relay_preface {
	uint8_t octets[PROXYV2_HEADER_MAX];
	size_t size;
};

/* What it takes to go on. */
struct relay_wait {
	short client, server; /* events of poll() on their sockets; 0: none */
	int64_t deadline;     /* monotonic_ms(); INT64_MAX: none */
};

/* What a relay asks and tells its owner. The last five may be NULL. */
struct relay_hooks {
	/* Decides about a query, and writes the reply if the relay must give one. */
	enum relay_decision (*decide)(void *arg, const uint8_t *message, size_t size,
		struct relay_reply *reply);
	/* Connects the server: called after RELAY_PASS if there is no connection to it, and
	 * again while it is connecting. Fills `server`; the preface stays empty where there
	 * is none. While it is connecting, `wait` says what for: the events on the socket in
	 * `server`, if there is one yet, and by when. If it is unreachable, fail() gives the
	 * last answer. */
	enum relay_link (*connect)(void *arg, struct stream *server,
		struct relay_preface *preface, struct relay_wait *wait);
	/* Writes the reply to a query that the server has not answered. */
	void (*fail)(void *arg, const uint8_t *message, size_t size,
		struct relay_reply *reply);
	/* The server is there for this query, which goes to it. */
	void (*passed)(void *arg, const uint8_t *message, size_t size);
	/* The server has begun to answer a query. */
	void (*answered)(void *arg, const uint8_t *message, size_t size);
	/* The server, on this socket, has answered everything; the next query may change
	 * that. */
	void (*rested)(void *arg, int fd);
	/* A query is for the server that is connected. False: not on this connection, on
	 * which all is answered. */
	bool (*resume)(void *arg);
	/* The connection to the server, or what there is of it while it is connecting, is
	 * about to be closed. */
	void (*leaving)(void *arg);
};

struct relay_times {
	unsigned idle_ms;
	unsigned answer_ms; /* also for a client, to say a query to its end */
	unsigned rest_ms; /* after its last answer the server is left; 0: with the client */
	int64_t deadline; /* monotonic_ms() at which it ends, come what may; 0: none */
};

/* Private to relay.c. */
struct relay {
	struct stream *client;
	struct stream server; /* connected when it is needed */
	const struct relay_hooks *hooks;
	void *arg;
	struct relay_times times;
	struct counter *octets; /* of the server's answers; or NULL */

	struct query_buffer up;    /* the query */
	int64_t gathering;         /* monotonic_ms() since its first octets */
	struct answer_buffer down; /* what has come from the server */
	const uint8_t *out;        /* the message that is being written to the client */
	size_t out_left;
	uint8_t *reply; /* our own answer that waits, with its length; or NULL */
	size_t reply_size;
	uint8_t *own;    /* the one before, on its way; or NULL */
	bool undecided;  /* the query in `up` waits for its decision */
	bool connecting; /* or for the connection to the server, and that for: */
	struct relay_wait link;
	bool awaiting;   /* the server has a query that it has not answered */
	bool kept;       /* ... which is still in `up` */
	unsigned passed; /* queries on this connection to the server */
	struct pending_queries pending; /* those of them that are not answered wholly */
	int64_t moved_at;               /* monotonic_ms() when something moved last */
	int64_t rested_at;              /* monotonic_ms() of the last answer */
	bool last;                      /* end it when everything is written */
	bool over;
	enum relay_outcome outcome;
};

/* `client` is connected; it stays the caller's, as hooks, `arg` and `buffers` do. */
void relay_begin(struct relay *relay, struct stream *client,
	const struct relay_times *times, const struct relay_hooks *hooks, void *arg,
	struct buffers *buffers);

/* Octets of the server's answers are counted there from now on; NULL: nowhere. */
void relay_count_answers(struct relay *relay, struct counter *octets);

/* The deadline holds no longer. */
void relay_lift_deadline(struct relay *relay);

/* Goes on until nothing moves, or for as long as others can wait: then the deadline in `wait`
 * is over. To be called again when what `wait` says has come, or when a hook has what it had
 * not yet. False when the relay has ended; the client and the server are still connected
 * then. */
bool relay_run(struct relay *relay, struct relay_wait *wait);

/* Does its owner decide about a query, or connect the server? */
bool relay_waits_for_owner(const struct relay *relay);

enum relay_outcome relay_outcome(const struct relay *relay);

/* Gives back what the relay has and closes the connection to the server. Also of one that is
 * zeroed. */
void relay_clear(struct relay *relay);
