/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The server behind a stream: a connection to it, and the PROXY header that says for whom. Knows
 * nothing of what passes then. */

#pragma once

#include "connection.h"
#include "stream.h"
#include "upstream.h"

/* Zeroed at first, but for the stream, which is STREAM_NONE. */
struct stream_server {
	struct upstream_link link;
	struct stream stream;
};

/* As upstream_connect(), for a client that this entry permits. */
enum relay_link stream_server_connect(struct stream_server *server,
	const struct connection *connection, const char *entry, struct loop_call *wake,
	struct relay_wait *wait, const char **why);

/* Sends the header, if there is to be one, after RELAY_CONNECTED. False if the server has not
 * taken it: then nothing else may go there. */
bool stream_server_tell(struct stream_server *server, const struct connection *connection,
	const char *entry, const struct dance_result *proved);

void stream_server_leave(struct stream_server *server);
