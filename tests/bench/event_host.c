/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A host with an event loop, as dance-front is one: its queue of decisions that were woken takes
 * the place of the events. */

#include "event_host.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/queue.h>

struct connection {
	STAILQ_ENTRY(connection) link; /* while it is woken */
	bool woken;
	struct host *host;
	struct dance_decision *decision;
	char name[DANCE_NAME_SIZE];
};

struct host {
	pthread_mutex_t lock; /* the queue and `woken` of all */
	pthread_cond_t some;
	STAILQ_HEAD(, connection) queue;
	struct dance_roster *roster;
	event_host_peer peer;
	size_t next, count, refused, open;
};

static void wake(void *arg)
{
	struct connection *connection = arg;
	struct host *host = connection->host;
	pthread_mutex_lock(&host->lock);
	if (!connection->woken) {
		connection->woken = true;
		if (STAILQ_EMPTY(&host->queue)) {
			pthread_cond_signal(&host->some);
		}
		STAILQ_INSERT_TAIL(&host->queue, connection, link);
	}
	pthread_mutex_unlock(&host->lock);
}

static struct connection *await_one(struct host *host)
{
	pthread_mutex_lock(&host->lock);
	while (STAILQ_EMPTY(&host->queue)) {
		pthread_cond_wait(&host->some, &host->lock);
	}
	struct connection *first = STAILQ_FIRST(&host->queue);
	STAILQ_REMOVE_HEAD(&host->queue, link);
	first->woken = false;
	pthread_mutex_unlock(&host->lock);
	return first;
}

/* The next one in the place of one that is decided. */
static bool begin(struct host *host, struct connection *connection)
{
	struct dance_peer peer;
	if (host->next == host->count) {
		return false;
	}
	host->peer(host->next++, connection->name, &peer);
	connection->decision = dance_decision_new(host->roster, &peer, wake, connection);
	if (connection->decision == NULL) {
		host->refused++;
	}
	return true;
}

/* Until it has to wait, or there are no more. */
static void go_on(struct host *host, struct connection *connection)
{
	struct dance_result result = { .size = sizeof(result) };
	while (connection->decision != NULL || begin(host, connection)) {
		if (connection->decision == NULL) {
			continue;
		}
		enum dance_verdict verdict = dance_decision_take(connection->decision,
			&result);
		if (verdict == DANCE_UNDECIDED) {
			return;
		}
		dance_decision_free(connection->decision);
		connection->decision = NULL;
		host->refused += verdict != DANCE_ALLOW;
		/* It may have been woken once more before that. */
		pthread_mutex_lock(&host->lock);
		if (connection->woken) {
			STAILQ_REMOVE(&host->queue, connection, connection, link);
			connection->woken = false;
		}
		pthread_mutex_unlock(&host->lock);
	}
	host->open--;
}

size_t event_host_decide(struct dance_roster *roster, event_host_peer peer, size_t count,
	size_t at_once)
{
	struct host host = { .lock = PTHREAD_MUTEX_INITIALIZER,
		.some = PTHREAD_COND_INITIALIZER,
		.roster = roster,
		.peer = peer,
		.count = count,
		.open = at_once };
	struct connection *connections = calloc(at_once, sizeof(*connections));
	if (connections == NULL) {
		return count;
	}
	STAILQ_INIT(&host.queue);
	for (size_t i = 0; i < at_once; i++) {
		connections[i].host = &host;
		go_on(&host, &connections[i]);
	}
	while (host.open > 0) {
		go_on(&host, await_one(&host));
	}
	pthread_cond_destroy(&host.some);
	pthread_mutex_destroy(&host.lock);
	free(connections);
	return host.refused;
}
