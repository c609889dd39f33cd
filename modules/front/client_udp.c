/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A query over UDP from a secondary on this machine: some send the query for the SOA
 * record in no other way. One query, one connection to the primary, one answer. */

#include "client_udp.h"

#include <string.h>

#include <libknot/consts.h>
#include <openssl/err.h>

#include "message.h"
#include "monotonic.h"
#include "policy.h"
#include "primary.h"
#include "stream.h"
#include "stats_event.h"

#define LENGTH 2 /* octets before a message over TCP */

/* Sends the query, and reads the answer into `answer`, of MESSAGE_MAX octets. Returns its
 * size, or 0. */
static size_t exchange(struct stream *stream, const struct connection *connection,
	uint8_t *answer, int64_t deadline)
{
	uint8_t query[LENGTH + CONNECTION_QUERY_MAX];
	query[0] = (uint8_t)(connection->query_size >> 8);
	query[1] = (uint8_t)connection->query_size;
	memcpy(query + LENGTH, connection->query, connection->query_size);
	uint8_t length[LENGTH];
	if (!stream_put(stream, query, LENGTH + connection->query_size, deadline) ||
		!stream_get(stream, length, LENGTH, deadline)) {
		return 0;
	}
	size_t size = (size_t)length[0] << 8 | length[1];
	return stream_get(stream, answer, size, deadline) ? size : 0;
}

static size_t ask(const struct connection *connection, uint8_t *answer)
{
	const struct conf *conf = connection->runtime->conf;
	struct stream stream = STREAM_NONE;
	struct primary primary = { 0 };
	struct message_question question;
	message_read(connection->query, connection->query_size, &question);
	if (!policy_passes(connection->client->conf->pass, question.kind)) {
		stats_count(STATS_NOT_PASSED);
		policy_log_not_passed(true, connection->client->conf->id, NULL, NULL,
			&question);
		return message_refuse(connection->query, connection->query_size,
			KNOT_RCODE_REFUSED, KNOT_EDNS_EDE_NOTSUP,
			"this kind of query is not passed here", answer, MESSAGE_MAX);
	}
	if (!primary_connect(connection->client, conf, &stream, &primary)) {
		stats_count(STATS_SERVER);
		counts_error(connection->counts, COUNTS_UNREACHABLE);
		return message_refuse(connection->query, connection->query_size,
			KNOT_RCODE_SERVFAIL, primary.ede, primary.why, answer, MESSAGE_MAX);
	}
	primary_log(connection->client, &primary, &question);
	stats_count(STATS_QUERIES);
	const unsigned answer_ms = conf->answer_timeout_s * 1000;
	const int64_t deadline = monotonic_ms() + answer_ms;
	size_t size = exchange(&stream, connection, answer, deadline);
	stream_close(&stream);
	if (size == 0) {
		stats_count(STATS_SERVER);
		primary_log_outcome(connection->client, &primary, answer_ms,
			monotonic_ms() < deadline ? RELAY_SERVER_GONE :
						    RELAY_SERVER_SILENT);
		return message_refuse(connection->query, connection->query_size,
			KNOT_RCODE_SERVFAIL, KNOT_EDNS_EDE_NETWORK,
			"the primary does not answer", answer, MESSAGE_MAX);
	}
	counter_add(&connection->client->counts->octets, size);
	primary_log_answer(connection->client, &primary, answer, size);
	return size;
}

void client_udp_run(struct connection *connection)
{
	uint8_t answer[MESSAGE_MAX];
	size_t size = ask(connection, answer);
	if (size == 0 ||
		size > message_udp_max(connection->query, connection->query_size)) {
		size = message_truncate(connection->query, connection->query_size, answer,
			sizeof(answer));
	}
	if (size > 0) {
		(void)!sendto(connection->stream.fd, answer, size, MSG_NOSIGNAL,
			(const struct sockaddr *)&connection->from, connection->from_size);
	}
	connection_close(connection);
	ERR_clear_error();
}
