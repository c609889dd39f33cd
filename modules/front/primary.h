/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connects to a primary, which DNS must prove before it is sent anything: step by step, for an
 * event loop, or waiting. Knows nothing of the queries, and of no event loop. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dance.h"
#include "message.h"
#include "relay.h"
#include "runtime.h"
#include "stream.h"

struct primary {
	const struct address *address; /* the one that is connected */
	struct dance_result result;    /* the verdict on it; without a record: by PKIX */
	/* Why there is none: a sentence, and RFC 8914. */
	char why[CONF_ERROR_SIZE];
	int ede;
};

/* What a search for a primary waits for. */
struct primary_wait {
	short events;  /* of poll(), on the socket of its stream; 0: of none */
	int64_t until; /* monotonic_ms() */
};

/* Whom a search tells of what concerns it; both may be NULL. */
struct primary_owner {
	/* It is worth calling primary_step() again: from a thread of libdance's, as dance.h says.
	 * NULL: primary_step() waits for DNS by itself. */
	dance_wake *wake;
	/* The socket is about to be closed: from primary_step() and primary_stop(). */
	void (*leaving)(void *arg);
	void *arg;
};

/* Private to primary.c. */
struct primary_search {
	struct client *client;
	const struct conf *conf;
	struct stream *stream;
	struct primary *primary;
	struct primary_owner owner;
	size_t best;      /* the first to be tried */
	size_t tried;     /* so many have been begun with */
	size_t number;    /* of the one that is being tried */
	int64_t deadline; /* of that */
	enum {
		PRIMARY_NEXT = 0, /* none is */
		PRIMARY_CONNECTS,
		PRIMARY_SHAKES,
	} phase;
};

enum primary_status {
	PRIMARY_NONE = 0, /* there is none; logged, and `primary` has the reason */
	PRIMARY_FOUND,
	PRIMARY_WAITS, /* call primary_step() again when `wait` says so, or after a wake */
};

/* Begins to connect `stream` to a primary of a client that can be reached and is proved: the one
 * that was used last, then the others in order, each within the handshake's time. All of them
 * outlive the search. */
void primary_begin(struct primary_search *search, struct client *client,
	const struct conf *conf, struct stream *stream, struct primary *primary,
	const struct primary_owner *owner);

/* Goes on as far as it goes without waiting. A call that comes early does no harm. */
enum primary_status primary_step(struct primary_search *search, struct primary_wait *wait);

/* Ends a search that waits: nothing is connected then, and nobody is woken any more. */
void primary_stop(struct primary_search *search);

/* All of it, waiting. False if there is no primary; logged. */
bool primary_connect(struct client *client, const struct conf *conf, struct stream *stream,
	struct primary *primary);

/* Logs that this is passed on to it. */
void primary_log(const struct client *client, const struct primary *primary,
	const struct message_question *question);

/* Counts and logs what it answers. */
void primary_log_answer(const struct client *client, const struct primary *primary,
	const uint8_t *message, size_t size);

/* Logs that it did not answer in this time, or closed the connection. */
void primary_log_outcome(const struct client *client, const struct primary *primary,
	unsigned answer_ms, enum relay_outcome outcome);
