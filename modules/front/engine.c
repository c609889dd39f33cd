/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What was asked for, the context made for it, and how many settings use it. */

#include "engine.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

struct engine {
	atomic_uint users;
	struct dance_context *context;
	char *made_for;
};

/* The section `dns` as one text: equal when the engine may be shared. */
static char *describe(const struct conf *conf)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL) {
		return NULL;
	}
	fprintf(stream, "%s\n%s\n", conf->trust_anchor != NULL ? conf->trust_anchor : "",
		conf->root_hints != NULL ? conf->root_hints : "");
	for (size_t i = 0; i < DANCE_FORWARDER_MAX && conf->forwarders[i] != NULL; i++) {
		fprintf(stream, "%s\n", conf->forwarders[i]);
	}
	bool failed = ferror(stream) != 0;
	if (fclose(stream) != 0 || failed) {
		free(text);
		return NULL;
	}
	return text;
}

static struct engine *make(const struct conf *conf, char *description)
{
	struct engine *engine = calloc(1, sizeof(*engine));
	struct dance_context_options options = {
		.trust_anchor = conf->trust_anchor,
		.root_hints = conf->root_hints,
		/* Every connection has a thread of its own, and connection_limits.c
		 * counts them. */
		.max_waiting = UINT_MAX,
		.log = log_news,
	};
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		options.forwarders[i] = conf->forwarders[i];
	}
	if (engine != NULL) {
		engine->context = dance_context_new(&options);
		engine->made_for = description;
		engine->users = 1;
	}
	if (engine == NULL || engine->context == NULL) {
		free(description);
		free(engine);
		return NULL;
	}
	return engine;
}

struct engine *engine_join(struct engine *old, const struct conf *conf)
{
	char *description = describe(conf);
	if (description == NULL) {
		return NULL;
	}
	if (old != NULL && strcmp(old->made_for, description) == 0) {
		free(description);
		old->users++;
		return old;
	}
	return make(conf, description);
}

void engine_leave(struct engine *engine)
{
	if (engine != NULL && --engine->users == 0) {
		dance_context_free(engine->context);
		free(engine->made_for);
		free(engine);
	}
}

struct dance_context *engine_context(const struct engine *engine)
{
	return engine->context;
}
