/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Accepts, and says which mode serves a connection. Knows nothing of what a mode does. */

#include "accept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libknot/consts.h>
#include <libknot/descriptor.h>

#include "client_mode.h"
#include "client_udp.h"
#include "connection.h"
#include "connection_limits.h"
#include "log.h"
#include "message.h"
#include "room.h"
#include "server_mode.h"
#include "shortage.h"
#include "stats_event.h"
#include "stream_mode.h"
#include "workers.h"

#define BATCH \
	64 /* connections or datagrams at once, before other sockets have their turn */

static void answer(void *arg, bool able)
{
	struct connection *connection = arg;
	if (able) {
		client_udp_run(connection);
	} else {
		connection_close(connection);
	}
	connection_leave(connection);
}

static void (*mode_of(const struct connection *connection))(struct connection *)
{
	if (connection->front == NULL) {
		return client_mode_begin;
	}
	return connection->front->conf->mode == CONF_MODE_STREAM ? stream_mode_begin :
								   server_mode_begin;
}

/* Takes the connection. False if no mode serves it. */
static bool admit(struct connection *connection, const struct listener *listener)
{
	if (!connection_enter(connection, listener->of_client, listener->id)) {
		connection_discard(connection);
		return false;
	}
	if (connection->datagram) {
		connection->job = (struct job){ .work = answer, .arg = connection };
		jobs_add(workers_questions(), &connection->job, false);
	} else {
		connection_hand_over(connection, mode_of(connection));
	}
	return true;
}

/* No section listens here any longer. The client sees a reset, as from a closed port. */
static void turn_away(const struct listener *listener, int fd,
	const struct sockaddr_storage *from)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	char text[ADDRESS_TEXT_SIZE];
	address_text(text, from);
	stats_count(STATS_TURNED_AWAY);
	struct log_line line;
	log_line_begin(&line, "turned away");
	log_line_key(&line, "remote", "%s", text);
	log_line_key(&line, "address", "%s", listener->text);
	log_line_reason(&line, "no section listens there");
	log_composed_limited(LEVEL_WARNING, &line, LISTENER_UNUSED_ADVICE);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
}

static bool take_connection(const struct listener *listener, bool *more)
{
	struct sockaddr_storage from = { 0 };
	socklen_t size = sizeof(from);
	int fd = accept4(listener->fd, (struct sockaddr *)&from, &size,
		SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0 && listener->unused) {
		turn_away(listener, fd, &from);
		return true;
	}
	if (fd >= 0) {
		struct connection *connection = connection_new(fd, &from, size, NULL, 0);
		if (connection == NULL) {
			room_make(NULL, "out of memory", ROOM_MORE_MEMORY);
			return true;
		}
		(void)admit(connection, listener);
		return true;
	}
	*more = false;
	const int error = errno;
	const char *advice = shortage_after_accept(error);
	if (advice != NULL) {
		room_make(listener, strerror(error), advice);
	}
	return advice == NULL;
}

/* Another thread asks the primary for a SOA record. */
static bool take_question(const struct listener *listener, const uint8_t *message,
	size_t size, const struct sockaddr_storage *from, socklen_t from_size)
{
	struct message_question question;
	message_read(message, size, &question);
	if (question.kind != MESSAGE_TRANSFER || question.type != KNOT_RRTYPE_SOA) {
		return false;
	}
	int fd = fcntl(listener->fd, F_DUPFD_CLOEXEC, 0);
	struct connection *connection = fd >= 0 ?
		connection_new(fd, from, from_size, message, size) :
		NULL;
	return connection != NULL && admit(connection, listener);
}

/* All other queries are answered with TC, so that they come by TCP; where no section
 * listens, with REFUSED. */
static void take_datagram(const struct listener *listener, bool *more)
{
	uint8_t message[CONNECTION_QUERY_MAX + 1]; /* one that fills it is too long */
	uint8_t answer[512];
	struct sockaddr_storage from = { 0 };
	socklen_t size = sizeof(from);
	ssize_t got = recvfrom(listener->fd, message, sizeof(message), 0,
		(struct sockaddr *)&from, &size);
	if (got < 0 || (size_t)got > CONNECTION_QUERY_MAX) {
		*more = got >= 0;
		return;
	}
	if (!listener->unused &&
		take_question(listener, message, (size_t)got, &from, size)) {
		return;
	}
	size_t answer_size = listener->unused ?
		message_refuse(message, (size_t)got, KNOT_RCODE_REFUSED, MESSAGE_NO_EDE,
			NULL, answer, sizeof(answer)) :
		message_truncate(message, (size_t)got, answer, sizeof(answer));
	if (answer_size > 0) {
		(void)!sendto(listener->fd, answer, answer_size, MSG_NOSIGNAL,
			(const struct sockaddr *)&from, size);
	}
}

bool accept_batch(const struct listener *listener)
{
	bool more = true;
	bool fine = true;
	for (unsigned i = 0; i < BATCH && more; i++) {
		if (listener->datagrams) {
			take_datagram(listener, &more);
		} else {
			fine = take_connection(listener, &more);
		}
	}
	return fine;
}
