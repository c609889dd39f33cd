/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connects to a primary, which DNS must prove before it is sent anything. Knows nothing
 * of the queries. */

#pragma once

#include <stdbool.h>

#include "stream.h"
#include "message.h"
#include "relay.h"
#include "runtime.h"

struct primary {
	const struct address *address; /* the one that is connected */
	struct dance_result result;    /* the verdict on it; without a record: by PKIX */
	/* Why there is none: a sentence, and RFC 8914. */
	char why[CONF_ERROR_SIZE];
	int ede;
};

/* Connects `stream` to a primary of a client that can be reached and is proved: tries the
 * one that was used last, then the others in order. False if there is none; logged. */
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
