/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The libdance contexts of this process, found by the settings that they were made for, and
 * the users of each. */

#include "shared_context.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct shared_context {
	struct shared_context *next;
	struct shared_context_user *users;
	struct dance_context *context;
	void (*log)(void *arg, enum dance_log_level level, const char *line);
	char *trust_anchor;
	char *root_hints;
	char *forwarders[DANCE_FORWARDER_MAX];
	unsigned lookups_per_second, lookups_in_flight, lookups_queued, remembered;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct shared_context *contexts;

/* How many ask at the moment, and how many of them may wait. */
static pthread_mutex_t asking_lock = PTHREAD_MUTEX_INITIALIZER; /* taken before the other */
static unsigned asking, may_wait;

/* The last user may have left already, while the context's thread still logs. */
static void on_log(void *arg, enum dance_log_level level, const char *line)
{
	struct shared_context *shared = arg;
	pthread_mutex_lock(&lock);
	if (shared->users != NULL) {
		shared->log(shared->users->arg, level, line);
	}
	pthread_mutex_unlock(&lock);
}

static bool is_same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_made_for(const struct shared_context *shared,
	const struct dance_context_options *options)
{
	bool same = is_same_text(shared->trust_anchor, options->trust_anchor) &&
		is_same_text(shared->root_hints, options->root_hints) &&
		shared->lookups_per_second == options->lookups_per_second &&
		shared->lookups_in_flight == options->lookups_in_flight &&
		shared->lookups_queued == options->lookups_queued &&
		shared->remembered == options->remembered;
	for (size_t i = 0; same && i < DANCE_FORWARDER_MAX; i++) {
		same = is_same_text(shared->forwarders[i], options->forwarders[i]);
		if (options->forwarders[i] == NULL) {
			break;
		}
	}
	return same;
}

static void shared_context_free(struct shared_context *shared)
{
	dance_context_free(shared->context);
	free(shared->trust_anchor);
	free(shared->root_hints);
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		free(shared->forwarders[i]);
	}
	free(shared);
}

static bool copy(char **to, const char *text)
{
	*to = text != NULL ? strdup(text) : NULL;
	return text == NULL || *to != NULL;
}

static struct shared_context *shared_context_new(const struct dance_context_options *options)
{
	struct shared_context *shared = calloc(1, sizeof(*shared));
	if (shared == NULL) {
		return NULL;
	}
	struct dance_context_options own = *options;
	own.arg = shared;
	shared->log = options->log;
	shared->lookups_per_second = options->lookups_per_second;
	shared->lookups_in_flight = options->lookups_in_flight;
	shared->lookups_queued = options->lookups_queued;
	shared->remembered = options->remembered;
	if (options->log != NULL) {
		own.log = on_log;
	}
	bool copied = copy(&shared->trust_anchor, options->trust_anchor) &&
		copy(&shared->root_hints, options->root_hints);
	for (size_t i = 0;
		copied && i < DANCE_FORWARDER_MAX && options->forwarders[i] != NULL; i++) {
		copied = copy(&shared->forwarders[i], options->forwarders[i]);
	}
	shared->context = copied ? dance_context_new(&own) : NULL;
	if (shared->context == NULL) {
		shared_context_free(shared);
		return NULL;
	}
	shared->next = contexts;
	contexts = shared;
	return shared;
}

/* While more ask than may wait, no further one waits. Who waits is among those who ask. */
static void limit_waiting(void)
{
	unsigned max = asking > may_wait ? 0 : may_wait;
	pthread_mutex_lock(&lock);
	for (struct shared_context *at = contexts; at != NULL; at = at->next) {
		dance_context_set_max_waiting(at->context, max);
	}
	pthread_mutex_unlock(&lock);
}

static void count_asking(int by)
{
	pthread_mutex_lock(&asking_lock);
	bool before = asking > may_wait;
	asking += (unsigned)by;
	if (before != (asking > may_wait)) {
		limit_waiting();
	}
	pthread_mutex_unlock(&asking_lock);
}

void shared_context_ask(void)
{
	count_asking(1);
}

void shared_context_asked(void)
{
	count_asking(-1);
}

bool shared_context_join(struct shared_context_user *user,
	const struct dance_context_options *options)
{
	pthread_mutex_lock(&lock);
	struct shared_context *shared = contexts;
	while (shared != NULL && !is_made_for(shared, options)) {
		shared = shared->next;
	}
	if (shared == NULL) {
		shared = shared_context_new(options);
	}
	user->shared = shared;
	if (shared != NULL) {
		user->next = shared->users;
		user->link = &shared->users;
		if (user->next != NULL) {
			user->next->link = &user->next;
		}
		shared->users = user;
	}
	pthread_mutex_unlock(&lock);
	if (shared != NULL) {
		pthread_mutex_lock(&asking_lock);
		may_wait = options->max_waiting;
		limit_waiting();
		pthread_mutex_unlock(&asking_lock);
	}
	return shared != NULL;
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
		struct shared_context **link = &contexts;
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
