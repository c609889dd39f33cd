/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A connection from its socket to its end, the limits it counts for, and the loop that
 * serves it. Does not know what is served. */

#include "connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "stats_event.h"
#include "workers.h"

#define RAISE "raise this limit if these connections are legitimate"

struct connection *connection_new(int fd, const struct sockaddr_storage *from,
	socklen_t from_size, const uint8_t *query, size_t query_size)
{
	struct connection *connection = calloc(1, sizeof(*connection) + query_size);
	if (connection == NULL) {
		close(fd);
		return NULL;
	}
	connection->stream = (struct stream){ .fd = fd };
	connection->from = *from;
	connection->from_size = from_size;
	address_text(connection->from_text, from);
	if (query != NULL) {
		connection->datagram = true;
		connection->query_size = query_size;
		memcpy(connection->query, query, query_size);
	}
	return connection;
}

static bool find_section(struct connection *connection, bool of_client, const char *id)
{
	socklen_t size = sizeof(connection->local);
	getsockname(connection->stream.fd, (struct sockaddr *)&connection->local, &size);
	connection->runtime = runtime_current();
	if (of_client) {
		connection->client = runtime_client(connection->runtime, id);
	} else {
		connection->front = runtime_front(connection->runtime, id);
	}
	return connection->client != NULL || connection->front != NULL;
}

static struct connection_limits limits(const struct runtime *runtime)
{
	return (struct connection_limits){
		.connections = runtime->conf->max_connections,
		.handshakes = runtime->conf->max_handshakes,
		.per_address = runtime->conf->max_per_address,
		.per_identity = runtime->conf->max_per_identity,
		.per_suffix = runtime->conf->max_per_suffix,
		.per_client = runtime->conf->max_per_client,
	};
}

static struct counts *counts_of(const struct connection *connection)
{
	return connection->front != NULL ? connection->front->counts :
					   connection->client->counts;
}

static void begin_turned_away(struct log_line *line, const struct connection *connection,
	const char *kind, const char *id)
{
	log_line_begin(line, "%s %s, turned away", kind, id);
	log_line_key(line, "remote", "%s", connection->from_text);
}

bool connection_enter(struct connection *connection, bool of_client, const char *id)
{
	if (!find_section(connection, of_client, id)) {
		return false;
	}
	const struct connection_limits most = limits(connection->runtime);
	const char *kind = of_client ? "client" : "front";
	const char *crowded = NULL;
	struct log_line line;
	/* A datagram's socket is also the listener's and must not be shut down. */
	const char *no = of_client ?
		limits_enter_client(&connection->entry, &most,
			connection->datagram ? -1 : connection->stream.fd, id) :
		limits_enter(&connection->entry, &most, connection->stream.fd,
			(const struct sockaddr *)&connection->from, &crowded);
	if (no != NULL) {
		stats_count(STATS_TURNED_AWAY);
		counts_result(counts_of(connection), COUNTS_LIMIT);
		begin_turned_away(&line, connection, kind, id);
		log_line_key(&line, "limit", "%s", no);
		log_composed_limited(LEVEL_WARNING, &line, RAISE);
		return false;
	}
	if (crowded != NULL) {
		stats_count(STATS_TURNED_AWAY);
		counts_result(counts_of(connection), COUNTS_LIMIT);
		log_line_begin(&line, "%s %s, unauthenticated connection closed", kind, id);
		bool limited = crowded[0] != '\0';
		if (limited) {
			log_line_key(&line, "limit", "%s", crowded);
		}
		log_line_reason(&line, "%s",
			limited ? "the oldest one of the most crowded network" :
				  "there is no room for more");
		log_composed_limited(LEVEL_WARNING, &line,
			limited ? RAISE :
				  dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_CLIENT));
	}
	stats_count(STATS_CONNECTIONS);
	connection->counts = counts_of(connection);
	counts_enter(connection->counts);
	if (of_client) {
		counts_result(connection->counts, COUNTS_ACCEPTED);
	}
	return true;
}

bool connection_authenticated(struct connection *connection, const struct runtime *runtime,
	const struct conf_identity *identity, const char *name)
{
	const struct connection_limits most = limits(runtime);
	bool is_pattern = identity->name[0] == '*';
	const char *no = limits_authenticated(&connection->entry, &most, name,
		is_pattern ? identity->name : NULL);
	if (no != NULL) {
		stats_count(STATS_TURNED_AWAY);
		counts_result(connection->counts, COUNTS_LIMIT);
		struct log_line line;
		begin_turned_away(&line, connection, "front", connection->front->conf->id);
		log_line_key(&line, "client", "%s", name);
		if (is_pattern) {
			log_line_key(&line, "entry", "%s", identity->name);
		}
		log_line_key(&line, "limit", "%s", no);
		log_composed_limited(LEVEL_WARNING, &line,
			"raise this limit, or let the client open fewer connections");
	}
	return no == NULL;
}

struct relay_times connection_times(const struct connection *connection)
{
	const struct conf *conf = connection->runtime->conf;
	unsigned own_s = connection->front != NULL ?
		connection->front->conf->idle_timeout_s :
		0;
	return (struct relay_times){
		.idle_ms = (own_s != 0 ? own_s : conf->idle_timeout_s) * 1000,
		.answer_ms = conf->answer_timeout_s * 1000,
	};
}

static void begin(void *arg)
{
	struct connection *connection = arg;
	connection->serve(connection);
}

void connection_hand_over(struct connection *connection,
	void (*serve)(struct connection *connection))
{
	struct loop *loop = workers_choose();
	atomic_fetch_add(loop_load(loop), 1);
	connection->serve = serve;
	connection->begin = (struct loop_call){
		.loop = loop, .run = begin, .arg = connection
	};
	loop_post(&connection->begin);
}

void connection_close(struct connection *connection)
{
	limits_detach(&connection->entry);
	stream_close(&connection->stream);
}

void connection_discard(struct connection *connection)
{
	runtime_release(connection->runtime);
	stream_close(&connection->stream);
	free(connection);
}

void connection_leave(struct connection *connection)
{
	counts_leave(connection->counts);
	runtime_release(connection->runtime);
	if (connection->begin.loop != NULL) {
		atomic_fetch_sub(loop_load(connection->begin.loop), 1);
	}
	limits_leave(&connection->entry);
	free(connection);
}
