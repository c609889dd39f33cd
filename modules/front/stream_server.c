/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a stream wants of upstream.c. */

#include "stream_server.h"

/* For the client of this connection. */
static struct upstream_request request(const struct connection *connection,
	const char *entry)
{
	const struct conf *conf = connection->runtime->conf;
	const struct conf_identity *identity =
		identity_map_find(connection->front->identities, entry);
	return (struct upstream_request){
		.front = connection->front,
		.connection = connection,
		.as = &identity->address,
		.most = conf->max_per_server,
		.patience_ms = conf->answer_timeout_s * 1000,
	};
}

enum relay_link stream_server_connect(struct stream_server *server,
	const struct connection *connection, const char *entry, struct loop_call *wake,
	struct relay_wait *wait, const char **why)
{
	struct upstream_request wanted = request(connection, entry);
	wanted.wake = wake;
	return upstream_connect(&server->link, &wanted, &server->stream, NULL, wait, why);
}

/* All of it in one write, which a socket that is empty takes. */
bool stream_server_tell(struct stream_server *server, const struct connection *connection,
	const char *entry, const struct dance_result *proved)
{
	const struct upstream_request wanted = request(connection, entry);
	struct upstream_header header;
	size_t put = 0;
	if (!upstream_write_header(&wanted, proved, &header)) {
		return false;
	}
	return header.size == 0 ||
		(stream_write(&server->stream, header.octets, header.size, &put) ==
				STREAM_OK &&
			put == header.size);
}

void stream_server_leave(struct stream_server *server)
{
	upstream_leave(&server->link);
	stream_close(&server->stream);
}
