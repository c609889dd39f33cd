/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DNS queries by libunbound contexts in one event loop. A context that is to ask one server has a
 * stub zone for it, so that its answers are validated from the root down like all others. */

#include "roll_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "clock.h"
#include "event_loop.h"
#include "generation.h"

#define CLASS_IN 1

/* A query, and what libunbound says of it, until the turn of the loop is over. */
struct query {
	struct query *next;
	struct roll_source *source;
	roll_query_done done;
	void *arg;
	int id;
	bool answered, told;
	struct roll_reply reply;
	void *octets; /* owned */
	char *why;    /* owned */
};

struct roll_source {
	struct roll_source *next;
	struct roll_queries *queries;
	struct generation *generation;
};

struct roll_queries {
	struct event_loop *loop;
	struct generation_settings settings;
	struct roll_source *sources;
	struct query *asked;
};

struct roll_queries *roll_queries_new(const struct dance_context_options *options,
	char why[DANCE_ERROR_SIZE])
{
	/* A few questions for each context, of which there may be many. */
	struct dance_context_options few = *options;
	few.lookups_in_flight = 1;
	struct roll_queries *queries = calloc(1, sizeof(*queries));
	if (queries != NULL) {
		queries->loop = event_loop_new();
	}
	if (queries == NULL || queries->loop == NULL ||
		!generation_settings_copy(&queries->settings, &few)) {
		(void)snprintf(why, DANCE_ERROR_SIZE, "out of memory");
		roll_queries_free(queries);
		return NULL;
	}
	return queries;
}

static void query_free(struct query *query)
{
	if (!query->answered) {
		generation_give_up(query->source->generation, query->id);
	}
	free(query->octets);
	free(query->why);
	free(query);
}

void roll_queries_free(struct roll_queries *queries)
{
	if (queries == NULL) {
		return;
	}
	while (queries->asked != NULL) {
		struct query *query = queries->asked;
		queries->asked = query->next;
		query_free(query);
	}
	while (queries->sources != NULL) {
		struct roll_source *source = queries->sources;
		queries->sources = source->next;
		generation_free(source->generation);
		free(source);
	}
	event_loop_free(queries->loop);
	generation_settings_clear(&queries->settings);
	free(queries);
}

static void on_root(void *arg, struct generation *generation)
{
	(void)arg;
	(void)generation;
}

/* The TTL that counts is the one that was published, however long: others may keep a record for
 * so long. */
static int set_ttls(struct ub_ctx *context)
{
	int error = ub_ctx_set_option(context, "cache-max-ttl:", "2147483647");
	/* A libunbound without this option keeps denials as long as they say. */
	(void)ub_ctx_set_option(context, "cache-max-negative-ttl:", "2147483647");
	return error;
}

struct roll_source *roll_source_new(struct roll_queries *queries, const char *zone,
	const char *address, char why[DANCE_ERROR_SIZE])
{
	struct roll_source *source = calloc(1, sizeof(*source));
	if (source == NULL) {
		(void)snprintf(why, DANCE_ERROR_SIZE, "out of memory");
		return NULL;
	}
	source->generation = generation_new(&queries->settings, queries->loop, 1, why);
	if (source->generation == NULL) {
		free(source);
		return NULL;
	}
	source->generation->root_known = on_root;
	source->queries = queries;
	source->next = queries->sources;
	queries->sources = source;
	int error = set_ttls(source->generation->context);
	if (error == 0 && zone != NULL) {
		error = ub_ctx_set_stub(source->generation->context, zone, address, 0);
	}
	if (error != 0) {
		(void)snprintf(why, DANCE_ERROR_SIZE, "libunbound cannot ask %.100s: %s",
			address != NULL ? address : "anybody", ub_strerror(error));
		return NULL; /* it is freed with the others */
	}
	return source;
}

/* All that libunbound owns is copied. What it says may not be acted on before the turn is over. */
static void on_answer(void *arg, int rcode, void *packet, int size, int security,
	char *why_bogus, int limited)
{
	struct query *query = arg;
	(void)limited;
	query->answered = true;
	query->reply = (struct roll_reply){ .rcode = rcode, .security = security };
	if (packet != NULL && size > 0 && (query->octets = malloc((size_t)size)) != NULL) {
		memcpy(query->octets, packet, (size_t)size);
		query->reply.octets = query->octets;
		query->reply.size = (size_t)size;
	}
	query->why = strdup(why_bogus != NULL ? why_bogus : "");
	query->reply.why_bogus = query->why != NULL ? query->why : "";
}

/* libunbound answers some names by itself (RFC 6303, 6761); an operator may sign them. */
static int remove_built_in(struct ub_ctx *context, const char *name)
{
	int error = 0;
	while (error == 0 && name != NULL && *name != '\0') {
		error = ub_ctx_zone_remove(context, name);
		name = strchr(name, '.');
		name = name != NULL ? name + 1 : NULL;
	}
	return error;
}

bool roll_query_start(struct roll_source *source, const char *name, uint16_t type,
	roll_query_done done, void *arg, char why[DANCE_ERROR_SIZE])
{
	struct query *query = calloc(1, sizeof(*query));
	if (query == NULL) {
		(void)snprintf(why, DANCE_ERROR_SIZE, "out of memory");
		return false;
	}
	query->source = source;
	query->done = done;
	query->arg = arg;
	struct ub_ctx *context = source->generation->context;
	int error = remove_built_in(context, name);
	if (error == 0) {
		error = ub_resolve_event(context, name, type, CLASS_IN, query, on_answer,
			&query->id);
	}
	if (error != 0) {
		(void)snprintf(why, DANCE_ERROR_SIZE,
			"libunbound cannot ask for %.100s: %s", name, ub_strerror(error));
		query_free(query);
		return false;
	}
	query->next = source->queries->asked;
	source->queries->asked = query;
	return true;
}

/* Tells what has been answered, and returns how much has not. */
static size_t tell(struct roll_queries *queries)
{
	size_t waiting = 0;
	for (struct query *query = queries->asked; query != NULL; query = query->next) {
		if (query->answered && !query->told) {
			query->told = true;
			query->done(query->arg, &query->reply);
		}
		waiting += !query->answered;
	}
	return waiting;
}

bool roll_queries_wait(struct roll_queries *queries, unsigned timeout_ms)
{
	uint64_t until = clock_ms() + timeout_ms, now;
	while (tell(queries) > 0) {
		now = clock_ms();
		if (now >= until) {
			return false;
		}
		event_loop_turn(queries->loop, (int)(until - now));
	}
	return true;
}
