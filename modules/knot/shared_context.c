/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The libdance contexts of this knotd, shared by settings, and the way of their news into
 * knotd's log. Knows nothing of queries. */

#include "shared_context.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <urcu.h>

#include "../rate_limit.h"

/* News of names, lines a second: with many names an outage is one piece of news. */
#define NEWS_PER_SECOND 20

struct shared_context {
	struct shared_context *next;
	struct shared_context_user *users;
	struct dance_context *context;
	struct rate_limit news;
	struct rate_limit details; /* may be of a peer's choice */
	char *trust_anchor;
	char *root_hints;
	char forwarders[DANCE_FORWARDER_MAX][SHARED_CONTEXT_ADDRESS_SIZE];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct shared_context *all;

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
	struct shared_context *shared = arg;
	pthread_mutex_lock(&lock);
	unsigned suppressed = 0;
	struct rate_limit *limit = level == DANCE_LOG_DEBUG ? &shared->details :
							      &shared->news;
	if (shared->users != NULL &&
		(level == DANCE_LOG_ERROR ||
			rate_limit_take(limit, NEWS_PER_SECOND, &suppressed))) {
		knotd_mod_log(shared->users->mod, priority(level), "%s", line);
		if (suppressed != 0) {
			knotd_mod_log(shared->users->mod, priority(level),
				"%u more such lines were suppressed", suppressed);
		}
	}
	pthread_mutex_unlock(&lock);
}

static bool is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static struct shared_context *find(const struct shared_context_settings *settings)
{
	struct shared_context *at = all;
	while (at != NULL &&
		!(is_same(at->trust_anchor, settings->trust_anchor) &&
			is_same(at->root_hints, settings->root_hints) &&
			memcmp(at->forwarders, settings->forwarders,
				sizeof(at->forwarders)) == 0)) {
		at = at->next;
	}
	return at;
}

static void shared_context_free(struct shared_context *shared)
{
	dance_context_free(shared->context);
	free(shared->trust_anchor);
	free(shared->root_hints);
	free(shared);
}

static struct shared_context *make(const struct shared_context_settings *settings,
	unsigned max_waiting)
{
	struct shared_context *shared = calloc(1, sizeof(*shared));
	if (shared == NULL) {
		return NULL;
	}
	struct dance_context_options options = {
		.trust_anchor = settings->trust_anchor,
		.root_hints = settings->root_hints,
		.max_waiting = max_waiting,
		.log = on_log,
		.thread_begin = on_thread_begin,
		.thread_end = on_thread_end,
		.arg = shared,
	};
	for (size_t i = 0; i < DANCE_FORWARDER_MAX && settings->forwarders[i][0] != '\0';
		i++) {
		options.forwarders[i] = settings->forwarders[i];
	}
	memcpy(shared->forwarders, settings->forwarders, sizeof(shared->forwarders));

	bool copied = true;
	if (settings->trust_anchor != NULL) {
		shared->trust_anchor = strdup(settings->trust_anchor);
		copied = shared->trust_anchor != NULL;
	}
	if (settings->root_hints != NULL) {
		shared->root_hints = strdup(settings->root_hints);
		copied = copied && shared->root_hints != NULL;
	}
	shared->context = copied ? dance_context_new(&options) : NULL;
	if (shared->context == NULL) {
		shared_context_free(shared);
		return NULL;
	}
	shared->next = all;
	all = shared;
	return shared;
}

/* A waiting hook keeps a TCP worker from its other connections: never wait in more than
 * half of them. */
static unsigned waiting_max(knotd_mod_t *mod)
{
	knotd_conf_t workers = knotd_conf_env(mod, KNOTD_CONF_ENV_WORKERS_TCP);
	return workers.single.integer > 2 ? (unsigned)(workers.single.integer / 2) : 1;
}

int shared_context_join(struct shared_context_user *user, knotd_mod_t *mod,
	const struct shared_context_settings *settings)
{
	pthread_mutex_lock(&lock);
	struct shared_context *shared = find(settings);
	if (shared == NULL) {
		shared = make(settings, waiting_max(mod));
	}
	user->shared = shared;
	if (shared != NULL) {
		user->mod = mod;
		user->next = shared->users;
		user->link = &shared->users;
		if (user->next != NULL) {
			user->next->link = &user->next;
		}
		shared->users = user;
	}
	pthread_mutex_unlock(&lock);
	return shared != NULL ? 0 : -1;
}

void shared_context_leave(struct shared_context_user *user)
{
	struct shared_context *shared = user->shared;
	if (shared == NULL) {
		return;
	}
	pthread_mutex_lock(&lock);
	*user->link = user->next;
	if (user->next != NULL) {
		user->next->link = user->link;
	}
	bool last = shared->users == NULL;
	if (last) {
		struct shared_context **link = &all;
		while (*link != shared) {
			link = &(*link)->next;
		}
		*link = shared->next;
	}
	pthread_mutex_unlock(&lock);
	user->shared = NULL;
	/* Without the lock: its thread may be about to log. */
	if (last) {
		shared_context_free(shared);
	}
}

struct dance_context *shared_context_get(const struct shared_context_user *user)
{
	return user->shared->context;
}
