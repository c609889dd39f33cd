/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Accepts, counts at the gate, and starts threads. Knows nothing of what they do. */

#include "acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libknot/consts.h>
#include <libknot/descriptor.h>
#include <openssl/crypto.h>

#include "arrival.h"
#include "log.h"
#include "memory.h"
#include "message.h"
#include "stats.h"

#define BATCH \
	64 /* connections or datagrams at once, before other sockets have their turn */
#define STACK_SIZE (512 * 1024)

/* What strangers have is for the next one. */
static void find_no_room(const char *why)
{
	size_t gone = gate_make_room();
	for (size_t i = 0; i < gone; i++) {
		stats_count(STATS_TURNED_AWAY);
	}
	if (gone > 0) {
		log_limited(LEVEL_ERROR, "%s, closing %zu unauthenticated connections", why,
			gone);
	} else {
		log_limited(LEVEL_ERROR, "%s", why);
	}
}

/* The gate last: when everybody has left, the process may end. */
static void arrival_end(struct arrival *arrival)
{
	runtime_release(arrival->runtime);
	gate_leave(&arrival->visit);
	free(arrival);
}

static void *serve(void *arg)
{
	struct arrival *arrival = arg;
	if (!memory_thread_begin()) {
		gate_detach(&arrival->visit);
		close(arrival->fd);
		find_no_room("out of memory");
	} else if (arrival->front != NULL) {
		serve_front(arrival);
	} else if (arrival->datagram) {
		serve_datagram(arrival);
	} else {
		serve_client(arrival);
	}
	OPENSSL_thread_stop();
	arrival_end(arrival);
	return NULL;
}

static bool start(struct arrival *arrival)
{
	pthread_attr_t attributes;
	if (pthread_attr_init(&attributes) != 0) {
		return false;
	}
	pthread_t thread;
	bool started = pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) ==
			0 &&
		pthread_attr_setstacksize(&attributes, STACK_SIZE) == 0 &&
		pthread_create(&thread, &attributes, serve, arrival) == 0;
	pthread_attr_destroy(&attributes);
	return started;
}

static bool prepare(struct arrival *arrival, const struct listener *listener)
{
	socklen_t size = sizeof(arrival->local);
	getsockname(arrival->fd, (struct sockaddr *)&arrival->local, &size);
	address_text(arrival->from_text, &arrival->from);
	arrival->runtime = runtime_current();
	if (listener->of_client) {
		arrival->client = runtime_client(arrival->runtime, listener->id);
	} else {
		arrival->front = runtime_front(arrival->runtime, listener->id);
	}
	return arrival->client != NULL || arrival->front != NULL;
}

static struct gate_limits limits(const struct runtime *runtime)
{
	return (struct gate_limits){
		.connections = runtime->conf->max_connections,
		.handshakes = runtime->conf->max_handshakes,
		.per_address = runtime->conf->max_per_address,
		.per_identity = runtime->conf->max_per_identity,
		.per_suffix = runtime->conf->max_per_suffix,
		.per_client = runtime->conf->max_per_client,
	};
}

bool arrival_known(struct arrival *arrival, const struct runtime *runtime,
	const struct conf_identity *identity, const char *name)
{
	const struct gate_limits most = limits(runtime);
	bool is_pattern = identity->name[0] == '*';
	const char *no = gate_authenticated(&arrival->visit, &most, name,
		is_pattern ? identity->name : NULL);
	if (no != NULL) {
		stats_count(STATS_TURNED_AWAY);
		log_limited(LEVEL_WARNING,
			"front %s, turned away, remote %s, client %s%s%s, "
			"%s",
			arrival->front->conf->id, arrival->from_text, name,
			is_pattern ? ", permitted by " : "",
			is_pattern ? identity->name : "", no);
	}
	return no == NULL;
}

/* At the gate. */
static bool enter(struct arrival *arrival, const struct listener *listener)
{
	const struct gate_limits most = limits(arrival->runtime);
	const char *kind = listener->of_client ? "client" : "front";
	const char *crowded = NULL;
	/* A datagram's socket is also the listener's: nobody shuts it down. */
	const char *no = listener->of_client ?
		gate_enter_client(&arrival->visit, &most,
			arrival->datagram ? -1 : arrival->fd, listener->id) :
		gate_enter(&arrival->visit, &most, arrival->fd,
			(const struct sockaddr *)&arrival->from, &crowded);
	if (no != NULL) {
		stats_count(STATS_TURNED_AWAY);
		log_limited(LEVEL_WARNING, "%s %s, turned away, remote %s, %s", kind,
			listener->id, arrival->from_text, no);
		return false;
	}
	if (crowded != NULL) {
		stats_count(STATS_TURNED_AWAY);
		log_limited(LEVEL_WARNING,
			"%s %s, %s, closing the oldest unauthenticated "
			"connection of the most crowded network",
			kind, listener->id, crowded);
	}
	stats_count(STATS_CONNECTIONS);
	return true;
}

/* Takes the arrival, which is not known to the gate yet, and its socket. */
static bool admit(struct arrival *arrival, const struct listener *listener)
{
	if (!prepare(arrival, listener) || !enter(arrival, listener)) {
		runtime_release(arrival->runtime);
		close(arrival->fd);
		free(arrival);
		return false;
	}
	if (!start(arrival)) {
		gate_detach(&arrival->visit);
		close(arrival->fd);
		arrival_end(arrival);
		find_no_room("no thread can be started");
		return false;
	}
	return true;
}

/* No section listens here any longer. The client is told so as by a closed port. */
static void turn_away(const struct listener *listener, int fd,
	const struct sockaddr_storage *from)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	char text[ADDRESS_TEXT_SIZE];
	address_text(text, from);
	stats_count(STATS_TURNED_AWAY);
	log_limited(LEVEL_WARNING, "turned away, remote %s, no section listens on %s", text,
		listener->text);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
}

/* What became of accept(). False when it would fail again at once. */
static bool accept_again(const struct listener *listener, int error)
{
	char why[256];
	switch (error) {
	case EAGAIN:
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
	case ENETDOWN:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case ENETUNREACH:
		return true; /* of one connection, accept(2) says */
	default:
		snprintf(why, sizeof(why), "%s %s, cannot accept: %s",
			listener->unused            ? "socket" :
				listener->of_client ? "client" :
						      "front",
			listener->unused ? listener->text : listener->id, strerror(error));
		find_no_room(why);
		return false;
	}
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
		struct arrival *arrival = calloc(1, sizeof(*arrival));
		if (arrival == NULL) {
			close(fd);
			find_no_room("out of memory");
			return true;
		}
		arrival->fd = fd;
		arrival->from = from;
		arrival->from_size = size;
		(void)admit(arrival, listener);
		return true;
	}
	*more = false;
	return accept_again(listener, errno);
}

/* A thread of its own asks the primary for a SOA record. */
static bool take_question(const struct listener *listener, const uint8_t *message,
	size_t size, const struct sockaddr_storage *from, socklen_t from_size)
{
	struct message_question question;
	message_read(message, size, &question);
	if (question.kind != MESSAGE_TRANSFER || question.type != KNOT_RRTYPE_SOA) {
		return false;
	}
	int fd = fcntl(listener->fd, F_DUPFD_CLOEXEC, 0);
	struct arrival *arrival = fd >= 0 ? calloc(1, sizeof(*arrival) + size) : NULL;
	if (arrival == NULL) {
		if (fd >= 0) {
			close(fd);
		}
		return false;
	}
	arrival->fd = fd;
	arrival->from = *from;
	arrival->from_size = from_size;
	arrival->datagram = true;
	arrival->query_size = size;
	memcpy(arrival->query, message, size);
	return admit(arrival, listener);
}

/* All other queries are answered with TC, so that they come by TCP; where no section listens,
 * with REFUSED. */
static void take_datagram(const struct listener *listener, bool *more)
{
	uint8_t message[ARRIVAL_QUERY_MAX];
	uint8_t answer[512];
	struct sockaddr_storage from = { 0 };
	socklen_t size = sizeof(from);
	ssize_t got = recvfrom(listener->fd, message, sizeof(message), MSG_TRUNC,
		(struct sockaddr *)&from, &size);
	if (got < 0 || (size_t)got > sizeof(message)) {
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

bool acceptor_take(const struct listener *listener)
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
