/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The libdance contexts of this knotd, shared by settings, and the way of their news into
 * knotd's log. Knows nothing of queries. */

#include "engine.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <urcu.h>

#include "quota.h"

/* News of names, lines a second: with many names an outage is one piece of news. */
#define NEWS_PER_SECOND 20

struct engine {
	struct engine *next;
	struct engine_user *users;
	struct dance_context *context;
	struct quota news;
	struct quota details; /* of a peer's choice, too: they do not crowd out the news */
	char *trust_anchor;
	char *root_hints;
	char forwarders[DANCE_FORWARDER_MAX][ENGINE_ADDRESS_SIZE];
};

static pthread_mutex_t engines_lock = PTHREAD_MUTEX_INITIALIZER;
static struct engine *engines;

/* knotd's log reads its configuration under RCU. */
static void on_thread_begin(void *arg)
{
	(void)arg;
	rcu_register_thread();
}

static void on_thread_end(void *arg)
{
	(void)arg;
	rcu_unregister_thread();
}

static int priority(enum dance_log_level level)
{
	switch (level) {
	case DANCE_LOG_ERROR:
		return LOG_ERR;
	case DANCE_LOG_WARNING:
		return LOG_WARNING;
	case DANCE_LOG_NOTICE:
		return LOG_NOTICE;
	case DANCE_LOG_DEBUG:
		break;
	}
	return LOG_DEBUG;
}

static void on_log(void *arg, enum dance_log_level level, const char *line)
{
	struct engine *engine = arg;
	pthread_mutex_lock(&engines_lock);
	unsigned suppressed = 0;
	struct quota *quota = level == DANCE_LOG_DEBUG ? &engine->details : &engine->news;
	if (engine->users != NULL &&
		(level == DANCE_LOG_ERROR ||
			quota_take(quota, NEWS_PER_SECOND, &suppressed))) {
		knotd_mod_log(engine->users->mod, priority(level), "%s", line);
		if (suppressed != 0) {
			knotd_mod_log(engine->users->mod, priority(level),
				"%u more such lines were suppressed", suppressed);
		}
	}
	pthread_mutex_unlock(&engines_lock);
}

static bool is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static struct engine *find(const struct engine_settings *settings)
{
	struct engine *at = engines;
	while (at != NULL &&
		!(is_same(at->trust_anchor, settings->trust_anchor) &&
			is_same(at->root_hints, settings->root_hints) &&
			memcmp(at->forwarders, settings->forwarders,
				sizeof(at->forwarders)) == 0)) {
		at = at->next;
	}
	return at;
}

static void engine_free(struct engine *engine)
{
	dance_context_free(engine->context);
	free(engine->trust_anchor);
	free(engine->root_hints);
	free(engine);
}

static struct engine *make(const struct engine_settings *settings, unsigned max_waiting)
{
	struct engine *engine = calloc(1, sizeof(*engine));
	if (engine == NULL) {
		return NULL;
	}
	struct dance_context_options options = {
		.trust_anchor = settings->trust_anchor,
		.root_hints = settings->root_hints,
		.max_waiting = max_waiting,
		.log = on_log,
		.thread_begin = on_thread_begin,
		.thread_end = on_thread_end,
		.arg = engine,
	};
	for (size_t i = 0; i < DANCE_FORWARDER_MAX && settings->forwarders[i][0] != '\0';
		i++) {
		options.forwarders[i] = settings->forwarders[i];
	}
	memcpy(engine->forwarders, settings->forwarders, sizeof(engine->forwarders));

	bool copied = true;
	if (settings->trust_anchor != NULL) {
		engine->trust_anchor = strdup(settings->trust_anchor);
		copied = engine->trust_anchor != NULL;
	}
	if (settings->root_hints != NULL) {
		engine->root_hints = strdup(settings->root_hints);
		copied = copied && engine->root_hints != NULL;
	}
	engine->context = copied ? dance_context_new(&options) : NULL;
	if (engine->context == NULL) {
		engine_free(engine);
		return NULL;
	}
	engine->next = engines;
	engines = engine;
	return engine;
}

/* A waiting hook keeps a TCP worker from its other connections: never wait in more than
 * half of them. */
static unsigned waiting_max(knotd_mod_t *mod)
{
	knotd_conf_t workers = knotd_conf_env(mod, KNOTD_CONF_ENV_WORKERS_TCP);
	return workers.single.integer > 2 ? (unsigned)(workers.single.integer / 2) : 1;
}

int engine_join(struct engine_user *user, knotd_mod_t *mod,
	const struct engine_settings *settings)
{
	pthread_mutex_lock(&engines_lock);
	struct engine *engine = find(settings);
	if (engine == NULL) {
		engine = make(settings, waiting_max(mod));
	}
	user->engine = engine;
	if (engine != NULL) {
		user->mod = mod;
		user->next = engine->users;
		user->link = &engine->users;
		if (user->next != NULL) {
			user->next->link = &user->next;
		}
		engine->users = user;
	}
	pthread_mutex_unlock(&engines_lock);
	return engine != NULL ? 0 : -1;
}

void engine_leave(struct engine_user *user)
{
	struct engine *engine = user->engine;
	if (engine == NULL) {
		return;
	}
	pthread_mutex_lock(&engines_lock);
	*user->link = user->next;
	if (user->next != NULL) {
		user->next->link = user->link;
	}
	bool last = engine->users == NULL;
	if (last) {
		struct engine **link = &engines;
		while (*link != engine) {
			link = &(*link)->next;
		}
		*link = engine->next;
	}
	pthread_mutex_unlock(&engines_lock);
	user->engine = NULL;
	/* Without the lock: its thread may be about to log. */
	if (last) {
		engine_free(engine);
	}
}

struct dance_context *engine_context(const struct engine_user *user)
{
	return user->engine->context;
}
